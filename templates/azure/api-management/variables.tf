variable "name" {
  type        = string
  description = "Name of the service. It becomes the address `<name>.azure-api.net`, so it must be free in the whole of Azure, recently deleted services included: 1 to 50 letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$", var.name))
    error_message = "Use 1 to 50 letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
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

variable "publisher_email" {
  type        = string
  description = "Address that notices of the service go to."
  nullable    = false

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.publisher_email)) && length(var.publisher_email) <= 100
    error_message = "Give an e-mail address of at most 100 characters, such as api@example.com."
  }
}

variable "publisher_name" {
  type        = string
  description = "Name of the organization that offers the APIs, shown in the developer portal."
  nullable    = false

  validation {
    condition     = length(trimspace(var.publisher_name)) >= 1 && length(var.publisher_name) <= 100
    error_message = "Give the name of the organization in 1 to 100 characters."
  }
}

variable "additional_locations" {
  type = list(object({
    location  = string
    capacity  = optional(number, 1)
    zones     = optional(set(string), [])
    subnet_id = optional(string)
  }))
  description = <<-EOT
    Further regions with a gateway of their own. Premium only.
    - `location` - region in its short form.
    - `capacity` - number of units there.
    - `zones` - zones there, such as 1, 2 and 3.
    - `subnet_id` - resource id of a subnet there, when the service is in a network.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.additional_locations) == 0 ? true : startswith(var.sku_name, "Premium_")
    error_message = "Only the premium tier has gateways in further regions: choose Premium, or remove the regions."
  }

  validation {
    condition     = alltrue([for place in var.additional_locations : can(regex("^[a-z][a-z0-9]+$", place.location)) && place.location != var.location]) && length(distinct([for place in var.additional_locations : place.location])) == length(var.additional_locations)
    error_message = "Name each further region once and in its short form, such as northeurope, other than the service's own."
  }

  validation {
    condition     = alltrue([for place in var.additional_locations : place.capacity >= 1 && place.capacity <= 50 && floor(place.capacity) == place.capacity])
    error_message = "Give each further region 1 to 50 units."
  }

  validation {
    condition     = alltrue([for place in var.additional_locations : var.virtual_network_type == "None" ? place.subnet_id == null : place.subnet_id != null])
    error_message = "A service in a network needs a subnet in each further region; one outside takes none."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Addresses or ranges that may call the APIs. Empty lets everybody call, with a subscription key."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0))])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }
}

variable "apis" {
  type = list(object({
    name                  = string
    path                  = string
    display_name          = optional(string)
    openapi_url           = optional(string)
    service_url           = optional(string)
    subscription_required = optional(bool, true)
  }))
  description = <<-EOT
    APIs to offer.
    - `name` - letters, digits and dashes.
    - `path` - what its address begins with: `https://<gateway>/<path>`.
    - `display_name` - name in the developer portal.
    - `openapi_url` - address of its OpenAPI document, which Azure must be able to fetch; YAML, or JSON when it ends in `.json`.
    - `service_url` - address of the servers behind it.
    - `subscription_required` - whether callers need a key.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for api in var.apis : can(regex("^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,78}[a-zA-Z0-9])?$", api.name))]) && length(distinct([for api in var.apis : lower(api.name)])) == length(var.apis)
    error_message = "Give every API a name of its own of at most 80 letters, digits and dashes."
  }

  validation {
    condition     = alltrue([for api in var.apis : can(regex("^[a-zA-Z0-9][a-zA-Z0-9/._-]*$", api.path)) && !endswith(api.path, "/")]) && length(distinct([for api in var.apis : lower(api.path)])) == length(var.apis)
    error_message = "Give every API a path of its own without a slash at its ends, such as shop/v1."
  }

  validation {
    condition     = alltrue(flatten([for api in var.apis : [for url in [api.openapi_url, api.service_url] : url == null ? true : can(regex("^https://[^ ]+$", url))]]))
    error_message = "Write the addresses of an API with https://, so that nothing is read on the way."
  }

  validation {
    condition     = alltrue([for api in var.apis : api.openapi_url != null || api.service_url != null])
    error_message = "Say what stands behind each API: its OpenAPI document, the address of its servers, or both."
  }
}

variable "application_insights_enabled" {
  type        = bool
  description = "Record requests in Application Insights, signed in with the service's identity instead of a key."
  default     = true
  nullable    = false
}

variable "client_certificate_enabled" {
  type        = bool
  description = "Ask callers for a certificate. On Consumption only; the other tiers do it for each host name."
  default     = false
  nullable    = false

  validation {
    condition     = var.client_certificate_enabled ? var.sku_name == "Consumption_0" : true
    error_message = "The switch for client certificates is for Consumption: on other tiers set it for the host name."
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
    host_name                = string
    use                      = optional(string, "gateway")
    key_vault_certificate_id = string
    client_certificate       = optional(bool, false)
  }))
  description = <<-EOT
    Host names of your own.
    - `host_name` - such as `api.example.com`; a CNAME must lead to the service.
    - `use` - `gateway` for the APIs, or `developer_portal`.
    - `key_vault_certificate_id` - key vault address of its certificate, as a secret and without version.
    - `client_certificate` - ask callers for a certificate.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.custom_domains : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", domain.host_name))]) && length(distinct([for domain in var.custom_domains : domain.host_name])) == length(var.custom_domains)
    error_message = "Write each host name once, in full and in lowercase, such as api.example.com."
  }

  validation {
    condition     = alltrue([for domain in var.custom_domains : contains(["gateway", "developer_portal"], domain.use)]) && length([for domain in var.custom_domains : domain if domain.use == "developer_portal"]) <= 1
    error_message = "Choose gateway or developer_portal for a host name, and at most one for the portal."
  }

  validation {
    condition     = alltrue([for domain in var.custom_domains : can(regex("^https://[^/]+/secrets/[^/]+", domain.key_vault_certificate_id))])
    error_message = "Give the certificate as a secret of the vault: https://<vault>.vault.azure.net/secrets/<name>."
  }

  validation {
    condition     = length(var.custom_domains) == 0 ? true : var.key_vault_id != null
    error_message = "Host names need their certificate: name the key vault, so that the service may read it."
  }

  validation {
    condition     = var.sku_name == "Consumption_0" ? length(var.custom_domains) <= 1 && alltrue([for domain in var.custom_domains : domain.use == "gateway"]) : true
    error_message = "Consumption takes one host name, for the gateway: remove the others, or choose another tier."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the service, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the service is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "key_vault_id" {
  type        = string
  description = "Resource id of the vault with named values and certificates; the service's identity is given the role Key Vault Secrets User there. Null grants nothing."
  default     = null

  validation {
    condition     = var.key_vault_id == null ? true : can(regex("(?i)/providers/Microsoft\\.KeyVault/vaults/[^/]+$", var.key_vault_id))
    error_message = "Give the vault by its full resource id, which ends in /Microsoft.KeyVault/vaults/<name>."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace for requests and telemetry. Null creates one when Application Insights is on."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "min_api_version" {
  type        = string
  description = "Oldest management API that is accepted; earlier ones give secrets away."
  default     = "2021-08-01"
  nullable    = false

  validation {
    condition     = can(regex("^20[2-9][0-9]-[0-9]{2}-[0-9]{2}$", var.min_api_version)) ? tonumber(replace(var.min_api_version, "-", "")) >= 20210801 : false
    error_message = "Write the management API version as a date from 2021-08-01 on."
  }
}

variable "named_values" {
  type = list(object({
    name                = string
    value               = optional(string)
    key_vault_secret_id = optional(string)
    tags                = optional(list(string), [])
  }))
  description = <<-EOT
    Values that policies use as `{{name}}`.
    - `name` - letters, digits, dots, dashes and underscores.
    - `value` - a value that is no secret.
    - `key_vault_secret_id` - or the key vault address of a secret, which is followed when it changes.
    - `tags` - words to find it by.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.named_values : can(regex("^[A-Za-z0-9._-]{1,256}$", item.name))]) && length(distinct([for item in var.named_values : lower(item.name)])) == length(var.named_values)
    error_message = "Give every named value a name of its own of letters, digits, dots, dashes and underscores."
  }

  validation {
    condition     = alltrue([for item in var.named_values : (item.value == null) != (item.key_vault_secret_id == null)])
    error_message = "Give each named value either a value or the address of a secret."
  }

  validation {
    condition     = alltrue([for item in var.named_values : item.key_vault_secret_id == null ? true : can(regex("^https://[^/]+/secrets/[^/]+", item.key_vault_secret_id)) && var.key_vault_id != null])
    error_message = "Give secrets as https://<vault>.vault.azure.net/secrets/<name>, and name the key vault, so that the service may read them."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the service, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the gateway a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the zone `privatelink.azure-api.net`.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : !startswith(var.sku_name, "Consumption") && !startswith(var.sku_name, "BasicV2")
    error_message = "Consumption and Basic v2 have no private endpoint: choose another tier."
  }

  validation {
    condition     = var.private_endpoint == null ? true : var.virtual_network_type == "None" || startswith(var.sku_name, "StandardV2")
    error_message = "A service inside a network has no private endpoint: choose one of the two."
  }
}

variable "products" {
  type = list(object({
    name                  = string
    display_name          = optional(string)
    description           = optional(string)
    apis                  = optional(list(string), [])
    groups                = optional(list(string), ["developers"])
    published             = optional(bool, true)
    subscription_required = optional(bool, true)
    approval_required     = optional(bool, false)
    subscriptions_limit   = optional(number)
  }))
  description = <<-EOT
    Bundles of APIs that callers subscribe to.
    - `name` - letters, digits and dashes.
    - `display_name`, `description` - what the developer portal shows.
    - `apis` - names of APIs that belong to it.
    - `groups` - who sees it beside the administrators: `developers`, `guests`.
    - `published` - whether it is shown.
    - `subscription_required` - whether callers need a key.
    - `approval_required` - whether somebody must agree to each subscription.
    - `subscriptions_limit` - how many subscriptions one caller may have.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for product in var.products : can(regex("^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,78}[a-zA-Z0-9])?$", product.name))]) && length(distinct([for product in var.products : lower(product.name)])) == length(var.products)
    error_message = "Give every product a name of its own of at most 80 letters, digits and dashes."
  }

  validation {
    condition     = length(setsubtract(flatten([for product in var.products : product.apis]), [for api in var.apis : api.name])) == 0
    error_message = "Put only APIs into a product that are listed under APIs, by their names."
  }

  validation {
    condition     = length(setsubtract(flatten([for product in var.products : product.groups]), ["developers", "guests"])) == 0
    error_message = "Choose developers or guests as the groups of a product; administrators see every product."
  }

  validation {
    condition     = alltrue([for product in var.products : product.approval_required ? product.subscription_required && try(product.subscriptions_limit >= 1, false) : true])
    error_message = "Approval needs subscriptions and a limit on them: require a key and set the limit, or turn approval off."
  }

  validation {
    condition     = alltrue([for product in var.products : product.subscriptions_limit == null ? true : product.subscription_required && product.subscriptions_limit >= 1])
    error_message = "A limit of one or more goes with products that need a key: require it, or remove the limit."
  }
}

variable "public_ip_address_id" {
  type        = string
  description = "Resource id of a public address (Standard, with a label) for a service inside a network. Null lets Azure manage one."
  default     = null

  validation {
    condition     = var.public_ip_address_id == null ? true : can(regex("(?i)/providers/Microsoft\\.Network/publicIPAddresses/[^/]+$", var.public_ip_address_id))
    error_message = "Give the public address by its full resource id, which ends in /publicIPAddresses/<name>."
  }

  validation {
    condition     = var.public_ip_address_id == null ? true : var.virtual_network_type != "None" && can(regex("^(?:Developer|Premium)_", var.sku_name))
    error_message = "An address of your own is for a Developer or Premium service inside a network: choose that, or remove the address."
  }
}

variable "public_network_access_enabled" {
  type        = bool
  description = "Whether the service is reached over the public network beside its private endpoint. Azure refuses to create a service with this off: turn it off in a second run, when the private endpoint is there."
  default     = true
  nullable    = false

  validation {
    condition     = var.public_network_access_enabled ? true : var.private_endpoint != null
    error_message = "Without the public network the service needs a private endpoint: add one, or leave the public network on."
  }
}

variable "rate_limit_calls_per_minute" {
  type        = number
  description = "Calls that one address may make in a minute before it is refused. Null sets no limit. Not on Consumption."
  default     = null

  validation {
    condition     = var.rate_limit_calls_per_minute == null ? true : var.rate_limit_calls_per_minute >= 1 && floor(var.rate_limit_calls_per_minute) == var.rate_limit_calls_per_minute
    error_message = "Allow a whole number of calls, one or more, or leave the field empty."
  }

  validation {
    condition     = var.rate_limit_calls_per_minute == null ? true : var.sku_name != "Consumption_0"
    error_message = "Consumption cannot count calls by address: choose another tier, or remove the limit."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the service. Null names a new one after it."
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

variable "sampling_percentage" {
  type        = number
  description = "Share of the requests that Application Insights records, 0 to 100 percent. Errors are always recorded."
  default     = 100
  nullable    = false

  validation {
    condition     = var.sampling_percentage >= 0 && var.sampling_percentage <= 100
    error_message = "Record 0 to 100 percent of the requests."
  }
}

variable "sku_name" {
  type        = string
  description = "Tier and number of units, such as `Developer_1`, `StandardV2_1` or `Premium_3`. Classic tiers take half an hour or more to create, v2 and Consumption some minutes."
  default     = "Developer_1"
  nullable    = false

  validation {
    condition     = can(regex("^(?:Consumption_0|Developer_1|Basic_[12]|Standard_[1-4]|Premium_(?:[1-9]|[12][0-9]|3[01])|(?:BasicV2|StandardV2)_(?:[1-9]|10))$", var.sku_name))
    error_message = "Write the tier with its units: Consumption_0, Developer_1, Basic_1 or 2, Standard_1 to 4, Premium_1 to 31, BasicV2_1 to 10 or StandardV2_1 to 10."
  }
}

variable "subnet_id" {
  type        = string
  description = "Resource id of the subnet for a service inside a network."
  default     = null

  validation {
    condition     = var.subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = (var.subnet_id == null) == (var.virtual_network_type == "None")
    error_message = "A service inside a network needs a subnet, and only that: choose External or Internal and a subnet, or neither."
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
  description = "Resource ids of further identities that policies may use beside the service's own."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_assigned_identity_ids : can(regex("(?i)/userAssignedIdentities/[^/]+$", id))])
    error_message = "Give each identity by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "virtual_network_type" {
  type        = string
  description = "`None` outside of networks; `External` reaches private servers and is called over the internet; `Internal` is called from inside the network only."
  default     = "None"
  nullable    = false

  validation {
    condition     = contains(["None", "External", "Internal"], var.virtual_network_type)
    error_message = "Choose None, External or Internal as the virtual network type."
  }

  validation {
    condition     = var.virtual_network_type == "None" ? true : can(regex("^(?:Developer|Premium)_", var.sku_name)) || (var.virtual_network_type == "External" && startswith(var.sku_name, "StandardV2_"))
    error_message = "Only Developer and Premium go inside a network, and Standard v2 with External: choose another tier, or None."
  }
}

variable "zones" {
  type        = set(string)
  description = "Zones that a premium service spreads over, such as 1, 2 and 3. Only in regions that have zones. Empty leaves it to Azure."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)])
    error_message = "Choose among the zones 1, 2 and 3."
  }

  validation {
    condition     = length(var.zones) == 0 ? true : startswith(var.sku_name, "Premium_") && try(tonumber(split("_", var.sku_name)[1]) % length(var.zones) == 0, false)
    error_message = "Zones need the premium tier with the same number of units in each: with three zones Premium_3, Premium_6, and so on."
  }
}
