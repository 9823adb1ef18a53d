variable "name" {
  type        = string
  description = "Name of the policy."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 63 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "adaptive_auto_deploy_enabled" {
  type        = bool
  description = "Block what Adaptive Protection takes for an attack by itself, from the confidence `adaptive_confidence` on. It needs Cloud Armor Enterprise."
  default     = false
  nullable    = false

  validation {
    condition     = var.adaptive_auto_deploy_enabled ? var.adaptive_protection_enabled && var.type == "CLOUD_ARMOR" : true
    error_message = "Only a backend policy with Adaptive Protection can block attacks by itself: turn that on, or this off."
  }
}

variable "adaptive_confidence" {
  type        = number
  description = "How sure Adaptive Protection must be before it blocks by itself, above 0 and at most 1."
  default     = 0.8
  nullable    = false

  validation {
    condition     = var.adaptive_confidence > 0 && var.adaptive_confidence <= 1
    error_message = "Set the confidence above 0 and at most 1, such as 0.8."
  }
}

variable "adaptive_protection_enabled" {
  type        = bool
  description = "Let Google learn what traffic is usual and report floods of requests (layer 7 attacks). It counts for backend policies."
  default     = true
  nullable    = false
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Networks that are let in before any other rule is asked, such as your office's or a scanner's."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(range, 0))])
    error_message = "Write each network as a CIDR range, such as 203.0.113.0/24, or 203.0.113.7/32 for a single address."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("/[0-7]$", range))])
    error_message = "Do not let the whole internet past all rules: name the networks that you trust."
  }
}

variable "allowed_regions" {
  type        = set(string)
  description = "Countries that may come in, as two capital letters such as `DE`; others are denied. Empty lets all in."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.allowed_regions : can(regex("^[A-Z]{2}$", region))])
    error_message = "Write each country as two capital letters, such as DE."
  }

  validation {
    condition     = length(var.allowed_regions) == 0 || length(var.denied_regions) == 0
    error_message = "Name either the countries that may come in or those that may not."
  }
}

variable "backend_services" {
  type        = set(string)
  description = "Names of global backend services, or for an edge policy backend buckets, that the policy is meant for. The output `attach_commands` has a command for each; a load balancer made with Terraform names the policy itself."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.backend_services : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", service))])
    error_message = "Name each backend by its name alone, such as web-backend."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "custom_rules" {
  type = list(object({
    name            = string
    priority        = number
    action          = optional(string, "deny(403)")
    ip_ranges       = optional(list(string), [])
    expression      = optional(string)
    redirect_target = optional(string)
    request_headers = optional(map(string), {})
    preview         = optional(bool, false)
  }))
  description = <<-EOT
    Rules of your own. They are asked after the lists of networks and countries, and before the OWASP rules.
    - `name` - what the rule is for.
    - `priority` - place among your rules, 1000 to 9999, the smallest first.
    - `action` - `allow`, `deny(403)`, `deny(404)`, `deny(502)` or `redirect`.
    - `ip_ranges` - up to ten networks that it is for, or the following instead.
    - `expression` - condition in Google's rules language, such as `request.path.startsWith('/admin')`.
    - `redirect_target` - address to redirect to; null asks for a reCAPTCHA instead.
    - `request_headers` - headers that are added for the backend when the rule allows.
    - `preview` - only log what the rule would do.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.custom_rules : length(rule.name) >= 1 && length(rule.name) <= 64])
    error_message = "Name each rule with 1 to 64 characters."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : rule.priority >= 1000 && rule.priority <= 9999 && floor(rule.priority) == rule.priority])
    error_message = "Set the priority of each rule to a whole number from 1000 to 9999."
  }

  validation {
    condition     = length(distinct([for rule in var.custom_rules : rule.priority])) == length(var.custom_rules)
    error_message = "Give every rule a priority of its own: two have the same."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : contains(["allow", "deny(403)", "deny(404)", "deny(502)", "redirect"], rule.action)])
    error_message = "Choose allow, deny(403), deny(404), deny(502) or redirect as the action of a rule."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : (length(rule.ip_ranges) > 0) != (rule.expression != null)])
    error_message = "Tell each rule what it is for: networks or an expression, one of the two."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : length(rule.ip_ranges) <= 10 && alltrue([for range in rule.ip_ranges : can(cidrhost(range, 0))])])
    error_message = "Give a rule at most ten networks, as CIDR ranges such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : rule.expression == null ? true : length(trimspace(rule.expression)) > 0 && length(rule.expression) <= 2048])
    error_message = "Write expressions of at most 2048 characters."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : rule.redirect_target == null ? true : rule.action == "redirect" && can(regex("^https?://", rule.redirect_target))])
    error_message = "Give an address to redirect to, beginning with https://, and only to rules that redirect."
  }

  validation {
    condition     = alltrue([for rule in var.custom_rules : length(rule.request_headers) == 0 ? true : rule.action == "allow"])
    error_message = "Only a rule that allows can add headers."
  }

  validation {
    condition     = var.type == "CLOUD_ARMOR" ? true : alltrue([for rule in var.custom_rules : rule.action != "redirect"])
    error_message = "An edge policy can only allow and deny: choose another action, or a backend policy."
  }
}

variable "default_action" {
  type        = string
  description = "What happens to requests that no rule is for: `allow`, `deny(403)`, `deny(404)` or `deny(502)`."
  default     = "allow"
  nullable    = false

  validation {
    condition     = contains(["allow", "deny(403)", "deny(404)", "deny(502)"], var.default_action)
    error_message = "Choose allow, deny(403), deny(404) or deny(502) as the default."
  }
}

variable "denied_ip_ranges" {
  type        = list(string)
  description = "Networks that are kept out."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.denied_ip_ranges : can(cidrhost(range, 0))])
    error_message = "Write each network as a CIDR range, such as 203.0.113.0/24, or 203.0.113.7/32 for a single address."
  }
}

variable "denied_regions" {
  type        = set(string)
  description = "Countries that are kept out, as two capital letters such as `KP`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.denied_regions : can(regex("^[A-Z]{2}$", region))])
    error_message = "Write each country as two capital letters, such as KP."
  }
}

variable "description" {
  type        = string
  description = "What the policy protects."
  default     = "Managed by Terrace"
  nullable    = false

  validation {
    condition     = length(var.description) <= 2048
    error_message = "Shorten the description to 2048 characters."
  }
}

variable "environment" {
  type        = string
  description = "What the policy is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "json_parsing" {
  type        = string
  description = "Look into the fields of JSON bodies: `STANDARD`, `STANDARD_WITH_GRAPHQL` or `DISABLED`. It counts for backend policies."
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["DISABLED", "STANDARD", "STANDARD_WITH_GRAPHQL"], var.json_parsing)
    error_message = "Choose DISABLED, STANDARD or STANDARD_WITH_GRAPHQL for JSON bodies."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels for everything that can have them: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "log_level" {
  type        = string
  description = "How much is logged of a match: `VERBOSE` tells which part of the request it was, `NORMAL` does not."
  default     = "VERBOSE"
  nullable    = false

  validation {
    condition     = contains(["NORMAL", "VERBOSE"], var.log_level)
    error_message = "Choose NORMAL or VERBOSE as the detail of logs."
  }
}

variable "owasp_exclusions" {
  type = list(object({
    rule_set = string
    part     = string
    operator = optional(string, "EQUALS")
    value    = optional(string)
  }))
  description = <<-EOT
    Parts of requests that OWASP rules do not look at, because they hold what looks like an attack and is none.
    - `rule_set` - the rules that look away, such as `sqli`.
    - `part` - `header`, `cookie`, `query_param` or `uri`.
    - `operator` - how its name is compared: `EQUALS`, `STARTS_WITH`, `ENDS_WITH`, `CONTAINS` or `EQUALS_ANY`.
    - `value` - the name, such as `session`; none with `EQUALS_ANY`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for exclusion in var.owasp_exclusions : contains(coalesce(var.owasp_rule_sets, ["sqli", "xss", "lfi", "rfi", "rce", "scannerdetection", "protocolattack", "sessionfixation", "cve"]), exclusion.rule_set)])
    error_message = "Except only from rule sets that are in use."
  }

  validation {
    condition     = alltrue([for exclusion in var.owasp_exclusions : contains(["header", "cookie", "query_param", "uri"], exclusion.part) && contains(["EQUALS", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "EQUALS_ANY"], exclusion.operator)])
    error_message = "Choose header, cookie, query_param or uri as the part, and EQUALS, STARTS_WITH, ENDS_WITH, CONTAINS or EQUALS_ANY as the comparison."
  }

  validation {
    condition     = alltrue([for exclusion in var.owasp_exclusions : (exclusion.value == null) == (exclusion.operator == "EQUALS_ANY")])
    error_message = "Give each exception the name to compare with, and none with EQUALS_ANY."
  }

  validation {
    condition     = length(var.owasp_exclusions) == 0 ? true : var.type == "CLOUD_ARMOR"
    error_message = "Only a backend policy has OWASP rules to except from."
  }
}

variable "owasp_opt_out_rule_ids" {
  type        = set(string)
  description = "Single rules that are left out, by their id in the logs, such as `owasp-crs-v042200-id942251-sqli`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.owasp_opt_out_rule_ids : can(regex("^owasp-crs-v${var.owasp_version == "3.3" ? "0303" : "0422"}[0-9]{2}-id[0-9]+-[a-z]+$", id))])
    error_message = "Write each rule by its id in the logs, such as owasp-crs-v042200-id942251-sqli for version 4.22, or owasp-crs-v030301-id942251-sqli for 3.3."
  }
}

variable "owasp_rule_sets" {
  type        = set(string)
  description = "Attacks that are recognised by the OWASP core rules. Null takes what fits every site: SQL injection, scripts, files, code, scanners, protocol, sessions and known holes; empty takes none. Edge policies have none."
  default     = null

  validation {
    condition     = var.owasp_rule_sets == null ? true : length(setsubtract(var.owasp_rule_sets, ["sqli", "xss", "lfi", "rfi", "rce", "methodenforcement", "scannerdetection", "protocolattack", "php", "sessionfixation", "java", "nodejs", "generic", "cve", "json-sqli"])) == 0
    error_message = "Choose among sqli, xss, lfi, rfi, rce, methodenforcement, scannerdetection, protocolattack, php, sessionfixation, java, nodejs, generic, cve and json-sqli."
  }

  validation {
    condition     = var.owasp_rule_sets == null ? true : contains(var.owasp_rule_sets, "nodejs") ? var.owasp_version == "3.3" : true
    error_message = "The rules for Node.js are part of version 3.3: choose that version, or take generic instead."
  }

  validation {
    condition     = var.owasp_rule_sets == null ? true : contains(var.owasp_rule_sets, "generic") ? var.owasp_version == "4.22" : true
    error_message = "The generic rules are part of version 4.22: choose that version, or take nodejs instead."
  }

  validation {
    condition     = var.owasp_rule_sets == null ? true : length(var.owasp_rule_sets) == 0 ? true : var.type == "CLOUD_ARMOR"
    error_message = "OWASP rules are for backend policies: choose that type, or leave the rule sets empty."
  }
}

variable "owasp_sensitivity" {
  type        = number
  description = "How suspicious the OWASP rules are: 1 finds the clear cases, 4 everything, with many false alarms."
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4], var.owasp_sensitivity)
    error_message = "Choose a sensitivity of 1, 2, 3 or 4."
  }
}

variable "owasp_version" {
  type        = string
  description = "Version of the OWASP core rules: `4.22`, or `3.3` for policies that were tuned for it."
  default     = "4.22"
  nullable    = false

  validation {
    condition     = contains(["4.22", "3.3"], var.owasp_version)
    error_message = "Choose 4.22 or 3.3 as the version of the OWASP rules."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the policy, kept as the label `owner`."
  default     = null
}

variable "preview_enabled" {
  type        = bool
  description = "Only log what the lists, the OWASP rules and the rate limit would do, and let everything in. Begin with it where traffic is not known yet."
  default     = false
  nullable    = false
}

variable "project_id" {
  type        = string
  description = "Project that holds the policy. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "rate_limit" {
  type = object({
    requests         = number
    interval_seconds = optional(number, 60)
    key              = optional(string, "IP")
    key_name         = optional(string)
    ban_seconds      = optional(number)
    ban_requests     = optional(number)
  })
  description = <<-EOT
    How often one client may ask; more is answered with 429. Null sets no limit.
    - `requests` - number of requests.
    - `interval_seconds` - in how many seconds: 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600.
    - `key` - what makes a client: `IP`, `XFF_IP`, `ALL`, `HTTP_HEADER`, `HTTP_COOKIE`, `HTTP_PATH`, `SNI`, `REGION_CODE`, `TLS_JA3_FINGERPRINT`, `TLS_JA4_FINGERPRINT` or `USER_IP`.
    - `key_name` - name of the header or cookie.
    - `ban_seconds` - keep a client out for so long once it asked too often. Null only slows it down.
    - `ban_requests` - ban only above this number of requests in the same time.
  EOT
  default     = null

  validation {
    condition     = var.rate_limit == null ? true : var.type == "CLOUD_ARMOR"
    error_message = "Rate limits are for backend policies: choose that type, or set no limit."
  }

  validation {
    condition     = var.rate_limit == null ? true : var.default_action == "allow"
    error_message = "A rate limit lets in who asks seldom enough, so the default must be to allow."
  }

  validation {
    condition     = var.rate_limit == null ? true : var.rate_limit.requests >= 1 && var.rate_limit.requests <= 1000000 && floor(var.rate_limit.requests) == var.rate_limit.requests
    error_message = "Limit to a whole number of requests from 1 to 1000000."
  }

  validation {
    condition     = var.rate_limit == null ? true : contains([10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600], var.rate_limit.interval_seconds)
    error_message = "Choose an interval of 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600 seconds."
  }

  validation {
    condition     = var.rate_limit == null ? true : contains(["IP", "XFF_IP", "ALL", "HTTP_HEADER", "HTTP_COOKIE", "HTTP_PATH", "SNI", "REGION_CODE", "TLS_JA3_FINGERPRINT", "TLS_JA4_FINGERPRINT", "USER_IP"], var.rate_limit.key)
    error_message = "Choose what makes a client, such as IP, XFF_IP or HTTP_HEADER."
  }

  validation {
    condition     = var.rate_limit == null ? true : (var.rate_limit.key_name != null) == contains(["HTTP_HEADER", "HTTP_COOKIE"], var.rate_limit.key)
    error_message = "Give the name of the header or cookie that makes a client, and none for other keys."
  }

  validation {
    condition     = var.rate_limit == null ? true : var.rate_limit.ban_seconds == null ? var.rate_limit.ban_requests == null : var.rate_limit.ban_seconds >= 60 && var.rate_limit.ban_seconds <= 86400 && coalesce(var.rate_limit.ban_requests, var.rate_limit.requests) >= var.rate_limit.requests
    error_message = "Ban for 60 to 86400 seconds, from a number of requests that is not below the limit."
  }
}

variable "recaptcha_site_key" {
  type        = string
  description = "Site key of reCAPTCHA with which redirected visitors are asked whether they are human. Null uses one that Google manages."
  default     = null

  validation {
    condition     = var.recaptcha_site_key == null ? true : can(regex("^[A-Za-z0-9_-]{20,}$", var.recaptcha_site_key))
    error_message = "Give the site key of reCAPTCHA as it stands in its console."
  }

  validation {
    condition     = var.recaptcha_site_key == null ? true : var.type == "CLOUD_ARMOR"
    error_message = "ReCAPTCHA is for backend policies: choose that type, or leave the key empty."
  }
}

variable "request_body_inspection_size" {
  type        = string
  description = "How much of a body the OWASP rules look at. More than `8KB` takes Cloud Armor Enterprise's prices. It counts for backend policies."
  default     = "8KB"
  nullable    = false

  validation {
    condition     = contains(["8KB", "16KB", "32KB", "48KB", "64KB"], var.request_body_inspection_size)
    error_message = "Choose 8KB, 16KB, 32KB, 48KB or 64KB of the body."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "type" {
  type        = string
  description = "What the policy protects: `CLOUD_ARMOR` backends, or `CLOUD_ARMOR_EDGE` caches at Google's edge, with fewer kinds of rules. It cannot be changed later."
  default     = "CLOUD_ARMOR"
  nullable    = false

  validation {
    condition     = contains(["CLOUD_ARMOR", "CLOUD_ARMOR_EDGE"], var.type)
    error_message = "Choose CLOUD_ARMOR or CLOUD_ARMOR_EDGE as the type."
  }
}

variable "user_ip_request_headers" {
  type        = set(string)
  description = "Headers in which a proxy before Google tells the visitor's address, such as `True-Client-IP`. It counts for backend policies."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for header in var.user_ip_request_headers : can(regex("^[A-Za-z0-9-]+$", header))])
    error_message = "Write names of headers with letters, digits and dashes, such as True-Client-IP."
  }
}
