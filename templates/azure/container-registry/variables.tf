variable "name" {
  type        = string
  description = "Name of the registry. It becomes part of the address, so it must be free in the whole of Azure: 5 to 50 lowercase letters and digits."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{5,50}$", var.name))
    error_message = "Use 5 to 50 lowercase letters and digits for the name, without dashes or spaces."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
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

variable "admin_enabled" {
  type        = bool
  description = "Offer a user name and a password of the registry. Leave it off unless a program can do nothing else."
  default     = false
  nullable    = false
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the registry, such as your office's."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0)) && !strcontains(range, ":")])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("/[0-7]$", range))])
    error_message = "Ranges larger than /8 open the registry to a good part of the internet: list smaller ones, or choose \"all\" as the network access."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|0\\.)", range))])
    error_message = "Private addresses cannot be allowed here: use a private endpoint."
  }

  validation {
    condition     = length(var.allowed_ip_ranges) <= 100
    error_message = "A registry takes at most 100 allowed ranges: join some."
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_ip_ranges) == 0
    error_message = "Allowed addresses only matter when network access is \"selected\": choose that, or remove the addresses."
  }
}

variable "anonymous_pull_enabled" {
  type        = bool
  description = "Let anybody who reaches the registry pull images without signing in."
  default     = false
  nullable    = false

  validation {
    condition     = var.anonymous_pull_enabled ? var.sku != "Basic" : true
    error_message = "Pulling without signing in needs the tier Standard or Premium: change one of the two."
  }
}

variable "cache_rules" {
  type = list(object({
    name              = string
    source_repo       = string
    target_repo       = string
    credential_set_id = optional(string)
  }))
  description = <<-EOT
    Repositories of other registries that this one keeps copies of.
    - `name` - 5 to 49 letters, digits and dashes.
    - `source_repo` - where images come from, such as `mcr.microsoft.com/dotnet/*`.
    - `target_repo` - where they appear here, such as `dotnet/*`.
    - `credential_set_id` - resource id of a credential set, for sources that want a sign-in.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.cache_rules : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9-]{3,47}[A-Za-z0-9])$", rule.name))])
    error_message = "Name each cache rule with 5 to 49 letters, digits and dashes."
  }

  validation {
    condition     = alltrue([for rule in var.cache_rules : can(regex("^[a-z0-9.-]+\\.[a-z]+/[a-z0-9._/*-]+$", rule.source_repo))])
    error_message = "Write the source of a cache rule with its registry, such as docker.io/library/nginx or mcr.microsoft.com/dotnet/*."
  }

  validation {
    condition     = alltrue([for rule in var.cache_rules : can(regex("^[a-z0-9][a-z0-9._/*-]*$", rule.target_repo)) && endswith(rule.source_repo, "*") == endswith(rule.target_repo, "*")])
    error_message = "Write the target of a cache rule as a repository such as library/nginx; source and target both end in * or neither does."
  }

  validation {
    condition     = length(distinct([for rule in var.cache_rules : rule.name])) == length(var.cache_rules)
    error_message = "Give every cache rule a name of its own: two have the same."
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

variable "customer_managed_key" {
  type = object({
    key_vault_key_id          = string
    user_assigned_identity_id = string
    identity_client_id        = string
  })
  description = <<-EOT
    Encrypt with a key of your own instead of Microsoft's. Null uses Microsoft's. It can only be chosen when the registry is created.
    - `key_vault_key_id` - address of the key, best without its version, so that rotation is followed.
    - `user_assigned_identity_id` - resource id of an identity that may use the key (role Key Vault Crypto Service Encryption User).
    - `identity_client_id` - client id of that identity.
  EOT
  default     = null

  validation {
    condition     = var.customer_managed_key == null ? true : var.sku == "Premium"
    error_message = "A key of your own needs the tier Premium: choose it, or leave this out."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("^https://[^/]+/keys/[^/]+", var.customer_managed_key.key_vault_key_id))
    error_message = "Give the address of the key as Key Vault shows it: https://<vault>.vault.azure.net/keys/<key>."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.customer_managed_key.user_assigned_identity_id)) && can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.customer_managed_key.identity_client_id))
    error_message = "Give the identity for the key by its full resource id, which ends in /userAssignedIdentities/<name>, and by its client id."
  }
}

variable "data_endpoint_enabled" {
  type        = bool
  description = "Serve layers from an address of the registry's own instead of a shared one, so that firewalls can allow just that."
  default     = false
  nullable    = false

  validation {
    condition     = !var.data_endpoint_enabled ? true : var.sku == "Premium"
    error_message = "An endpoint of its own for data needs the tier Premium: choose it, or leave this out."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the registry, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the registry is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "export_enabled" {
  type        = bool
  description = "Let images be copied out of the registry, such as into another one. Turning it off needs private endpoints only."
  default     = true
  nullable    = false

  validation {
    condition     = var.export_enabled ? true : var.sku == "Premium" && var.network_access == "private"
    error_message = "Keeping images from being exported needs the tier Premium and private endpoints only: choose both, or allow export."
  }
}

variable "georeplications" {
  type = list(object({
    location                        = string
    zone_redundancy_enabled         = optional(bool, false)
    global_endpoint_routing_enabled = optional(bool, true)
  }))
  description = <<-EOT
    Further regions that hold a copy of every image.
    - `location` - region in its short form.
    - `zone_redundancy_enabled` - keep that copy in three zones.
    - `global_endpoint_routing_enabled` - let the registry's address lead to this copy when it is near.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.georeplications) == 0 ? true : var.sku == "Premium"
    error_message = "Copies in other regions need the tier Premium: choose it, or leave this out."
  }

  validation {
    condition     = alltrue([for copy in var.georeplications : can(regex("^[a-z][a-z0-9]+$", copy.location))])
    error_message = "Write the region of a copy in its short form, such as westeurope."
  }

  validation {
    condition     = alltrue([for copy in var.georeplications : copy.location != var.location]) && length(distinct([for copy in var.georeplications : copy.location])) == length(var.georeplications)
    error_message = "Choose other regions than the registry's own for copies, each once."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who signed in, pulled, pushed and deleted what. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the registry over the network: `selected` addresses, only `private` endpoints, or `all` networks. Signing in is needed in any case."
  default     = "selected"
  nullable    = false

  validation {
    condition     = contains(["selected", "private", "all"], var.network_access)
    error_message = "Choose selected, private or all as the network access."
  }

  validation {
    condition     = var.network_access == "all" ? true : var.sku == "Premium"
    error_message = "Only the tier Premium has a firewall: choose it, or all as the network access."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the registry, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the registry private addresses in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the addresses.
    - `private_dns_zone_id` - resource id of the private DNS zone `privatelink.azurecr.io`.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : var.private_endpoint.private_dns_zone_id == null ? true : can(regex("(?i)/privateDnsZones/privatelink\\.azurecr\\.[a-z]+$", var.private_endpoint.private_dns_zone_id))
    error_message = "Give the DNS zone privatelink.azurecr.io by its full resource id, which ends in /privateDnsZones/privatelink.azurecr.io."
  }

  validation {
    condition     = var.private_endpoint == null ? true : var.sku == "Premium"
    error_message = "A private endpoint needs the tier Premium: choose it, or leave this out."
  }
}

variable "quarantine_policy_enabled" {
  type        = bool
  description = "Hide new images until a scanner lets them out. Without such a scanner nobody can pull them."
  default     = false
  nullable    = false

  validation {
    condition     = !var.quarantine_policy_enabled ? true : var.sku == "Premium"
    error_message = "Quarantine needs the tier Premium: choose it, or leave this out."
  }
}

variable "registry_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "AcrPull")
  }))
  description = <<-EOT
    Who may use the images.
    - `principal_id` - object id of a person, group or identity in Microsoft Entra ID, such as the kubelet identity of a cluster.
    - `role` - what they may do: `AcrPull` reads, `AcrPush` writes as well, `AcrDelete` deletes. With rights by repository use the roles that begin with `Container Registry Repository`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.registry_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give the object id from Microsoft Entra ID, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = length(distinct([for grant in var.registry_access : "${grant.principal_id} ${grant.role}"])) == length(var.registry_access)
    error_message = "The same role is given twice to the same person or program: remove one of the two."
  }

  validation {
    condition     = alltrue([for grant in var.registry_access : startswith(grant.role, "Acr") || startswith(grant.role, "Container Registry ")])
    error_message = "Choose a role of the registry, such as AcrPull; wider ones such as Owner do not belong here."
  }

  validation {
    condition     = var.role_assignment_mode == "AbacRepositoryPermissions" ? alltrue([for grant in var.registry_access : startswith(grant.role, "Container Registry ")]) : true
    error_message = "With rights by repository the registry ignores AcrPull and AcrPush: choose roles that begin with Container Registry Repository."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the registry. Null names a new one after the registry."
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

variable "retention_policy_in_days" {
  type        = number
  description = "Days after which images without a tag are deleted, 1 to 365. Null keeps them."
  default     = null

  validation {
    condition     = var.retention_policy_in_days == null ? true : var.retention_policy_in_days >= 1 && var.retention_policy_in_days <= 365 && floor(var.retention_policy_in_days) == var.retention_policy_in_days
    error_message = "Keep images without a tag for 1 to 365 days, or leave the field empty to keep them all."
  }

  validation {
    condition     = var.retention_policy_in_days == null ? true : var.sku == "Premium"
    error_message = "Deleting images without a tag needs the tier Premium: choose it, or leave this out."
  }
}

variable "role_assignment_mode" {
  type        = string
  description = "`LegacyRegistryPermissions` gives roles for the whole registry; `AbacRepositoryPermissions` lets conditions narrow them to repositories."
  default     = "LegacyRegistryPermissions"
  nullable    = false

  validation {
    condition     = contains(["LegacyRegistryPermissions", "AbacRepositoryPermissions"], var.role_assignment_mode)
    error_message = "Choose LegacyRegistryPermissions or AbacRepositoryPermissions for the rights."
  }
}

variable "sku" {
  type        = string
  description = "`Basic` and `Standard` are reachable from everywhere and differ in storage and speed. `Premium` has a firewall, private endpoints, copies in other regions and keys of your own."
  default     = "Premium"
  nullable    = false

  validation {
    condition     = contains(["Basic", "Standard", "Premium"], var.sku)
    error_message = "Choose Basic, Standard or Premium as the tier."
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

variable "trusted_services_allowed" {
  type        = bool
  description = "Let trusted Azure services, such as Defender and Azure Machine Learning, pass the firewall."
  default     = true
  nullable    = false
}

variable "webhooks" {
  type = list(object({
    name           = string
    service_uri    = string
    actions        = optional(set(string), ["push"])
    scope          = optional(string, "")
    enabled        = optional(bool, true)
    custom_headers = optional(map(string), {})
  }))
  description = <<-EOT
    Addresses that are called when something happens.
    - `name` - 5 to 50 letters and digits.
    - `service_uri` - the address, with https.
    - `actions` - what it is told: `push`, `delete`, `quarantine`, `chart_push`, `chart_delete`.
    - `scope` - only this repository or tag, such as `shop:*`. Empty means all.
    - `enabled` - whether it is called.
    - `custom_headers` - headers that are sent along. They are kept in the state: do not put a password there.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for hook in var.webhooks : can(regex("^[A-Za-z0-9]{5,50}$", hook.name))])
    error_message = "Name each webhook with 5 to 50 letters and digits."
  }

  validation {
    condition     = alltrue([for hook in var.webhooks : can(regex("^https://[^ ]+$", hook.service_uri))])
    error_message = "Give the address of a webhook with https://, so that nobody can read along."
  }

  validation {
    condition     = alltrue([for hook in var.webhooks : length(hook.actions) > 0 && length(setsubtract(hook.actions, ["push", "delete", "quarantine", "chart_push", "chart_delete"])) == 0])
    error_message = "Choose at least one action for each webhook: push, delete, quarantine, chart_push or chart_delete."
  }

  validation {
    condition     = length(distinct([for hook in var.webhooks : lower(hook.name)])) == length(var.webhooks)
    error_message = "Give every webhook a name of its own: two have the same."
  }

  validation {
    condition     = length(var.webhooks) <= (var.sku == "Basic" ? 2 : var.sku == "Standard" ? 10 : 500)
    error_message = "The tier takes 2 (Basic), 10 (Standard) or 500 (Premium) webhooks: remove some, or choose a higher tier."
  }
}

variable "zone_redundancy_enabled" {
  type        = bool
  description = "Keep the registry in three zones of its region, where it has them. It cannot be changed later."
  default     = false
  nullable    = false

  validation {
    condition     = !var.zone_redundancy_enabled ? true : var.sku == "Premium"
    error_message = "Three zones need the tier Premium: choose it, or leave this out."
  }
}
