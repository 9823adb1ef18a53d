variable "name" {
  type        = string
  description = "Name of the container group and of its first container: 1 to 63 lowercase letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 63 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
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

variable "image" {
  type        = string
  description = "Image to run, with its registry and a tag, such as `mcr.microsoft.com/azuredocs/aci-helloworld:latest`. A change replaces the container."
  nullable    = false

  validation {
    condition     = can(regex("^(?:[a-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._-]+(?:/[a-z0-9._-]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$", var.image))
    error_message = "Write the image with its registry and a tag, such as acme.azurecr.io/shop:1.4, without https://."
  }
}

variable "additional_containers" {
  type = list(object({
    name                  = string
    image                 = string
    cpu                   = optional(number, 0.5)
    memory_gb             = optional(number, 0.5)
    commands              = optional(list(string), [])
    environment_variables = optional(map(string), {})
    use_secure_variables  = optional(bool, false)
    mount_volumes         = optional(bool, false)
  }))
  description = <<-EOT
    Containers that run beside the first one and share its address.
    - `name` - lowercase letters, digits and dashes.
    - `image` - image with its registry and a tag.
    - `cpu`, `memory_gb` - what it gets.
    - `commands` - program and arguments, instead of the image's own.
    - `environment_variables` - names and values.
    - `use_secure_variables` - give it the secret variables too.
    - `mount_volumes` - give it the volumes too.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for container in var.additional_containers : can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", container.name)) && container.name != var.name])
    error_message = "Name each further container with lowercase letters, digits and dashes, other than the first one."
  }

  validation {
    condition     = alltrue([for container in var.additional_containers : can(regex("^(?:[a-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._-]+(?:/[a-z0-9._-]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$", container.image))])
    error_message = "Write the image of each further container with its registry and a tag, without https://."
  }

  validation {
    condition     = length(distinct([for container in var.additional_containers : container.name])) == length(var.additional_containers)
    error_message = "Give every container a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for container in var.additional_containers : container.cpu >= 0.1 && container.memory_gb >= 0.1])
    error_message = "Give each further container at least 0.1 vCPU and 0.1 GB."
  }
}

variable "commands" {
  type        = list(string)
  description = "Program and arguments to start, one a line, instead of the image's own. Empty keeps the image's."
  default     = []
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the tag `cost_center`."
  default     = null
}

variable "cpu" {
  type        = number
  description = "vCPUs for the first container, 0.1 to 4."
  default     = 1
  nullable    = false

  validation {
    condition     = var.cpu >= 0.1 && var.cpu <= 4
    error_message = "Choose 0.1 to 4 vCPUs."
  }

  validation {
    condition     = sum(concat([var.cpu], [for container in var.additional_containers : container.cpu])) <= 4
    error_message = "All containers together get at most 4 vCPUs: make some smaller."
  }
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
    user_assigned_identity_id = optional(string)
  })
  description = <<-EOT
    Encrypt what the containers leave on Azure's disks with a key of your own. Null uses Microsoft's.
    - `key_vault_key_id` - address of the key with its version.
    - `user_assigned_identity_id` - resource id of an identity that may use the key. Without one the service itself needs access to the vault.
  EOT
  default     = null

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("^https://[^/]+/keys/[^/]+/[0-9a-f]+$", var.customer_managed_key.key_vault_key_id))
    error_message = "Give the address of the key with its version: https://<vault>.vault.azure.net/keys/<key>/<version>."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : var.customer_managed_key.user_assigned_identity_id == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.customer_managed_key.user_assigned_identity_id))
    error_message = "Give the identity for the key by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the container group, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "dns_config" {
  type = object({
    nameservers    = list(string)
    search_domains = optional(set(string), [])
    options        = optional(set(string), [])
  })
  description = <<-EOT
    Name servers of your own, in a subnet. Null uses Azure's.
    - `nameservers` - their IPv4 addresses.
    - `search_domains` - domains that are tried for short names.
    - `options` - options of the resolver, such as `ndots:2`.
  EOT
  default     = null

  validation {
    condition     = var.dns_config == null ? true : length(var.dns_config.nameservers) > 0 && alltrue([for server in var.dns_config.nameservers : can(cidrhost("${server}/32", 0))])
    error_message = "Give at least one name server by its IPv4 address."
  }

  validation {
    condition     = var.dns_config == null ? true : var.subnet_id != null
    error_message = "Name servers of your own need a subnet: give one, or leave them out."
  }
}

variable "dns_name_label" {
  type        = string
  description = "Beginning of the public name: `<label>.<region>.azurecontainer.io`, with a random part in between unless its reuse is unsecured. Null gives no name."
  default     = null

  validation {
    condition     = var.dns_name_label == null ? true : can(regex("^[a-z][a-z0-9-]{3,61}[a-z0-9]$", var.dns_name_label))
    error_message = "Use 5 to 63 lowercase letters, digits and dashes for the DNS label, beginning with a letter."
  }

  validation {
    condition     = var.dns_name_label == null ? true : var.ip_address_type == "Public" && var.subnet_id == null
    error_message = "Only a public address has a DNS label: choose Public without a subnet, or remove the label."
  }
}

variable "dns_name_label_reuse_policy" {
  type        = string
  description = "Who may get the same name once you gave it up: with `TenantReuse` only your own organisation, so that nobody receives your visitors."
  default     = "TenantReuse"
  nullable    = false

  validation {
    condition     = contains(["TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "Noreuse", "Unsecure"], var.dns_name_label_reuse_policy)
    error_message = "Choose TenantReuse, SubscriptionReuse, ResourceGroupReuse, Noreuse or Unsecure for the DNS label."
  }
}

variable "environment" {
  type        = string
  description = "What the container group is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "environment_variables" {
  type        = map(string)
  description = "Names and values that the first container sees. Secrets belong to the secret variables."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_.]*$", name))])
    error_message = "Name variables with letters, digits and underscores, such as DATABASE_HOST."
  }
}

variable "init_containers" {
  type = list(object({
    name                  = string
    image                 = string
    commands              = optional(list(string), [])
    environment_variables = optional(map(string), {})
    use_secure_variables  = optional(bool, false)
  }))
  description = <<-EOT
    Containers that run to their end, one after the other, before the others start. They see the volumes.
    - `name` - lowercase letters, digits and dashes.
    - `image` - image with its registry and a tag.
    - `commands` - program and arguments, instead of the image's own.
    - `environment_variables` - names and values.
    - `use_secure_variables` - give it the secret variables too.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for container in var.init_containers : can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", container.name)) && can(regex("^(?:[a-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._-]+(?:/[a-z0-9._-]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$", container.image))])
    error_message = "Name each preparing container with lowercase letters, digits and dashes, and write its image with registry and tag."
  }

  validation {
    condition     = length(distinct(concat([var.name], [for container in var.init_containers : container.name], [for container in var.additional_containers : container.name]))) == 1 + length(var.init_containers) + length(var.additional_containers)
    error_message = "Give every preparing container a name that no other container has."
  }
}

variable "ip_address_type" {
  type        = string
  description = "`None` has no address and suits jobs; `Private` needs a subnet; `Public` is reached from the internet. Null means Private with a subnet and None without."
  default     = null

  validation {
    condition     = var.ip_address_type == null ? true : contains(["None", "Private", "Public"], var.ip_address_type)
    error_message = "Choose None, Private or Public as the address, or leave the field empty."
  }

  validation {
    condition     = var.ip_address_type == "Private" ? var.subnet_id != null : true
    error_message = "A private address needs a subnet: give one, or choose another address."
  }

  validation {
    condition     = var.subnet_id == null ? true : var.ip_address_type == null ? true : var.ip_address_type == "Private"
    error_message = "Containers in a subnet have a private address: leave the address empty, or remove the subnet."
  }
}

variable "liveness_probe" {
  type = object({
    path                  = optional(string)
    port                  = optional(number, 80)
    scheme                = optional(string, "http")
    exec                  = optional(list(string), [])
    initial_delay_seconds = optional(number, 10)
    period_seconds        = optional(number, 10)
    failure_threshold     = optional(number, 3)
    timeout_seconds       = optional(number, 1)
  })
  description = <<-EOT
    Restart the first container when it no longer answers. Null never asks.
    - `path` - path that must answer with a status from 200 to 399.
    - `port` - port that is asked.
    - `scheme` - `http` or `https`.
    - `exec` - command that must end with 0, instead of a path.
    - `initial_delay_seconds` - how long to wait at first.
    - `period_seconds` - how often to ask.
    - `failure_threshold` - failures in a row that count.
    - `timeout_seconds` - how long an answer may take.
  EOT
  default     = null

  validation {
    condition     = var.liveness_probe == null ? true : (var.liveness_probe.path != null) != (length(var.liveness_probe.exec) > 0)
    error_message = "Let the liveness probe ask either a path or a command."
  }

  validation {
    condition     = var.liveness_probe == null ? true : contains(["http", "https"], var.liveness_probe.scheme) && var.liveness_probe.port >= 1 && var.liveness_probe.port <= 65535
    error_message = "Let the liveness probe use http or https and a port from 1 to 65535."
  }

  validation {
    condition     = var.liveness_probe == null ? true : var.liveness_probe.initial_delay_seconds >= 0 && var.liveness_probe.period_seconds >= 1 && var.liveness_probe.failure_threshold >= 1 && var.liveness_probe.timeout_seconds >= 1
    error_message = "Give the liveness probe positive numbers of seconds and failures."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace in the same subscription that receives what the containers print. The workspace must allow its keys. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "memory_gb" {
  type        = number
  description = "Memory for the first container, 0.1 to 16 GB."
  default     = 1.5
  nullable    = false

  validation {
    condition     = var.memory_gb >= 0.1 && var.memory_gb <= 16
    error_message = "Choose 0.1 to 16 GB of memory."
  }

  validation {
    condition     = sum(concat([var.memory_gb], [for container in var.additional_containers : container.memory_gb])) <= 16
    error_message = "All containers together get at most 16 GB: make some smaller."
  }
}

variable "os_type" {
  type        = string
  description = "`Linux` or `Windows`, as the image was made for."
  default     = "Linux"
  nullable    = false

  validation {
    condition     = contains(["Linux", "Windows"], var.os_type)
    error_message = "Choose Linux or Windows as the system."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the container group, kept as the tag `owner`."
  default     = null
}

variable "ports" {
  type = list(object({
    port     = number
    protocol = optional(string, "TCP")
  }))
  description = <<-EOT
    Ports that are open at the address; without an address they do not matter.
    - `port` - number, 1 to 65535.
    - `protocol` - `TCP` or `UDP`.
  EOT
  default     = [{ port = 80 }]
  nullable    = false

  validation {
    condition     = alltrue([for open in var.ports : open.port >= 1 && open.port <= 65535 && floor(open.port) == open.port && contains(["TCP", "UDP"], open.protocol)])
    error_message = "Give each port as a number from 1 to 65535 with TCP or UDP."
  }

  validation {
    condition     = length(distinct([for open in var.ports : "${open.port} ${open.protocol}"])) == length(var.ports)
    error_message = "The same port is opened twice: remove one of the two."
  }

  validation {
    condition     = var.subnet_id != null || try(contains(["Private", "Public"], var.ip_address_type), false) ? length(var.ports) > 0 : true
    error_message = "An address without a port reaches nothing: open at least one port."
  }

  validation {
    condition     = var.ip_address_type == "Public" ? length(setintersection([for open in var.ports : open.port], [22, 1433, 3306, 3389, 5432, 5985, 5986])) == 0 : true
    error_message = "Do not open SSH, Remote Desktop or a database to the whole internet: use a subnet for it."
  }
}

variable "readiness_probe" {
  type = object({
    path                  = optional(string)
    port                  = optional(number, 80)
    scheme                = optional(string, "http")
    exec                  = optional(list(string), [])
    initial_delay_seconds = optional(number, 10)
    period_seconds        = optional(number, 10)
    failure_threshold     = optional(number, 3)
    timeout_seconds       = optional(number, 1)
  })
  description = <<-EOT
    Send requests to the first container only while it answers. Null never asks.
    - `path` - path that must answer with a status from 200 to 399.
    - `port` - port that is asked.
    - `scheme` - `http` or `https`.
    - `exec` - command that must end with 0, instead of a path.
    - `initial_delay_seconds` - how long to wait at first.
    - `period_seconds` - how often to ask.
    - `failure_threshold` - failures in a row that count.
    - `timeout_seconds` - how long an answer may take.
  EOT
  default     = null

  validation {
    condition     = var.readiness_probe == null ? true : (var.readiness_probe.path != null) != (length(var.readiness_probe.exec) > 0)
    error_message = "Let the readiness probe ask either a path or a command."
  }

  validation {
    condition     = var.readiness_probe == null ? true : contains(["http", "https"], var.readiness_probe.scheme) && var.readiness_probe.port >= 1 && var.readiness_probe.port <= 65535
    error_message = "Let the readiness probe use http or https and a port from 1 to 65535."
  }

  validation {
    condition     = var.readiness_probe == null ? true : var.readiness_probe.initial_delay_seconds >= 0 && var.readiness_probe.period_seconds >= 1 && var.readiness_probe.failure_threshold >= 1 && var.readiness_probe.timeout_seconds >= 1
    error_message = "Give the readiness probe positive numbers of seconds and failures."
  }
}

variable "registry" {
  type = object({
    server                    = string
    user_assigned_identity_id = optional(string)
    username                  = optional(string)
  })
  description = <<-EOT
    Sign-in for a private registry. Null pulls public images only.
    - `server` - address of the registry, such as `acme.azurecr.io`.
    - `user_assigned_identity_id` - resource id of an identity with the role AcrPull. The safer way.
    - `username` - user name instead; the password has a field of its own.
  EOT
  default     = null

  validation {
    condition     = var.registry == null ? true : can(regex("^[a-z0-9.-]+\\.[a-z]+$", var.registry.server))
    error_message = "Write the registry as its address alone, such as acme.azurecr.io."
  }

  validation {
    condition     = var.registry == null ? true : (var.registry.user_assigned_identity_id != null) != (var.registry.username != null)
    error_message = "Sign in to the registry either with an identity or with a user name."
  }

  validation {
    condition     = var.registry == null ? true : var.registry.user_assigned_identity_id == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.registry.user_assigned_identity_id))
    error_message = "Give the identity for the registry by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "registry_password" {
  type        = string
  description = "Password for the user name at the registry. Null when an identity signs in."
  default     = null
  sensitive   = true

  validation {
    condition     = (var.registry == null ? false : var.registry.username != null) == (var.registry_password != null)
    error_message = "A user name at the registry needs its password, and a password its user name."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the container group. Null names a new one after the container group."
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

variable "restart_policy" {
  type        = string
  description = "`Always` suits servers; `OnFailure` and `Never` suit jobs that end."
  default     = "Always"
  nullable    = false

  validation {
    condition     = contains(["Always", "OnFailure", "Never"], var.restart_policy)
    error_message = "Choose Always, OnFailure or Never as the restart policy."
  }
}

variable "secret_files" {
  type        = map(string)
  description = "Files with secrets, kept in memory only: name and content. All containers that mount volumes see them."
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for name in keys(var.secret_files) : can(regex("^[A-Za-z0-9._-]+$", name))])
    error_message = "Name secret files with letters, digits, dots, dashes and underscores."
  }

  validation {
    condition     = length(var.secret_files) == 0 ? true : var.os_type == "Linux"
    error_message = "Secret files need Linux containers: choose Linux, or use secret variables."
  }
}

variable "secret_files_path" {
  type        = string
  description = "Folder in which the secret files appear."
  default     = "/run/secrets"
  nullable    = false

  validation {
    condition     = can(regex("^/[^:]+$", var.secret_files_path))
    error_message = "Give the folder of the secret files by its whole path, such as /run/secrets."
  }
}

variable "secure_environment_variables" {
  type        = map(string)
  description = "Names and values that the first container sees and Azure never shows again, such as passwords."
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for name in keys(var.secure_environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_.]*$", name))])
    error_message = "Name secret variables with letters, digits and underscores, such as DATABASE_PASSWORD."
  }

  validation {
    condition     = length(setintersection(keys(var.secure_environment_variables), keys(var.environment_variables))) == 0
    error_message = "A variable is either secret or not: remove it from one of the two lists."
  }
}

variable "sku" {
  type        = string
  description = "`Standard`; `Confidential` also encrypts the memory while it is used; `Dedicated` has a machine of its own."
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Standard", "Confidential", "Dedicated"], var.sku)
    error_message = "Choose Standard, Confidential or Dedicated as the kind."
  }

  validation {
    condition     = var.sku == "Confidential" ? var.os_type == "Linux" : true
    error_message = "Confidential containers run Linux only: choose Linux, or another kind."
  }
}

variable "spot_enabled" {
  type        = bool
  description = "Use spare capacity at a discount, which Azure may take back at any time."
  default     = false
  nullable    = false

  validation {
    condition     = var.spot_enabled ? var.subnet_id == null && coalesce(var.ip_address_type, "None") == "None" : true
    error_message = "Spot containers have no address: remove subnet and address, or turn spot off."
  }

  validation {
    condition     = var.spot_enabled ? var.sku == "Standard" : true
    error_message = "Spot containers are of the kind Standard: choose it, or turn spot off."
  }
}

variable "subnet_id" {
  type        = string
  description = "Resource id of the subnet for the containers, delegated to `Microsoft.ContainerInstance/containerGroups`. Null uses no network."
  default     = null

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

variable "user_assigned_identity_ids" {
  type        = set(string)
  description = "Resource ids of managed identities that the containers may use, beside the group's own."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_assigned_identity_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+$", id))])
    error_message = "Give each identity by its full resource id: /subscriptions/…/Microsoft.ManagedIdentity/userAssignedIdentities/…"
  }
}

variable "volume_storage_keys" {
  type        = map(string)
  description = "Key of each storage account whose shares are mounted, by the name of the account."
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for volume in var.volumes : volume.storage_account_name == null ? true : contains(keys(var.volume_storage_keys), volume.storage_account_name)])
    error_message = "Give the key of every storage account whose share is mounted."
  }
}

variable "volumes" {
  type = list(object({
    name                 = string
    mount_path           = string
    read_only            = optional(bool, false)
    share_name           = optional(string)
    storage_account_name = optional(string)
  }))
  description = <<-EOT
    Folders of the first container that outlive a restart.
    - `name` - lowercase letters, digits and dashes.
    - `mount_path` - where it appears, such as `/data`.
    - `read_only` - whether it cannot be written to.
    - `share_name` - file share; without one the folder is empty at first and lives as long as the group.
    - `storage_account_name` - storage account that holds the share.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for volume in var.volumes : can(regex("^[a-z0-9](?:[a-z0-9-]{0,53}[a-z0-9])?$", volume.name)) && volume.name != "secrets"])
    error_message = "Name each volume with lowercase letters, digits and dashes; secrets is taken."
  }

  validation {
    condition     = alltrue([for volume in var.volumes : can(regex("^/[^:]+$", volume.mount_path))])
    error_message = "Give the folder of each volume by its whole path, such as /data, without a colon."
  }

  validation {
    condition     = alltrue([for volume in var.volumes : (volume.share_name == null) == (volume.storage_account_name == null)])
    error_message = "A file share needs its storage account, and a storage account its share."
  }

  validation {
    condition     = length(distinct([for volume in var.volumes : volume.name])) == length(var.volumes) && length(distinct([for volume in var.volumes : volume.mount_path])) == length(var.volumes)
    error_message = "Give every volume a name and a folder of its own."
  }

  validation {
    condition     = length(var.volumes) == 0 ? true : var.os_type == "Linux"
    error_message = "Volumes need Linux containers: choose Linux, or remove the volumes."
  }
}

variable "zone" {
  type        = string
  description = "Availability zone: `1`, `2` or `3`. Null leaves it to Azure."
  default     = null

  validation {
    condition     = var.zone == null ? true : contains(["1", "2", "3"], var.zone)
    error_message = "Choose zone 1, 2 or 3, or leave the field empty."
  }
}
