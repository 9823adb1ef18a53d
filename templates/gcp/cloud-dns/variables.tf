variable "name" {
  type        = string
  description = "Name of the zone inside the project."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 63 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "dns_name" {
  type        = string
  description = "Domain that the zone answers for, such as `shop.example.com.`; the dot at its end may be left out."
  nullable    = false

  validation {
    condition     = can(regex("^(?:[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\\.)*[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\.?$", var.dns_name)) && length(var.dns_name) <= 253
    error_message = "Write the domain in lowercase letters with its dots, such as shop.example.com."
  }

  validation {
    condition     = var.visibility == "public" ? strcontains(trimsuffix(var.dns_name, "."), ".") : true
    error_message = "A public zone needs a domain with a dot inside, such as example.com; a single word is for private zones."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "description" {
  type        = string
  description = "What the zone is for."
  default     = "Managed by Terrace"
  nullable    = false

  validation {
    condition     = length(var.description) <= 1024
    error_message = "Shorten the description to 1024 characters."
  }
}

variable "dnssec_algorithm" {
  type        = string
  description = "How answers are signed. To change it later turn signing off first, which takes the DS record off the parent zone."
  default     = "ecdsap256sha256"
  nullable    = false

  validation {
    condition     = contains(["ecdsap256sha256", "ecdsap384sha384", "rsasha256", "rsasha512"], var.dnssec_algorithm)
    error_message = "Choose ecdsap256sha256, ecdsap384sha384, rsasha256 or rsasha512 as the algorithm."
  }
}

variable "dnssec_state" {
  type        = string
  description = "Sign the answers of a public zone (DNSSEC): `on`, `off`, or `transfer` while the zone moves here from another provider."
  default     = "on"
  nullable    = false

  validation {
    condition     = contains(["on", "off", "transfer"], var.dnssec_state)
    error_message = "Choose on, off or transfer for signing."
  }
}

variable "environment" {
  type        = string
  description = "What the zone is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "force_destroy" {
  type        = bool
  description = "Let a destroy run delete records too that others made in the zone. Without it such a run stops."
  default     = false
  nullable    = false
}

variable "forwarding_targets" {
  type = list(object({
    ipv4_address    = optional(string)
    ipv6_address    = optional(string)
    domain_name     = optional(string)
    forwarding_path = optional(string, "default")
  }))
  description = <<-EOT
    Name servers that answer for the domain instead of records here, such as those of your office (private zones only).
    - `ipv4_address` - IPv4 address of the name server, or one of the following instead.
    - `ipv6_address` - its IPv6 address.
    - `domain_name` - its name.
    - `forwarding_path` - `default` asks private addresses through the network and public ones over the internet, `private` always through the network.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.forwarding_targets) == 0 ? true : var.visibility == "private"
    error_message = "Only a private zone can forward queries: choose private, or name no targets."
  }

  validation {
    condition     = alltrue([for target in var.forwarding_targets : length([for way in [target.ipv4_address, target.ipv6_address, target.domain_name] : way if way != null]) == 1])
    error_message = "Give each target either an IPv4 address, an IPv6 address or a name."
  }

  validation {
    condition     = alltrue([for target in var.forwarding_targets : (target.ipv4_address == null ? true : can(cidrhost("${target.ipv4_address}/32", 0))) && (target.ipv6_address == null ? true : can(cidrhost("${target.ipv6_address}/128", 0)))])
    error_message = "Write the addresses of targets like 10.0.0.53 or 2001:db8::53."
  }

  validation {
    condition     = alltrue([for target in var.forwarding_targets : contains(["default", "private"], target.forwarding_path)])
    error_message = "Choose default or private as the way to a target."
  }

  validation {
    condition     = length(var.forwarding_targets) == 0 ? true : var.peering_network == null && length(var.records) == 0
    error_message = "A zone that forwards has no records and no peering: choose one of them."
  }
}

variable "gke_clusters" {
  type        = set(string)
  description = "Clusters of Kubernetes that see a private zone although their network does not: `projects/<project>/locations/<location>/clusters/<name>`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cluster in var.gke_clusters : can(regex("^projects/[^/]+/locations/[^/]+/clusters/[^/]+$", cluster))])
    error_message = "Write each cluster as projects/<project>/locations/<location>/clusters/<name>."
  }

  validation {
    condition     = length(var.gke_clusters) == 0 ? true : var.visibility == "private"
    error_message = "Everybody sees a public zone: choose private, or name no clusters."
  }
}

variable "iam_members" {
  type = list(object({
    member = string
    role   = optional(string, "roles/dns.reader")
  }))
  description = <<-EOT
    Who may see or change the records of this zone, such as the account of a program that makes certificates.
    - `member` - `user:`, `group:`, `serviceAccount:`, `domain:` or `principalSet:` and a name, such as `serviceAccount:certs@acme.iam.gserviceaccount.com`.
    - `role` - role, such as `roles/dns.reader` (see) or `roles/dns.admin` (change).
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", grant.member))])
    error_message = "Write each member with its kind, such as group:network@example.com; everybody is not allowed."
  }

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", grant.role))])
    error_message = "Write each role with its prefix, such as roles/dns.admin."
  }

  validation {
    condition     = length(distinct([for grant in var.iam_members : "${grant.role} ${grant.member}"])) == length(var.iam_members)
    error_message = "Name each member once for the same role: one is listed twice."
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

variable "logging_enabled" {
  type        = bool
  description = "Log the queries that a public zone answers. Queries of private zones are logged by the DNS policy of the network."
  default     = true
  nullable    = false
}

variable "networks" {
  type        = set(string)
  description = "VPC networks that see a private zone: `projects/<project>/global/networks/<name>`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for network in var.networks : can(regex("^projects/[^/]+/global/networks/[^/]+$", network))])
    error_message = "Write each network as projects/<project>/global/networks/<name>."
  }

  validation {
    condition     = var.visibility == "private" ? length(var.networks) + length(var.gke_clusters) > 0 : length(var.networks) == 0
    error_message = "Name the networks that see a private zone, and none for a public one, which everybody sees."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the zone, kept as the label `owner`."
  default     = null
}

variable "peering_network" {
  type        = string
  description = "VPC network whose view of the domain is taken over: `projects/<project>/global/networks/<name>` (private zones only). Null holds records here."
  default     = null

  validation {
    condition     = var.peering_network == null ? true : can(regex("^projects/[^/]+/global/networks/[^/]+$", var.peering_network))
    error_message = "Write the network as projects/<project>/global/networks/<name>."
  }

  validation {
    condition     = var.peering_network == null ? true : var.visibility == "private" && length(var.records) == 0
    error_message = "Peering is for private zones without records: choose private, and leave the records empty."
  }
}

variable "project_id" {
  type        = string
  description = "Project that holds the zone. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "records" {
  type = list(object({
    name                = optional(string, "@")
    type                = string
    ttl                 = optional(number, 300)
    values              = optional(list(string), [])
    weighted            = optional(list(object({ weight = number, values = list(string) })), [])
    geo                 = optional(list(object({ location = string, values = list(string) })), [])
    geo_fencing_enabled = optional(bool, false)
  }))
  description = <<-EOT
    Records of the zone. Those of names and mail servers end in a dot, such as `mail.example.com.`.
    - `name` - name below the domain, such as `www` or `*`; `@` is the domain itself.
    - `type` - kind of record, such as `A`, `AAAA`, `CNAME`, `MX` or `TXT`.
    - `ttl` - seconds for which others remember the answer, 30 to 86400.
    - `values` - what is answered, or one of the following instead. Text needs no quotes.
    - `weighted` - answers by chance: each has its `weight`, and `values`.
    - `geo` - answers by where the question comes from: each has a `location` (a region such as `europe-west1`), and `values`.
    - `geo_fencing_enabled` - keep to the nearest location even when nothing there is healthy.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for record in var.records : can(regex("^(?:@|(?:\\*|[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?)(?:\\.[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?)*)$", record.name))])
    error_message = "Write the name of a record below the domain in lowercase letters, such as www, without the domain; @ is the domain itself."
  }

  validation {
    condition     = alltrue([for record in var.records : contains(["A", "AAAA", "ALIAS", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"], record.type)])
    error_message = "Choose a type that Cloud DNS knows, such as A, AAAA, CNAME, MX or TXT."
  }

  validation {
    condition     = length(distinct([for record in var.records : "${record.name} ${record.type}"])) == length(var.records)
    error_message = "Put all values of a name and type into one record: one is listed twice."
  }

  validation {
    condition     = alltrue([for record in var.records : record.ttl >= 30 && record.ttl <= 86400 && floor(record.ttl) == record.ttl])
    error_message = "Let records be remembered for 30 to 86400 whole seconds."
  }

  validation {
    condition     = alltrue([for record in var.records : length([for answer in [length(record.values), length(record.weighted), length(record.geo)] : answer if answer > 0]) == 1])
    error_message = "Give each record values, weighted answers or answers by location: one of the three."
  }

  validation {
    condition     = alltrue([for record in var.records : length(record.weighted) + length(record.geo) == 0 ? true : contains(["A", "AAAA", "CNAME", "MX", "SRV", "TXT"], record.type)])
    error_message = "Only A, AAAA, CNAME, MX, SRV and TXT records can answer by weight or location."
  }

  validation {
    condition     = alltrue([for record in var.records : alltrue([for answer in record.weighted : answer.weight >= 0 && answer.weight <= 1000]) && alltrue([for answer in record.geo : can(regex("^[a-z]+-[a-z]+[0-9]+$", answer.location))])])
    error_message = "Give weights from 0 to 1000, and locations as regions such as europe-west1."
  }

  validation {
    condition     = alltrue([for record in var.records : record.geo_fencing_enabled ? length(record.geo) > 0 : true])
    error_message = "Only answers by location can keep to their location."
  }

  validation {
    condition     = alltrue(flatten([for record in var.records : [for value in concat(record.values, flatten([for answer in record.weighted : answer.values]), flatten([for answer in record.geo : answer.values])) : record.type == "A" ? can(cidrhost("${value}/32", 0)) : record.type == "AAAA" ? can(cidrhost("${value}/128", 0)) && strcontains(value, ":") : true]]))
    error_message = "Write IPv4 addresses into A records and IPv6 addresses into AAAA records."
  }

  validation {
    condition     = alltrue(flatten([for record in var.records : [for value in concat(record.values, flatten([for answer in record.weighted : answer.values]), flatten([for answer in record.geo : answer.values])) : contains(["CNAME", "NS", "PTR", "ALIAS"], record.type) ? can(regex("^[^\\s]+\\.$", value)) : record.type == "MX" ? can(regex("^[0-9]{1,5} [^\\s]*\\.$", value)) : record.type == "SRV" ? can(regex("^[0-9]{1,5} [0-9]{1,5} [0-9]{1,5} [^\\s]*\\.$", value)) : true]]))
    error_message = "End names with a dot, such as www.example.com., with priorities before them: 10 mail.example.com. for MX, 0 5 443 www.example.com. for SRV."
  }

  validation {
    condition     = alltrue([for record in var.records : record.name == "@" ? !contains(["CNAME", "NS", "DS"], record.type) : record.type != "ALIAS"])
    error_message = "The domain itself cannot have CNAME, NS or DS records here; ALIAS records are for the domain itself only."
  }

  validation {
    condition     = alltrue([for record in var.records : record.type == "CNAME" ? length(record.values) <= 1 && length([for other in var.records : other if other.name == record.name]) == 1 : true])
    error_message = "A CNAME record has one value and stands alone: remove the others of the same name."
  }

  validation {
    condition     = var.visibility == "public" ? true : alltrue([for record in var.records : record.type != "ALIAS"])
    error_message = "ALIAS records are for public zones only."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "visibility" {
  type        = string
  description = "Who sees the zone: `public` everybody, `private` the named networks alone. It cannot be changed later."
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["public", "private"], var.visibility)
    error_message = "Choose public or private."
  }
}
