variable "name" {
  type        = string
  description = "Name of the load balancer. Everything that is created is named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 30 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "domains" {
  type        = list(string)
  description = "Domains that lead to the load balancer, such as `www.example.com`, and that its certificate is for."
  nullable    = false

  validation {
    condition     = length(var.domains) >= 1 && length(var.domains) <= 100 && length(distinct(var.domains)) == length(var.domains)
    error_message = "Name 1 to 100 domains, each once."
  }

  validation {
    condition     = alltrue([for domain in var.domains : can(regex("^(?:\\*\\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z][-a-z0-9]{0,61}[a-z0-9]$", domain)) && length(domain) <= 63])
    error_message = "Write each domain in lowercase letters, at most 63, such as www.example.com or *.example.com."
  }

  validation {
    condition     = var.certificate_type == "managed" ? alltrue([for domain in var.domains : !startswith(domain, "*")]) : true
    error_message = "A wildcard needs a certificate from Certificate Manager or one of your own: choose another kind of certificate."
  }
}

variable "backends" {
  type = map(object({
    kind                        = string
    groups                      = optional(list(string), [])
    region                      = optional(string)
    service_kind                = optional(string, "cloud_run")
    service                     = optional(string)
    bucket                      = optional(string)
    protocol                    = optional(string, "HTTP")
    port_name                   = optional(string, "http")
    timeout_seconds             = optional(number, 30)
    session_affinity            = optional(string, "NONE")
    affinity_cookie_seconds     = optional(number, 0)
    connection_draining_seconds = optional(number, 300)
    max_utilization             = optional(number, 0.8)
    max_rate_per_endpoint       = optional(number, 100)
    health_check = optional(object({
      path                = optional(string, "/")
      port                = optional(number)
      protocol            = optional(string)
      host                = optional(string)
      interval_seconds    = optional(number, 10)
      timeout_seconds     = optional(number, 5)
      healthy_threshold   = optional(number, 2)
      unhealthy_threshold = optional(number, 3)
    }), {})
    cdn_enabled             = optional(bool, false)
    cdn_mode                = optional(string, "CACHE_ALL_STATIC")
    cdn_default_ttl_seconds = optional(number, 3600)
    security_policy_id      = optional(string)
    iap_enabled             = optional(bool, false)
    request_headers         = optional(list(string), [])
    response_headers        = optional(list(string), [])
  }))
  description = <<-EOT
    What answers, by name.
    - `kind` - `instance_group` (virtual machines), `endpoint_group` (Kubernetes services and others), `serverless` (Cloud Run, functions, App Engine) or `bucket` (public files).
    - `groups` - instance groups or zonal network endpoint groups: `projects/<project>/zones/<zone>/instanceGroups/<name>` or `…/networkEndpointGroups/<name>`.
    - `region` - region of the serverless service.
    - `service_kind` - `cloud_run`, `cloud_function` or `app_engine`.
    - `service` - name of the serverless service.
    - `bucket` - name of the bucket, whose files everybody may read.
    - `protocol` - how machines are spoken to: `HTTP`, `HTTPS` or `HTTP2`.
    - `port_name` - named port of instance groups.
    - `timeout_seconds` - longest time for an answer, 1 to 86400.
    - `session_affinity` - keep a visitor with the same machine: `NONE`, `CLIENT_IP` or `GENERATED_COOKIE`.
    - `affinity_cookie_seconds` - how long the cookie lives, 0 to 1209600; 0 ends with the browser.
    - `connection_draining_seconds` - time to finish for a machine that goes, 0 to 3600.
    - `max_utilization` - load from which the next instance group is used, above 0 and at most 1.
    - `max_rate_per_endpoint` - requests a second from which the next endpoint group is used.
    - `health_check` - how is asked whether a machine is well: `path`, `port` (null is the port of the traffic), `protocol` (null is that of the traffic), `host`, `interval_seconds` 1 to 300, `timeout_seconds`, and after how many answers it counts as well (`healthy_threshold`) or not (`unhealthy_threshold`), 1 to 10.
    - `cdn_enabled` - keep answers in Google's cache.
    - `cdn_mode` - `CACHE_ALL_STATIC`, `USE_ORIGIN_HEADERS` or `FORCE_CACHE_ALL`.
    - `cdn_default_ttl_seconds` - how long an answer is kept that does not say.
    - `security_policy_id` - policy of Cloud Armor, for buckets of its edge kind: `projects/<project>/global/securityPolicies/<name>`.
    - `iap_enabled` - let only people in who sign in with Google (Identity-Aware Proxy).
    - `request_headers` - headers added for the backend, as `Name: value`, such as `X-Client-Region: {client_region}`.
    - `response_headers` - headers added to answers, as `Name: value`.
  EOT
  nullable    = false

  validation {
    condition     = length(var.backends) >= 1 && alltrue([for name in keys(var.backends) : can(regex("^[a-z](?:[-a-z0-9]{0,18}[a-z0-9])?$", name))])
    error_message = "Give at least one backend, named with 1 to 20 lowercase letters, digits and dashes, such as web."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : contains(["instance_group", "endpoint_group", "serverless", "bucket"], backend.kind)])
    error_message = "Choose instance_group, endpoint_group, serverless or bucket as the kind of a backend."
  }

  validation {
    condition = alltrue([for backend in values(var.backends) :
      contains(["instance_group", "endpoint_group"], backend.kind) == (length(backend.groups) > 0) &&
      (backend.kind == "serverless") == (backend.region != null) &&
      (backend.kind == "bucket") == (backend.bucket != null)
    ])
    error_message = "Give each backend what its kind needs, and no more: groups, the region of a serverless service, or a bucket."
  }

  validation {
    condition = alltrue([for backend in values(var.backends) : alltrue([for group in backend.groups :
      can(regex("^(?:https://www\\.googleapis\\.com/compute/v1/)?projects/[^/]+/(?:zones|regions)/[^/]+/${backend.kind == "instance_group" ? "instanceGroups" : "networkEndpointGroups"}/[^/]+$", group))
    ])])
    error_message = "Write groups as projects/<project>/zones/<zone>/instanceGroups/<name>, endpoint groups with networkEndpointGroups."
  }

  validation {
    condition = alltrue([for backend in values(var.backends) :
      contains(["cloud_run", "cloud_function", "app_engine"], backend.service_kind) && (backend.kind == "serverless" ? backend.service != null : backend.service == null)
    ])
    error_message = "Name the service of a serverless backend, and choose cloud_run, cloud_function or app_engine as its kind."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : contains(["HTTP", "HTTPS", "HTTP2"], backend.protocol)])
    error_message = "Choose HTTP, HTTPS or HTTP2 to speak with machines."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : backend.timeout_seconds >= 1 && backend.timeout_seconds <= 86400 && backend.connection_draining_seconds >= 0 && backend.connection_draining_seconds <= 3600])
    error_message = "Wait for answers 1 to 86400 seconds, and for the end of connections 0 to 3600."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : contains(["NONE", "CLIENT_IP", "GENERATED_COOKIE"], backend.session_affinity) && (contains(["instance_group", "endpoint_group"], backend.kind) ? true : backend.session_affinity == "NONE")])
    error_message = "Choose NONE, CLIENT_IP or GENERATED_COOKIE to keep visitors, for serverless services and buckets NONE."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : backend.affinity_cookie_seconds >= 0 && backend.affinity_cookie_seconds <= 1209600 && (backend.affinity_cookie_seconds > 0 ? backend.session_affinity == "GENERATED_COOKIE" : true)])
    error_message = "Let a cookie live 0 to 1209600 seconds, and only with GENERATED_COOKIE."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : backend.max_utilization > 0 && backend.max_utilization <= 1 && backend.max_rate_per_endpoint > 0])
    error_message = "Set the load of a group above 0 and at most 1, and the requests of an endpoint above 0."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : startswith(backend.health_check.path, "/") && (backend.health_check.protocol == null ? true : contains(["HTTP", "HTTPS", "HTTP2"], backend.health_check.protocol))])
    error_message = "Ask for a path that begins with /, over HTTP, HTTPS or HTTP2."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : coalesce(backend.health_check.port, 80) >= 1 && coalesce(backend.health_check.port, 80) <= 65535])
    error_message = "Give the port of a health check as a number from 1 to 65535, or leave it empty."
  }

  validation {
    condition = alltrue([for backend in values(var.backends) :
      backend.health_check.interval_seconds >= 1 && backend.health_check.interval_seconds <= 300 && backend.health_check.timeout_seconds >= 1 && backend.health_check.timeout_seconds <= backend.health_check.interval_seconds &&
      backend.health_check.healthy_threshold >= 1 && backend.health_check.healthy_threshold <= 10 && backend.health_check.unhealthy_threshold >= 1 && backend.health_check.unhealthy_threshold <= 10
    ])
    error_message = "Ask every 1 to 300 seconds, wait no longer than that, and decide after 1 to 10 answers."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : contains(["CACHE_ALL_STATIC", "USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL"], backend.cdn_mode) && backend.cdn_default_ttl_seconds >= 0 && backend.cdn_default_ttl_seconds <= 31622400])
    error_message = "Choose CACHE_ALL_STATIC, USE_ORIGIN_HEADERS or FORCE_CACHE_ALL for the cache, and keep answers at most a year."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : backend.iap_enabled ? !backend.cdn_enabled && backend.kind != "bucket" : true])
    error_message = "Sign-in goes neither with the cache nor with a bucket: turn one of them off."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : backend.security_policy_id == null ? true : can(regex("^projects/[^/]+/global/securityPolicies/[^/]+$", backend.security_policy_id))])
    error_message = "Write the policy of Cloud Armor as projects/<project>/global/securityPolicies/<name>."
  }

  validation {
    condition     = alltrue([for backend in values(var.backends) : alltrue([for header in concat(backend.request_headers, backend.response_headers) : can(regex("^[A-Za-z0-9-]+: ?[^\\r\\n]+$", header))]) && (backend.kind == "bucket" ? length(backend.request_headers) == 0 : true)])
    error_message = "Write each header as Name: value, such as X-Frame-Options: DENY; buckets take none of requests."
  }
}

variable "certificate_ids" {
  type        = list(string)
  description = "Certificates of your own: `projects/<project>/global/sslCertificates/<name>`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.certificate_ids : can(regex("^projects/[^/]+/global/sslCertificates/[^/]+$", id))])
    error_message = "Write each certificate as projects/<project>/global/sslCertificates/<name>."
  }

  validation {
    condition     = var.certificate_type == "own" ? length(var.certificate_ids) >= 1 && length(var.certificate_ids) <= 15 : length(var.certificate_ids) == 0
    error_message = "Name 1 to 15 certificates of your own, or none when Google makes them."
  }
}

variable "certificate_type" {
  type        = string
  description = "Where the certificate is from: `managed` made by Google once the domains lead here; `certificate_manager` made by Google before that, with a record as proof, also for wildcards; `own` brought by you."
  default     = "managed"
  nullable    = false

  validation {
    condition     = contains(["managed", "certificate_manager", "own"], var.certificate_type)
    error_message = "Choose managed, certificate_manager or own as the kind of certificate."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "default_backend" {
  type        = string
  description = "Backend that answers where no route leads elsewhere. Null takes the only one."
  default     = null

  validation {
    condition     = var.default_backend == null ? length(var.backends) <= 1 : contains(keys(var.backends), var.default_backend)
    error_message = "Name one of the backends as the default; only with a single one it can be left empty."
  }
}

variable "dns_zone_name" {
  type        = string
  description = "Zone in Cloud DNS, in the same project, that gets the records of the domains and the proofs for Certificate Manager. Null leaves them to you."
  default     = null

  validation {
    condition     = var.dns_zone_name == null ? true : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", var.dns_zone_name))
    error_message = "Give the zone by its name in Cloud DNS, such as shop, not by its domain."
  }
}

variable "environment" {
  type        = string
  description = "What the load balancer is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "health_check_firewall" {
  type = object({
    network     = string
    ports       = list(string)
    target_tags = optional(list(string), [])
  })
  description = <<-EOT
    Rule that lets Google's load balancers and health checks reach the machines. Null leaves it to you; serverless services and buckets need none.
    - `network` - network of the machines: `projects/<project>/global/networks/<name>`.
    - `ports` - ports of traffic and health checks, such as `8080`.
    - `target_tags` - network tags of the machines. Empty is every machine of the network.
  EOT
  default     = null

  validation {
    condition     = var.health_check_firewall == null ? true : can(regex("^projects/[^/]+/global/networks/[^/]+$", var.health_check_firewall.network))
    error_message = "Write the network as projects/<project>/global/networks/<name>."
  }

  validation {
    condition     = var.health_check_firewall == null ? true : length(var.health_check_firewall.ports) > 0 && alltrue([for port in var.health_check_firewall.ports : can(regex("^[0-9]{1,5}(?:-[0-9]{1,5})?$", port)) ? alltrue([for end in split("-", port) : tonumber(end) >= 1 && tonumber(end) <= 65535]) : false])
    error_message = "Name at least one port as a number from 1 to 65535 or a range, such as 8080 or 8000-8080."
  }
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

variable "iap_members" {
  type        = set(string)
  description = "Who may pass backends with sign-in, such as `group:staff@example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.iap_members : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each member with its kind, such as user:ada@example.com or group:staff@example.com."
  }

  validation {
    condition     = length(var.iap_members) == 0 ? true : anytrue([for backend in values(var.backends) : backend.iap_enabled])
    error_message = "Turn sign-in on for a backend before you name who may pass."
  }
}

variable "iap_oauth2_client_id" {
  type        = string
  description = "OAuth client of your own for sign-in, for people outside of your organisation. Null takes one that Google manages."
  default     = null

  validation {
    condition     = var.iap_oauth2_client_id == null ? true : can(regex("^[0-9]+-[a-z0-9]+\\.apps\\.googleusercontent\\.com$", var.iap_oauth2_client_id))
    error_message = "Give the client id in full, such as 123456789012-abc.apps.googleusercontent.com."
  }
}

variable "iap_oauth2_client_secret" {
  type        = string
  description = "Secret of that OAuth client. It is handed to Google and kept nowhere; raise its version when it changes."
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = (var.iap_oauth2_client_secret == null) == (var.iap_oauth2_client_id == null)
    error_message = "Give the OAuth client's id and its secret together, or neither."
  }
}

variable "iap_oauth2_client_secret_version" {
  type        = number
  description = "Version of the secret, counted by you: a higher one sends the secret again."
  default     = 1
  nullable    = false

  validation {
    condition     = var.iap_oauth2_client_secret_version >= 1 && floor(var.iap_oauth2_client_secret_version) == var.iap_oauth2_client_secret_version
    error_message = "Count the versions of the secret from 1."
  }
}

variable "ipv6_enabled" {
  type        = bool
  description = "Give the load balancer an IPv6 address, too."
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

variable "log_sample_rate" {
  type        = number
  description = "Share of requests that are logged: 1 all, 0 none."
  default     = 1
  nullable    = false

  validation {
    condition     = var.log_sample_rate >= 0 && var.log_sample_rate <= 1
    error_message = "Log a share of requests from 0 to 1."
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

variable "owner" {
  type        = string
  description = "Person or team that answers for the load balancer, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the load balancer. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "routes" {
  type = list(object({
    host    = optional(string, "*")
    paths   = optional(list(string), ["/*"])
    backend = string
  }))
  description = <<-EOT
    Which backend answers for which addresses; others go to the default backend.
    - `host` - domain, such as `api.example.com` or `*.example.com`; `*` is every domain.
    - `paths` - paths that begin with `/`, such as `/images/*`; `/*` is all of the host.
    - `backend` - name of the backend.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for route in var.routes : can(regex("^(?:\\*|(?:\\*\\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z][-a-z0-9]*)$", route.host))])
    error_message = "Write the host of a route as a domain in lowercase letters, with *. before it for all below, or as * for every domain."
  }

  validation {
    condition     = alltrue([for route in var.routes : length(route.paths) > 0 && alltrue([for path in route.paths : can(regex("^/[^*?#\\s]*$", trimsuffix(path, "*"))) && (endswith(path, "*") ? endswith(path, "/*") : true)])])
    error_message = "Write paths that begin with /, with a * only at the end after a /, such as /images/*."
  }

  validation {
    condition     = alltrue([for route in var.routes : contains(keys(var.backends), route.backend)])
    error_message = "Lead each route to one of the backends."
  }

  validation {
    condition     = length(distinct(flatten([for route in var.routes : [for path in route.paths : "${route.host}${path}"]]))) == length(flatten([for route in var.routes : route.paths]))
    error_message = "Lead each host and path to one backend: one is listed twice."
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
