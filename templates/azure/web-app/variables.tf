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

variable "app_settings" {
  type        = map(string)
  description = "Settings that the app sees as environment variables. Anybody who may read the deployment sees them: put secrets into `key_vault_settings`."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.app_settings) : can(regex("^[a-zA-Z0-9_.:-]+$", name))])
    error_message = "Name settings with letters, digits, underscores, dots, colons and dashes."
  }

  validation {
    condition     = length(setintersection(keys(var.app_settings), ["APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "ApplicationInsightsAgent_EXTENSION_VERSION"])) == 0
    error_message = "The settings of Application Insights are made by the template: remove them."
  }
}

variable "application_insights_enabled" {
  type        = bool
  description = "Collect requests, failures and timings in Application Insights, signed in with the app's identity instead of a key."
  default     = true
  nullable    = false
}

variable "autoscale" {
  type = object({
    minimum       = optional(number, 1)
    maximum       = optional(number, 3)
    cpu_out       = optional(number, 70)
    cpu_in        = optional(number, 30)
    memory_out    = optional(number)
    notify_emails = optional(list(string), [])
  })
  description = <<-EOT
    Add and remove instances by load. Null keeps the number of instances.
    - `minimum`, `maximum` - bounds of the number of instances.
    - `cpu_out`, `cpu_in` - average CPU in percent above which one is added, and below which one is removed.
    - `memory_out` - average memory in percent above which one is added as well.
    - `notify_emails` - who is told of every change.
  EOT
  default     = null

  validation {
    condition     = var.autoscale == null ? true : var.autoscale.minimum >= 1 && var.autoscale.maximum <= (startswith(var.plan_sku, "S") ? 10 : 30) && var.autoscale.minimum <= var.autoscale.maximum
    error_message = "Scale between 1 and 30 instances, 10 with a standard plan, the minimum not above the maximum."
  }

  validation {
    condition     = var.autoscale == null ? true : var.autoscale.cpu_in >= 1 && var.autoscale.cpu_out <= 99 && var.autoscale.cpu_in + 10 <= var.autoscale.cpu_out
    error_message = "Leave at least 10 percent between the CPU that removes an instance and the one that adds it, or the app goes up and down without end."
  }

  validation {
    condition     = var.autoscale == null ? true : !startswith(var.plan_sku, "B")
    error_message = "Basic plans do not scale by themselves: choose a standard or premium plan."
  }

  validation {
    condition     = var.autoscale == null ? true : var.service_plan_id == null
    error_message = "An existing plan is scaled where it is managed: remove autoscale here."
  }
}

variable "backup" {
  type = object({
    every                    = optional(number, 1)
    unit                     = optional(string, "Day")
    retention_days           = optional(number, 30)
    keep_at_least_one_backup = optional(bool, true)
  })
  description = <<-EOT
    Copy files and settings into a storage container by a timetable. Null leaves it to the copies that Azure makes itself.
    - `every` - how many units lie between two backups.
    - `unit` - `Day` or `Hour`.
    - `retention_days` - how long a backup is kept.
    - `keep_at_least_one_backup` - keep the last one however old it is.
  EOT
  default     = null

  validation {
    condition     = var.backup == null ? true : contains(["Day", "Hour"], var.backup.unit) && var.backup.every >= 1 && var.backup.every <= 1000 && var.backup.retention_days >= 0 && var.backup.retention_days <= 3650
    error_message = "Back up every 1 to 1000 units of Day or Hour, and keep backups for 0 to 3650 days."
  }

  validation {
    condition     = var.backup == null ? true : var.backup_storage_sas_url != null
    error_message = "Backups need a place: give the address of a storage container with its access token."
  }
}

variable "backup_storage_sas_url" {
  type        = string
  description = "Address of the storage container for backups with a shared access signature that may read, write, delete and list: https://…blob.core.windows.net/…?sv=…"
  default     = null
  sensitive   = true

  validation {
    condition     = var.backup_storage_sas_url == null ? true : can(regex("^https://[^?]+\\?.*sig=", var.backup_storage_sas_url))
    error_message = "Give the whole address of the container with its signature: https://….blob.core.windows.net/<container>?…sig=…"
  }
}

variable "client_affinity_enabled" {
  type        = bool
  description = "Send a visitor to the same instance each time. Only for apps that keep sessions in memory."
  default     = false
  nullable    = false
}

variable "client_certificate_mode" {
  type        = string
  description = "Ask visitors for a certificate: `Required`, `Optional`, or `OptionalInteractiveUser` (not in browsers). Null does not ask."
  default     = null

  validation {
    condition     = var.client_certificate_mode == null ? true : contains(["Required", "Optional", "OptionalInteractiveUser"], var.client_certificate_mode)
    error_message = "Choose Required, Optional or OptionalInteractiveUser for client certificates, or leave it empty."
  }
}

variable "connection_string_values" {
  type        = map(string)
  description = "The connection strings themselves by name. A reference such as `@Microsoft.KeyVault(SecretUri=…)` keeps the secret in a vault."
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(setsubtract([for entry in var.connection_strings : entry.name], keys(var.connection_string_values))) == 0
    error_message = "Give a value for each connection string that is listed, under its name."
  }

  validation {
    condition     = length(setsubtract(keys(var.connection_string_values), [for entry in var.connection_strings : entry.name])) == 0
    error_message = "List each connection string that has a value: one of the values belongs to none."
  }
}

variable "connection_strings" {
  type = list(object({
    name = string
    type = optional(string, "SQLAzure")
  }))
  description = <<-EOT
    Connection strings that the app is given. Their values are asked for apart.
    - `name` - name in the app.
    - `type` - kind of service, such as `SQLAzure`, `PostgreSQL`, `MySql`, `RedisCache`, `ServiceBus` or `Custom`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for entry in var.connection_strings : contains(["ApiHub", "Custom", "DocDb", "EventHub", "MySql", "NotificationHub", "PostgreSQL", "RedisCache", "SQLAzure", "SQLServer", "ServiceBus"], entry.type)])
    error_message = "Choose the type of a connection string from the list, such as SQLAzure, PostgreSQL or Custom."
  }

  validation {
    condition     = length(distinct([for entry in var.connection_strings : entry.name])) == length(var.connection_strings)
    error_message = "Give every connection string a name of its own: two have the same."
  }
}

variable "container" {
  type = object({
    image        = string
    registry_url = optional(string)
    registry_id  = optional(string)
  })
  description = <<-EOT
    The image that runs when the stack is `container`.
    - `image` - repository and tag without the registry, such as `shop/web:1.4.2`.
    - `registry_url` - address of a registry without sign-in, such as `https://mcr.microsoft.com`.
    - `registry_id` - resource id of an Azure container registry instead; the app's identity is allowed to pull from it.
  EOT
  default     = null

  validation {
    condition     = var.stack == "container" ? var.container != null : var.container == null
    error_message = "Give an image when the stack is container, and only then."
  }

  validation {
    condition     = var.container == null ? true : can(regex("^[a-z0-9]+(?:[._/-][a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$", var.container.image))
    error_message = "Write the image with its tag or digest and without the registry, such as shop/web:1.4.2."
  }

  validation {
    condition     = var.container == null ? true : (var.container.registry_url == null) != (var.container.registry_id == null)
    error_message = "Say where the image is: either the address of a registry or the resource id of an Azure container registry."
  }

  validation {
    condition     = try(var.container.registry_url, null) == null ? true : can(regex("^https://[^/]+$", var.container.registry_url))
    error_message = "Write the registry's address as https://<host>, without a path."
  }

  validation {
    condition     = try(var.container.registry_id, null) == null ? true : can(regex("(?i)/providers/Microsoft\\.ContainerRegistry/registries/[^/]+$", var.container.registry_id))
    error_message = "Give the registry by its full resource id, which ends in /Microsoft.ContainerRegistry/registries/<name>."
  }
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

variable "custom_domains" {
  type = list(object({
    hostname            = string
    managed_certificate = optional(bool, true)
  }))
  description = <<-EOT
    Host names of your own. Before: a CNAME to the app's address and the TXT record `asuid.<host>` with the verification id must be in DNS.
    - `hostname` - full name, such as `www.example.com`.
    - `managed_certificate` - let Azure issue and renew the certificate for it.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.custom_domains : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", domain.hostname))])
    error_message = "Write host names in full and in lowercase, such as www.example.com."
  }

  validation {
    condition     = length(distinct([for domain in var.custom_domains : domain.hostname])) == length(var.custom_domains)
    error_message = "List each host name once: one is there twice."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the app, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "deployment_ip_ranges" {
  type        = list(string)
  description = "Public addresses or ranges from which code may be deployed, beside those that may visit."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.deployment_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0)) && !endswith(range, "/0")])
    error_message = "Write addresses for deployment as 198.51.100.7 or 198.51.100.0/24; /0 would be everybody."
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

variable "health_check_eviction_minutes" {
  type        = number
  description = "Minutes after which an instance that fails the health check gets no more visitors, 2 to 10."
  default     = 5
  nullable    = false

  validation {
    condition     = var.health_check_eviction_minutes >= 2 && var.health_check_eviction_minutes <= 10 && floor(var.health_check_eviction_minutes) == var.health_check_eviction_minutes
    error_message = "Take sick instances out after 2 to 10 whole minutes."
  }
}

variable "health_check_path" {
  type        = string
  description = "Path that answers 200 while the app is well, such as `/healthz`. Null checks nothing."
  default     = null

  validation {
    condition     = var.health_check_path == null ? true : can(regex("^/[^ ?#]*$", var.health_check_path))
    error_message = "Begin the path of the health check with a slash, such as /healthz."
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

variable "log_level" {
  type        = string
  description = "Least severe messages of the app that are kept in its log files: `Error`, `Warning`, `Information`, `Verbose`, or `Off`."
  default     = "Warning"
  nullable    = false

  validation {
    condition     = contains(["Off", "Error", "Warning", "Information", "Verbose"], var.log_level)
    error_message = "Choose Off, Error, Warning, Information or Verbose as the log level."
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

variable "os_type" {
  type        = string
  description = "Operating system below the app. Python, PHP and containers need Linux."
  default     = "Linux"
  nullable    = false

  validation {
    condition     = contains(["Linux", "Windows"], var.os_type)
    error_message = "Choose Linux or Windows as the operating system."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the app, kept as the tag `owner`."
  default     = null
}

variable "plan_sku" {
  type        = string
  description = "Size of the instances. Basic for trying out; standard and premium have slots and autoscale; premium can spread over zones."
  default     = "P0v3"
  nullable    = false

  validation {
    condition     = contains(["B1", "B2", "B3", "S1", "S2", "S3", "P0v3", "P1v3", "P2v3", "P3v3", "P1mv3", "P2mv3", "P3mv3", "P4mv3", "P5mv3", "P0v4", "P1v4", "P2v4", "P3v4", "P1mv4", "P2mv4", "P3mv4", "P4mv4", "P5mv4"], var.plan_sku)
    error_message = "Choose a basic, standard or premium plan from the list, such as B1, S1 or P0v3."
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

variable "service_plan_id" {
  type        = string
  description = "Resource id of an App Service plan that is there already and has the same operating system. Null creates one."
  default     = null

  validation {
    condition     = var.service_plan_id == null ? true : can(regex("(?i)/providers/Microsoft\\.Web/server[Ff]arms/[^/]+$", var.service_plan_id))
    error_message = "Give the plan by its full resource id, which ends in /Microsoft.Web/serverFarms/<name>."
  }
}

variable "slots" {
  type = list(object({
    name         = string
    app_settings = optional(map(string), {})
  }))
  description = <<-EOT
    Copies of the app with addresses of their own, to try a version out and swap it in.
    - `name` - such as `staging`; it is put behind the app's name.
    - `app_settings` - settings that differ from the app's. They stay with the slot when it is swapped.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for slot in var.slots : can(regex("^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$", slot.name)) && slot.name != "production"])
    error_message = "Name each slot with 1 to 20 lowercase letters, digits and dashes; production is the app itself."
  }

  validation {
    condition     = length(distinct([for slot in var.slots : slot.name])) == length(var.slots)
    error_message = "Give every slot a name of its own: two have the same."
  }

  validation {
    condition     = length(var.slots) <= (startswith(var.plan_sku, "B") ? 0 : startswith(var.plan_sku, "S") ? 5 : 20)
    error_message = "Basic plans have no slots, standard ones 5 and premium ones 20: choose a larger plan or fewer slots."
  }
}

variable "stack" {
  type        = string
  description = "What the app is written in: `dotnet`, `node`, `python`, `php`, `java`, or `container` for an image of your own."
  default     = "node"
  nullable    = false

  validation {
    condition     = contains(["dotnet", "node", "python", "php", "java", "container"], var.stack)
    error_message = "Choose dotnet, node, python, php, java or container as the stack."
  }

  validation {
    condition     = contains(["python", "php", "container"], var.stack) ? var.os_type == "Linux" : true
    error_message = "Python, PHP and containers need Linux: change the operating system or the stack."
  }
}

variable "stack_version" {
  type        = string
  description = "Version of the stack. Null takes the newest that is supported for long."
  default     = null

  validation {
    condition = var.stack_version == null ? true : contains({
      dotnet = ["8.0", "9.0", "10.0"], node = ["20", "22", "24"], python = ["3.10", "3.11", "3.12", "3.13", "3.14"]
      php    = ["8.2", "8.3", "8.4"], java = ["11", "17", "21", "25"], container = []
    }[contains(["dotnet", "node", "python", "php", "java"], var.stack) ? var.stack : "container"], var.stack_version)
    error_message = "Choose a version that the stack has, such as 24 for node or 3.13 for python; a container has none."
  }
}

variable "startup_command" {
  type        = string
  description = "Command that starts the app on Linux, such as `gunicorn app:app`. Null lets Azure find out."
  default     = null

  validation {
    condition     = var.startup_command == null ? true : var.os_type == "Linux"
    error_message = "Start commands are for Linux: remove the command or choose Linux."
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

variable "tomcat_version" {
  type        = string
  description = "Tomcat that runs a Java app packed as WAR: `9.0`, `10.1` or `11.0`. Null runs a JAR of its own."
  default     = null

  validation {
    condition     = var.tomcat_version == null ? true : contains(["9.0", "10.1", "11.0"], var.tomcat_version)
    error_message = "Choose 9.0, 10.1 or 11.0 as the Tomcat version, or leave it empty for a JAR."
  }

  validation {
    condition     = var.tomcat_version == null ? true : var.stack == "java" && (var.tomcat_version == "11.0" ? var.stack_version != "11" : true)
    error_message = "Tomcat needs the stack java, and Tomcat 11.0 needs Java 17 or newer."
  }
}

variable "user_assigned_identity_ids" {
  type        = set(string)
  description = "Resource ids of further identities that the app may use beside its own."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_assigned_identity_ids : can(regex("(?i)/userAssignedIdentities/[^/]+$", id))])
    error_message = "Give each identity by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "virtual_network_subnet_id" {
  type        = string
  description = "Resource id of an empty subnet, delegated to `Microsoft.Web/serverFarms`, through which all of the app's own connections go. Null goes out over the internet."
  default     = null

  validation {
    condition     = var.virtual_network_subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.virtual_network_subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }
}

variable "websockets_enabled" {
  type        = bool
  description = "Allow WebSocket connections."
  default     = false
  nullable    = false
}

variable "worker_count" {
  type        = number
  description = "Number of instances, unless autoscale decides."
  default     = 1
  nullable    = false

  validation {
    condition     = var.worker_count >= 1 && var.worker_count <= (startswith(var.plan_sku, "B") ? 3 : startswith(var.plan_sku, "S") ? 10 : 30) && floor(var.worker_count) == var.worker_count
    error_message = "Run 1 to 30 instances; a basic plan has at most 3, a standard plan 10."
  }
}

variable "zone_balancing_enabled" {
  type        = bool
  description = "Spread the instances over the zones of the region, so that the app survives the loss of a data centre."
  default     = false
  nullable    = false

  validation {
    condition     = var.zone_balancing_enabled ? startswith(var.plan_sku, "P") : true
    error_message = "Only premium plans spread over zones: choose one, or turn zones off."
  }

  validation {
    condition     = var.zone_balancing_enabled ? (var.autoscale == null ? var.worker_count : var.autoscale.minimum) >= 2 : true
    error_message = "Zones need at least two instances: raise their number, or the minimum of autoscale."
  }
}
