variable "name" {
  type        = string
  description = "Name of the address: 1 to 76 letters, digits, dashes, dots and underscores. Further addresses get `-2`, `-3` and so on."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,74}[A-Za-z0-9_])?$", var.name))
    error_message = "Use 1 to 76 letters, digits, dashes, dots and underscores for the name, beginning with a letter or digit."
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

variable "address_count" {
  type        = number
  description = "How many addresses to make, 1 to 20."
  default     = 1
  nullable    = false

  validation {
    condition     = var.address_count >= 1 && var.address_count <= 20 && floor(var.address_count) == var.address_count
    error_message = "Choose 1 to 20 addresses."
  }

  validation {
    condition     = var.prefix_length == null ? true : var.address_count <= pow(2, (var.ip_version == "IPv6" ? 128 : 32) - var.prefix_length)
    error_message = "The range is too small for so many addresses: choose a shorter prefix, or fewer addresses."
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

variable "ddos_protection_mode" {
  type        = string
  description = "Protection against floods of traffic beyond the free one: `VirtualNetworkInherited` as the network has it, `Enabled` for this address, or `Disabled`."
  default     = "VirtualNetworkInherited"
  nullable    = false

  validation {
    condition     = contains(["VirtualNetworkInherited", "Enabled", "Disabled"], var.ddos_protection_mode)
    error_message = "Choose VirtualNetworkInherited, Enabled or Disabled for the protection."
  }
}

variable "ddos_protection_plan_id" {
  type        = string
  description = "Resource id of a DDoS protection plan that covers the address. Null protects it alone, billed by the address."
  default     = null

  validation {
    condition     = var.ddos_protection_plan_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/ddosProtectionPlans/[^/]+$", var.ddos_protection_plan_id))
    error_message = "Give the plan by its full resource id: /subscriptions/…/Microsoft.Network/ddosProtectionPlans/…"
  }

  validation {
    condition     = var.ddos_protection_plan_id == null ? true : var.ddos_protection_mode == "Enabled"
    error_message = "A protection plan needs the protection Enabled: choose it, or remove the plan."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the address, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "domain_name_label" {
  type        = string
  description = "Beginning of the public name `<label>.<region>.cloudapp.azure.com`, which must be free in the region. Null gives no name."
  default     = null

  validation {
    condition     = var.domain_name_label == null ? true : can(regex("^[a-z][a-z0-9-]{1,58}[a-z0-9]$", var.domain_name_label))
    error_message = "Use 3 to 60 lowercase letters, digits and dashes for the DNS label, beginning with a letter and not ending in a dash."
  }
}

variable "domain_name_label_scope" {
  type        = string
  description = "Who may get the same name once you gave it up: with `TenantReuse` only your own organisation. The name then has a random part. Null keeps the plain name, which anybody may get after you."
  default     = "TenantReuse"

  validation {
    condition     = var.domain_name_label_scope == null ? true : contains(["TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "NoReuse"], var.domain_name_label_scope)
    error_message = "Choose TenantReuse, SubscriptionReuse, ResourceGroupReuse or NoReuse, or leave the field empty for a plain name."
  }
}

variable "environment" {
  type        = string
  description = "What the address is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "idle_timeout_in_minutes" {
  type        = number
  description = "Minutes after which a silent TCP connection is closed, 4 to 30."
  default     = 4
  nullable    = false

  validation {
    condition     = var.idle_timeout_in_minutes >= 4 && var.idle_timeout_in_minutes <= 30 && floor(var.idle_timeout_in_minutes) == var.idle_timeout_in_minutes
    error_message = "Close silent connections after 4 to 30 whole minutes."
  }
}

variable "ip_tags" {
  type        = map(string)
  description = "Tags of the address that Azure knows, such as `FirstPartyUsage`. They are not the tags that you sort by."
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(keys(var.ip_tags), "RoutingPreference")
    error_message = "The routing preference has a field of its own: remove it from the tags of the address."
  }
}

variable "ip_version" {
  type        = string
  description = "`IPv4` or `IPv6`."
  default     = "IPv4"
  nullable    = false

  validation {
    condition     = contains(["IPv4", "IPv6"], var.ip_version)
    error_message = "Choose IPv4 or IPv6."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives attacks and how they were answered. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the address, kept as the tag `owner`."
  default     = null
}

variable "prefix_length" {
  type        = number
  description = "Make a range of addresses in a row and take them from it, so that others can allow one range: its length is 28 to 31 for IPv4 (16 to 2 addresses), 124 to 127 for IPv6. The whole range is paid for. Null makes single addresses."
  default     = null

  validation {
    condition     = var.prefix_length == null ? true : floor(var.prefix_length) == var.prefix_length && (var.ip_version == "IPv6" ? var.prefix_length >= 124 && var.prefix_length <= 127 : var.prefix_length >= 28 && var.prefix_length <= 31)
    error_message = "Choose a prefix length from 28 to 31 for IPv4, or from 124 to 127 for IPv6."
  }

  validation {
    condition     = var.prefix_length == null ? true : var.public_ip_prefix_id == null
    error_message = "Either make a range or take addresses from one that is there: remove one of the two."
  }
}

variable "public_ip_prefix_id" {
  type        = string
  description = "Resource id of a range that is there already, from which the addresses are taken. It must lie in the same region and zones. Null takes any."
  default     = null

  validation {
    condition     = var.public_ip_prefix_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/publicIPPrefixes/[^/]+$", var.public_ip_prefix_id))
    error_message = "Give the range by its full resource id: /subscriptions/…/Microsoft.Network/publicIPPrefixes/…"
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the address. Null names a new one after the address."
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

variable "reverse_fqdn" {
  type        = string
  description = "Name that the address answers when it is asked for one, which mail servers need. The name must already lead to the address. Null gives none."
  default     = null

  validation {
    condition     = var.reverse_fqdn == null ? true : can(regex("^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}\\.?$", var.reverse_fqdn))
    error_message = "Write the name in full and in lowercase letters, such as mail.example.com."
  }

  validation {
    condition     = var.reverse_fqdn == null ? true : var.address_count == 1
    error_message = "A name leads back from one address only: make one address, or remove the name."
  }
}

variable "routing_preference" {
  type        = string
  description = "Which way traffic takes: `Microsoft` through Azure's own network as far as possible, or `Internet` through the nearest provider, which is cheaper."
  default     = "Microsoft"
  nullable    = false

  validation {
    condition     = contains(["Microsoft", "Internet"], var.routing_preference)
    error_message = "Choose Microsoft or Internet as the routing preference."
  }

  validation {
    condition     = var.routing_preference == "Internet" ? var.ip_version == "IPv4" && var.sku_tier == "Regional" : true
    error_message = "Routing through the internet needs a regional IPv4 address: change one of the three."
  }
}

variable "sku_tier" {
  type        = string
  description = "`Regional` for one region; `Global` for the front of a load balancer over several regions."
  default     = "Regional"
  nullable    = false

  validation {
    condition     = contains(["Regional", "Global"], var.sku_tier)
    error_message = "Choose Regional or Global as the tier."
  }

  validation {
    condition     = var.sku_tier == "Global" ? length(var.zones) == 0 : true
    error_message = "A global address is in no zone: remove the zones, or choose Regional."
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

variable "zones" {
  type        = set(string)
  description = "Availability zones: all three survive the loss of a data centre, one ties the address to it. Empty leaves it to Azure, which regions without zones need."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)])
    error_message = "Choose from the zones 1, 2 and 3."
  }

  validation {
    condition     = length(var.zones) != 2
    error_message = "Azure takes one zone or all three: add or remove one."
  }
}
