variable "name" {
  type        = string
  description = "Name of the network. Subnetworks, firewall rules and routers begin with it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,22}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 24 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "region" {
  type        = string
  description = "Region of all subnetworks and connectors that name no other, such as `europe-west1`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write the region as Google does, such as europe-west1."
  }
}

variable "bgp_best_path_selection_mode" {
  type        = string
  description = "How the best of several learned routes is found: `LEGACY`, or `STANDARD`, which compares across regions."
  default     = "LEGACY"
  nullable    = false

  validation {
    condition     = contains(["LEGACY", "STANDARD"], var.bgp_best_path_selection_mode)
    error_message = "Choose LEGACY or STANDARD as the selection of routes."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "delete_default_routes" {
  type        = bool
  description = "Make the network without a route to the internet; Google's own services stay reachable. It cannot be undone later except by a route of your own."
  default     = false
  nullable    = false
}

variable "egress_denied" {
  type        = bool
  description = "Deny all connections out of the network except to its own machines and privately to Google's services. Open more with firewall rules."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the network is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "firewall_policy_order" {
  type        = string
  description = "Whether these firewall rules are asked before (`AFTER_CLASSIC_FIREWALL`) or after (`BEFORE_CLASSIC_FIREWALL`) network firewall policies."
  default     = "AFTER_CLASSIC_FIREWALL"
  nullable    = false

  validation {
    condition     = contains(["BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL"], var.firewall_policy_order)
    error_message = "Choose BEFORE_CLASSIC_FIREWALL or AFTER_CLASSIC_FIREWALL as the order."
  }
}

variable "firewall_rules" {
  type = map(object({
    description             = optional(string)
    direction               = optional(string, "INGRESS")
    action                  = optional(string, "allow")
    protocol                = optional(string, "tcp")
    ports                   = optional(list(string), [])
    ranges                  = optional(set(string), [])
    source_tags             = optional(set(string), [])
    target_tags             = optional(set(string), [])
    target_service_accounts = optional(set(string), [])
    priority                = optional(number, 1000)
    logged                  = optional(bool, true)
    enabled                 = optional(bool, true)
  }))
  description = <<-EOT
    Firewall rules by name, in addition to the ready-made ones.
    - `description` - what the rule is for.
    - `direction` - `INGRESS` (into the network) or `EGRESS` (out of it).
    - `action` - `allow` or `deny`.
    - `protocol` - `tcp`, `udp`, `icmp`, `sctp`, `esp`, `ah` or `all`.
    - `ports` - ports or ranges, such as `443` or `8000-8080`; none means all. Only for `tcp`, `udp` and `sctp`.
    - `ranges` - networks where connections come from, or for `EGRESS` where they go.
    - `source_tags` - network tags of machines where connections come from.
    - `target_tags` - network tags of the machines that the rule is for; none means all.
    - `target_service_accounts` - service accounts of the machines that the rule is for, instead of tags.
    - `priority` - 0 to 64999; smaller wins.
    - `logged` - write each connection to Cloud Logging.
    - `enabled` - false keeps the rule without applying it.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.firewall_rules) : can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", name))])
    error_message = "Name each firewall rule with 1 to 30 lowercase letters, digits and dashes, such as web."
  }

  validation {
    condition     = length(setintersection(keys(var.firewall_rules), ["allow-iap", "allow-internal", "allow-health-checks", "allow-google-apis", "allow-internal-egress", "deny-ingress", "deny-egress"])) == 0
    error_message = "Choose another name for the firewall rule: this one belongs to a ready-made rule."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : contains(["INGRESS", "EGRESS"], rule.direction)])
    error_message = "Choose INGRESS or EGRESS as the direction of a firewall rule."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : contains(["allow", "deny"], rule.action)])
    error_message = "Choose allow or deny as the action of a firewall rule."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : contains(["tcp", "udp", "icmp", "sctp", "esp", "ah", "all"], rule.protocol)])
    error_message = "Choose tcp, udp, icmp, sctp, esp, ah or all as the protocol of a firewall rule."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : length(rule.ports) == 0 || contains(["tcp", "udp", "sctp"], rule.protocol)])
    error_message = "Only tcp, udp and sctp have ports: leave the ports of the other firewall rules empty."
  }

  validation {
    condition = alltrue(flatten([for rule in var.firewall_rules : [for port in rule.ports :
      can(regex("^[0-9]{1,5}(?:-[0-9]{1,5})?$", port)) ? alltrue([for end in split("-", port) : tonumber(end) <= 65535]) : false
    ]]))
    error_message = "Write each port as a number up to 65535 or a range, such as 443 or 8000-8080."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.firewall_rules : [for cidr in rule.ranges : can(cidrhost(cidr, 0))]]))
    error_message = "Write the networks of a firewall rule as CIDR ranges, such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : rule.direction == "EGRESS" || length(rule.ranges) + length(rule.source_tags) > 0])
    error_message = "Tell each INGRESS rule where connections come from: networks or source tags."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : rule.direction == "INGRESS" || length(rule.source_tags) == 0])
    error_message = "EGRESS rules have no source tags: use target tags for the machines that connect."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : length(rule.target_service_accounts) == 0 || length(rule.source_tags) + length(rule.target_tags) == 0])
    error_message = "A firewall rule is for network tags or for service accounts, not for both."
  }

  validation {
    condition     = alltrue([for rule in var.firewall_rules : rule.priority >= 0 && rule.priority < 65000 && floor(rule.priority) == rule.priority])
    error_message = "Give each firewall rule a whole number from 0 to 64999 as priority: the ready-made rules come after."
  }

  validation {
    condition = alltrue([for rule in var.firewall_rules :
      rule.direction == "INGRESS" && rule.action == "allow" && contains(["tcp", "all"], rule.protocol) && anytrue([for cidr in rule.ranges : can(regex("/[0-7]$", cidr))])
      ? length(rule.ports) > 0 && alltrue(flatten([for port in rule.ports : [for managed in [22, 3389, 5985, 5986, 1433, 3306, 5432] :
        try(tonumber(split("-", port)[0]) > managed || tonumber(reverse(split("-", port))[0]) < managed, true)
      ]]))
      : true
    ])
    error_message = "Do not open SSH, Remote Desktop or a database to the whole internet: name the ports, and the networks that need them."
  }
}

variable "flow_log_filter" {
  type        = string
  description = "Which flows are logged, as a CEL expression such as `inIpRange(connection.src_ip, '10.0.0.0/8')`; `true` logs all."
  default     = "true"
  nullable    = false

  validation {
    condition     = length(trimspace(var.flow_log_filter)) > 0
    error_message = "Write true to log all flows, or a CEL expression."
  }
}

variable "flow_log_interval" {
  type        = string
  description = "Time over which flows are summed up before they are logged; longer is cheaper."
  default     = "INTERVAL_5_MIN"
  nullable    = false

  validation {
    condition     = contains(["INTERVAL_5_SEC", "INTERVAL_30_SEC", "INTERVAL_1_MIN", "INTERVAL_5_MIN", "INTERVAL_10_MIN", "INTERVAL_15_MIN"], var.flow_log_interval)
    error_message = "Choose INTERVAL_5_SEC, INTERVAL_30_SEC, INTERVAL_1_MIN, INTERVAL_5_MIN, INTERVAL_10_MIN or INTERVAL_15_MIN."
  }
}

variable "flow_log_metadata" {
  type        = string
  description = "Whether logged flows tell the machines, zones and networks beside the addresses."
  default     = "INCLUDE_ALL_METADATA"
  nullable    = false

  validation {
    condition     = contains(["INCLUDE_ALL_METADATA", "EXCLUDE_ALL_METADATA"], var.flow_log_metadata)
    error_message = "Choose INCLUDE_ALL_METADATA or EXCLUDE_ALL_METADATA."
  }
}

variable "health_checks_enabled" {
  type        = bool
  description = "Let Google's load balancers and their health checks reach the machines. Needed behind a load balancer."
  default     = false
  nullable    = false
}

variable "iap_enabled" {
  type        = bool
  description = "Let SSH and Remote Desktop through Google's tunnel (Identity-Aware Proxy), which needs no public address and asks who you are."
  default     = true
  nullable    = false
}

variable "iap_ports" {
  type        = set(number)
  description = "Ports that Google's tunnel may reach: 22 is SSH, 3389 Remote Desktop."
  default     = [22, 3389]
  nullable    = false

  validation {
    condition     = length(var.iap_ports) > 0 && alltrue([for port in var.iap_ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "Give the tunnel at least one port from 1 to 65535."
  }
}

variable "internal_ipv6_enabled" {
  type        = bool
  description = "Give the network a private IPv6 range (ULA), which subnetworks with internal IPv6 need."
  default     = false
  nullable    = false
}

variable "internal_traffic_enabled" {
  type        = bool
  description = "Let machines of the network connect to each other on every port. Off, only firewall rules allow anything."
  default     = true
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

variable "mtu" {
  type        = number
  description = "Largest packet in bytes, 1300 to 8896: 1460 suits everything, 1500 the internet, 8896 (jumbo frames) fast traffic inside the network."
  default     = 1460
  nullable    = false

  validation {
    condition     = var.mtu >= 1300 && var.mtu <= 8896 && floor(var.mtu) == var.mtu
    error_message = "Set the largest packet to a whole number from 1300 to 8896 bytes."
  }
}

variable "nat_dynamic_ports_enabled" {
  type        = bool
  description = "Give machines with many connections more ports of the public address, and others fewer."
  default     = true
  nullable    = false
}

variable "nat_enabled" {
  type        = bool
  description = "Let machines without a public address reach the internet through Cloud NAT. Nobody can connect to them by it."
  default     = false
  nullable    = false

  validation {
    condition     = var.nat_enabled && var.delete_default_routes ? anytrue([for route in var.routes : route.next_hop_kind == "internet"]) : true
    error_message = "NAT needs a route to the internet: keep the default routes, or add a route to the internet yourself."
  }

  validation {
    condition     = var.nat_enabled ? length(var.nat_regions) > 0 || anytrue([for subnet in var.subnets : subnet.purpose == "PRIVATE"]) : true
    error_message = "NAT needs a subnetwork for machines: add one, or turn NAT off."
  }
}

variable "nat_log_filter" {
  type        = string
  description = "What NAT logs: `NONE`, `ERRORS_ONLY`, `TRANSLATIONS_ONLY` or `ALL`."
  default     = "ERRORS_ONLY"
  nullable    = false

  validation {
    condition     = contains(["NONE", "ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"], var.nat_log_filter)
    error_message = "Choose NONE, ERRORS_ONLY, TRANSLATIONS_ONLY or ALL as what NAT logs."
  }
}

variable "nat_max_ports_per_vm" {
  type        = number
  description = "Most ports that a machine gets when they are shared out by need: a power of two up to 65536."
  default     = 4096
  nullable    = false

  validation {
    condition     = contains([64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536], var.nat_max_ports_per_vm)
    error_message = "Choose a power of two from 64 to 65536 as the most ports."
  }

  validation {
    condition     = var.nat_dynamic_ports_enabled ? var.nat_max_ports_per_vm > var.nat_min_ports_per_vm : true
    error_message = "Set the most ports of a machine above the fewest."
  }
}

variable "nat_min_ports_per_vm" {
  type        = number
  description = "Ports of the public address that each machine has at least: a power of two up to 32768."
  default     = 64
  nullable    = false

  validation {
    condition     = contains([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768], var.nat_min_ports_per_vm)
    error_message = "Choose a power of two from 32 to 32768 as the fewest ports."
  }
}

variable "nat_regions" {
  type        = set(string)
  description = "Regions with NAT. Empty means every region that has a subnetwork for machines."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.nat_regions : contains([for subnet in var.subnets : coalesce(subnet.region, var.region) if subnet.purpose == "PRIVATE"], region)])
    error_message = "Choose regions for NAT in which a subnetwork for machines is."
  }
}

variable "nat_static_address_count" {
  type        = number
  description = "Fixed public addresses of NAT in each region, for partners that only let known addresses in. 0 lets Google choose changing ones."
  default     = 0
  nullable    = false

  validation {
    condition     = var.nat_static_address_count >= 0 && var.nat_static_address_count <= 50 && floor(var.nat_static_address_count) == var.nat_static_address_count
    error_message = "Reserve 0 to 50 fixed addresses a region."
  }
}

variable "nat_tcp_idle_timeout_seconds" {
  type        = number
  description = "Seconds after which NAT forgets a TCP connection that is silent."
  default     = 1200
  nullable    = false

  validation {
    condition     = var.nat_tcp_idle_timeout_seconds >= 30 && var.nat_tcp_idle_timeout_seconds <= 7200 && floor(var.nat_tcp_idle_timeout_seconds) == var.nat_tcp_idle_timeout_seconds
    error_message = "Let NAT keep silent connections for 30 to 7200 whole seconds."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the network, kept as the label `owner`."
  default     = null
}

variable "peerings" {
  type = map(object({
    network              = string
    export_custom_routes = optional(bool, false)
    import_custom_routes = optional(bool, false)
    stack_type           = optional(string, "IPV4_ONLY")
  }))
  description = <<-EOT
    Other networks to connect with, by a name for each. The other side must peer back, and no range may be in both.
    - `network` - the other network: `projects/<project>/global/networks/<name>`.
    - `export_custom_routes` - tell the other network your own and learned routes.
    - `import_custom_routes` - take over those of the other network.
    - `stack_type` - `IPV4_ONLY` or `IPV4_IPV6`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.peerings) : can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", name))])
    error_message = "Name each peering with 1 to 30 lowercase letters, digits and dashes, such as hub."
  }

  validation {
    condition     = alltrue([for peering in var.peerings : can(regex("^projects/[a-z][-a-z0-9:.]{4,}/global/networks/[a-z][-a-z0-9]*$", peering.network))])
    error_message = "Write the other network as projects/<project>/global/networks/<name>."
  }

  validation {
    condition     = alltrue([for peering in var.peerings : contains(["IPV4_ONLY", "IPV4_IPV6"], peering.stack_type)])
    error_message = "Choose IPV4_ONLY or IPV4_IPV6 as the addresses of a peering."
  }
}

variable "private_service_access" {
  type = object({
    prefix_length        = optional(number, 16)
    address              = optional(string)
    export_custom_routes = optional(bool, false)
    import_custom_routes = optional(bool, false)
  })
  description = <<-EOT
    Range for Google's managed services such as Cloud SQL and Memorystore, which then have private addresses. Null reserves none.
    - `prefix_length` - size of the range, 8 to 24; Google recommends 16.
    - `address` - first address of the range. Null lets Google choose a free one.
    - `export_custom_routes` - tell the services your own and learned routes.
    - `import_custom_routes` - take over the services' routes.
  EOT
  default     = null

  validation {
    condition     = var.private_service_access == null ? true : var.private_service_access.prefix_length >= 8 && var.private_service_access.prefix_length <= 24 && floor(var.private_service_access.prefix_length) == var.private_service_access.prefix_length
    error_message = "Set the size of the range for services to a whole number from 8 to 24."
  }

  validation {
    condition     = var.private_service_access == null ? true : var.private_service_access.address == null ? true : try(cidrhost("${var.private_service_access.address}/${var.private_service_access.prefix_length}", 0) == var.private_service_access.address, false)
    error_message = "Give the first address of the range for services, such as 10.100.0.0 for a /16."
  }

  validation {
    condition = var.private_service_access == null ? true : var.private_service_access.address == null ? true : alltrue([for cidr in flatten([for subnet in var.subnets : concat([subnet.cidr], values(subnet.secondary_ranges))]) :
      try(
        cidrhost("${split("/", cidr)[0]}/${min(tonumber(split("/", cidr)[1]), var.private_service_access.prefix_length)}", 0) !=
        cidrhost("${var.private_service_access.address}/${min(tonumber(split("/", cidr)[1]), var.private_service_access.prefix_length)}", 0),
        true
      )
    ])
    error_message = "The range for services overlaps a subnetwork: choose another first address."
  }
}

variable "project_id" {
  type        = string
  description = "Project that holds the network. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "routes" {
  type = map(object({
    description   = optional(string)
    destination   = string
    next_hop_kind = optional(string, "address")
    next_hop      = optional(string)
    priority      = optional(number, 1000)
    tags          = optional(set(string), [])
  }))
  description = <<-EOT
    Routes of your own, by name.
    - `description` - what the route is for.
    - `destination` - network that it leads to, such as `192.168.0.0/16`.
    - `next_hop_kind` - `internet`, `address`, `load-balancer`, `machine` or `vpn-tunnel`.
    - `next_hop` - the address, or the full name (`projects/…`) of load balancer rule, machine or tunnel; empty for `internet`.
    - `priority` - 0 to 65535; smaller wins.
    - `tags` - network tags of the machines that it is for; none means all.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.routes) : can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", name))])
    error_message = "Name each route with 1 to 30 lowercase letters, digits and dashes, such as on-premises."
  }

  validation {
    condition     = alltrue([for route in var.routes : can(cidrhost(route.destination, 0))])
    error_message = "Write where a route leads as a CIDR range, such as 192.168.0.0/16."
  }

  validation {
    condition     = alltrue([for route in var.routes : contains(["internet", "address", "load-balancer", "machine", "vpn-tunnel"], route.next_hop_kind)])
    error_message = "Choose internet, address, load-balancer, machine or vpn-tunnel as the next step of a route."
  }

  validation {
    condition     = alltrue([for route in var.routes : route.next_hop_kind == "internet" ? route.next_hop == null : route.next_hop_kind == "address" ? can(cidrhost("${route.next_hop}/32", 0)) : can(regex("^projects/.+/.+", route.next_hop))])
    error_message = "Give a route its next step: an address such as 10.10.0.5, a full name such as projects/…, and nothing for the internet."
  }

  validation {
    condition     = alltrue([for route in var.routes : route.priority >= 0 && route.priority <= 65535 && floor(route.priority) == route.priority])
    error_message = "Give each route a whole number from 0 to 65535 as priority."
  }
}

variable "routing_mode" {
  type        = string
  description = "How far routes learned from VPN and Interconnect reach: `GLOBAL`, every region, or `REGIONAL`, their own."
  default     = "GLOBAL"
  nullable    = false

  validation {
    condition     = contains(["GLOBAL", "REGIONAL"], var.routing_mode)
    error_message = "Choose GLOBAL or REGIONAL as the routing."
  }
}

variable "serverless_connectors" {
  type = map(object({
    region        = optional(string)
    cidr          = string
    machine_type  = optional(string, "e2-micro")
    min_instances = optional(number, 2)
    max_instances = optional(number, 3)
  }))
  description = <<-EOT
    Serverless VPC Access connectors by name, for Cloud Run and Cloud Functions that cannot use direct VPC egress.
    - `region` - its region. Null takes the region of the network.
    - `cidr` - an unused /28 range.
    - `machine_type` - `f1-micro`, `e2-micro` or `e2-standard-4`.
    - `min_instances` - fewest machines, 2 to 9.
    - `max_instances` - most machines, 3 to 10.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.serverless_connectors) : can(regex("^[a-z](?:[-a-z0-9]{0,23}[a-z0-9])$", name))])
    error_message = "Name each connector with 2 to 25 lowercase letters, digits and dashes, such as run-europe."
  }

  validation {
    condition     = alltrue([for connector in var.serverless_connectors : can(cidrhost(connector.cidr, 0)) && endswith(connector.cidr, "/28")])
    error_message = "Give each connector an unused range of the size /28, such as 10.8.0.0/28."
  }

  validation {
    condition     = alltrue([for connector in var.serverless_connectors : contains(["f1-micro", "e2-micro", "e2-standard-4"], connector.machine_type)])
    error_message = "Choose f1-micro, e2-micro or e2-standard-4 as the machines of a connector."
  }

  validation {
    condition     = alltrue([for connector in var.serverless_connectors : connector.min_instances >= 2 && connector.max_instances <= 10 && connector.min_instances < connector.max_instances])
    error_message = "Give each connector at least 2 and at most 10 machines, and more at most than at least."
  }

  validation {
    condition = alltrue([for connector in var.serverless_connectors : alltrue([for cidr in flatten([for subnet in var.subnets : concat([subnet.cidr], values(subnet.secondary_ranges))]) :
      try(
        cidrhost("${split("/", cidr)[0]}/${min(tonumber(split("/", cidr)[1]), 28)}", 0) != cidrhost("${split("/", connector.cidr)[0]}/${min(tonumber(split("/", cidr)[1]), 28)}", 0),
        true
      )
    ])])
    error_message = "The range of a connector overlaps a subnetwork: choose an unused one."
  }
}

variable "shared_vpc_host_enabled" {
  type        = bool
  description = "Let other projects of the organisation use the network (Shared VPC). It makes the whole project a host."
  default     = false
  nullable    = false
}

variable "shared_vpc_service_projects" {
  type        = set(string)
  description = "Projects that may use the network, by their ids."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for project in var.shared_vpc_service_projects : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", project))])
    error_message = "Give each project by its id: 6 to 30 lowercase letters, digits and dashes."
  }

  validation {
    condition     = length(var.shared_vpc_service_projects) == 0 ? true : var.shared_vpc_host_enabled
    error_message = "Other projects can only use a shared network: turn Shared VPC on."
  }
}

variable "subnets" {
  type = map(object({
    cidr                  = string
    region                = optional(string)
    purpose               = optional(string, "PRIVATE")
    private_google_access = optional(bool, true)
    secondary_ranges      = optional(map(string), {})
    flow_log_sampling     = optional(number, 0.5)
    stack_type            = optional(string, "IPV4_ONLY")
    ipv6_access_type      = optional(string)
    users                 = optional(set(string), [])
  }))
  description = <<-EOT
    Subnetworks by name; each is called `<network>-<name>`.
    - `cidr` - its range. It can grow later, never shrink or move.
    - `region` - its region. Null takes the region of the network.
    - `purpose` - `PRIVATE` for machines, `REGIONAL_MANAGED_PROXY` for regional load balancers, `PRIVATE_SERVICE_CONNECT` for services that you publish.
    - `private_google_access` - reach Google's services without a public address.
    - `secondary_ranges` - more ranges by name, such as those for pods and services of GKE.
    - `flow_log_sampling` - share of traffic that is logged, 0 (none) to 1.
    - `stack_type` - `IPV4_ONLY` or `IPV4_IPV6`.
    - `ipv6_access_type` - `INTERNAL` or `EXTERNAL` (reachable from the internet), with `IPV4_IPV6` only.
    - `users` - who may place machines in it, such as `serviceAccount:…`; needed with Shared VPC.
  EOT
  default     = { main = { cidr = "10.10.0.0/20" } }
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.subnets) : can(regex("^[a-z](?:[-a-z0-9]{0,28}[a-z0-9])?$", name))])
    error_message = "Name each subnetwork with 1 to 30 lowercase letters, digits and dashes, such as main."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : try(cidrhost(subnet.cidr, 0) == split("/", subnet.cidr)[0], false) && can(regex("/(?:[89]|1[0-9]|2[0-9])$", subnet.cidr))])
    error_message = "Give each subnetwork a CIDR range between /8 and /29 by its first address, such as 10.10.0.0/20."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.region == null ? true : can(regex("^[a-z]+-[a-z]+[0-9]+$", subnet.region))])
    error_message = "Write the region of a subnetwork as Google does, such as europe-west1."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : contains(["PRIVATE", "REGIONAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT"], subnet.purpose)])
    error_message = "Choose PRIVATE, REGIONAL_MANAGED_PROXY or PRIVATE_SERVICE_CONNECT as the purpose of a subnetwork."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.purpose == "PRIVATE" || (length(subnet.secondary_ranges) == 0 && subnet.stack_type == "IPV4_ONLY" && length(subnet.users) == 0)])
    error_message = "Secondary ranges, IPv6 and users are for subnetworks of the purpose PRIVATE only."
  }

  validation {
    condition     = alltrue(flatten([for subnet in var.subnets : [for name, cidr in subnet.secondary_ranges : can(cidrhost(cidr, 0)) && can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", name))]]))
    error_message = "Give each secondary range a name of lowercase letters and a CIDR range, such as pods and 10.20.0.0/14."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.flow_log_sampling >= 0 && subnet.flow_log_sampling <= 1])
    error_message = "Set the share of logged traffic from 0 (none) to 1 (all)."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : contains(["IPV4_ONLY", "IPV4_IPV6"], subnet.stack_type)])
    error_message = "Choose IPV4_ONLY or IPV4_IPV6 as the addresses of a subnetwork."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.stack_type == "IPV4_ONLY" ? subnet.ipv6_access_type == null : subnet.ipv6_access_type == null ? false : contains(["INTERNAL", "EXTERNAL"], subnet.ipv6_access_type)])
    error_message = "Choose INTERNAL or EXTERNAL for a subnetwork with IPv6, and neither for one without."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.ipv6_access_type == null ? true : subnet.ipv6_access_type != "INTERNAL" || var.internal_ipv6_enabled])
    error_message = "A subnetwork with internal IPv6 needs the private IPv6 range of the network: turn it on."
  }

  validation {
    condition     = alltrue(flatten([for subnet in var.subnets : [for user in subnet.users : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", user))]]))
    error_message = "Write each user with its kind, such as serviceAccount:app@my-project.iam.gserviceaccount.com."
  }

  validation {
    condition = alltrue(flatten([for i, a in flatten([for subnet in var.subnets : concat([subnet.cidr], values(subnet.secondary_ranges))]) :
      [for j, b in flatten([for subnet in var.subnets : concat([subnet.cidr], values(subnet.secondary_ranges))]) : i >= j ? true : try(
        cidrhost("${split("/", a)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0) !=
        cidrhost("${split("/", b)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0),
        true
      )]
    ]))
    error_message = "Two ranges overlap: give every subnetwork and secondary range addresses of its own."
  }

  validation {
    condition     = length(distinct([for subnet in var.subnets : coalesce(subnet.region, var.region) if subnet.purpose == "REGIONAL_MANAGED_PROXY"])) == length([for subnet in var.subnets : subnet if subnet.purpose == "REGIONAL_MANAGED_PROXY"])
    error_message = "One subnetwork for proxies is enough in each region: remove the other."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}
