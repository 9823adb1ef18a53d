variable "name" {
  type        = string
  description = "Name of the app. It becomes the address `<name>.azurewebsites.net`, so it must be free in the whole of Azure: 2 to 56 letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,54}[a-zA-Z0-9]$", var.name))
    error_message = "Use 2 to 56 letters, digits and dashes for the name, not beginning or ending with a dash."
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

variable "access_rules" {
  type = list(object({
    name           = string
    ip_range       = optional(string)
    subnet_id      = optional(string)
    service_tag    = optional(string)
    front_door_ids = optional(list(string), [])
    action         = optional(string, "Allow")
    priority       = optional(number)
  }))
  description = <<-EOT
    Who may visit, in order; whoever no rule lets in is refused unless network access is `all`.
    - `name` - what the rule is for, at most 32 characters.
    - `ip_range` - public IPv4 address or range, such as `198.51.100.0/24`.
    - `subnet_id` - resource id of a subnet with the service endpoint `Microsoft.Web`.
    - `service_tag` - Azure's own name for a service's addresses, such as `AzureFrontDoor.Backend`.
    - `front_door_ids` - with `AzureFrontDoor.Backend`: ids of the profiles that may come, so that others' do not.
    - `action` - `Allow` or `Deny`.
    - `priority` - smaller counts first. Null takes the place in the list: 100, 110, and so on.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.access_rules : length([for source in [rule.ip_range, rule.subnet_id, rule.service_tag] : source if source != null]) == 1])
    error_message = "Give each access rule exactly one of an address range, a subnet and a service tag."
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : rule.ip_range == null ? true : can(cidrhost(strcontains(rule.ip_range, "/") ? rule.ip_range : "${rule.ip_range}/32", 0))])
    error_message = "Write the range of an access rule as an address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : rule.ip_range == null ? true : rule.action == "Deny" || !can(regex("/0$", rule.ip_range))])
    error_message = "A range of /0 is everybody: set network access to \"all\" when that is meant."
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : rule.subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", rule.subnet_id))])
    error_message = "Give the subnet of an access rule by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : length(rule.front_door_ids) == 0 ? true : rule.service_tag == "AzureFrontDoor.Backend"])
    error_message = "Front Door ids go with the service tag AzureFrontDoor.Backend: set it, or remove the ids."
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : contains(["Allow", "Deny"], rule.action)])
    error_message = "Choose Allow or Deny as the action of an access rule."
  }

  validation {
    condition     = length(distinct([for index, rule in var.access_rules : rule.priority == null ? 100 + 10 * index : rule.priority])) == length(var.access_rules)
    error_message = "Give every access rule a priority of its own: two have the same."
  }

  validation {
    condition     = alltrue([for rule in var.access_rules : length(rule.name) <= 32 && (rule.priority == null ? true : rule.priority >= 1 && rule.priority <= 2147483647)])
    error_message = "Give access rules priorities from 1 on, and names of at most 32 characters."
  }

  validation {
    condition     = var.network_access == "private" ? length(var.access_rules) == 0 : true
    error_message = "Access rules have no effect while only private endpoints are let in: choose selected networks, or remove the rules."
  }
}

variable "always_ready" {
  type = list(object({
    name           = string
    instance_count = optional(number, 1)
  }))
  description = <<-EOT
    Instances that Flex Consumption keeps warm, so that the first call does not wait. They are paid for all the time.
    - `name` - what they are for: `http`, `blob`, `durable`, or `function:<name>` for one function.
    - `instance_count` - how many.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.always_ready) == 0 ? true : var.plan_sku == "FC1"
    error_message = "Instances by group are kept warm on Flex Consumption only: choose FC1, or set the minimum of a premium plan."
  }

  validation {
    condition     = alltrue([for group in var.always_ready : can(regex("^(?:http|blob|durable|function:[a-zA-Z][a-zA-Z0-9_-]*)$", group.name))])
    error_message = "Name a group of warm instances http, blob, durable or function:<name of the function>."
  }

  validation {
    condition     = length(distinct([for group in var.always_ready : group.name])) == length(var.always_ready)
    error_message = "List each group of warm instances once."
  }

  validation {
    condition     = alltrue([for group in var.always_ready : group.instance_count >= 1 && floor(group.instance_count) == group.instance_count]) && sum(concat([0], [for group in var.always_ready : group.instance_count])) <= coalesce(var.maximum_instance_count, 100)
    error_message = "Keep whole numbers of instances warm, together not more than the maximum."
  }
}

variable "app_settings" {
  type        = map(string)
  description = "Settings that the functions see as environment variables. Anybody who may read the deployment sees them: put secrets into `key_vault_settings`."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.app_settings) : can(regex("^[a-zA-Z0-9_]+$", name))])
    error_message = "Name settings with letters, digits and underscores; two underscores stand for a colon."
  }

  validation {
    condition     = length([for name in keys(var.app_settings) : name if startswith(name, "AzureWebJobsStorage") || startswith(name, "FUNCTIONS_") || startswith(name, "APPLICATIONINSIGHTS_") || startswith(name, "WEBSITE_RUN_FROM_PACKAGE")]) == 0
    error_message = "Storage, runtime, package and telemetry are set by the template: remove settings that begin with AzureWebJobsStorage, FUNCTIONS_, WEBSITE_RUN_FROM_PACKAGE or APPLICATIONINSIGHTS_."
  }
}

variable "application_insights_enabled" {
  type        = bool
  description = "Collect requests, failures and timings in Application Insights, signed in with the app's identity instead of a key."
  default     = true
  nullable    = false
}

variable "cors_allowed_origins" {
  type        = set(string)
  description = "Other web sites whose pages may call the app from a browser, such as `https://www.example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_allowed_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "List origins one by one as https://<host> without a path; * would let every site call the app."
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
  description = "Put a lock on the app, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "deployment_ip_ranges" {
  type        = list(string)
  description = "Public addresses or ranges from which code may be deployed: they are let in to the deployment service and to the storage account that holds the packages."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.deployment_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0)) && !can(regex("/(?:[0-7]|31|32)$", range))])
    error_message = "Write addresses for deployment as 198.51.100.7 or as ranges from /8 to /30; a single address goes without its /32."
  }

  validation {
    condition     = alltrue([for range in var.deployment_ip_ranges : !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|0\\.)", range))])
    error_message = "Private addresses cannot be allowed here: deploy from inside the network instead."
  }
}

variable "environment" {
  type        = string
  description = "What the app is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "http_concurrency" {
  type        = number
  description = "Calls that one instance of Flex Consumption answers at the same time, 1 to 1000. Null lets Azure choose by memory."
  default     = null

  validation {
    condition     = var.http_concurrency == null ? true : var.http_concurrency >= 1 && var.http_concurrency <= 1000 && floor(var.http_concurrency) == var.http_concurrency
    error_message = "Let an instance answer 1 to 1000 calls at the same time."
  }

  validation {
    condition     = var.http_concurrency == null ? true : var.plan_sku == "FC1"
    error_message = "The number of calls at the same time is set on Flex Consumption only: choose FC1, or leave it empty."
  }
}

variable "instance_memory_in_mb" {
  type        = number
  description = "Memory of an instance of Flex Consumption: 512, 2048 or 4096 MB. More memory brings more CPU."
  default     = 2048
  nullable    = false

  validation {
    condition     = contains([512, 2048, 4096], var.instance_memory_in_mb)
    error_message = "Choose 512, 2048 or 4096 MB as the memory of an instance."
  }
}

variable "key_vault_id" {
  type        = string
  description = "Resource id of the vault that `key_vault_settings` read from; the app's identity is given the role Key Vault Secrets User there. Null grants nothing."
  default     = null

  validation {
    condition     = var.key_vault_id == null ? true : can(regex("(?i)/providers/Microsoft\\.KeyVault/vaults/[^/]+$", var.key_vault_id))
    error_message = "Give the vault by its full resource id, which ends in /Microsoft.KeyVault/vaults/<name>."
  }
}

variable "key_vault_settings" {
  type        = map(string)
  description = "Settings whose values stay in a key vault: name of the setting to address of the secret, such as `https://acme.vault.azure.net/secrets/db-password`."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for url in values(var.key_vault_settings) : can(regex("^https://[^/]+/secrets/[^/]+(?:/[0-9a-f]*)?$", url))])
    error_message = "Give the address of each secret as the vault shows it: https://<vault>.vault.azure.net/secrets/<name>."
  }

  validation {
    condition     = length(setintersection(keys(var.key_vault_settings), keys(var.app_settings))) == 0
    error_message = "Each setting comes from one place: take those in the key vault out of the plain settings."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace for logs and telemetry. Null creates one when Application Insights is on."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "maximum_instance_count" {
  type        = number
  description = "Most instances there can be, as a bound to the bill. Null means 100 on Flex Consumption and 20 on a premium plan; dedicated plans have a fixed number."
  default     = null

  validation {
    condition     = var.maximum_instance_count == null ? true : var.maximum_instance_count >= 1 && var.maximum_instance_count <= (startswith(var.plan_sku, "EP") ? 100 : 1000) && floor(var.maximum_instance_count) == var.maximum_instance_count
    error_message = "Allow 1 to 1000 instances on Flex Consumption, and 1 to 100 on a premium plan."
  }

  validation {
    condition     = var.maximum_instance_count == null ? true : var.plan_sku == "FC1" || startswith(var.plan_sku, "EP")
    error_message = "A dedicated plan has a fixed number of instances: set worker_count instead."
  }
}

variable "minimum_instance_count" {
  type        = number
  description = "Instances that a premium plan always runs, 1 to 20."
  default     = 1
  nullable    = false

  validation {
    condition     = var.minimum_instance_count >= 1 && var.minimum_instance_count <= 20 && var.minimum_instance_count <= coalesce(var.maximum_instance_count, 20) && floor(var.minimum_instance_count) == var.minimum_instance_count
    error_message = "Always run 1 to 20 instances, not more than the maximum."
  }
}

variable "minimum_tls_version" {
  type        = string
  description = "Oldest TLS that visitors may use."
  default     = "1.2"
  nullable    = false

  validation {
    condition     = contains(["1.2", "1.3"], var.minimum_tls_version)
    error_message = "Choose 1.2 or 1.3 as the minimum TLS version."
  }
}

variable "network_access" {
  type        = string
  description = "Who can visit: `selected` networks by access rules, only `private` endpoints, or `all` of the internet."
  default     = "selected"
  nullable    = false

  validation {
    condition     = contains(["selected", "private", "all"], var.network_access)
    error_message = "Choose selected, private or all as the network access."
  }
}

variable "network_address_space" {
  type        = string
  description = "Range of the virtual network that is created when no subnet is given, /24 to /26. It must not overlap with networks that it will be connected to."
  default     = "10.70.0.0/24"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.network_address_space, 0)) && can(regex("/2[4-6]$", var.network_address_space))
    error_message = "Write the range of the network as a CIDR range of /24 to /26, such as 10.70.0.0/24."
  }

  validation {
    condition     = can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.)", var.network_address_space))
    error_message = "Choose a private range: inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the app, kept as the tag `owner`."
  default     = null
}

variable "plan_sku" {
  type        = string
  description = "`FC1` Flex Consumption grows from nothing and is paid by use; `EP1` to `EP3` are premium and always warm; the others are dedicated App Service plans. Changing between the three kinds makes a new app."
  default     = "FC1"
  nullable    = false

  validation {
    condition     = contains(["FC1", "EP1", "EP2", "EP3", "B1", "B2", "B3", "S1", "S2", "S3", "P0v3", "P1v3", "P2v3", "P3v3", "P1mv3", "P2mv3", "P3mv3", "P4mv3", "P5mv3", "P0v4", "P1v4", "P2v4", "P3v4", "P1mv4", "P2mv4", "P3mv4", "P4mv4", "P5mv4"], var.plan_sku)
    error_message = "Choose a plan from the list, such as FC1, EP1 or P0v3."
  }
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the app a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the zone `privatelink.azurewebsites.net`.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : var.private_endpoint.subnet_id != var.virtual_network_subnet_id
    error_message = "The subnet that the app goes out through cannot hold its private endpoint: choose another."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the app. Null names a new one after it."
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

variable "runtime_name" {
  type        = string
  description = "Language of the functions: `dotnet-isolated`, `node`, `python`, `java` or `powershell`."
  default     = "node"
  nullable    = false

  validation {
    condition     = contains(["dotnet-isolated", "node", "python", "java", "powershell"], var.runtime_name)
    error_message = "Choose dotnet-isolated, node, python, java or powershell as the language."
  }
}

variable "runtime_version" {
  type        = string
  description = "Version of the language. Null takes the newest that is supported for long."
  default     = null

  validation {
    condition = var.runtime_version == null ? true : contains({
      "dotnet-isolated" = ["10.0", "8.0", "9.0"]
      "node"            = ["20", "22", "24"]
      "python"          = ["3.10", "3.11", "3.12", "3.13"]
      "java"            = ["17", "21"]
      "powershell"      = ["7.4"]
    }[contains(["dotnet-isolated", "python", "java", "powershell"], var.runtime_name) ? var.runtime_name : "node"], var.runtime_version)
    error_message = "Choose a version that the language has, such as 22 for node or 3.13 for python."
  }
}

variable "staging_slot_enabled" {
  type        = bool
  description = "Add a slot `staging` with an address of its own, to try a version out and swap it in. Not on Flex Consumption."
  default     = false
  nullable    = false

  validation {
    condition     = var.staging_slot_enabled ? var.plan_sku != "FC1" && !startswith(var.plan_sku, "B") : true
    error_message = "Flex Consumption and basic plans have no slots: choose a premium or standard plan, or turn the slot off."
  }
}

variable "storage_account_name" {
  type        = string
  description = "Name of the storage account that is created for packages, triggers and state. Null makes one from the app's name."
  default     = null

  validation {
    condition     = var.storage_account_name == null ? true : can(regex("^[a-z0-9]{3,24}$", var.storage_account_name))
    error_message = "Use 3 to 24 lowercase letters and digits for the storage account, or leave the field empty."
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

variable "virtual_network_subnet_id" {
  type        = string
  description = "Resource id of the subnet through which the app goes out, delegated to `Microsoft.App/environments` for Flex Consumption, else to `Microsoft.Web/serverFarms`, with the service endpoint `Microsoft.Storage`. Null creates a network."
  default     = null

  validation {
    condition     = var.virtual_network_subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.virtual_network_subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.virtual_network_subnet_id == null ? true : !(var.plan_sku == "FC1" && strcontains(basename(var.virtual_network_subnet_id), "_"))
    error_message = "Flex Consumption does not work with a subnet whose name has an underscore: choose another subnet."
  }
}

variable "worker_count" {
  type        = number
  description = "Number of instances of a dedicated plan."
  default     = 1
  nullable    = false

  validation {
    condition     = var.worker_count >= 1 && var.worker_count <= (startswith(var.plan_sku, "B") ? 3 : startswith(var.plan_sku, "S") ? 10 : 30) && floor(var.worker_count) == var.worker_count
    error_message = "Run 1 to 30 instances; a basic plan has at most 3, a standard plan 10."
  }
}

variable "zone_balancing_enabled" {
  type        = bool
  description = "Spread instances and storage over the zones of the region, so that the app survives the loss of a data centre."
  default     = false
  nullable    = false

  validation {
    condition     = var.zone_balancing_enabled ? !startswith(var.plan_sku, "B") && !startswith(var.plan_sku, "S") : true
    error_message = "Basic and standard plans do not spread over zones: choose FC1 or a premium plan, or turn zones off."
  }

  validation {
    condition     = var.zone_balancing_enabled && var.plan_sku != "FC1" ? (startswith(var.plan_sku, "EP") ? var.minimum_instance_count >= 2 : var.worker_count >= 2) : true
    error_message = "Zones need at least two instances: raise the minimum of a premium plan, or the instances of a dedicated one."
  }
}
