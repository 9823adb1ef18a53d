variable "name" {
  type        = string
  description = "Name of the network security group."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9](?:[\\w.-]{0,58}\\w)?$", var.name))
    error_message = "Use 1 to 60 letters, digits, dashes, dots and underscores for the name, beginning with a letter or digit and not ending in a dash or dot."
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

variable "application_security_groups" {
  type        = set(string)
  description = "Names of application security groups to create: labels for network interfaces that rules can name instead of addresses."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.application_security_groups : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", name))])
    error_message = "Name each application security group with 1 to 80 letters, digits, dashes, dots and underscores, such as asg-web."
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

variable "database_ports" {
  type        = list(string)
  description = "Ports that `database_sources` may reach: 1433 is SQL Server, 3306 MySQL, 5432 PostgreSQL, 27017 MongoDB."
  default     = ["1433", "3306", "5432"]
  nullable    = false

  validation {
    condition     = length(var.database_ports) > 0 && alltrue([for port in var.database_ports : can(regex("^[0-9]{1,5}$", port)) && try(tonumber(port) <= 65535, false)])
    error_message = "Give the ports of databases as numbers up to 65535, such as 5432."
  }
}

variable "database_sources" {
  type        = list(string)
  description = "Networks from which databases may be reached, such as `10.0.0.0/16`. Empty allows nobody."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.database_sources : can(cidrhost(range, 0))])
    error_message = "Write each network for databases as a CIDR range, such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for range in var.database_sources : !can(regex("/[0-7]$", range))])
    error_message = "Opening databases to the whole internet is not allowed: name your own networks, such as 203.0.113.0/24."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the group, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the group protects, kept as the tag `environment`."
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
    Record who talks to whom in each subnet that has the group. Null records nothing.
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

  validation {
    condition     = var.flow_logs == null ? true : length(var.subnet_ids) > 0
    error_message = "Flow logs record subnets: put the group on at least one, or leave the flow logs empty."
  }
}

variable "internet_outbound_allowed" {
  type        = bool
  description = "Let machines open connections to the internet, as Azure does by itself. Turn it off where nothing may leave; rules with a smaller number can still allow single destinations."
  default     = true
  nullable    = false
}

variable "load_balancer_inbound_allowed" {
  type        = bool
  description = "Let the probes of Azure load balancers in. Without them every machine behind one counts as dead."
  default     = true
  nullable    = false
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives which rule let in or refused how much. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "network_interface_ids" {
  type        = set(string)
  description = "Resource ids of network interfaces that get the group, when it shall not hold for a whole subnet."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.network_interface_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/networkInterfaces/[^/]+$", id))])
    error_message = "Give each network interface by its full resource id: /subscriptions/…/Microsoft.Network/networkInterfaces/…"
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the group, kept as the tag `owner`."
  default     = null
}

variable "rdp_sources" {
  type        = list(string)
  description = "Networks from which Remote Desktop (port 3389) is allowed, such as your office's. Empty allows nobody."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.rdp_sources : can(cidrhost(range, 0))])
    error_message = "Write each network for Remote Desktop as a CIDR range, such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for range in var.rdp_sources : !can(regex("/[0-7]$", range))])
    error_message = "Opening Remote Desktop to the whole internet is not allowed: name your own networks, such as 203.0.113.0/24."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the group."
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
    name                                    = string
    priority                                = number
    direction                               = optional(string, "Inbound")
    access                                  = optional(string, "Allow")
    protocol                                = optional(string, "Tcp")
    sources                                 = optional(list(string), [])
    source_application_security_groups      = optional(list(string), [])
    source_ports                            = optional(list(string), ["*"])
    destinations                            = optional(list(string), [])
    destination_application_security_groups = optional(list(string), [])
    destination_ports                       = list(string)
    description                             = optional(string)
  }))
  description = <<-EOT
    Rules of the group. Azure reads them by priority and the first that fits decides.
    - `name` - name of the rule; letters, digits, dashes, dots and underscores.
    - `priority` - place in the order, 100 to 4079; smaller comes first.
    - `direction` - `Inbound` or `Outbound`.
    - `access` - `Allow` or `Deny`.
    - `protocol` - `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`.
    - `sources` - CIDR ranges, or one service tag such as `VirtualNetwork`, or `*`.
    - `source_application_security_groups` - names from `application_security_groups`, or resource ids, instead of `sources`.
    - `source_ports` - ports that the connection comes from, nearly always `*`.
    - `destinations` - CIDR ranges, or one service tag such as `Storage`, or `*`.
    - `destination_application_security_groups` - names or resource ids, instead of `destinations`.
    - `destination_ports` - ports or ranges, such as `443` or `8000-8080`, or `*`.
    - `description` - up to 140 characters on why the rule is there.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.rules : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", rule.name)) && !contains(["allow-web", "allow-ssh", "allow-rdp", "allow-databases", "allow-virtual-network", "allow-load-balancer", "deny-all-inbound", "deny-internet-outbound"], rule.name)])
    error_message = "Name each rule with letters, digits, dashes, dots and underscores, and leave allow-web, allow-ssh, allow-rdp, allow-databases, allow-virtual-network, allow-load-balancer and the deny- names to the template."
  }

  validation {
    condition     = length(distinct([for rule in var.rules : lower(rule.name)])) == length(var.rules)
    error_message = "Give every rule a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for rule in var.rules : rule.priority >= 100 && rule.priority <= 4079 && floor(rule.priority) == rule.priority])
    error_message = "Give each rule a whole number from 100 to 4079 as its priority: those up to 4096 belong to the template's own rules."
  }

  validation {
    condition     = length(distinct([for rule in var.rules : "${rule.direction} ${rule.priority}"])) == length(var.rules)
    error_message = "Two rules of the same direction have the same priority: give each its own."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Inbound", "Outbound"], rule.direction)])
    error_message = "Choose Inbound or Outbound as the direction of a rule."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Allow", "Deny"], rule.access)])
    error_message = "Choose Allow or Deny as the access of a rule."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"], rule.protocol)])
    error_message = "Choose Tcp, Udp, Icmp, Esp, Ah or * as the protocol of a rule."
  }

  validation {
    condition     = alltrue([for rule in var.rules : contains(["Tcp", "Udp", "*"], rule.protocol) ? true : length(rule.destination_ports) == 1 && contains(rule.destination_ports, "*") && length(rule.source_ports) == 1 && contains(rule.source_ports, "*")])
    error_message = "Icmp, Esp and Ah have no ports: write * as the ports of such a rule."
  }

  validation {
    condition = alltrue([for rule in var.rules : (length(rule.sources) > 0) != (length(rule.source_application_security_groups) > 0)
    && (length(rule.destinations) > 0) != (length(rule.destination_application_security_groups) > 0)])
    error_message = "Say for each rule where traffic comes from and where it goes: by addresses or by application security groups, not both."
  }

  validation {
    condition = alltrue(flatten([for rule in var.rules : [for list in [rule.sources, rule.destinations] :
      length(list) == 1 ? can(regex("^(?:\\*|[A-Z][A-Za-z0-9.]+)$", list[0])) || can(cidrhost(list[0], 0)) : alltrue([for item in list : can(cidrhost(item, 0))])
    ]]))
    error_message = "Write sources and destinations as CIDR ranges, such as 203.0.113.0/24, or as one service tag, such as VirtualNetwork, or as *."
  }

  validation {
    condition = alltrue(flatten([for rule in var.rules : [for list in [rule.source_ports, rule.destination_ports] :
      length(list) > 0 && (contains(list, "*") ? length(list) == 1 : alltrue([for port in list :
        can(regex("^[0-9]{1,5}(?:-[0-9]{1,5})?$", port)) && try(tonumber(split("-", port)[0]) <= tonumber(reverse(split("-", port))[0]) && tonumber(reverse(split("-", port))[0]) <= 65535, false)
      ]))
    ]]))
    error_message = "Write ports as numbers or ranges up to 65535, such as 443 or 8000-8080, or * alone for all."
  }

  validation {
    condition = alltrue(flatten([for rule in var.rules : [for port in rule.destination_ports : [for managed in [22, 3389, 5985, 5986, 1433, 3306, 5432] :
      rule.access == "Deny" || rule.direction == "Outbound" || contains(["Icmp", "Esp", "Ah"], rule.protocol) ? true
      : try(tonumber(split("-", port)[0]) > managed || tonumber(reverse(split("-", port))[0]) < managed, false)
      ? true : alltrue([for source in rule.sources : !can(regex("^(?:\\*|Internet|Any|[0-9a-fA-F.:]+/[0-7])$", source))])
    ]]]))
    error_message = "Do not open SSH, Remote Desktop or a database to the whole internet: name the networks that need the port."
  }

  validation {
    condition = alltrue(flatten([for rule in var.rules : [for group in concat(rule.source_application_security_groups, rule.destination_application_security_groups) :
      contains(var.application_security_groups, group) || can(regex("(?i)^/subscriptions/.+/Microsoft\\.Network/applicationSecurityGroups/[^/]+$", group))
    ]]))
    error_message = "Name the application security groups of a rule as they are listed in application_security_groups, or by their full resource id."
  }

  validation {
    condition     = alltrue([for rule in var.rules : rule.description == null ? true : length(rule.description) <= 140])
    error_message = "Shorten the description of a rule to 140 characters."
  }
}

variable "ssh_sources" {
  type        = list(string)
  description = "Networks from which SSH (port 22) is allowed, such as your office's. Empty allows nobody."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.ssh_sources : can(cidrhost(range, 0))])
    error_message = "Write each network for SSH as a CIDR range, such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for range in var.ssh_sources : !can(regex("/[0-7]$", range))])
    error_message = "Opening SSH to the whole internet is not allowed: name your own networks, such as 203.0.113.0/24."
  }
}

variable "subnet_ids" {
  type        = set(string)
  description = "Resource ids of subnets that get the group. A subnet has one group at most: this one takes the place of another."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "Give each subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : !can(regex("(?i)/subnets/(?:GatewaySubnet|AzureFirewallSubnet|AzureFirewallManagementSubnet|RouteServerSubnet)$", id))])
    error_message = "Gateway, firewall and route server subnets take no security group: leave them out."
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

variable "virtual_network_inbound_allowed" {
  type        = bool
  description = "Let everything in from the same and connected networks, as Azure does by itself. Off, only what a rule names gets in."
  default     = false
  nullable    = false
}

variable "web_sources" {
  type        = list(string)
  description = "Networks from which a web server (ports 80 and 443) may be reached; `0.0.0.0/0` is everybody. Empty allows nobody."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.web_sources : can(cidrhost(range, 0))])
    error_message = "Write each network for the web as a CIDR range, such as 203.0.113.0/24."
  }
}
