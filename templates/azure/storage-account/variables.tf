variable "name" {
  type        = string
  description = "Name of the storage account. It becomes part of the address, so it must be free in the whole of Azure: 3 to 24 lowercase letters and digits."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.name))
    error_message = "Use 3 to 24 lowercase letters and digits for the name, without dashes or spaces."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later without moving the data."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "access_tier" {
  type        = string
  description = "Price class of blobs that name none themselves: `Hot` for data in use, `Cool` and `Cold` for data that is rarely read. Ignored by premium accounts."
  default     = "Hot"
  nullable    = false

  validation {
    condition     = contains(["Hot", "Cool", "Cold"], var.access_tier)
    error_message = "Choose Hot, Cool or Cold as the access tier."
  }
}

variable "account_kind" {
  type        = string
  description = "`StorageV2` holds blobs, files, queues and tables. `BlockBlobStorage` and `FileStorage` are premium accounts for blobs or for files only."
  default     = "StorageV2"
  nullable    = false

  validation {
    condition     = contains(["StorageV2", "BlockBlobStorage", "FileStorage"], var.account_kind)
    error_message = "Choose StorageV2, BlockBlobStorage or FileStorage as the kind of account."
  }
}

variable "account_replication_type" {
  type        = string
  description = "Where copies are kept: `LRS` one data centre, `ZRS` three zones of the region, `GRS` and `GZRS` a second region as well; `RA…` makes that second copy readable."
  default     = "LRS"
  nullable    = false

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"], var.account_replication_type)
    error_message = "Choose LRS, ZRS, GRS, RAGRS, GZRS or RAGZRS as the replication."
  }

  validation {
    condition     = var.account_tier == "Premium" ? contains(["LRS", "ZRS"], var.account_replication_type) : true
    error_message = "Premium accounts stay in one region: choose LRS or ZRS as the replication."
  }
}

variable "account_tier" {
  type        = string
  description = "`Standard` uses magnetic disks behind a cache; `Premium` uses SSDs and is billed by what is provisioned or stored."
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Standard", "Premium"], var.account_tier)
    error_message = "Choose Standard or Premium as the performance tier."
  }

  validation {
    condition     = var.account_kind == "StorageV2" ? true : var.account_tier == "Premium"
    error_message = "Accounts of kind BlockBlobStorage and FileStorage need the Premium tier."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the account, such as your office's. Private ranges are not accepted by Azure here."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0))])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("/(?:[0-7]|31|32)$", range))])
    error_message = "Azure takes ranges from /8 to /30 here: write a single address without its /32, and list the two addresses of a /31."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|0\\.)", range))])
    error_message = "Private addresses cannot be allowed here: add the subnet to the allowed subnets or use a private endpoint."
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_ip_ranges) == 0
    error_message = "Allowed addresses only matter when network access is \"selected\": choose that, or remove the addresses."
  }
}

variable "allowed_subnet_ids" {
  type        = list(string)
  description = "Resource ids of subnets that may reach the account. Each needs the service endpoint `Microsoft.Storage`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.allowed_subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "Give each subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_subnet_ids) == 0
    error_message = "Allowed subnets only matter when network access is \"selected\": choose that, or remove the subnets."
  }
}

variable "blob_change_feed_enabled" {
  type        = bool
  description = "Keep an ordered log of every change to blobs. Point-in-time restore needs it."
  default     = false
  nullable    = false

  validation {
    condition     = var.blob_change_feed_enabled ? !var.hierarchical_namespace_enabled : true
    error_message = "The change feed does not work with a hierarchical namespace: turn one of the two off."
  }
}

variable "blob_soft_delete_days" {
  type        = number
  description = "Days for which a deleted blob can be brought back, 1 to 365. Null turns it off."
  default     = 7

  validation {
    condition     = var.blob_soft_delete_days == null ? true : var.blob_soft_delete_days >= 1 && var.blob_soft_delete_days <= 365
    error_message = "Keep deleted blobs for 1 to 365 days, or leave the field empty to turn it off."
  }

  validation {
    condition     = var.blob_soft_delete_days == null ? true : floor(var.blob_soft_delete_days) == var.blob_soft_delete_days
    error_message = "Give the days for deleted blobs as a whole number."
  }
}

variable "blob_versioning_enabled" {
  type        = bool
  description = "Keep the earlier versions of a blob that is overwritten. Null means on, except for an account with a hierarchical namespace, which cannot have it."
  default     = null

  validation {
    condition     = var.blob_versioning_enabled == null ? true : !(var.blob_versioning_enabled && var.hierarchical_namespace_enabled)
    error_message = "Versions do not work with a hierarchical namespace: turn one of the two off."
  }
}

variable "container_soft_delete_days" {
  type        = number
  description = "Days for which a deleted container can be brought back, 1 to 365. Null turns it off."
  default     = 7

  validation {
    condition     = var.container_soft_delete_days == null ? true : var.container_soft_delete_days >= 1 && var.container_soft_delete_days <= 365
    error_message = "Keep deleted containers for 1 to 365 days, or leave the field empty to turn it off."
  }
}

variable "containers" {
  type = list(object({
    name        = string
    access_type = optional(string, "private")
    metadata    = optional(map(string), {})
  }))
  description = <<-EOT
    Blob containers to create.
    - `name` - 3 to 63 lowercase letters, digits and single dashes.
    - `access_type` - who may read without signing in: `private` (nobody), `blob` (whoever knows a blob's address) or `container` (also lists it). Anything but `private` needs anonymous access to be allowed.
    - `metadata` - names and values kept with the container.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for container in var.containers : can(regex("^[a-z0-9]+(?:-[a-z0-9]+)*$", container.name)) && length(container.name) >= 3 && length(container.name) <= 63])
    error_message = "Name each container with 3 to 63 lowercase letters, digits and single dashes, such as app-logs."
  }

  validation {
    condition     = length(distinct([for container in var.containers : container.name])) == length(var.containers)
    error_message = "Give every container a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for container in var.containers : contains(["private", "blob", "container"], container.access_type)])
    error_message = "Choose private, blob or container as the access type of a container."
  }

  validation {
    condition     = var.public_blob_access_enabled ? true : alltrue([for container in var.containers : container.access_type == "private"])
    error_message = "Keep the containers private, or allow anonymous access to the account first."
  }
}

variable "cors_rules" {
  type = list(object({
    allowed_origins    = list(string)
    allowed_methods    = list(string)
    allowed_headers    = optional(list(string), ["*"])
    exposed_headers    = optional(list(string), ["*"])
    max_age_in_seconds = optional(number, 3600)
  }))
  description = <<-EOT
    Web pages of other sites that may read blobs from a browser.
    - `allowed_origins` - addresses of the sites, such as `https://www.example.com`.
    - `allowed_methods` - what they may do: `GET`, `HEAD`, `OPTIONS`, `PUT`, `POST`, `PATCH`, `MERGE`, `DELETE`.
    - `allowed_headers` - request headers that are accepted; `*` for all.
    - `exposed_headers` - response headers that the page may read; `*` for all.
    - `max_age_in_seconds` - how long a browser may remember the answer.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.cors_rules) <= 5
    error_message = "Azure takes at most five rules for other sites: join some of them."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.cors_rules : [for method in rule.allowed_methods : contains(["DELETE", "GET", "HEAD", "MERGE", "POST", "OPTIONS", "PUT", "PATCH"], method)]]))
    error_message = "Write the methods of a rule in capitals: GET, HEAD, OPTIONS, PUT, POST, PATCH, MERGE or DELETE."
  }

  validation {
    condition     = alltrue([for rule in var.cors_rules : rule.max_age_in_seconds >= 0 && rule.max_age_in_seconds <= 2000000000])
    error_message = "Let a browser remember the answer for 0 to 2000000000 seconds."
  }

  validation {
    condition     = length(var.cors_rules) == 0 ? true : var.account_kind != "FileStorage"
    error_message = "Rules for other sites concern blobs: an account for files only takes none."
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
    Encrypt with a key of your own instead of Microsoft's. Null uses Microsoft's.
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

variable "data_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "Storage Blob Data Contributor")
  }))
  description = <<-EOT
    Who may work with the data. Account keys are off, so this is how people and programs get in.
    - `principal_id` - object id of a user, group or managed identity in Microsoft Entra ID.
    - `role` - built-in data role, such as `Storage Blob Data Reader` or `Storage Blob Data Contributor`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.data_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give each principal by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = alltrue([for grant in var.data_access : can(regex("^Storage (?:Blob|File|Queue|Table) Data ", grant.role))])
    error_message = "Choose a data role, such as Storage Blob Data Reader; its name begins with Storage Blob, File, Queue or Table Data."
  }

  validation {
    condition     = length(distinct([for grant in var.data_access : "${grant.principal_id} ${grant.role}"])) == length(var.data_access)
    error_message = "Name each principal once for the same role: one is listed twice."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the account, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the account is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "file_share_identity_source" {
  type        = string
  description = "How people sign in to file shares: `AADKERB` with Microsoft Entra Kerberos, `AADDS` with Microsoft Entra Domain Services. Null leaves only account keys."
  default     = null

  validation {
    condition     = var.file_share_identity_source == null ? true : contains(["AADKERB", "AADDS"], var.file_share_identity_source)
    error_message = "Choose AADKERB or AADDS as the identity source, or leave the field empty."
  }
}

variable "file_shares" {
  type = list(object({
    name        = string
    quota_gb    = optional(number, 100)
    protocol    = optional(string, "SMB")
    access_tier = optional(string)
  }))
  description = <<-EOT
    File shares to create.
    - `name` - 3 to 63 lowercase letters, digits and single dashes.
    - `quota_gb` - largest size in GB, 1 to 102400; premium shares start at 100.
    - `protocol` - `SMB`, or `NFS` in a premium account for files.
    - `access_tier` - `TransactionOptimized`, `Hot` or `Cool`; `Premium` in a premium account. Null lets Azure choose.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for share in var.file_shares : can(regex("^[a-z0-9]+(?:-[a-z0-9]+)*$", share.name)) && length(share.name) >= 3 && length(share.name) <= 63])
    error_message = "Name each file share with 3 to 63 lowercase letters, digits and single dashes, such as team-files."
  }

  validation {
    condition     = length(distinct([for share in var.file_shares : share.name])) == length(var.file_shares)
    error_message = "Give every file share a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for share in var.file_shares : share.quota_gb >= (var.account_tier == "Premium" ? 100 : 1) && share.quota_gb <= 102400])
    error_message = "Set the quota of a file share to 1 to 102400 GB, and to 100 GB or more in a premium account."
  }

  validation {
    condition     = alltrue([for share in var.file_shares : share.protocol == "SMB" ? true : share.protocol == "NFS" && var.account_kind == "FileStorage"])
    error_message = "Use SMB for file shares; NFS works only in an account of kind FileStorage."
  }

  validation {
    condition     = alltrue([for share in var.file_shares : share.access_tier == null ? true : contains(["Premium", "Hot", "Cool", "TransactionOptimized"], share.access_tier)])
    error_message = "Choose TransactionOptimized, Hot, Cool or Premium as the access tier of a file share, or leave it empty."
  }

  validation {
    condition     = length(var.file_shares) == 0 ? true : var.account_kind == "FileStorage" ? true : var.account_kind == "StorageV2" && var.account_tier == "Standard"
    error_message = "File shares need a standard StorageV2 account or a premium FileStorage account."
  }
}

variable "hierarchical_namespace_enabled" {
  type        = bool
  description = "Make it a data lake (Data Lake Storage Gen2) with real folders and access rights on them. It cannot be turned off later, and it excludes versions, change feed and point-in-time restore."
  default     = false
  nullable    = false

  validation {
    condition     = var.hierarchical_namespace_enabled ? var.account_kind != "FileStorage" : true
    error_message = "A hierarchical namespace is for blobs: choose StorageV2 or BlockBlobStorage as the kind of account."
  }
}

variable "immutability_policy" {
  type = object({
    period_days                   = number
    state                         = optional(string, "Unlocked")
    allow_protected_append_writes = optional(bool, true)
  })
  description = <<-EOT
    Keep every blob version from being changed or deleted for a time (write once, read many). Null turns it off. It can only be set when the account is created.
    - `period_days` - days since creation for which a version is kept, 1 to 146000.
    - `state` - `Unlocked` can still be changed; `Locked` never can, not by Microsoft either; `Disabled` prepares it only.
    - `allow_protected_append_writes` - let append blobs grow meanwhile.
  EOT
  default     = null

  validation {
    condition     = var.immutability_policy == null ? true : var.immutability_policy.period_days >= 1 && var.immutability_policy.period_days <= 146000
    error_message = "Set the immutability period to 1 to 146000 days."
  }

  validation {
    condition     = var.immutability_policy == null ? true : contains(["Disabled", "Unlocked", "Locked"], var.immutability_policy.state)
    error_message = "Choose Disabled, Unlocked or Locked as the state of the immutability policy."
  }

  validation {
    condition     = var.immutability_policy == null ? true : coalesce(var.blob_versioning_enabled, !var.hierarchical_namespace_enabled)
    error_message = "Immutability is kept per version: turn blob versions on."
  }

  validation {
    condition     = var.immutability_policy == null ? true : var.account_kind != "FileStorage"
    error_message = "Immutability is for blobs: choose StorageV2 or BlockBlobStorage as the kind of account."
  }
}

variable "infrastructure_encryption_enabled" {
  type        = bool
  description = "Encrypt the data a second time below the service. It can only be set when the account is created."
  default     = true
  nullable    = false
}

variable "lifecycle_rules" {
  type = list(object({
    name                 = string
    enabled              = optional(bool, true)
    prefixes             = optional(list(string), [])
    cool_after_days      = optional(number)
    cold_after_days      = optional(number)
    archive_after_days   = optional(number)
    delete_after_days    = optional(number)
    delete_versions_days = optional(number)
  }))
  description = <<-EOT
    Move blobs to cheaper tiers or delete them by age.
    - `name` - letters, digits and dashes.
    - `enabled` - whether the rule runs.
    - `prefixes` - only blobs whose path begins so, container first, such as `logs/2024`. Empty means all.
    - `cool_after_days`, `cold_after_days`, `archive_after_days` - days since the last change after which a blob moves to that tier.
    - `delete_after_days` - days since the last change after which a blob is deleted.
    - `delete_versions_days` - days after which earlier versions and snapshots are deleted.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : can(regex("^[A-Za-z0-9-]{1,256}$", rule.name))])
    error_message = "Name each lifecycle rule with letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for rule in var.lifecycle_rules : rule.name])) == length(var.lifecycle_rules)
    error_message = "Give every lifecycle rule a name of its own: two have the same."
  }

  validation {
    condition = alltrue(flatten([for rule in var.lifecycle_rules : [
      for days in [rule.cool_after_days, rule.cold_after_days, rule.archive_after_days, rule.delete_after_days, rule.delete_versions_days] :
      days == null ? true : days >= 0 && days <= 99999
    ]]))
    error_message = "Give the days of a lifecycle rule as 0 to 99999."
  }

  validation {
    condition = alltrue([for rule in var.lifecycle_rules : length([
      for days in [rule.cool_after_days, rule.cold_after_days, rule.archive_after_days, rule.delete_after_days, rule.delete_versions_days] : days if days != null
    ]) > 0])
    error_message = "Let each lifecycle rule do something: give at least one number of days."
  }

  validation {
    condition = alltrue([for rule in var.lifecycle_rules :
      rule.archive_after_days == null ? true : contains(["LRS", "GRS", "RAGRS"], var.account_replication_type)
    ])
    error_message = "The archive tier needs LRS, GRS or RAGRS as the replication: change one of the two."
  }

  validation {
    condition     = length(var.lifecycle_rules) == 0 ? true : var.account_kind != "FileStorage"
    error_message = "Lifecycle rules are for blobs: an account for files only takes none."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who read, wrote and deleted what in blobs, shares, queues and tables. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the account over the network: `selected` addresses and subnets, only `private` endpoints, or `all` networks. Signing in is needed in any case."
  default     = "selected"
  nullable    = false

  validation {
    condition     = contains(["selected", "private", "all"], var.network_access)
    error_message = "Choose selected, private or all as the network access."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the account, kept as the tag `owner`."
  default     = null
}

variable "point_in_time_restore_days" {
  type        = number
  description = "Days back to which all block blobs can be restored at once. It needs versions, the change feed and a longer soft delete. Null turns it off."
  default     = null

  validation {
    condition     = var.point_in_time_restore_days == null ? true : var.point_in_time_restore_days >= 1 && var.point_in_time_restore_days <= 364
    error_message = "Choose 1 to 364 days for point-in-time restore, or leave the field empty to turn it off."
  }

  validation {
    condition     = var.point_in_time_restore_days == null ? true : var.blob_change_feed_enabled && coalesce(var.blob_versioning_enabled, !var.hierarchical_namespace_enabled)
    error_message = "Point-in-time restore needs blob versions and the change feed: turn both on."
  }

  validation {
    condition     = var.point_in_time_restore_days == null ? true : var.point_in_time_restore_days < (var.blob_soft_delete_days == null ? 0 : var.blob_soft_delete_days)
    error_message = "Keep deleted blobs for more days than point-in-time restore goes back."
  }
}

variable "private_endpoint" {
  type = object({
    subnet_id            = string
    services             = optional(set(string), ["blob"])
    private_dns_zone_ids = optional(map(string), {})
  })
  description = <<-EOT
    Give the account private addresses in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the addresses.
    - `services` - what is reachable there: `blob`, `file`, `queue`, `table`, `dfs`, `web`.
    - `private_dns_zone_ids` - for each service the resource id of its private DNS zone, such as `blob = "/subscriptions/…/privatelink.blob.core.windows.net"`.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : length(var.private_endpoint.services) > 0 && length(setsubtract(var.private_endpoint.services, ["blob", "file", "queue", "table", "dfs", "web"])) == 0
    error_message = "Choose at least one service for the private endpoint: blob, file, queue, table, dfs or web."
  }

  validation {
    condition     = var.private_endpoint == null ? true : length(setsubtract(keys(var.private_endpoint.private_dns_zone_ids), var.private_endpoint.services)) == 0
    error_message = "Give private DNS zones only for services that the private endpoint has."
  }
}

variable "public_blob_access_enabled" {
  type        = bool
  description = "Let single containers be read by anybody without signing in. Leave it off unless the data is meant for the public."
  default     = false
  nullable    = false
}

variable "queues" {
  type        = set(string)
  description = "Names of queues to create: 3 to 63 lowercase letters, digits and single dashes."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.queues : can(regex("^[a-z0-9]+(?:-[a-z0-9]+)*$", name)) && length(name) >= 3 && length(name) <= 63])
    error_message = "Name each queue with 3 to 63 lowercase letters, digits and single dashes, such as new-orders."
  }

  validation {
    condition     = length(var.queues) == 0 ? true : var.account_kind == "StorageV2" && var.account_tier == "Standard"
    error_message = "Queues need a standard StorageV2 account."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the account. Null names a new one after the account."
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

variable "sftp_enabled" {
  type        = bool
  description = "Offer SFTP. It needs a hierarchical namespace, turns local users on and is billed by the hour."
  default     = false
  nullable    = false

  validation {
    condition     = var.sftp_enabled ? var.hierarchical_namespace_enabled : true
    error_message = "SFTP needs a hierarchical namespace: turn that on too."
  }
}

variable "shared_access_key_enabled" {
  type        = bool
  description = "Allow sign-in with the account's keys and with tokens made from them. Leave it off unless a program can do nothing else."
  default     = false
  nullable    = false
}

variable "static_website" {
  type = object({
    index_document     = optional(string, "index.html")
    error_404_document = optional(string)
  })
  description = <<-EOT
    Serve the container `$web` as a web site, readable by anybody who can reach the account. Null turns it off.
    - `index_document` - page that is shown for a folder.
    - `error_404_document` - page that is shown when nothing is found.
  EOT
  default     = null

  validation {
    condition     = var.static_website == null ? true : var.account_kind != "FileStorage"
    error_message = "A web site needs an account for blobs: choose StorageV2 or BlockBlobStorage as its kind."
  }

  validation {
    condition     = var.static_website == null ? true : length(coalesce(var.static_website.index_document, "index.html")) >= 3
    error_message = "Name the index document with at least three characters, such as index.html."
  }
}

variable "tables" {
  type        = set(string)
  description = "Names of tables to create: 3 to 63 letters and digits, beginning with a letter."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.tables : can(regex("^[A-Za-z][A-Za-z0-9]{2,62}$", name))])
    error_message = "Name each table with 3 to 63 letters and digits, beginning with a letter."
  }

  validation {
    condition     = length(var.tables) == 0 ? true : var.account_kind == "StorageV2" && var.account_tier == "Standard"
    error_message = "Tables need a standard StorageV2 account."
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
