variable "name" {
  type        = string
  description = "Name of the gateway: 1 to 60 letters, digits, dashes, dots and underscores."
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,58}[a-zA-Z0-9_])?$", var.name))
    error_message = "Use 1 to 60 letters, digits, dashes, dots and underscores for the name, beginning with a letter or digit."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "backend_addresses" {
  type        = list(string)
  description = "Where requests are sent on to: host names, such as `acme-shop.azurewebsites.net`, or IPv4 addresses."
  nullable    = false

  validation {
    condition     = length(var.backend_addresses) >= 1 && alltrue([for address in var.backend_addresses : can(regex("^(?:[a-zA-Z0-9_](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)+[a-zA-Z]{2,}$", address)) || can(cidrhost("${address}/32", 0))])
    error_message = "Give at least one server, each as a host name such as acme-shop.azurewebsites.net or as an IPv4 address."
  }

  validation {
    condition     = length(distinct(var.backend_addresses)) == length(var.backend_addresses) && length(var.backend_addresses) <= 100
    error_message = "List each server once, and at most 100."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Addresses or ranges that may visit when network access is `selected`, such as your office's. Only for the network that is created here."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0))])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("/[0-7]$", range))])
    error_message = "Ranges wider than /8 are everybody: choose the network access \"all\" when that is meant."
  }

  validation {
    condition     = length(var.allowed_ip_ranges) == 0 ? true : var.network_access == "selected" && var.subnet_id == null
    error_message = "Allowed addresses go with network access \"selected\" and a network that is created here; in a subnet of your own its security group decides."
  }
}

variable "backend_host_name" {
  type        = string
  description = "Host name that the servers are asked for. Null asks each for its own name, which web apps need, or for its address."
  default     = null

  validation {
    condition     = var.backend_host_name == null ? true : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.backend_host_name))
    error_message = "Write the host name of the servers in full and in lowercase, such as shop.example.com."
  }

  validation {
    condition     = var.backend_host_name != null || var.backend_protocol == "Http" ? true : alltrue([for address in concat(var.backend_addresses, flatten([for rule in var.path_rules : rule.backend_addresses])) : !can(cidrhost("${address}/32", 0))])
    error_message = "Servers given by address need a host name when they are spoken to with HTTPS: the name their certificate is for."
  }
}

variable "backend_port" {
  type        = number
  description = "Port of the servers. Null means 443 for HTTPS and 80 for HTTP."
  default     = null

  validation {
    condition     = var.backend_port == null ? true : var.backend_port >= 1 && var.backend_port <= 65535 && floor(var.backend_port) == var.backend_port
    error_message = "Choose a port from 1 to 65535."
  }
}

variable "backend_protocol" {
  type        = string
  description = "How the gateway speaks to the servers: `Https` or `Http`."
  default     = "Https"
  nullable    = false

  validation {
    condition     = contains(["Https", "Http"], var.backend_protocol)
    error_message = "Choose Https or Http as the protocol of the servers."
  }
}

variable "backend_root_certificate_secret_id" {
  type        = string
  description = "Key vault address of the root certificate that the servers' certificates come from, when it is not a public one. Null trusts public authorities."
  default     = null

  validation {
    condition     = var.backend_root_certificate_secret_id == null ? true : can(regex("^https://[^/]+/secrets/[^/]+", var.backend_root_certificate_secret_id))
    error_message = "Give the root certificate as the vault shows it: https://<vault>.vault.azure.net/secrets/<name>."
  }

  validation {
    condition     = var.backend_root_certificate_secret_id == null ? true : var.backend_protocol == "Https" && (var.key_vault_id != null || var.user_assigned_identity_id != null)
    error_message = "A root certificate goes with HTTPS to the servers and an identity that may read it: name the key vault or the identity."
  }
}

variable "connection_draining_seconds" {
  type        = number
  description = "Seconds that a server which is taken out has to finish its requests, 1 to 3600. Null drops them."
  default     = 60

  validation {
    condition     = var.connection_draining_seconds == null ? true : var.connection_draining_seconds >= 1 && var.connection_draining_seconds <= 3600
    error_message = "Give servers 1 to 3600 seconds to finish, or leave the field empty."
  }
}

variable "cookie_affinity_enabled" {
  type        = bool
  description = "Send a visitor to the same server each time, by a cookie."
  default     = false
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the tag `cost_center`."
  default     = null
}

variable "create_public_ip" {
  type        = bool
  description = "Create a public address. Turn it off to use one that is there, or a private address only."
  default     = true
  nullable    = false

  validation {
    condition     = var.create_public_ip ? var.public_ip_address_id == null : var.public_ip_address_id != null || var.private_ip_address != null
    error_message = "Give the gateway one address at least: a new public one, an existing public one, or a private one; a new and an existing public one exclude each other."
  }
}

variable "create_resource_group" {
  type        = bool
  description = "Create the resource group. Turn it off to use one that is there already."
  default     = true
  nullable    = false
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the gateway, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "domain_name_label" {
  type        = string
  description = "First part of a name for the public address: `<label>.<region>.cloudapp.azure.com`. Null gives it none."
  default     = null

  validation {
    condition     = var.domain_name_label == null ? true : can(regex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", var.domain_name_label))
    error_message = "Use 3 to 63 lowercase letters, digits and dashes for the label, beginning with a letter."
  }

  validation {
    condition     = var.domain_name_label == null ? true : var.create_public_ip
    error_message = "The label belongs to the public address that is created: turn that on, or remove the label."
  }
}

variable "environment" {
  type        = string
  description = "What the gateway is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "health_path" {
  type        = string
  description = "Path that a healthy server answers."
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/[^ #]*$", var.health_path))
    error_message = "Begin the path of the health check with a slash, such as /healthz."
  }
}

variable "health_probe" {
  type = object({
    interval_seconds    = optional(number, 30)
    timeout_seconds     = optional(number, 30)
    unhealthy_threshold = optional(number, 3)
    status_codes        = optional(list(string), ["200-399"])
  })
  description = <<-EOT
    How servers are checked.
    - `interval_seconds` - time between two checks, 1 to 86400.
    - `timeout_seconds` - how long to wait for an answer, at most the interval.
    - `unhealthy_threshold` - failures in a row after which a server is taken out, 1 to 20.
    - `status_codes` - answers that mean well, such as `200` or `200-399`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = var.health_probe.interval_seconds >= 1 && var.health_probe.interval_seconds <= 86400 && var.health_probe.timeout_seconds >= 1 && var.health_probe.timeout_seconds <= var.health_probe.interval_seconds
    error_message = "Check servers every 1 to 86400 seconds, and wait for the answer at most as long as that."
  }

  validation {
    condition     = var.health_probe.unhealthy_threshold >= 1 && var.health_probe.unhealthy_threshold <= 20 && floor(var.health_probe.unhealthy_threshold) == var.health_probe.unhealthy_threshold
    error_message = "Take a server out after 1 to 20 failures."
  }

  validation {
    condition     = length(var.health_probe.status_codes) >= 1 && alltrue([for code in var.health_probe.status_codes : can(regex("^[1-5][0-9]{2}(?:-[1-5][0-9]{2})?$", code))])
    error_message = "Write the answers that mean well as codes or ranges, such as 200 or 200-399."
  }
}

variable "host_names" {
  type        = list(string)
  description = "Host names that the gateway answers to, at most five, such as `www.example.com` or `*.example.com`. Empty answers to all."
  default     = []
  nullable    = false

  validation {
    condition     = length(var.host_names) <= 5 && alltrue([for name in var.host_names : can(regex("^(?:\\*\\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", name))])
    error_message = "Write at most five host names in full and in lowercase, such as www.example.com; a * may stand for the first part."
  }
}

variable "key_vault_id" {
  type        = string
  description = "Resource id of the vault that holds the certificate; the gateway's identity is given the role Key Vault Secrets User there. Null grants nothing."
  default     = null

  validation {
    condition     = var.key_vault_id == null ? true : can(regex("(?i)/providers/Microsoft\\.KeyVault/vaults/[^/]+$", var.key_vault_id))
    error_message = "Give the vault by its full resource id, which ends in /Microsoft.KeyVault/vaults/<name>."
  }
}

variable "key_vault_secret_id" {
  type        = string
  description = "Key vault address of the certificate with its private key, best without a version, so that renewals are followed. With it the gateway serves HTTPS and sends HTTP there. Null serves HTTP only: for trying out."
  default     = null

  validation {
    condition     = var.key_vault_secret_id == null ? true : can(regex("^https://[^/]+/secrets/[^/]+", var.key_vault_secret_id))
    error_message = "Give the certificate as a secret of the vault: https://<vault>.vault.azure.net/secrets/<name>."
  }

  validation {
    condition     = var.key_vault_secret_id == null ? true : var.key_vault_id != null || var.user_assigned_identity_id != null
    error_message = "Somebody must be allowed to read the certificate: name the key vault, or an identity that has the right already."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives every request and what the firewall stopped. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "max_capacity" {
  type        = number
  description = "Most instances that the load may start, 2 to 125, as a bound to the bill."
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_capacity >= 2 && var.max_capacity <= 125 && floor(var.max_capacity) == var.max_capacity
    error_message = "Allow 2 to 125 instances."
  }
}

variable "min_capacity" {
  type        = number
  description = "Instances that always run, 0 to 100. Two or more survive the loss of one without a pause."
  default     = 1
  nullable    = false

  validation {
    condition     = var.min_capacity >= 0 && var.min_capacity <= 100 && floor(var.min_capacity) == var.min_capacity
    error_message = "Keep 0 to 100 instances running."
  }

  validation {
    condition     = var.min_capacity <= var.max_capacity
    error_message = "Keep the smallest number of instances at or below the largest."
  }
}

variable "network_access" {
  type        = string
  description = "Who can visit through the network that is created here: `selected` addresses, or `all` of the internet."
  default     = "selected"
  nullable    = false

  validation {
    condition     = contains(["selected", "all"], var.network_access)
    error_message = "Choose selected or all as the network access."
  }
}

variable "network_address_space" {
  type        = string
  description = "Range of the network that is created when no subnet is given, /16 to /26; the gateway gets all of it."
  default     = "10.80.0.0/24"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.network_address_space, 0)) && can(regex("/(?:1[6-9]|2[0-6])$", var.network_address_space))
    error_message = "Write the range of the network as a CIDR range of /16 to /26, such as 10.80.0.0/24."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the gateway, kept as the tag `owner`."
  default     = null
}

variable "path_rules" {
  type = list(object({
    name              = string
    paths             = list(string)
    backend_addresses = list(string)
  }))
  description = <<-EOT
    Paths that other servers answer.
    - `name` - letters, digits and dashes.
    - `paths` - such as `/api/*`; a star only at the end.
    - `backend_addresses` - host names or addresses of the servers for them.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.path_rules : can(regex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,40}$", rule.name)) && rule.name != "default"]) && length(distinct([for rule in var.path_rules : rule.name])) == length(var.path_rules)
    error_message = "Give every path rule a name of its own of letters, digits and dashes, other than default."
  }

  validation {
    condition     = alltrue([for rule in var.path_rules : length(rule.paths) >= 1 && alltrue([for path in rule.paths : can(regex("^/[^*]*\\*?$", path))])])
    error_message = "Begin each path with a slash, with a star at most at its end, such as /api/*."
  }

  validation {
    condition     = alltrue([for rule in var.path_rules : length(rule.backend_addresses) >= 1 && alltrue([for address in rule.backend_addresses : can(regex("^(?:[a-zA-Z0-9_](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)+[a-zA-Z]{2,}$", address)) || can(cidrhost("${address}/32", 0))])])
    error_message = "Give each path rule at least one server, as a host name or an IPv4 address."
  }
}

variable "private_ip_address" {
  type        = string
  description = "Private address in the gateway's subnet that it listens on as well. Null gives it none."
  default     = null

  validation {
    condition     = var.private_ip_address == null ? true : can(cidrhost("${var.private_ip_address}/32", 0))
    error_message = "Write the private address as an IPv4 address, such as 10.80.0.10."
  }

  validation {
    condition     = var.private_ip_address == null || var.subnet_id != null ? true : try(cidrhost("${var.private_ip_address}/${split("/", var.network_address_space)[1]}", 0) == cidrhost(var.network_address_space, 0), false)
    error_message = "Choose a private address inside the range of the network."
  }
}

variable "public_ip_address_id" {
  type        = string
  description = "Resource id of a public address (Standard, static) that is there already. Null uses none."
  default     = null

  validation {
    condition     = var.public_ip_address_id == null ? true : can(regex("(?i)/providers/Microsoft\\.Network/publicIPAddresses/[^/]+$", var.public_ip_address_id))
    error_message = "Give the public address by its full resource id, which ends in /publicIPAddresses/<name>."
  }
}

variable "request_timeout_seconds" {
  type        = number
  description = "Seconds that a server has to answer, 1 to 86400."
  default     = 30
  nullable    = false

  validation {
    condition     = var.request_timeout_seconds >= 1 && var.request_timeout_seconds <= 86400
    error_message = "Give servers 1 to 86400 seconds to answer."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the gateway. Null names a new one after it."
  default     = null

  validation {
    condition     = var.create_resource_group ? true : var.resource_group_name != null
    error_message = "Name the existing resource group, or let one be created."
  }

  validation {
    condition     = var.resource_group_name == null ? true : can(regex("^[-\\w._()]{0,89}[-\\w_()]$", var.resource_group_name))
    error_message = "Name the resource group with 1 to 90 letters, digits, dashes, underscores, dots and brackets, not ending in a dot."
  }
}

variable "ssl_policy_name" {
  type        = string
  description = "Which TLS versions and ciphers visitors may use: `AppGwSslPolicy20220101S` (TLS 1.2 and 1.3, strict) or `AppGwSslPolicy20220101` (for older browsers too)."
  default     = "AppGwSslPolicy20220101S"
  nullable    = false

  validation {
    condition     = contains(["AppGwSslPolicy20220101S", "AppGwSslPolicy20220101"], var.ssl_policy_name)
    error_message = "Choose AppGwSslPolicy20220101S or AppGwSslPolicy20220101; the earlier ones allow what is broken."
  }
}

variable "subnet_id" {
  type        = string
  description = "Resource id of a subnet that holds nothing but gateways, /26 or larger. Null creates a network with a security group."
  default     = null

  validation {
    condition     = var.subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }
}

variable "tags" {
  type        = map(string)
  description = "More tags for everything that is created."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : length(key) <= 512 && length(value) <= 256 && !can(regex("[<>%&\\\\?/]", key))])
    error_message = "Keep tag names under 512 characters without < > % & \\ ? / and tag values under 256."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the tag `terrace_deployment`."
  default     = null
}

variable "user_assigned_identity_id" {
  type        = string
  description = "Resource id of an identity for the gateway. Null creates one."
  default     = null

  validation {
    condition     = var.user_assigned_identity_id == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.user_assigned_identity_id))
    error_message = "Give the identity by its full resource id, which ends in /userAssignedIdentities/<name>."
  }

  validation {
    condition     = var.user_assigned_identity_id == null ? true : var.key_vault_id == null
    error_message = "An identity of your own brings its own rights: remove the key vault here, or let an identity be created."
  }
}

variable "waf_bot_protection_enabled" {
  type        = bool
  description = "Stop requests of known bad bots as well."
  default     = true
  nullable    = false
}

variable "waf_exclusions" {
  type = list(object({
    match_variable = string
    operator       = optional(string, "Equals")
    selector       = string
  }))
  description = <<-EOT
    Parts of requests that the rules do not look at, for false alarms.
    - `match_variable` - such as `RequestArgNames`, `RequestCookieNames` or `RequestHeaderNames`.
    - `operator` - `Equals`, `StartsWith`, `EndsWith`, `Contains` or `EqualsAny`.
    - `selector` - the name, such as `comment`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.waf_exclusions : contains(["RequestArgKeys", "RequestArgNames", "RequestArgValues", "RequestCookieKeys", "RequestCookieNames", "RequestCookieValues", "RequestHeaderKeys", "RequestHeaderNames", "RequestHeaderValues"], item.match_variable)])
    error_message = "Choose which part of a request is excluded from the list, such as RequestArgNames."
  }

  validation {
    condition     = alltrue([for item in var.waf_exclusions : contains(["Contains", "EndsWith", "Equals", "EqualsAny", "StartsWith"], item.operator)])
    error_message = "Choose Equals, StartsWith, EndsWith, Contains or EqualsAny for an exclusion."
  }
}

variable "waf_max_request_body_size_kb" {
  type        = number
  description = "Largest body of a request that is not an upload, 8 to 2000 KB."
  default     = 128
  nullable    = false

  validation {
    condition     = var.waf_max_request_body_size_kb >= 8 && var.waf_max_request_body_size_kb <= 2000
    error_message = "Take request bodies of 8 to 2000 KB."
  }
}

variable "waf_mode" {
  type        = string
  description = "`Prevention` stops attacks; `Detection` only writes them down, to find false alarms first."
  default     = "Prevention"
  nullable    = false

  validation {
    condition     = contains(["Prevention", "Detection"], var.waf_mode)
    error_message = "Choose Prevention or Detection as the mode of the firewall."
  }
}

variable "waf_rule_set" {
  type        = string
  description = "Rules against attacks: `Microsoft_DefaultRuleSet 2.1`, with Microsoft's own findings, or `OWASP 3.2`, the common core."
  default     = "Microsoft_DefaultRuleSet 2.1"
  nullable    = false

  validation {
    condition     = contains(["Microsoft_DefaultRuleSet 2.1", "OWASP 3.2"], var.waf_rule_set)
    error_message = "Choose \"Microsoft_DefaultRuleSet 2.1\" or \"OWASP 3.2\" as the rule set."
  }
}

variable "waf_rules" {
  type = list(object({
    name       = string
    priority   = number
    action     = optional(string, "Block")
    ip_ranges  = optional(list(string), [])
    countries  = optional(list(string), [])
    negate     = optional(bool, false)
    rate_limit = optional(number)
  }))
  description = <<-EOT
    Rules of your own, which count before the rule sets.
    - `name` - letters and digits, beginning with a letter.
    - `priority` - 1 to 100; smaller counts first.
    - `action` - `Block`, `Allow` (nothing else is looked at) or `Log`.
    - `ip_ranges` - only visitors from these addresses.
    - `countries` - only visitors from these countries, by their two letters, such as `SE`.
    - `negate` - turn it round: visitors from anywhere else.
    - `rate_limit` - only visitors that make more requests in a minute than this.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.waf_rules : can(regex("^[a-zA-Z][a-zA-Z0-9]{0,127}$", rule.name))]) && length(distinct([for rule in var.waf_rules : lower(rule.name)])) == length(var.waf_rules)
    error_message = "Give every firewall rule a name of its own of letters and digits, beginning with a letter."
  }

  validation {
    condition     = alltrue([for rule in var.waf_rules : rule.priority >= 1 && rule.priority <= 100 && floor(rule.priority) == rule.priority]) && length(distinct([for rule in var.waf_rules : rule.priority])) == length(var.waf_rules)
    error_message = "Give every firewall rule a priority of its own from 1 to 100."
  }

  validation {
    condition     = alltrue([for rule in var.waf_rules : contains(["Block", "Allow", "Log"], rule.action)])
    error_message = "Choose Block, Allow or Log as the action of a firewall rule."
  }

  validation {
    condition     = alltrue([for rule in var.waf_rules : rule.rate_limit != null || length(rule.ip_ranges) + length(rule.countries) > 0])
    error_message = "Say whom a firewall rule is about: addresses, countries or a rate limit."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.waf_rules : [for range in rule.ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0))]]))
    error_message = "Write the addresses of a firewall rule as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.waf_rules : [for country in rule.countries : can(regex("^[A-Z]{2}$", country))]]))
    error_message = "Write countries with their two capital letters, such as SE."
  }

  validation {
    condition     = alltrue([for rule in var.waf_rules : rule.rate_limit == null ? true : rule.rate_limit >= 1 && rule.action != "Allow"])
    error_message = "Limit rates to one request a minute or more, with the action Block or Log."
  }
}

variable "zones" {
  type        = set(string)
  description = "Zones that the gateway and its address spread over, such as 1, 2 and 3. Only in regions that have zones. Empty leaves it to Azure."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)])
    error_message = "Choose among the zones 1, 2 and 3."
  }
}
