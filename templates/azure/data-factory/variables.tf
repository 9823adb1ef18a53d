variable "name" {
  type        = string
  description = "Name of the factory. It must be free in the whole of Azure: 3 to 63 letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$", var.name)) && length(var.name) >= 3 && length(var.name) <= 63
    error_message = "Use 3 to 63 letters, digits and single dashes for the name, with a letter or digit at both ends."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. Metadata is kept here; runtimes run here."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "alert_action_group_id" {
  type        = string
  description = "Resource id of an action group that is told when a pipeline fails. Null tells nobody."
  default     = null

  validation {
    condition     = var.alert_action_group_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Insights/actionGroups/[^/]+$", var.alert_action_group_id))
    error_message = "Give the action group by its full resource id: /subscriptions/…/actionGroups/…"
  }
}

variable "azure_devops" {
  type = object({
    organisation       = string
    project_name       = string
    repository_name    = string
    tenant_id          = string
    branch_name        = optional(string, "main")
    root_folder        = optional(string, "/")
    publishing_enabled = optional(bool, true)
  })
  description = <<-EOT
    Keep pipelines in a Git repository of Azure DevOps. Null keeps them in the factory only.
    - `organisation` - name of the organisation.
    - `project_name` - project in it.
    - `repository_name` - repository in the project.
    - `tenant_id` - id of the tenant in Microsoft Entra ID that the organisation belongs to.
    - `branch_name` - branch that people work from.
    - `root_folder` - folder for the files of the factory, beginning with a slash.
    - `publishing_enabled` - let people publish from the studio; off when a build does it.
  EOT
  default     = null

  validation {
    condition     = var.azure_devops == null ? true : var.github == null
    error_message = "Keep pipelines either in Azure DevOps or in GitHub, not in both."
  }

  validation {
    condition     = var.azure_devops == null ? true : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.azure_devops.tenant_id))
    error_message = "Give the tenant of Azure DevOps by its id, such as 00000000-0000-0000-0000-000000000000."
  }

  validation {
    condition     = var.azure_devops == null ? true : startswith(var.azure_devops.root_folder, "/")
    error_message = "Begin the folder in the repository with a slash."
  }
}

variable "contributor_object_ids" {
  type        = set(string)
  description = "Object ids of users and groups in Microsoft Entra ID that may build and run pipelines (role Data Factory Contributor)."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.contributor_object_ids : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give each person or group by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
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
  })
  description = <<-EOT
    Encrypt with a key of your own instead of Microsoft's. It can only be set while the factory is empty. Null uses Microsoft's.
    - `key_vault_key_id` - address of the key, best without its version, so that rotation is followed.
    - `user_assigned_identity_id` - resource id of an identity that may use the key (role Key Vault Crypto Service Encryption User).
  EOT
  default     = null

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("^https://[^/]+/keys/[^/]+", var.customer_managed_key.key_vault_key_id))
    error_message = "Give the address of the key as Key Vault shows it: https://<vault>.vault.azure.net/keys/<key>."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.customer_managed_key.user_assigned_identity_id))
    error_message = "Give the identity for the key by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the factory, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the factory is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "github" {
  type = object({
    account_name       = string
    repository_name    = string
    branch_name        = optional(string, "main")
    root_folder        = optional(string, "/")
    git_url            = optional(string)
    publishing_enabled = optional(bool, true)
  })
  description = <<-EOT
    Keep pipelines in a Git repository of GitHub. Null keeps them in the factory only.
    - `account_name` - organisation or user.
    - `repository_name` - repository.
    - `branch_name` - branch that people work from.
    - `root_folder` - folder for the files of the factory, beginning with a slash.
    - `git_url` - address of a GitHub Enterprise server; null means github.com.
    - `publishing_enabled` - let people publish from the studio; off when a build does it.
  EOT
  default     = null

  validation {
    condition     = var.github == null ? true : startswith(var.github.root_folder, "/")
    error_message = "Begin the folder in the repository with a slash."
  }

  validation {
    condition     = try(var.github.git_url, null) == null ? true : can(regex("^https://[^/]+/?$", var.github.git_url))
    error_message = "Write the address of the GitHub server as https://github.example.com, or leave it empty."
  }
}

variable "global_parameters" {
  type = list(object({
    name  = string
    type  = optional(string, "String")
    value = string
  }))
  description = <<-EOT
    Values that all pipelines can read.
    - `name` - letters, digits and underscores, a letter first.
    - `type` - `String`, `Int`, `Float`, `Bool`, `Array` or `Object`.
    - `value` - the value; arrays and objects as JSON.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for parameter in var.global_parameters : can(regex("^[A-Za-z][A-Za-z0-9_]{0,259}$", parameter.name))]) && length(distinct([for parameter in var.global_parameters : parameter.name])) == length(var.global_parameters)
    error_message = "Give each global parameter a name of its own: letters, digits and underscores, a letter first."
  }

  validation {
    condition     = alltrue([for parameter in var.global_parameters : contains(["Array", "Bool", "Float", "Int", "Object", "String"], parameter.type)])
    error_message = "Choose String, Int, Float, Bool, Array or Object as the type of a parameter."
  }

  validation {
    condition = alltrue([for parameter in var.global_parameters : {
      String = true
      Int    = can(regex("^-?\\d+$", parameter.value))
      Float  = can(regex("^-?\\d+(?:\\.\\d+)?$", parameter.value))
      Bool   = contains(["true", "false"], parameter.value)
      Array  = startswith(trimspace(parameter.value), "[") && can(jsondecode(parameter.value))
      Object = startswith(trimspace(parameter.value), "{") && can(jsondecode(parameter.value))
    }[parameter.type] if contains(["Array", "Bool", "Float", "Int", "Object", "String"], parameter.type)])
    error_message = "Give each parameter a value of its type: a number, true or false, or JSON for arrays and objects."
  }
}

variable "integration_runtimes" {
  type = list(object({
    name                          = string
    description                   = optional(string)
    compute_type                  = optional(string, "General")
    core_count                    = optional(number, 8)
    time_to_live_minutes          = optional(number, 0)
    cleanup_enabled               = optional(bool, true)
    interactive_authoring_minutes = optional(number)
  }))
  description = <<-EOT
    Machines of Azure that run copies and data flows; paid by the minute of use. An empty list leaves the one that Azure chooses.
    - `name` - 3 to 63 letters, digits and dashes.
    - `description` - what it is for.
    - `compute_type` - machines for data flows: `General`, `MemoryOptimized` or `ComputeOptimized`.
    - `core_count` - cores for data flows: 8, 16, 32, 48, 80, 144 or 272.
    - `time_to_live_minutes` - minutes for which machines wait for the next data flow, so that it begins at once.
    - `cleanup_enabled` - begin each data flow with fresh machines.
    - `interactive_authoring_minutes` - keep test connections and previews ready for 10, 30, 60 or 120 minutes; only in the managed network.
  EOT
  default     = [{ name = "managed" }]
  nullable    = false

  validation {
    condition     = alltrue([for name in [for runtime in var.integration_runtimes : runtime.name] : can(regex("^[A-Za-z0-9](?:-?[A-Za-z0-9])*$", name)) && length(name) >= 3 && length(name) <= 63]) && length(distinct([for name in [for runtime in var.integration_runtimes : runtime.name] : lower(name)])) == length(var.integration_runtimes)
    error_message = "Give each runtime a name of its own: 3 to 63 letters, digits and single dashes."
  }

  validation {
    condition     = alltrue([for runtime in var.integration_runtimes : contains(["General", "MemoryOptimized", "ComputeOptimized"], runtime.compute_type)])
    error_message = "Choose General, MemoryOptimized or ComputeOptimized as the machines of a runtime."
  }

  validation {
    condition     = alltrue([for runtime in var.integration_runtimes : contains([8, 16, 32, 48, 80, 144, 272], runtime.core_count)])
    error_message = "Choose 8, 16, 32, 48, 80, 144 or 272 cores for a runtime."
  }

  validation {
    condition     = alltrue([for runtime in var.integration_runtimes : runtime.time_to_live_minutes >= 0 && runtime.time_to_live_minutes <= 1440 && floor(runtime.time_to_live_minutes) == runtime.time_to_live_minutes])
    error_message = "Let the machines of a runtime wait for 0 to 1440 minutes."
  }

  validation {
    condition     = alltrue([for runtime in var.integration_runtimes : runtime.interactive_authoring_minutes == null ? true : var.managed_virtual_network_enabled && contains([10, 30, 60, 120], runtime.interactive_authoring_minutes)])
    error_message = "Keep previews ready for 10, 30, 60 or 120 minutes, in the managed network only."
  }
}

variable "key_vault_id" {
  type        = string
  description = "Resource id of a key vault whose secrets pipelines use. The factory may read them afterwards, and has a connection named `key_vault`. Null connects none."
  default     = null

  validation {
    condition     = var.key_vault_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.KeyVault/vaults/[^/]+$", var.key_vault_id))
    error_message = "Give the key vault by its full resource id: /subscriptions/…/vaults/…"
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives every run of pipelines, activities and triggers. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "managed_private_endpoints" {
  type = list(object({
    name               = string
    target_resource_id = string
    subresource_name   = optional(string)
  }))
  description = <<-EOT
    Private ways from the managed network to your data. Their owner approves each once.
    - `name` - letters, digits, dashes and underscores, a letter first.
    - `target_resource_id` - resource id of what is reached.
    - `subresource_name` - part of it, such as `blob`, `dfs`, `sqlServer` or `vault`; null for services of Private Link.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for endpoint in var.managed_private_endpoints : can(regex("^[A-Za-z](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$", endpoint.name))]) && length(distinct([for endpoint in var.managed_private_endpoints : lower(endpoint.name)])) == length(var.managed_private_endpoints)
    error_message = "Give each private endpoint a name of its own: letters, digits, dashes and underscores, a letter first."
  }

  validation {
    condition     = alltrue([for endpoint in var.managed_private_endpoints : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/", endpoint.target_resource_id))])
    error_message = "Give the target of each private endpoint by its full resource id: /subscriptions/…/providers/…"
  }

  validation {
    condition     = length(var.managed_private_endpoints) == 0 ? true : var.managed_virtual_network_enabled
    error_message = "Managed private endpoints belong to the managed network: turn it on, or remove them."
  }
}

variable "managed_virtual_network_enabled" {
  type        = bool
  description = "Run in a network of its own that Azure manages, so that data is reached over private endpoints. It cannot be turned off later."
  default     = true
  nullable    = false
}

variable "network_access" {
  type        = string
  description = "From where the factory is reached: only `private` endpoints, or `all` networks. Signing in is needed in any case. It concerns self-hosted runtimes and the studio, not what the factory reads."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "all"], var.network_access)
    error_message = "Choose private or all as the network access."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the factory, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id            = string
    services             = optional(set(string), ["dataFactory"])
    private_dns_zone_ids = optional(map(string), {})
  })
  description = <<-EOT
    Give the factory private addresses in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the addresses.
    - `services` - what is reachable there: `dataFactory` for runtimes, `portal` for the studio.
    - `private_dns_zone_ids` - for each service the resource id of its private DNS zone (`privatelink.datafactory.azure.net`, `privatelink.adf.azure.com`).
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : length(var.private_endpoint.services) > 0 && length(setsubtract(var.private_endpoint.services, ["dataFactory", "portal"])) == 0
    error_message = "Choose at least one service for the private endpoint: dataFactory or portal."
  }

  validation {
    condition     = var.private_endpoint == null ? true : length(setsubtract(keys(var.private_endpoint.private_dns_zone_ids), var.private_endpoint.services)) == 0
    error_message = "Give private DNS zones only for services that the private endpoint has."
  }
}

variable "purview_id" {
  type        = string
  description = "Resource id of a Microsoft Purview account that shows where data came from. Null connects none."
  default     = null

  validation {
    condition     = var.purview_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Purview/accounts/[^/]+$", var.purview_id))
    error_message = "Give the Purview account by its full resource id: /subscriptions/…/Microsoft.Purview/accounts/…"
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the factory. Null names a new one after the factory."
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

variable "self_hosted_runtimes" {
  type        = set(string)
  description = "Names of runtimes on machines of your own, for data that Azure does not reach. The output *self_hosted_runtime_keys* has what their set-up asks for."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.self_hosted_runtimes : can(regex("^[A-Za-z0-9](?:-?[A-Za-z0-9])*$", name)) && length(name) >= 3 && length(name) <= 63])
    error_message = "Name each runtime of your own with 3 to 63 letters, digits and single dashes."
  }

  validation {
    condition     = length(setintersection([for name in var.self_hosted_runtimes : lower(name)], [for name in [for runtime in var.integration_runtimes : runtime.name] : lower(name)])) == 0
    error_message = "Give runtimes of your own other names than those of Azure."
  }
}

variable "sql_databases" {
  type = list(object({
    name                = string
    server_fqdn         = string
    database            = string
    integration_runtime = optional(string)
  }))
  description = <<-EOT
    SQL databases of Azure to connect to with the identity of the factory. Make that a user of the database (`CREATE USER [factory] FROM EXTERNAL PROVIDER`).
    - `name` - name of the connection: letters, digits and underscores.
    - `server_fqdn` - full name of the server, such as `acme.database.windows.net`.
    - `database` - name of the database.
    - `integration_runtime` - runtime that connects; null lets Azure choose.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for target in var.sql_databases : can(regex("^[A-Za-z][A-Za-z0-9_]{0,139}$", target.name))]) && length(distinct([for target in var.sql_databases : lower(target.name)])) == length(var.sql_databases)
    error_message = "Give each connection a name of its own: letters, digits and underscores, a letter first."
  }

  validation {
    condition     = alltrue([for target in var.sql_databases : can(regex("^[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$", target.server_fqdn)) && !can(regex("[;'\"]", target.database))])
    error_message = "Write each server as a full name, such as acme.database.windows.net, and the database without quotes or semicolons."
  }

  validation {
    condition     = alltrue([for target in var.sql_databases : target.integration_runtime == null ? true : contains([for runtime in var.integration_runtimes : runtime.name], target.integration_runtime)])
    error_message = "Name an integration runtime of the list, or leave it empty for the one that Azure chooses."
  }
}

variable "storage_accounts" {
  type = list(object({
    name                = string
    storage_account_id  = string
    role                = optional(string, "Storage Blob Data Contributor")
    integration_runtime = optional(string)
  }))
  description = <<-EOT
    Storage accounts to connect to with the identity of the factory, which gets the role it needs.
    - `name` - name of the connection: letters, digits and underscores.
    - `storage_account_id` - resource id of the account.
    - `role` - `Storage Blob Data Contributor` reads and writes, `Storage Blob Data Reader` only reads.
    - `integration_runtime` - runtime that connects; null lets Azure choose.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for target in var.storage_accounts : can(regex("^[A-Za-z][A-Za-z0-9_]{0,139}$", target.name))]) && length(distinct([for target in var.storage_accounts : lower(target.name)])) == length(var.storage_accounts)
    error_message = "Give each connection a name of its own: letters, digits and underscores, a letter first."
  }

  validation {
    condition     = alltrue([for target in var.storage_accounts : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Storage/storageAccounts/[a-z0-9]{3,24}$", target.storage_account_id))])
    error_message = "Give each storage account by its full resource id: /subscriptions/…/storageAccounts/…"
  }

  validation {
    condition     = alltrue([for target in var.storage_accounts : contains(["Storage Blob Data Contributor", "Storage Blob Data Reader"], target.role)])
    error_message = "Choose Storage Blob Data Contributor or Storage Blob Data Reader for a storage account."
  }

  validation {
    condition     = alltrue([for target in var.storage_accounts : target.integration_runtime == null ? true : contains([for runtime in var.integration_runtimes : runtime.name], target.integration_runtime)])
    error_message = "Name an integration runtime of the list, or leave it empty for the one that Azure chooses."
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

variable "user_assigned_identity_ids" {
  type        = set(string)
  description = "Resource ids of identities that the factory has besides its own. Pipelines can sign in with each, by a credential of its name."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_assigned_identity_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+$", id))])
    error_message = "Give each identity by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}
