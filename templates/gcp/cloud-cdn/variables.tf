variable "name" {
  type        = string
  description = "Name of the site. Everything that is created is named after it; a new bucket is called `<project>-<name>`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 30 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "domains" {
  type        = list(string)
  description = "Domains of the site, such as `assets.example.com`. Google makes a certificate for them as soon as they lead to the address in the outputs."
  nullable    = false

  validation {
    condition     = length(var.domains) >= 1 && length(var.domains) <= 100 && length(distinct(var.domains)) == length(var.domains)
    error_message = "Name 1 to 100 domains, each once."
  }

  validation {
    condition     = alltrue([for domain in var.domains : can(regex("^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z][-a-z0-9]{0,61}[a-z0-9]$", domain)) && length(domain) <= 63])
    error_message = "Write each domain in lowercase letters, at most 63, such as assets.example.com; wildcards cannot have a certificate of this kind."
  }
}

variable "access" {
  type        = string
  description = "Who gets the contents: `signed` only visitors with an address that your program signed, and the bucket stays closed; `public` everybody."
  default     = "signed"
  nullable    = false

  validation {
    condition     = contains(["signed", "public"], var.access)
    error_message = "Choose signed or public access."
  }
}

variable "bucket_location" {
  type        = string
  description = "Where a new bucket is: `EU`, `US`, `ASIA`, a dual region or a region. The cache is all over the world anyway."
  default     = "EU"
  nullable    = false

  validation {
    condition     = can(regex("^(?:EU|US|ASIA|EUR[0-9]+|NAM[0-9]+|ASIA[0-9]+|[a-z]+-[a-z]+[0-9]+|[A-Z]+-[A-Z]+[0-9]+)$", var.bucket_location))
    error_message = "Choose a location such as EU, US or europe-west1."
  }
}

variable "bucket_name" {
  type        = string
  description = "Existing bucket with the contents. Null creates one."
  default     = null

  validation {
    condition     = var.bucket_name == null ? true : can(regex("^[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]$", var.bucket_name))
    error_message = "Give the bucket by its name alone, without gs://."
  }
}

variable "bypass_cache_headers" {
  type        = set(string)
  description = "Request headers that make the cache ask the bucket anew, such as `Pragma`; five at most."
  default     = []
  nullable    = false

  validation {
    condition     = length(var.bypass_cache_headers) <= 5 && alltrue([for header in var.bypass_cache_headers : can(regex("^[A-Za-z0-9-]+$", header))])
    error_message = "Name at most five headers, with letters, digits and dashes."
  }
}

variable "cache_key_headers" {
  type        = list(string)
  description = "Request headers for whose values answers are kept apart, such as `Origin`; five at most."
  default     = []
  nullable    = false

  validation {
    condition     = length(var.cache_key_headers) <= 5 && alltrue([for header in var.cache_key_headers : can(regex("^[A-Za-z0-9-]+$", header))])
    error_message = "Name at most five headers, with letters, digits and dashes."
  }

  validation {
    condition     = alltrue([for header in var.cache_key_headers : !contains(["accept", "accept-encoding", "authorization", "authority", "cookie", "date", "forwarded", "from", "host", "method", "path", "referer", "scheme", "user-agent"], lower(header))])
    error_message = "Headers that differ for every visitor or that Google handles itself, such as Cookie, Host or User-Agent, cannot keep answers apart."
  }
}

variable "cache_key_query_parameters" {
  type        = list(string)
  description = "Parameters of the address for whose values answers are kept apart, such as `v`; others make no difference."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for parameter in var.cache_key_query_parameters : can(regex("^[^&=\\s]+$", parameter))])
    error_message = "Name parameters without &, = and spaces."
  }
}

variable "cache_mode" {
  type        = string
  description = "What is kept: `CACHE_ALL_STATIC` files such as images, styles and scripts, and what the bucket allows; `USE_ORIGIN_HEADERS` only what the bucket's headers allow; `FORCE_CACHE_ALL` everything."
  default     = "CACHE_ALL_STATIC"
  nullable    = false

  validation {
    condition     = contains(["CACHE_ALL_STATIC", "USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL"], var.cache_mode)
    error_message = "Choose CACHE_ALL_STATIC, USE_ORIGIN_HEADERS or FORCE_CACHE_ALL as what is kept."
  }
}

variable "certificate_ids" {
  type        = list(string)
  description = "Existing certificates for the domains: `projects/<project>/global/sslCertificates/<name>`. Empty lets Google make one."
  default     = []
  nullable    = false

  validation {
    condition     = length(var.certificate_ids) <= 15 && alltrue([for id in var.certificate_ids : can(regex("^projects/[^/]+/global/sslCertificates/[^/]+$", id))])
    error_message = "Write each certificate as projects/<project>/global/sslCertificates/<name>, 15 at most."
  }
}

variable "client_ttl_seconds" {
  type        = number
  description = "Longest time for which browsers keep an answer. Null is an hour."
  default     = null

  validation {
    condition     = var.client_ttl_seconds == null ? true : var.client_ttl_seconds >= 0 && var.client_ttl_seconds <= 31622400 && floor(var.client_ttl_seconds) == var.client_ttl_seconds
    error_message = "Let browsers keep answers for 0 to 31622400 whole seconds, a year."
  }

  validation {
    condition     = var.client_ttl_seconds == null ? true : var.cache_mode != "USE_ORIGIN_HEADERS"
    error_message = "With USE_ORIGIN_HEADERS the bucket says how long browsers keep answers: leave the field empty, or choose another mode."
  }

  validation {
    condition     = var.client_ttl_seconds == null || var.max_ttl_seconds == null ? true : var.client_ttl_seconds <= var.max_ttl_seconds
    error_message = "Browsers cannot keep answers longer than the longest time of the cache."
  }
}

variable "compression_enabled" {
  type        = bool
  description = "Compress text for browsers that can read it (gzip, Brotli)."
  default     = true
  nullable    = false
}

variable "cors_origins" {
  type        = list(string)
  description = "Other sites whose scripts may read from a new bucket, such as `https://www.example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^(?:\\*|https?://[^/\\s]+)$", origin))])
    error_message = "Write each site with its protocol and without a path, such as https://www.example.com."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "custom_response_headers" {
  type        = list(string)
  description = "Headers that are added to every answer, as `Name: value`. `{cdn_cache_status}` and other variables of the load balancer are filled in."
  default     = ["Strict-Transport-Security: max-age=31536000", "X-Content-Type-Options: nosniff"]
  nullable    = false

  validation {
    condition     = alltrue([for header in var.custom_response_headers : can(regex("^[A-Za-z0-9-]+: ?[^\\r\\n]+$", header))])
    error_message = "Write each header as Name: value, such as X-Cache: {cdn_cache_status}."
  }
}

variable "default_ttl_seconds" {
  type        = number
  description = "Time for which the cache keeps an answer that does not say. Null is an hour."
  default     = null

  validation {
    condition     = var.default_ttl_seconds == null ? true : var.default_ttl_seconds >= 0 && var.default_ttl_seconds <= 31622400 && floor(var.default_ttl_seconds) == var.default_ttl_seconds
    error_message = "Keep answers for 0 to 31622400 whole seconds, a year."
  }

  validation {
    condition     = var.default_ttl_seconds == null ? true : var.cache_mode != "USE_ORIGIN_HEADERS"
    error_message = "With USE_ORIGIN_HEADERS the bucket says how long answers are kept: leave the field empty, or choose another mode."
  }

  validation {
    condition     = var.default_ttl_seconds == null || var.max_ttl_seconds == null ? true : var.default_ttl_seconds <= var.max_ttl_seconds
    error_message = "The usual time cannot be above the longest time."
  }
}

variable "dns_zone_name" {
  type        = string
  description = "Zone in Cloud DNS, in the same project, that gets records for the domains. Null leaves the records to you."
  default     = null

  validation {
    condition     = var.dns_zone_name == null ? true : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", var.dns_zone_name))
    error_message = "Give the zone by its name in Cloud DNS, such as shop, not by its domain."
  }
}

variable "edge_security_policy_id" {
  type        = string
  description = "Cloud Armor policy of the edge kind that decides before the cache answers: `projects/<project>/global/securityPolicies/<name>`. Null uses none."
  default     = null

  validation {
    condition     = var.edge_security_policy_id == null ? true : can(regex("^projects/[^/]+/global/securityPolicies/[^/]+$", var.edge_security_policy_id))
    error_message = "Write the policy as projects/<project>/global/securityPolicies/<name>."
  }
}

variable "environment" {
  type        = string
  description = "What the site is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Let a destroy run delete the files of a new bucket, too. Without it such a run stops."
  default     = false
  nullable    = false
}

variable "http3_enabled" {
  type        = bool
  description = "Offer HTTP/3 (QUIC), which is faster over bad connections."
  default     = true
  nullable    = false
}

variable "http_redirect_enabled" {
  type        = bool
  description = "Send visitors who come without encryption to the encrypted address. Without it nothing listens there."
  default     = true
  nullable    = false
}

variable "index_page" {
  type        = string
  description = "File of a new bucket that is shown for a folder."
  default     = "index.html"
  nullable    = false

  validation {
    condition     = can(regex("^[^/]+$", var.index_page))
    error_message = "Name the file without a folder, such as index.html."
  }
}

variable "ipv6_enabled" {
  type        = bool
  description = "Give the site an IPv6 address, too."
  default     = false
  nullable    = false
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

variable "max_ttl_seconds" {
  type        = number
  description = "Longest time for which the cache keeps an answer, whatever it says. Null is a day. Only `CACHE_ALL_STATIC` has it."
  default     = null

  validation {
    condition     = var.max_ttl_seconds == null ? true : var.max_ttl_seconds >= 0 && var.max_ttl_seconds <= 31622400 && floor(var.max_ttl_seconds) == var.max_ttl_seconds
    error_message = "Keep answers for 0 to 31622400 whole seconds at most, a year."
  }

  validation {
    condition     = var.max_ttl_seconds == null ? true : var.cache_mode == "CACHE_ALL_STATIC"
    error_message = "Only CACHE_ALL_STATIC has a longest time: leave the field empty, or choose that mode."
  }
}

variable "min_tls_version" {
  type        = string
  description = "Oldest version of encryption: `TLS_1_2`, or `TLS_1_3` together with the profile `RESTRICTED`."
  default     = "TLS_1_2"
  nullable    = false

  validation {
    condition     = contains(["TLS_1_2", "TLS_1_3"], var.min_tls_version)
    error_message = "Choose TLS_1_2 or TLS_1_3 as the oldest version."
  }

  validation {
    condition     = var.min_tls_version == "TLS_1_3" ? var.tls_profile == "RESTRICTED" : true
    error_message = "TLS 1.3 alone goes with the profile RESTRICTED: choose it, or TLS_1_2."
  }
}

variable "negative_caching_enabled" {
  type        = bool
  description = "Keep answers that something is not there or has moved, too, so that the bucket is not asked again and again."
  default     = true
  nullable    = false
}

variable "negative_caching_seconds" {
  type        = map(number)
  description = "How long such answers are kept, by their code, such as `404` for 60 seconds; 1800 at most. Empty takes Google's times."
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.negative_caching_seconds) == 0 ? true : var.negative_caching_enabled
    error_message = "Let such answers be kept before you say how long."
  }

  validation {
    condition     = alltrue([for code, seconds in var.negative_caching_seconds : contains(["300", "301", "302", "307", "308", "404", "405", "410", "421", "451", "501"], code) && seconds >= 0 && seconds <= 1800 && floor(seconds) == seconds])
    error_message = "Keep the codes 300, 301, 302, 307, 308, 404, 405, 410, 421, 451 and 501 for 0 to 1800 whole seconds."
  }
}

variable "not_found_page" {
  type        = string
  description = "File of a new bucket that is shown for what is not there, such as `404.html`."
  default     = null

  validation {
    condition     = var.not_found_page == null ? true : length(var.not_found_page) > 0 && !startswith(var.not_found_page, "/")
    error_message = "Name the file as it lies in the bucket, such as 404.html, without a slash before it."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the site, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the site. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "request_coalescing_enabled" {
  type        = bool
  description = "Ask the bucket once when many want the same at the same time."
  default     = true
  nullable    = false
}

variable "serve_while_stale_seconds" {
  type        = number
  description = "Time for which an old answer is still given while a new one is fetched, or when the bucket fails: 0 to 604800 (a week)."
  default     = 86400
  nullable    = false

  validation {
    condition     = var.serve_while_stale_seconds >= 0 && var.serve_while_stale_seconds <= 604800 && floor(var.serve_while_stale_seconds) == var.serve_while_stale_seconds
    error_message = "Give old answers for 0 to 604800 whole seconds, a week."
  }
}

variable "signed_url_cache_seconds" {
  type        = number
  description = "Time for which the cache keeps answers to signed addresses, whatever the bucket says."
  default     = 3600
  nullable    = false

  validation {
    condition     = var.signed_url_cache_seconds >= 0 && var.signed_url_cache_seconds <= 31622400 && floor(var.signed_url_cache_seconds) == var.signed_url_cache_seconds
    error_message = "Keep answers to signed addresses for 0 to 31622400 whole seconds, a year."
  }
}

variable "signed_url_key_names" {
  type        = set(string)
  description = "Names of the keys that sign addresses, up to three. Each is made up when it is created. To change keys add a name, let your program use it, then remove the old one."
  default     = ["key-1"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.signed_url_key_names : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", name))])
    error_message = "Name each key with lowercase letters, digits and dashes, beginning with a letter."
  }

  validation {
    condition     = length(var.signed_url_key_names) <= 3 && (var.access == "signed" ? length(var.signed_url_key_names) >= 1 : true)
    error_message = "Name one to three keys, or make the contents public."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "tls_profile" {
  type        = string
  description = "Ciphers that are offered: `MODERN` for all current browsers, `RESTRICTED` the strictest, `FIPS_202205` those of the American standard."
  default     = "MODERN"
  nullable    = false

  validation {
    condition     = contains(["MODERN", "RESTRICTED", "FIPS_202205"], var.tls_profile)
    error_message = "Choose MODERN, RESTRICTED or FIPS_202205 as the profile."
  }
}

variable "versioning_enabled" {
  type        = bool
  description = "Keep earlier versions of files in a new bucket."
  default     = false
  nullable    = false
}
