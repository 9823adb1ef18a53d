variable "name" {
  type        = string
  description = "Name of the load balancer. Its public addresses are named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9](?:[\\w.-]{0,48}\\w)?$", var.name))
    error_message = "Use 1 to 50 letters, digits, dashes, dots and underscores for the name, beginning with a letter or digit and not ending in a dash or dot."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later without building everything anew."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "backend_addresses" {
  type = list(object({
    name               = string
    ip_address         = string
    virtual_network_id = string
    backend_pool       = optional(string)
  }))
  description = <<-EOT
    Machines that are put into a pool by their address. Scale sets and network cards join by themselves, with the output `backend_pool_ids`.
    - `name` - name of the entry, such as `web-1`.
    - `ip_address` - private address of the machine.
    - `virtual_network_id` - resource id of the network that the address is in.
    - `backend_pool` - pool that takes it. Null takes the first.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(distinct([for address in var.backend_addresses : address.name])) == length(var.backend_addresses)
    error_message = "Give every backend address a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for address in var.backend_addresses : can(cidrhost("${address.ip_address}/${can(regex(":", address.ip_address)) ? 128 : 32}", 0)) && can(regex("(?i)/Microsoft\\.Network/virtualNetworks/[^/]+$", address.virtual_network_id))])
    error_message = "Give each backend address as an IP address, such as 10.0.1.4, and its network by the full resource id."
  }

  validation {
    condition     = alltrue([for address in var.backend_addresses : address.backend_pool == null ? true : contains(var.backend_pools, address.backend_pool)])
    error_message = "Put backend addresses into a pool that is listed in backend_pools."
  }

  validation {
    condition     = length(var.backend_addresses) == 0 ? true : var.sku_tier == "Regional"
    error_message = "A load balancer of the Global tier serves load balancers of regions, not machines: leave the backend addresses empty."
  }
}

variable "backend_pools" {
  type        = set(string)
  description = "Names of the groups of machines that share the work. Rules without a pool of their own use the first in the alphabet."
  default     = ["default"]
  nullable    = false

  validation {
    condition     = length(var.backend_pools) > 0 && alltrue([for name in var.backend_pools : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,60}\\w)?$", name))])
    error_message = "Name at least one backend pool, with letters, digits, dashes, dots and underscores, such as web."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the tag `cost_center`."
  default     = null
}

variable "create_resource_group" {
  type        = bool
  description = "Create the resource group. Turn it off to use one that is there already."
  default     = true
  nullable    = false
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the load balancer, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the load balancer is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "frontends" {
  type = list(object({
    name                              = string
    ip_version                        = optional(string, "IPv4")
    domain_name_label                 = optional(string)
    public_ip_address_id              = optional(string)
    private_ip_address                = optional(string)
    gateway_load_balancer_frontend_id = optional(string)
  }))
  description = <<-EOT
    Addresses under which the load balancer is reached. Rules without a frontend of their own use the first.
    - `name` - name of the frontend.
    - `ip_version` - `IPv4` or `IPv6`.
    - `domain_name_label` - first part of a DNS name for a new public address, as in `<label>.westeurope.cloudapp.azure.com`.
    - `public_ip_address_id` - resource id of a public address that is there already, of the Standard kind. Null creates one.
    - `private_ip_address` - fixed address of an internal frontend. Null lets Azure choose.
    - `gateway_load_balancer_frontend_id` - resource id of a frontend of a gateway load balancer that all traffic passes first, such as a firewall.
  EOT
  default     = [{ name = "primary" }]
  nullable    = false

  validation {
    condition     = length(var.frontends) > 0 && alltrue([for frontend in var.frontends : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,18}\\w)?$", frontend.name))])
    error_message = "Give at least one frontend, named with 1 to 20 letters, digits, dashes, dots and underscores."
  }

  validation {
    condition     = length(distinct([for frontend in var.frontends : lower(frontend.name)])) == length(var.frontends)
    error_message = "Give every frontend a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for frontend in var.frontends : contains(["IPv4", "IPv6"], frontend.ip_version)])
    error_message = "Choose IPv4 or IPv6 as the version of a frontend."
  }

  validation {
    condition     = var.type == "public" ? alltrue([for frontend in var.frontends : frontend.private_ip_address == null]) : alltrue([for frontend in var.frontends : frontend.public_ip_address_id == null && frontend.domain_name_label == null])
    error_message = "Public frontends have no private address, and internal ones neither a public address nor a DNS label: leave these empty, or change the type."
  }

  validation {
    condition     = alltrue([for frontend in var.frontends : frontend.domain_name_label == null ? true : can(regex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", frontend.domain_name_label)) && frontend.public_ip_address_id == null])
    error_message = "Use 3 to 63 lowercase letters, digits and dashes for a DNS label, beginning with a letter; an address that is there already keeps its own."
  }

  validation {
    condition     = alltrue([for frontend in var.frontends : frontend.public_ip_address_id == null ? true : can(regex("(?i)/Microsoft\\.Network/publicIPAddresses/[^/]+$", frontend.public_ip_address_id))])
    error_message = "Give an existing public address by its full resource id: /subscriptions/…/Microsoft.Network/publicIPAddresses/…"
  }

  validation {
    condition     = alltrue([for frontend in var.frontends : frontend.private_ip_address == null ? true : can(cidrhost("${frontend.private_ip_address}/${frontend.ip_version == "IPv6" ? 128 : 32}", 0)) && can(regex(":", frontend.private_ip_address)) == (frontend.ip_version == "IPv6")])
    error_message = "Write the private address of a frontend as an IP address of its version, such as 10.0.1.10."
  }

  validation {
    condition     = alltrue([for frontend in var.frontends : frontend.gateway_load_balancer_frontend_id == null ? true : can(regex("(?i)/loadBalancers/[^/]+/frontendIPConfigurations/[^/]+$", frontend.gateway_load_balancer_frontend_id)) && var.sku_tier == "Regional"])
    error_message = "Give the frontend of a gateway load balancer by its full resource id, which ends in /frontendIPConfigurations/<name>; the Global tier takes none."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives health events and metrics. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "nat_rules" {
  type = list(object({
    name                    = string
    frontend_port_start     = number
    frontend_port_end       = number
    backend_port            = number
    protocol                = optional(string, "Tcp")
    frontend                = optional(string)
    backend_pool            = optional(string)
    idle_timeout_in_minutes = optional(number, 4)
  }))
  description = <<-EOT
    Ranges of ports of which each leads to one machine of a pool, as for reaching every machine by SSH.
    - `name` - name of the rule.
    - `frontend_port_start`, `frontend_port_end` - range of ports; it limits how many machines are reached.
    - `backend_port` - port on the machine.
    - `protocol` - `Tcp` or `Udp`.
    - `frontend` - frontend that has the ports. Null takes the first.
    - `backend_pool` - pool of the machines. Null takes the first.
    - `idle_timeout_in_minutes` - minutes after which an idle connection is closed, 4 to 30.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(distinct([for rule in var.nat_rules : lower(rule.name)])) == length(var.nat_rules) && alltrue([for rule in var.nat_rules : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", rule.name))])
    error_message = "Give every NAT rule a name of its own, with letters, digits, dashes, dots and underscores."
  }

  validation {
    condition     = alltrue([for rule in var.nat_rules : rule.frontend_port_start >= 1 && rule.frontend_port_start <= rule.frontend_port_end && rule.frontend_port_end <= 65534 && rule.backend_port >= 1 && rule.backend_port <= 65535])
    error_message = "Let the ports of a NAT rule run upwards from 1 to 65534, such as 50000 to 50099, and lead to one from 1 to 65535."
  }

  validation {
    condition     = alltrue([for rule in var.nat_rules : contains(["Tcp", "Udp"], rule.protocol)])
    error_message = "Choose Tcp or Udp as the protocol of a NAT rule."
  }

  validation {
    condition = alltrue([for rule in var.nat_rules :
      (rule.frontend == null ? true : contains(var.frontends[*].name, rule.frontend)) && (rule.backend_pool == null ? true : contains(var.backend_pools, rule.backend_pool))
    ])
    error_message = "A NAT rule names a frontend or pool that is not there: use the names from frontends and backend_pools."
  }

  validation {
    condition = alltrue(flatten([for nat in var.nat_rules : [for rule in var.rules :
      nat.protocol != rule.protocol || coalesce(nat.frontend, try(var.frontends[0].name, "-")) != coalesce(rule.frontend, try(var.frontends[0].name, "-"))
      ? true : rule.frontend_port < nat.frontend_port_start || rule.frontend_port > nat.frontend_port_end
    ]]))
    error_message = "The ports of a NAT rule include one that a load balancing rule uses: choose another range."
  }

  validation {
    condition     = alltrue([for rule in var.nat_rules : rule.idle_timeout_in_minutes >= 4 && rule.idle_timeout_in_minutes <= 30])
    error_message = "Set the idle timeout of a NAT rule to 4 to 30 minutes."
  }

  validation {
    condition     = length(var.nat_rules) == 0 ? true : var.sku_tier == "Regional"
    error_message = "The Global tier has no NAT rules: leave them empty, or choose Regional."
  }
}

variable "outbound" {
  type = object({
    ports_per_machine       = optional(number, 1024)
    idle_timeout_in_minutes = optional(number, 4)
    frontends               = optional(list(string), [])
  })
  description = <<-EOT
    Way out to the internet for the machines in the pools of a public load balancer. Null gives none, as when a NAT gateway does it.
    - `ports_per_machine` - ports that each machine gets, a multiple of 8 up to 64000. An address has 64,000 for all its machines together; 0 shares them out by the size of the pool.
    - `idle_timeout_in_minutes` - minutes after which an idle connection is closed, 4 to 100.
    - `frontends` - frontends whose addresses are used. Empty means all that are IPv4.
  EOT
  default     = {}

  validation {
    condition     = var.outbound == null ? true : var.outbound.ports_per_machine >= 0 && var.outbound.ports_per_machine <= 64000 && var.outbound.ports_per_machine % 8 == 0
    error_message = "Give each machine a multiple of 8 as its number of outbound ports, at most 64000, such as 1024."
  }

  validation {
    condition     = var.outbound == null ? true : var.outbound.idle_timeout_in_minutes >= 4 && var.outbound.idle_timeout_in_minutes <= 100
    error_message = "Set the idle timeout of outbound connections to 4 to 100 minutes."
  }

  validation {
    condition     = var.outbound == null ? true : alltrue([for name in var.outbound.frontends : contains(var.frontends[*].name, name)])
    error_message = "Outbound connections name a frontend that is not there: use names from frontends."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the load balancer, kept as the tag `owner`."
  default     = null
}

variable "probes" {
  type = list(object({
    name                = string
    port                = number
    protocol            = optional(string, "Tcp")
    path                = optional(string)
    interval_in_seconds = optional(number, 5)
    threshold           = optional(number, 2)
  }))
  description = <<-EOT
    Questions that tell whether a machine is well. Rules without a probe of their own use the first. The Global tier needs none.
    - `name` - name of the probe.
    - `port` - port on the machine.
    - `protocol` - `Tcp` (it listens), `Http` or `Https` (it answers 200).
    - `path` - page that is asked for with Http and Https, such as `/health`.
    - `interval_in_seconds` - time between two questions, 5 or more.
    - `threshold` - answers in a row, 1 to 100, after which a machine counts as well or not.
  EOT
  default     = [{ name = "http", port = 80 }]
  nullable    = false

  validation {
    condition     = length(distinct([for probe in var.probes : lower(probe.name)])) == length(var.probes) && alltrue([for probe in var.probes : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", probe.name))])
    error_message = "Give every probe a name of its own, with letters, digits, dashes, dots and underscores."
  }

  validation {
    condition     = alltrue([for probe in var.probes : contains(["Http", "Https", "Tcp"], probe.protocol)])
    error_message = "Choose Tcp, Http or Https as the protocol of a probe."
  }

  validation {
    condition     = alltrue([for probe in var.probes : probe.protocol == "Tcp" ? probe.path == null : probe.path == null ? false : startswith(probe.path, "/")])
    error_message = "Give Http and Https probes a path that begins with a slash, such as /health, and Tcp probes none."
  }

  validation {
    condition     = alltrue([for probe in var.probes : probe.port >= 1 && probe.port <= 65535 && probe.interval_in_seconds >= 5 && probe.threshold >= 1 && probe.threshold <= 100])
    error_message = "Set the port of a probe to 1 to 65535, its interval to 5 seconds or more and its threshold to 1 to 100."
  }
}

variable "regional_load_balancers" {
  type = list(object({
    name                         = string
    frontend_ip_configuration_id = string
    backend_pool                 = optional(string)
  }))
  description = <<-EOT
    Load balancers of regions that one of the Global tier sends its visitors to, each to the nearest that is well.
    - `name` - name of the entry, such as `westeurope`.
    - `frontend_ip_configuration_id` - resource id of the frontend of a public load balancer; the output `frontend_ip_configuration_ids` tells it.
    - `backend_pool` - pool that takes it. Null takes the first.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.regional_load_balancers) == 0 ? true : var.sku_tier == "Global"
    error_message = "Only the Global tier serves load balancers of regions: choose Global, or leave them empty."
  }

  validation {
    condition     = length(distinct([for region in var.regional_load_balancers : lower(region.name)])) == length(var.regional_load_balancers) && alltrue([for region in var.regional_load_balancers : region.backend_pool == null ? true : contains(var.backend_pools, region.backend_pool)])
    error_message = "Give every regional load balancer a name of its own and a pool that is listed in backend_pools."
  }

  validation {
    condition     = alltrue([for region in var.regional_load_balancers : can(regex("(?i)/loadBalancers/[^/]+/frontendIPConfigurations/[^/]+$", region.frontend_ip_configuration_id))])
    error_message = "Give the frontend of each regional load balancer by its full resource id, which ends in /frontendIPConfigurations/<name>."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the load balancer."
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

variable "rules" {
  type = list(object({
    name                    = string
    frontend_port           = number
    backend_port            = optional(number)
    protocol                = optional(string, "Tcp")
    frontend                = optional(string)
    backend_pool            = optional(string)
    probe                   = optional(string)
    load_distribution       = optional(string, "Default")
    floating_ip_enabled     = optional(bool, false)
    idle_timeout_in_minutes = optional(number, 4)
    tcp_reset_enabled       = optional(bool, true)
  }))
  description = <<-EOT
    What is shared out among the machines.
    - `name` - name of the rule.
    - `frontend_port` - port that visitors use; 0 with the protocol `All` means every port.
    - `backend_port` - port on the machines. Null takes the same.
    - `protocol` - `Tcp`, `Udp`, or `All` for every port of an internal load balancer.
    - `frontend`, `backend_pool`, `probe` - names of those that are used. Null takes the first.
    - `load_distribution` - `Default` spreads every connection, `SourceIP` keeps a visitor at one machine, `SourceIPProtocol` for each protocol.
    - `floating_ip_enabled` - hand the visitor's destination address on unchanged, as clusters of SQL Server need it.
    - `idle_timeout_in_minutes` - minutes after which an idle connection is closed, 4 to 100.
    - `tcp_reset_enabled` - tell both sides when that happens.
  EOT
  default     = [{ name = "http", frontend_port = 80 }]
  nullable    = false

  validation {
    condition     = length(distinct([for rule in var.rules : lower(rule.name)])) == length(var.rules) && alltrue([for rule in var.rules : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", rule.name))])
    error_message = "Give every rule a name of its own, with letters, digits, dashes, dots and underscores."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Tcp", "Udp", "All"], rule.protocol)])
    error_message = "Choose Tcp, Udp or All as the protocol of a rule."
  }

  validation {
    condition = alltrue([for rule in var.rules : rule.protocol == "All"
      ? var.type == "internal" && rule.frontend_port == 0 && (rule.backend_port == null ? true : rule.backend_port == 0)
      : rule.frontend_port >= 1 && rule.frontend_port <= 65534 && (rule.backend_port == null ? true : rule.backend_port >= 1 && rule.backend_port <= 65535)
    ])
    error_message = "Give each rule ports from 1 to 65534; the protocol All takes port 0 and works in an internal load balancer only."
  }

  validation {
    condition     = length(distinct([for rule in var.rules : "${coalesce(rule.frontend, try(var.frontends[0].name, "-"))} ${rule.protocol} ${rule.frontend_port}"])) == length(var.rules)
    error_message = "Two rules use the same port of the same frontend: give each its own."
  }

  validation {
    condition = alltrue([for rule in var.rules :
      (rule.frontend == null ? true : contains(var.frontends[*].name, rule.frontend)) && (rule.backend_pool == null ? true : contains(var.backend_pools, rule.backend_pool)) && (rule.probe == null || var.sku_tier == "Global" ? true : contains(var.probes[*].name, rule.probe))
    ])
    error_message = "A rule names a frontend, pool or probe that is not there: use the names from frontends, backend_pools and probes."
  }

  validation {
    condition     = length(var.rules) == 0 || var.sku_tier == "Global" ? true : length(var.probes) > 0
    error_message = "Rules need a probe, so that no machine gets work that it cannot do: add one."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Default", "SourceIP", "SourceIPProtocol"], rule.load_distribution)])
    error_message = "Choose Default, SourceIP or SourceIPProtocol as the distribution of a rule."
  }

  validation {
    condition     = alltrue([for rule in var.rules : rule.idle_timeout_in_minutes >= 4 && rule.idle_timeout_in_minutes <= 100])
    error_message = "Set the idle timeout of a rule to 4 to 100 minutes."
  }
}

variable "sku_tier" {
  type        = string
  description = "`Regional` serves machines of one region. `Global` has one address for the whole world and sends visitors on to public load balancers of regions; it lives in a few home regions only."
  default     = "Regional"
  nullable    = false

  validation {
    condition     = contains(["Regional", "Global"], var.sku_tier)
    error_message = "Choose Regional or Global as the tier."
  }

  validation {
    condition     = var.sku_tier == "Global" ? var.type == "public" : true
    error_message = "The Global tier is for public load balancers: choose public as the type, or Regional as the tier."
  }
}

variable "subnet_id" {
  type        = string
  description = "Resource id of the subnet that an internal load balancer has its address in."
  default     = null

  validation {
    condition     = var.type == "internal" ? var.subnet_id != null : var.subnet_id == null
    error_message = "An internal load balancer needs a subnet, and a public one has none: set the subnet for the type internal only."
  }

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

variable "type" {
  type        = string
  description = "`public` is reached from the internet, `internal` only from its own and connected networks."
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["public", "internal"], var.type)
    error_message = "Choose public or internal as the type."
  }
}

variable "zones" {
  type        = set(string)
  description = "Availability zones that the addresses live in. Name all three to survive the loss of one. Empty works in every region and leaves it to Azure."
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.zones, ["1", "2", "3"])) == 0
    error_message = "Choose zones 1, 2 and 3, or leave them empty."
  }

  validation {
    condition     = length(var.zones) == 0 ? true : var.sku_tier == "Regional"
    error_message = "An address of the Global tier has no zones: leave them empty."
  }
}
