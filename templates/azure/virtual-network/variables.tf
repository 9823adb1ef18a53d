variable "name" {
  type        = string
  description = "Name of the virtual network. Everything beside it (security groups, route tables, NAT gateway) is named after it."
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

variable "address_space" {
  type        = list(string)
  description = "Address ranges of the network, such as `10.0.0.0/16`. Choose ranges that no connected network uses: networks whose ranges overlap can never be peered."
  default     = ["10.0.0.0/16"]
  nullable    = false

  validation {
    condition     = length(var.address_space) >= 1
    error_message = "Give the network at least one address range, such as 10.0.0.0/16."
  }

  validation {
    condition     = alltrue([for range in var.address_space : can(cidrhost(range, 0)) && try(lower(split("/", range)[0]) == cidrhost(range, 0), false)])
    error_message = "Write each address range as a CIDR range that begins at its first address, such as 10.0.0.0/16."
  }

  validation {
    condition     = alltrue([for range in var.address_space : can(regex(":", range)) ? true : can(regex("/(?:[89]|1[0-9]|2[0-9])$", range))])
    error_message = "Azure takes IPv4 ranges from /8 to /29 for a network."
  }

  validation {
    condition = alltrue(flatten([for i, a in var.address_space : [for j, b in var.address_space :
      i >= j ? true : try(
        cidrhost("${cidrhost(a, 0)}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0)
        != cidrhost("${cidrhost(b, 0)}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0),
        true
      )
    ]]))
    error_message = "Two address ranges of the network overlap: leave one of them out, or make it smaller."
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

variable "ddos_protection_plan_id" {
  type        = string
  description = "Resource id of a DDoS protection plan that guards the public addresses in the network. One plan serves all networks of a tenant. Null leaves Azure's basic protection."
  default     = null

  validation {
    condition     = var.ddos_protection_plan_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/ddosProtectionPlans/[^/]+$", var.ddos_protection_plan_id))
    error_message = "Give the DDoS protection plan by its full resource id: /subscriptions/…/Microsoft.Network/ddosProtectionPlans/…"
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the network, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "dns_servers" {
  type        = list(string)
  description = "Addresses of DNS servers of your own that machines in the network ask. Empty uses Azure's."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.dns_servers : can(cidrhost("${address}/${can(regex(":", address)) ? 128 : 32}", 0))])
    error_message = "Write each DNS server as an IP address, such as 10.0.0.4."
  }
}

variable "encryption_enforcement" {
  type        = string
  description = "Encrypt traffic between machines of the network whose size can do it. `AllowUnencrypted` lets the others talk in the clear, `DropUnencrypted` shuts them out. Null turns encryption off."
  default     = null

  validation {
    condition     = var.encryption_enforcement == null ? true : contains(["AllowUnencrypted", "DropUnencrypted"], var.encryption_enforcement)
    error_message = "Choose AllowUnencrypted or DropUnencrypted for the encryption, or leave it empty."
  }
}

variable "environment" {
  type        = string
  description = "What the network is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "flow_logs" {
  type = object({
    storage_account_id                  = string
    retention_days                      = optional(number, 30)
    network_watcher_name                = optional(string)
    network_watcher_resource_group_name = optional(string, "NetworkWatcherRG")
    traffic_analytics = optional(object({
      workspace_resource_id = string
      workspace_guid        = string
      workspace_region      = optional(string)
      interval_in_minutes   = optional(number, 60)
    }))
  })
  description = <<-EOT
    Record who talks to whom in the network. Null records nothing.
    - `storage_account_id` - resource id of a storage account in the same region that receives the records.
    - `retention_days` - days for which they are kept, 0 to 365; 0 keeps them for good.
    - `network_watcher_name` - network watcher of the region. Null takes `NetworkWatcher_<region>`, which Azure creates by itself.
    - `network_watcher_resource_group_name` - resource group of the network watcher.
    - `traffic_analytics` - evaluate the records in a Log Analytics workspace:
      `workspace_resource_id` its resource id, `workspace_guid` its workspace id (a GUID), `workspace_region` its region when it is another,
      `interval_in_minutes` how often, 10 or 60.
  EOT
  default     = null

  validation {
    condition     = var.flow_logs == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Storage/storageAccounts/[a-z0-9]+$", var.flow_logs.storage_account_id))
    error_message = "Give the storage account for flow logs by its full resource id: /subscriptions/…/Microsoft.Storage/storageAccounts/…"
  }

  validation {
    condition     = var.flow_logs == null ? true : var.flow_logs.retention_days >= 0 && var.flow_logs.retention_days <= 365 && floor(var.flow_logs.retention_days) == var.flow_logs.retention_days
    error_message = "Keep flow logs for 0 to 365 whole days."
  }

  validation {
    condition = try(var.flow_logs.traffic_analytics, null) == null ? true : (
      can(regex("(?i)/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.flow_logs.traffic_analytics.workspace_resource_id))
      && can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.flow_logs.traffic_analytics.workspace_guid))
    )
    error_message = "Name the workspace for traffic analytics twice: by its full resource id, and by its workspace id, which is a GUID."
  }

  validation {
    condition     = try(var.flow_logs.traffic_analytics, null) == null ? true : contains([10, 60], var.flow_logs.traffic_analytics.interval_in_minutes)
    error_message = "Traffic analytics works every 10 or every 60 minutes."
  }
}

variable "flow_timeout_in_minutes" {
  type        = number
  description = "Minutes after which an idle connection is forgotten, 4 to 30. Null leaves it to Azure."
  default     = null

  validation {
    condition     = var.flow_timeout_in_minutes == null ? true : var.flow_timeout_in_minutes >= 4 && var.flow_timeout_in_minutes <= 30 && floor(var.flow_timeout_in_minutes) == var.flow_timeout_in_minutes
    error_message = "Set the flow timeout to a whole number from 4 to 30 minutes, or leave it empty."
  }
}

variable "nat_gateway" {
  type = object({
    zone                    = optional(string)
    public_ip_count         = optional(number, 1)
    idle_timeout_in_minutes = optional(number, 4)
  })
  description = <<-EOT
    Way out to the internet for all subnets that do not refuse it. Without one, and without a firewall or public addresses, machines reach nothing outside. Null creates none.
    - `zone` - availability zone, `1`, `2` or `3`. Null lets Azure choose and works in every region.
    - `public_ip_count` - public addresses, 1 to 16; each gives 64,512 ports.
    - `idle_timeout_in_minutes` - minutes after which an idle connection is closed, 4 to 120.
  EOT
  default     = null

  validation {
    condition     = try(var.nat_gateway.zone, null) == null ? true : contains(["1", "2", "3"], var.nat_gateway.zone)
    error_message = "Choose zone 1, 2 or 3 for the NAT gateway, or leave it empty."
  }

  validation {
    condition     = var.nat_gateway == null ? true : var.nat_gateway.public_ip_count >= 1 && var.nat_gateway.public_ip_count <= 16 && floor(var.nat_gateway.public_ip_count) == var.nat_gateway.public_ip_count
    error_message = "Give the NAT gateway 1 to 16 public addresses."
  }

  validation {
    condition     = var.nat_gateway == null ? true : var.nat_gateway.idle_timeout_in_minutes >= 4 && var.nat_gateway.idle_timeout_in_minutes <= 120 && floor(var.nat_gateway.idle_timeout_in_minutes) == var.nat_gateway.idle_timeout_in_minutes
    error_message = "Set the idle timeout of the NAT gateway to a whole number from 4 to 120 minutes."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the network, kept as the tag `owner`."
  default     = null
}

variable "peerings" {
  type = list(object({
    name                      = string
    remote_virtual_network_id = string
    allow_forwarded_traffic   = optional(bool, false)
    allow_gateway_transit     = optional(bool, false)
    use_remote_gateways       = optional(bool, false)
    create_reverse            = optional(bool, false)
  }))
  description = <<-EOT
    Other virtual networks that this one is connected with. A peering needs both directions: the other network's owner creates the way back, or you do with `create_reverse`.
    - `name` - name of the peering, such as `to-hub`.
    - `remote_virtual_network_id` - resource id of the other network. Its address ranges must not overlap with this one's.
    - `allow_forwarded_traffic` - accept traffic that the other network only passes on, as from a firewall in a hub.
    - `allow_gateway_transit` - let the other network use the VPN or ExpressRoute gateway of this one.
    - `use_remote_gateways` - use the gateway of the other network.
    - `create_reverse` - create the way back too. The other network must be in the same subscription, and you need rights on it.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for peering in var.peerings : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", peering.name))])
    error_message = "Name each peering with letters, digits, dashes, dots and underscores, such as to-hub."
  }

  validation {
    condition     = length(distinct([for peering in var.peerings : lower(peering.name)])) == length(var.peerings) && length(distinct([for peering in var.peerings : lower(peering.remote_virtual_network_id)])) == length(var.peerings)
    error_message = "Name each peering and each other network once: one is listed twice."
  }

  validation {
    condition     = alltrue([for peering in var.peerings : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+$", peering.remote_virtual_network_id))])
    error_message = "Give the other network of a peering by its full resource id: /subscriptions/…/Microsoft.Network/virtualNetworks/…"
  }

  validation {
    condition     = length([for peering in var.peerings : peering.name if peering.use_remote_gateways]) <= 1 && alltrue([for peering in var.peerings : !(peering.use_remote_gateways && peering.allow_gateway_transit)])
    error_message = "A network can use the gateway of one other network only, and cannot offer it a gateway at the same time."
  }
}

variable "private_dns_zone_ids" {
  type        = set(string)
  description = "Resource ids of private DNS zones whose names the network shall resolve, such as those of private endpoints."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.private_dns_zone_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/privateDnsZones/[^/]+$", id))])
    error_message = "Give each private DNS zone by its full resource id: /subscriptions/…/Microsoft.Network/privateDnsZones/…"
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the network."
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

variable "subnets" {
  type = list(object({
    name                      = string
    address_prefixes          = list(string)
    network_security_group_id = optional(string)
    inbound_rules = optional(list(object({
      name        = string
      priority    = number
      ports       = list(string)
      protocol    = optional(string, "Tcp")
      sources     = optional(list(string), ["VirtualNetwork"])
      access      = optional(string, "Allow")
      description = optional(string)
    })), [])
    route_table_id = optional(string)
    routes = optional(list(object({
      name                = string
      address_prefix      = string
      next_hop_type       = string
      next_hop_ip_address = optional(string)
    })), [])
    nat_gateway_enabled                           = optional(bool, true)
    delegation                                    = optional(string)
    service_endpoints                             = optional(set(string), [])
    private_endpoint_network_policies             = optional(string, "Enabled")
    private_link_service_network_policies_enabled = optional(bool, true)
    default_outbound_access_enabled               = optional(bool, false)
  }))
  description = <<-EOT
    Parts of the network. Each gets a network security group of its own, unless it brings one or is one of Azure's own subnets.
    - `name` - name of the subnet. Azure's services look for `GatewaySubnet`, `AzureBastionSubnet`, `AzureFirewallSubnet`, `AzureFirewallManagementSubnet` and `RouteServerSubnet`.
    - `address_prefixes` - address ranges inside the network's, such as `10.0.1.0/24`.
    - `network_security_group_id` - resource id of a security group that is there already.
    - `inbound_rules` - rules of the new security group: `name`, `priority` 100 to 4096 (the lowest that fits decides), `ports` such as `443` or `8000-8080`, `protocol` (`Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`, `*`), `sources` (CIDR ranges, or one service tag such as `VirtualNetwork`), `access` (`Allow` or `Deny`), `description`. Traffic from the internet is refused without a rule.
    - `route_table_id` - resource id of a route table that is there already.
    - `routes` - routes of a new route table: `name`, `address_prefix` (CIDR range or service tag), `next_hop_type` (`VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `None`), `next_hop_ip_address` of the appliance.
    - `nat_gateway_enabled` - use the NAT gateway, when there is one.
    - `delegation` - service that the subnet is given to as a whole, such as `Microsoft.Web/serverFarms`.
    - `service_endpoints` - services that are reached from the subnet without leaving Azure's network, such as `Microsoft.Storage`.
    - `private_endpoint_network_policies` - whether rules and routes hold for private endpoints: `Enabled`, `Disabled`, `NetworkSecurityGroupEnabled`, `RouteTableEnabled`.
    - `private_link_service_network_policies_enabled` - turn off for a subnet that offers a private link service.
    - `default_outbound_access_enabled` - Azure's own way out with an address that is not yours. Better leave it off.
  EOT
  default     = [{ name = "default", address_prefixes = ["10.0.1.0/24"] }]
  nullable    = false

  validation {
    condition     = alltrue([for subnet in var.subnets : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", subnet.name))])
    error_message = "Name each subnet with 1 to 80 letters, digits, dashes, dots and underscores, such as app."
  }

  validation {
    condition     = length(distinct([for subnet in var.subnets : lower(subnet.name)])) == length(var.subnets)
    error_message = "Give every subnet a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : length(subnet.address_prefixes) > 0]) && alltrue(flatten([for subnet in var.subnets : [for range in subnet.address_prefixes : can(cidrhost(range, 0)) && try(lower(split("/", range)[0]) == cidrhost(range, 0), false)]]))
    error_message = "Give each subnet a CIDR range that begins at its first address, such as 10.0.1.0/24."
  }

  validation {
    condition     = alltrue(flatten([for subnet in var.subnets : [for range in subnet.address_prefixes : can(regex(":", range)) ? endswith(range, "/64") : !can(regex("/3[012]$", range))]]))
    error_message = "Azure takes IPv4 ranges of /29 or larger for a subnet, and IPv6 ranges of exactly /64."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for range in subnet.address_prefixes : anytrue([for space in var.address_space :
      try(cidrhost("${cidrhost(range, 0)}/${split("/", space)[1]}", 0) == cidrhost(space, 0) && tonumber(split("/", range)[1]) >= tonumber(split("/", space)[1]), true)
    ])]]))
    error_message = "A subnet lies outside the address ranges of the network: choose a range inside them, or add one to the network."
  }

  validation {
    condition = alltrue(flatten([for i, a in flatten(var.subnets[*].address_prefixes) : [for j, b in flatten(var.subnets[*].address_prefixes) :
      i >= j ? true : try(
        cidrhost("${cidrhost(a, 0)}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0)
        != cidrhost("${cidrhost(b, 0)}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0),
        true
      )
    ]]))
    error_message = "Two subnets overlap: give each a range that no other uses."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for range in subnet.address_prefixes :
      can(regex(":", range)) ? true : try(tonumber(split("/", range)[1]) <= lookup({ GatewaySubnet = 27, AzureBastionSubnet = 26, AzureFirewallSubnet = 26, AzureFirewallManagementSubnet = 26, RouteServerSubnet = 26 }, subnet.name, 29), true)
    ]]))
    error_message = "GatewaySubnet needs a range of /27 or larger; the subnets of Bastion, firewall and route server need /26 or larger."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.network_security_group_id == null ? true : can(regex("(?i)/Microsoft\\.Network/networkSecurityGroups/[^/]+$", subnet.network_security_group_id))])
    error_message = "Give the security group of a subnet by its full resource id: /subscriptions/…/Microsoft.Network/networkSecurityGroups/…"
  }

  validation {
    condition = alltrue([for subnet in var.subnets :
      contains(["GatewaySubnet", "AzureBastionSubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet"], subnet.name)
      ? subnet.network_security_group_id == null && length(subnet.inbound_rules) == 0 && subnet.delegation == null : true
    ])
    error_message = "Azure's own subnets (gateway, Bastion, firewall, route server) take no security group, rules or delegation: leave these empty."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : length(subnet.inbound_rules) == 0 ? true : subnet.network_security_group_id == null])
    error_message = "Rules belong to a new security group: leave the existing group of the subnet empty, or its rules."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules :
      rule.priority >= 100 && rule.priority <= 4096 && floor(rule.priority) == rule.priority && can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", rule.name))
    ]]))
    error_message = "Give each rule a name of letters, digits and dashes and a priority from 100 to 4096."
  }

  validation {
    condition = alltrue([for subnet in var.subnets :
      length(distinct([for rule in subnet.inbound_rules : rule.priority])) == length(subnet.inbound_rules) && length(distinct([for rule in subnet.inbound_rules : lower(rule.name)])) == length(subnet.inbound_rules)
    ])
    error_message = "Two rules of a subnet have the same name or priority: give each its own."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules :
      length(rule.ports) > 0 && (contains(rule.ports, "*") ? length(rule.ports) == 1 : alltrue([for port in rule.ports :
        can(regex("^[0-9]{1,5}(?:-[0-9]{1,5})?$", port)) && try(tonumber(split("-", port)[0]) <= tonumber(reverse(split("-", port))[0]) && tonumber(reverse(split("-", port))[0]) <= 65535, false)
      ]))
    ]]))
    error_message = "Write the ports of a rule as numbers or ranges up to 65535, such as 443 or 8000-8080, or * alone for all."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules :
      contains(["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"], rule.protocol) && contains(["Allow", "Deny"], rule.access)
    ]]))
    error_message = "Choose Tcp, Udp, Icmp, Esp, Ah or * as the protocol of a rule, and Allow or Deny as its access."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules :
      length(rule.sources) == 1 ? can(regex("^(?:\\*|[A-Z][A-Za-z0-9.]+)$", rule.sources[0])) || can(cidrhost(rule.sources[0], 0)) : length(rule.sources) > 0 && alltrue([for source in rule.sources : can(cidrhost(source, 0))])
    ]]))
    error_message = "Write the sources of a rule as CIDR ranges, such as 203.0.113.0/24, or as one service tag, such as VirtualNetwork."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules : [for port in rule.ports : [for managed in [22, 3389, 5985, 5986, 1433, 3306, 5432] :
      rule.access == "Deny" ? true : try(tonumber(split("-", port)[0]) > managed || tonumber(reverse(split("-", port))[0]) < managed, false)
      ? true : alltrue([for source in rule.sources : !can(regex("^(?:\\*|Internet|Any|[0-9a-fA-F.:]+/[0-7])$", source))])
    ]]]]))
    error_message = "Do not open SSH, Remote Desktop or a database to the whole internet: name the networks that need the port."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : subnet.route_table_id == null ? true : can(regex("(?i)/Microsoft\\.Network/routeTables/[^/]+$", subnet.route_table_id)) && length(subnet.routes) == 0])
    error_message = "Give an existing route table by its full resource id (…/Microsoft.Network/routeTables/…) and no routes beside it."
  }

  validation {
    condition = alltrue(flatten([for subnet in var.subnets : [for route in subnet.routes :
      contains(["VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None"], route.next_hop_type) && (route.next_hop_type == "VirtualAppliance") == (route.next_hop_ip_address != null)
    ]]))
    error_message = "Choose VirtualAppliance, VirtualNetworkGateway, VnetLocal, Internet or None as the next hop of a route, and give an address for VirtualAppliance only."
  }

  validation {
    condition = alltrue([for subnet in var.subnets : length(distinct([for route in subnet.routes : lower(route.name)])) == length(subnet.routes)]) && alltrue(flatten([for subnet in var.subnets : [for route in subnet.routes :
      can(cidrhost(route.address_prefix, 0)) || can(regex("^[A-Z][A-Za-z0-9.]+$", route.address_prefix))
    ]]))
    error_message = "Give each route of a subnet a name of its own, and a CIDR range or service tag as its destination, such as 0.0.0.0/0."
  }

  validation {
    condition = alltrue([for subnet in var.subnets : subnet.delegation == null ? true : contains([
      "GitHub.Network/networkSettings", "Microsoft.ApiManagement/service", "Microsoft.App/environments", "Microsoft.Batch/batchAccounts", "Microsoft.ContainerInstance/containerGroups",
      "Microsoft.ContainerService/managedClusters", "Microsoft.Databricks/workspaces", "Microsoft.DBforMySQL/flexibleServers", "Microsoft.DBforPostgreSQL/flexibleServers",
      "Microsoft.DevOpsInfrastructure/pools", "Microsoft.DocumentDB/cassandraClusters", "Microsoft.Netapp/volumes", "Microsoft.Network/dnsResolvers", "Microsoft.PowerPlatform/enterprisePolicies",
      "Microsoft.ServiceNetworking/trafficControllers", "Microsoft.Sql/managedInstances", "Microsoft.Web/hostingEnvironments", "Microsoft.Web/serverFarms", "Oracle.Database/networkAttachments",
    ], subnet.delegation)])
    error_message = "Delegate a subnet to a service that takes whole subnets, such as Microsoft.Web/serverFarms or Microsoft.DBforPostgreSQL/flexibleServers."
  }

  validation {
    condition = alltrue([for subnet in var.subnets : length(setsubtract(subnet.service_endpoints, [
      "Microsoft.AzureCosmosDB", "Microsoft.CognitiveServices", "Microsoft.ContainerRegistry", "Microsoft.EventHub", "Microsoft.KeyVault", "Microsoft.ServiceBus", "Microsoft.Sql", "Microsoft.Storage", "Microsoft.Storage.Global", "Microsoft.Web",
    ])) == 0 && !(contains(subnet.service_endpoints, "Microsoft.Storage") && contains(subnet.service_endpoints, "Microsoft.Storage.Global"))])
    error_message = "Choose service endpoints such as Microsoft.Storage or Microsoft.KeyVault; of Microsoft.Storage and Microsoft.Storage.Global a subnet takes one."
  }

  validation {
    condition     = alltrue([for subnet in var.subnets : contains(["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"], subnet.private_endpoint_network_policies)])
    error_message = "Choose Enabled, Disabled, NetworkSecurityGroupEnabled or RouteTableEnabled as the policies for private endpoints."
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
