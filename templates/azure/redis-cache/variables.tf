variable "name" {
  type        = string
  description = "Name of the cache. It becomes part of the address, so it must be free in its region: 3 to 63 lowercase letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9](?:-?[a-z0-9])*$", var.name)) && length(var.name) >= 3 && length(var.name) <= 63
    error_message = "Use 3 to 63 lowercase letters, digits and single dashes for the name, with a letter or digit at both ends."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. Caches are fastest beside the programs that use them."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "access_keys_enabled" {
  type        = bool
  description = "Allow sign-in with the keys of the cache. Leave it off unless a program can do nothing else."
  default     = false
  nullable    = false
}

variable "clustering_policy" {
  type        = string
  description = "How clients see the shards: `OSSCluster` is fastest and needs a client that knows Redis Cluster, `EnterpriseCluster` looks like one server, `NoCluster` is one (up to 24 GB). A change empties the cache."
  default     = "OSSCluster"
  nullable    = false

  validation {
    condition     = contains(["OSSCluster", "EnterpriseCluster", "NoCluster"], var.clustering_policy)
    error_message = "Choose OSSCluster, EnterpriseCluster or NoCluster as the clustering."
  }

  validation {
    condition     = var.clustering_policy == "NoCluster" ? can(regex("_[BMX](?:0|1|3|5|10|20)$", var.sku_name)) : true
    error_message = "Without clustering a cache holds at most 24 GB and no Flash: choose a smaller size, or another clustering."
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
    Encrypt the disks with a key of your own instead of Microsoft's. Null uses Microsoft's.
    - `key_vault_key_id` - address of the key with its version.
    - `user_assigned_identity_id` - resource id of an identity that may use the key (role Key Vault Crypto Service Encryption User).
  EOT
  default     = null

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("^https://[^/]+/keys/[^/]+/[0-9a-f]{32}$", var.customer_managed_key.key_vault_key_id))
    error_message = "Give the address of the key with its version: https://<vault>.vault.azure.net/keys/<key>/<version>."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.customer_managed_key.user_assigned_identity_id))
    error_message = "Give the identity for the key by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "data_access_object_ids" {
  type        = set(string)
  description = "Object ids of users, groups or managed identities in Microsoft Entra ID that may use the cache, with all commands. Keys are off, so this is how programs get in."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.data_access_object_ids : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give each user or identity by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the cache, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the cache is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "eviction_policy" {
  type        = string
  description = "What gives way when the memory is full: `Volatile…` only keys with an end, `AllKeys…` any key; `…LRU` the longest unused, `…LFU` the least used, `…TTL` the next to end. `NoEviction` refuses writes."
  default     = "VolatileLRU"
  nullable    = false

  validation {
    condition     = contains(["VolatileLRU", "VolatileLFU", "VolatileTTL", "VolatileRandom", "AllKeysLRU", "AllKeysLFU", "AllKeysRandom", "NoEviction"], var.eviction_policy)
    error_message = "Choose VolatileLRU, VolatileLFU, VolatileTTL, VolatileRandom, AllKeysLRU, AllKeysLFU, AllKeysRandom or NoEviction."
  }
}

variable "geo_replication" {
  type = object({
    group_name = string
    replicas = list(object({
      location  = string
      subnet_id = optional(string)
    }))
  })
  description = <<-EOT
    Caches in other regions that hold the same data; each may be written to. Null keeps one cache. A change of the group empties the caches.
    - `group_name` - name of the group, up to 63 letters, digits, dashes and underscores.
    - `replicas` - one to four further caches of the same size.
    - `location` - region of the further cache.
    - `subnet_id` - resource id of a subnet there for a private endpoint; null creates none.
  EOT
  default     = null

  validation {
    condition     = var.geo_replication == null ? true : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", var.geo_replication.group_name))
    error_message = "Name the group with up to 63 letters, digits, dashes and underscores."
  }

  validation {
    condition     = var.geo_replication == null ? true : length(var.geo_replication.replicas) >= 1 && length(var.geo_replication.replicas) <= 4
    error_message = "List one to four further caches."
  }

  validation {
    condition     = var.geo_replication == null ? true : alltrue([for replica in var.geo_replication.replicas : can(regex("^[a-z][a-z0-9]+$", replica.location))]) && length(distinct(concat([var.location], [for replica in var.geo_replication.replicas : replica.location]))) == length(var.geo_replication.replicas) + 1
    error_message = "Name another region for each further cache, in its short form, such as northeurope."
  }

  validation {
    condition     = var.geo_replication == null ? true : alltrue([for replica in var.geo_replication.replicas : replica.subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", replica.subnet_id))])
    error_message = "Give the subnet of a further cache by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.geo_replication == null ? true : !can(regex("(?:_B[01]|_A\\d+)$", var.sku_name))
    error_message = "B0, B1 and Flash sizes cannot be copied to other regions: choose Balanced_B3 or larger."
  }

  validation {
    condition     = var.geo_replication == null ? true : var.high_availability_enabled
    error_message = "Copies in other regions need high availability: turn it on."
  }

  validation {
    condition     = var.geo_replication == null ? true : var.persistence == "none"
    error_message = "A cache is either saved to disk or copied to other regions: set the saving to none, or remove the copies."
  }

  validation {
    condition     = var.geo_replication == null ? true : length(var.name) <= 40
    error_message = "Give the cache a name of at most 40 characters, so that the further ones can be named after it."
  }
}

variable "high_availability_enabled" {
  type        = bool
  description = "Keep a second node that takes over, in another zone where the region has zones. Without it the cache costs half and is empty after a failure. It cannot be changed later."
  default     = true
  nullable    = false
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who connected, and the figures of the cache. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "modules" {
  type = list(object({
    name = string
    args = optional(string)
  }))
  description = <<-EOT
    More than keys and values: modules of Redis. A change empties the cache.
    - `name` - `RediSearch` (queries and vectors), `RedisJSON`, `RedisBloom` (filters) or `RedisTimeSeries`.
    - `args` - settings of the module, such as `ERROR_RATE 0.01 INITIAL_SIZE 400` for RedisBloom.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for module in var.modules : contains(["RediSearch", "RedisJSON", "RedisBloom", "RedisTimeSeries"], module.name)]) && length(distinct([for module in var.modules : module.name])) == length(var.modules)
    error_message = "Choose each of RediSearch, RedisJSON, RedisBloom and RedisTimeSeries at most once."
  }

  validation {
    condition     = contains([for module in var.modules : module.name], "RediSearch") ? var.clustering_policy == "EnterpriseCluster" && var.eviction_policy == "NoEviction" : true
    error_message = "RediSearch needs the clustering EnterpriseCluster and the eviction NoEviction: set both, or remove the module."
  }

  validation {
    condition     = startswith(var.sku_name, "FlashOptimized_") ? alltrue([for module in var.modules : module.name == "RedisJSON"]) : true
    error_message = "Flash sizes have the module RedisJSON only: choose another size, or remove the others."
  }

  validation {
    condition     = var.geo_replication == null ? true : alltrue([for module in var.modules : contains(["RediSearch", "RedisJSON"], module.name)])
    error_message = "Only RediSearch and RedisJSON are copied to other regions: remove the other modules, or the copies."
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the cache over the network: only `private` endpoints, or `all` networks. Signing in is needed in any case."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "all"], var.network_access)
    error_message = "Choose private or all as the network access."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the cache, kept as the tag `owner`."
  default     = null
}

variable "persistence" {
  type        = string
  description = "Save the data to disk, so that it is there again after both nodes failed: `aof-1s` every second, `rdb-1h`, `rdb-6h` or `rdb-12h` as a snapshot, or `none`."
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["none", "aof-1s", "rdb-1h", "rdb-6h", "rdb-12h"], var.persistence)
    error_message = "Choose none, aof-1s, rdb-1h, rdb-6h or rdb-12h for saving to disk."
  }
}

variable "plaintext_enabled" {
  type        = bool
  description = "Speak without TLS instead of with it. Leave it off unless an old client can do nothing else."
  default     = false
  nullable    = false

  validation {
    condition     = var.plaintext_enabled ? var.network_access == "private" : true
    error_message = "Without TLS the cache must stay inside your network: choose private as the network access."
  }
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the cache a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the private DNS zone `privatelink.redis.azure.net`, so that the name leads to the private address.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = try(var.private_endpoint.private_dns_zone_id, null) == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/privateDnsZones/[^/]+$", var.private_endpoint.private_dns_zone_id))
    error_message = "Give the private DNS zone by its full resource id: /subscriptions/…/privateDnsZones/…"
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the cache. Null names a new one after the cache."
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

variable "sku_name" {
  type        = string
  description = "Size: `Balanced_B…`, `MemoryOptimized_M…`, `ComputeOptimized_X…` or `FlashOptimized_A…`; the number is about its memory in GB. It can be made larger at any time."
  default     = "Balanced_B0"
  nullable    = false

  validation {
    condition     = can(regex("^(?:Balanced_B(?:[0135]|10|20|50|1[05]0|250|350|500|700|1000)|MemoryOptimized_M(?:10|20|50|1[05]0|250|350|500|700|1[05]00|2000)|ComputeOptimized_X(?:[35]|10|20|50|1[05]0|250|350|500|700)|FlashOptimized_A(?:250|500|700|1[05]00|2000|4500))$", var.sku_name))
    error_message = "Choose a size such as Balanced_B0, MemoryOptimized_M10, ComputeOptimized_X5 or FlashOptimized_A250."
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
