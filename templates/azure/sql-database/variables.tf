variable "name" {
  type        = string
  description = "Name of the logical server. It becomes part of the address, so it must be free in the whole of Azure: 1 to 63 lowercase letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-z](?:[-0-9a-z]{0,61}[0-9a-z])?$", var.name))
    error_message = "Use 1 to 63 lowercase letters, digits and dashes for the name, with a letter or digit at both ends."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. Server and database cannot be moved to another one later."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "entra_admin_name" {
  type        = string
  description = "User, group or identity in Microsoft Entra ID that administers the server, by its display name or sign-in name. A group is best: people come and go."
  nullable    = false

  validation {
    condition     = length(trimspace(var.entra_admin_name)) > 0
    error_message = "Name the user or group that administers the server."
  }
}

variable "entra_admin_object_id" {
  type        = string
  description = "Object id of that user, group or identity in Microsoft Entra ID."
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.entra_admin_object_id))
    error_message = "Give the administrator by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the server, such as your office's."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0)) && !strcontains(range, ":")])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("/[0-7]$", range))])
    error_message = "Allow ranges of /8 or smaller: a larger one opens the door to a good part of the internet."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|0\\.)", range))])
    error_message = "Private addresses cannot be allowed here: use a subnet or a private endpoint."
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_ip_ranges) == 0
    error_message = "Allowed addresses only matter when network access is \"selected\": choose that, or remove the addresses."
  }
}

variable "allowed_subnet_ids" {
  type        = list(string)
  description = "Resource ids of subnets that may reach the server. Each needs the service endpoint `Microsoft.Sql`."
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

variable "audit_storage" {
  type = object({
    storage_account_id = string
    retention_days     = optional(number, 90)
  })
  description = <<-EOT
    Keep the audit log in a storage account as well. The server signs in there with its own identity, which gets the role it needs. Null keeps none there.
    - `storage_account_id` - resource id of the account.
    - `retention_days` - days after which records are deleted; 0 keeps them for good.
  EOT
  default     = null

  validation {
    condition     = var.audit_storage == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Storage/storageAccounts/[a-z0-9]{3,24}$", var.audit_storage.storage_account_id))
    error_message = "Give the storage account by its full resource id: /subscriptions/…/storageAccounts/…"
  }

  validation {
    condition     = var.audit_storage == null || var.outbound_fqdns == null ? true : contains(tolist(var.outbound_fqdns), "${reverse(split("/", var.audit_storage.storage_account_id))[0]}.blob.core.windows.net")
    error_message = "Add the storage account of the audit log (<name>.blob.core.windows.net) to the hosts that the server may call."
  }

  validation {
    condition     = var.audit_storage == null ? true : var.audit_storage.retention_days >= 0 && var.audit_storage.retention_days <= 3285
    error_message = "Keep audit records for 0 to 3285 days; 0 means for good."
  }
}

variable "auto_pause_delay_minutes" {
  type        = number
  description = "Minutes without a connection after which a serverless database pauses and only storage is paid: 15 to 10080, or -1 for never. Other sizes ignore it."
  default     = 60
  nullable    = false

  validation {
    condition     = var.auto_pause_delay_minutes == -1 ? true : var.auto_pause_delay_minutes >= 15 && var.auto_pause_delay_minutes <= 10080
    error_message = "Pause after 15 to 10080 minutes, or enter -1 to never pause."
  }
}

variable "azure_hybrid_benefit_enabled" {
  type        = bool
  description = "Bring SQL Server licences of your own with Software Assurance. Only sizes with vCores that are not serverless take them."
  default     = false
  nullable    = false

  validation {
    condition     = var.azure_hybrid_benefit_enabled ? !strcontains(var.sku_name, "_S_") && tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) > 0 && !startswith(var.sku_name, "HS_") : true
    error_message = "Licences of your own work with General Purpose and Business Critical sizes that are not serverless: choose such a size, or turn this off."
  }
}

variable "backup_redundancy" {
  type        = string
  description = "Where backups are kept: `Local` one data centre, `Zone` three zones, `Geo` a second region as well, `GeoZone` both. Only `Geo` and `GeoZone` survive the loss of the region."
  default     = "Geo"
  nullable    = false

  validation {
    condition     = contains(["Local", "Zone", "Geo", "GeoZone"], var.backup_redundancy)
    error_message = "Choose Local, Zone, Geo or GeoZone for the backups."
  }
}

variable "collation" {
  type        = string
  description = "Collation: the rules for comparing and sorting text. It cannot be changed later."
  default     = "SQL_Latin1_General_CP1_CI_AS"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_]{5,128}$", var.collation))
    error_message = "Name a collation of SQL Server, such as SQL_Latin1_General_CP1_CI_AS."
  }
}

variable "connection_policy" {
  type        = string
  description = "How clients connect: `Default` chooses, `Redirect` is fastest and needs ports 11000 to 11999 as well, `Proxy` only needs port 1433."
  default     = "Default"
  nullable    = false

  validation {
    condition     = contains(["Default", "Redirect", "Proxy"], var.connection_policy)
    error_message = "Choose Default, Redirect or Proxy as the connection policy."
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

variable "database_name" {
  type        = string
  description = "Name of the database. Null gives it the name of the server."
  default     = null

  validation {
    condition     = var.database_name == null ? true : can(regex("^[^<>*%&:\\\\/?]{1,128}$", var.database_name)) && !can(regex("(?i)[. ]$|^(?:master|model|msdb|tempdb)$", var.database_name))
    error_message = "Name the database with up to 128 characters without < > * % & : \\ / ? and no dot or space at the end; master, model, msdb and tempdb are taken."
  }
}

variable "defender_alerts" {
  type = object({
    email_addresses      = optional(list(string), [])
    email_account_admins = optional(bool, true)
  })
  description = <<-EOT
    Let Microsoft Defender for SQL watch for injection, unusual sign-ins and stolen data. It is billed by the server and month. Null turns it off.
    - `email_addresses` - who is told.
    - `email_account_admins` - tell the administrators of the subscription, too.
  EOT
  default     = null

  validation {
    condition     = var.defender_alerts == null ? true : alltrue([for address in var.defender_alerts.email_addresses : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Write each address for alerts as an e-mail address, such as security@example.com."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the database, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "differential_backup_hours" {
  type        = number
  description = "Hours between two differential backups: 12 or 24. Fewer hours restore faster. Hyperscale ignores it."
  default     = 12
  nullable    = false

  validation {
    condition     = contains([12, 24], var.differential_backup_hours)
    error_message = "Choose 12 or 24 hours between differential backups."
  }
}

variable "entra_only_authentication" {
  type        = bool
  description = "Let only users of Microsoft Entra ID sign in. Turn it off when a program needs a login and password of SQL Server."
  default     = true
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the database is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "failover_group" {
  type = object({
    secondary_location = string
    name               = optional(string)
    automatic          = optional(bool, true)
    grace_minutes      = optional(number, 60)
    subnet_id          = optional(string)
  })
  description = <<-EOT
    Keep a copy of the database on a second server in another region, behind a name that follows the primary. Null keeps none.
    - `secondary_location` - region of the second server.
    - `name` - name of the group, part of its address; null means `fog-` and the name of the server.
    - `automatic` - fail over without a person when the first region is down.
    - `grace_minutes` - minutes to wait before an automatic failover, at least 60.
    - `subnet_id` - resource id of a subnet in the second region for a private endpoint of the second server.
  EOT
  default     = null

  validation {
    condition     = var.failover_group == null ? true : can(regex("^[a-z][a-z0-9]+$", var.failover_group.secondary_location)) && var.failover_group.secondary_location != var.location
    error_message = "Choose another region for the second server, in its short form, such as northeurope."
  }

  validation {
    condition     = try(var.failover_group.name, null) == null ? true : can(regex("^[0-9a-z](?:[-0-9a-z]{0,61}[0-9a-z])?$", var.failover_group.name))
    error_message = "Use 1 to 63 lowercase letters, digits and dashes for the name of the failover group."
  }

  validation {
    condition     = var.failover_group == null ? true : var.failover_group.grace_minutes >= 60
    error_message = "Wait at least 60 minutes before an automatic failover."
  }

  validation {
    condition     = var.failover_group == null ? true : !startswith(var.sku_name, "GP_S_") || var.auto_pause_delay_minutes == -1
    error_message = "A database with a copy in another region cannot pause: set the pause to -1 (never), or remove the failover group."
  }

  validation {
    condition     = try(var.failover_group.subnet_id, null) == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.failover_group.subnet_id))
    error_message = "Give the subnet in the second region by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.failover_group == null ? true : length(var.name) <= 53
    error_message = "Give the server a name of at most 53 characters, so that the second one can be named after it."
  }
}

variable "ledger_enabled" {
  type        = bool
  description = "Prove by cryptography that no row was changed behind your back (ledger). All tables become ledger tables; it cannot be changed later."
  default     = false
  nullable    = false
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives the audit log, errors and statistics of the database. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "long_term_retention" {
  type = object({
    weeks        = optional(number, 0)
    months       = optional(number, 0)
    years        = optional(number, 0)
    week_of_year = optional(number, 1)
  })
  description = <<-EOT
    Keep full backups for years. Null keeps only those of the last days.
    - `weeks` - weeks for which each weekly backup is kept, up to 520; 0 keeps none.
    - `months` - months for which the first backup of each month is kept, up to 120.
    - `years` - years for which one backup a year is kept, up to 10.
    - `week_of_year` - the week, 1 to 52, whose backup is the one of the year.
  EOT
  default     = null

  validation {
    condition     = var.long_term_retention == null ? true : var.long_term_retention.weeks >= 0 && var.long_term_retention.weeks <= 520 && var.long_term_retention.months >= 0 && var.long_term_retention.months <= 120 && var.long_term_retention.years >= 0 && var.long_term_retention.years <= 10
    error_message = "Keep backups for up to 520 weeks, 120 months or 10 years."
  }

  validation {
    condition     = var.long_term_retention == null ? true : max(var.long_term_retention.weeks, var.long_term_retention.months, var.long_term_retention.years) >= 1
    error_message = "Say how long backups are kept: give weeks, months or years."
  }

  validation {
    condition     = var.long_term_retention == null ? true : var.long_term_retention.week_of_year >= 1 && var.long_term_retention.week_of_year <= 52
    error_message = "Choose the week of the year between 1 and 52."
  }

  validation {
    condition     = var.long_term_retention == null ? true : !startswith(var.sku_name, "GP_S_") || var.auto_pause_delay_minutes == -1
    error_message = "A database that pauses has no long-term backups: set the pause to -1 (never), or remove them."
  }
}

variable "maintenance_window" {
  type        = string
  description = "When Azure may restart the database for updates: `SQL_Default` any evening from 17:00 to 8:00, or a window of the region, `…_DB_1` Monday to Thursday and `…_DB_2` Friday to Sunday nights."
  default     = "SQL_Default"
  nullable    = false

  validation {
    condition     = can(regex("^SQL_(?:Default|[A-Za-z0-9]+_DB_[12])$", var.maintenance_window))
    error_message = "Choose SQL_Default or a window such as SQL_WestEurope_DB_1."
  }

  validation {
    condition     = var.maintenance_window == "SQL_Default" ? true : try(lower(split("_", var.maintenance_window)[1]), "") == var.location
    error_message = "Choose a maintenance window of the region that the database is in, or SQL_Default."
  }

  validation {
    condition     = var.maintenance_window == "SQL_Default" ? true : !can(regex("^(?:Basic|S[01]|GP_Fsv2_.*|[A-Z]+_DC_.*)$", var.sku_name))
    error_message = "Basic, S0, S1, Fsv2 and DC sizes have no maintenance window of their own: choose SQL_Default, or another size."
  }
}

variable "max_size_gb" {
  type        = number
  description = "Largest size of the data in GB. Null takes what the size of database begins with: 2 in Basic, 250 in Standard, 500 in Premium, 32 in the others. Hyperscale grows by itself."
  default     = null

  validation {
    condition     = var.max_size_gb == null ? true : var.max_size_gb >= 1 && var.max_size_gb <= 4096 && floor(var.max_size_gb) == var.max_size_gb
    error_message = "Choose a largest size of 1 to 4096 whole GB."
  }

  validation {
    condition     = var.max_size_gb == null ? true : !startswith(var.sku_name, "HS_")
    error_message = "Hyperscale grows by itself up to 128 TB: leave the largest size empty."
  }

  validation {
    condition = var.max_size_gb == null ? true : var.max_size_gb <= lookup({
      Basic = 2, S0 = 250, S1 = 250, S2 = 250, S3 = 1024, S4 = 1024, S6 = 1024, S7 = 1024, S9 = 1024, S12 = 1024,
      P1    = 1024, P2 = 1024, P4 = 1024, P6 = 1024, P11 = 4096, P15 = 4096
    }, var.sku_name, 4096)
    error_message = "That is more than the size of database holds: Basic 2 GB, S0 to S2 250 GB, S3 to S12 and P1 to P6 1024 GB."
  }

  validation {
    condition = var.max_size_gb == null ? true : !strcontains(var.sku_name, "_Gen5_") || var.max_size_gb <= (
      tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) < 2 ? 512 : tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) < 6 ? 1024 : tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) < 8 ? 1536 : tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) < 12 ? 2048 : tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) < 24 ? 3072 : 4096
    )
    error_message = "That is more than so few vCores hold: 1 vCore 512 GB, 2 and 4 1024 GB, 6 1536 GB, 8 and 10 2048 GB, 12 to 20 3072 GB."
  }
}

variable "min_vcores" {
  type        = number
  description = "vCores that a serverless database keeps while it runs. Null means the least that its size allows. Other sizes ignore it."
  default     = null

  validation {
    condition     = var.min_vcores == null ? true : contains([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32, 40], var.min_vcores)
    error_message = "Choose one of the steps for the least vCores: 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 4, 5, 6, 8, 10 and so on."
  }

  validation {
    condition     = var.min_vcores == null ? true : strcontains(var.sku_name, "_S_")
    error_message = "Only a serverless size (GP_S_ or HS_S_) has a least number of vCores: choose such a size, or leave the field empty."
  }

  validation {
    condition     = var.min_vcores == null ? true : !strcontains(var.sku_name, "_S_") || (var.min_vcores <= tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) && var.min_vcores >= tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0")) / 8)
    error_message = "Choose least vCores between an eighth of the size and the whole of it."
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the server over the network: only `private` endpoints, or `selected` addresses and subnets as well. Signing in is needed in any case."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "selected"], var.network_access)
    error_message = "Choose private or selected as the network access."
  }
}

variable "outbound_fqdns" {
  type        = set(string)
  description = "Hosts that the server may call, such as a storage account for exports. Null does not restrict it; an empty list forbids all."
  default     = null

  validation {
    condition     = var.outbound_fqdns == null ? true : alltrue([for fqdn in var.outbound_fqdns : can(regex("^[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+$", fqdn))])
    error_message = "Write each host as a full name, such as acmefiles.blob.core.windows.net."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the database, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the server a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the private DNS zone `privatelink.database.windows.net`, so that the name leads to the private address.
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

variable "read_replica_count" {
  type        = number
  description = "Readable replicas of a Hyperscale database, 0 to 4. They also take over when the primary fails."
  default     = 0
  nullable    = false

  validation {
    condition     = var.read_replica_count >= 0 && var.read_replica_count <= 4 && floor(var.read_replica_count) == var.read_replica_count
    error_message = "Choose 0 to 4 replicas."
  }

  validation {
    condition     = var.read_replica_count == 0 ? true : startswith(var.sku_name, "HS_")
    error_message = "Replicas can be chosen in Hyperscale only: Premium and Business Critical have theirs built in."
  }
}

variable "read_scale_enabled" {
  type        = bool
  description = "Lead read-only connections (`ApplicationIntent=ReadOnly`) to a replica. Premium and Business Critical have one at no charge. Null means on where there is one."
  default     = null

  validation {
    condition     = var.read_scale_enabled == null ? true : !var.read_scale_enabled || can(regex("^(?:P\\d|BC_)", var.sku_name))
    error_message = "Only Premium and Business Critical have a replica to read from: choose such a size, or leave this empty."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the database. Null names a new one after the database."
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

variable "restore_from" {
  type = object({
    database_id   = string
    point_in_time = optional(string)
  })
  description = <<-EOT
    Begin with the data of another database. Null begins empty. It only matters when the database is created.
    - `database_id` - resource id of the database to copy; it must be on a server that the caller may read.
    - `point_in_time` - moment to restore from its backups, such as `2026-01-31T08:00:00Z`, on the same server; null copies it as it is now.
  EOT
  default     = null

  validation {
    condition     = var.restore_from == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Sql/servers/[^/]+/databases/[^/]+$", var.restore_from.database_id))
    error_message = "Give the database to begin with by its full resource id: /subscriptions/…/servers/…/databases/…"
  }

  validation {
    condition     = try(var.restore_from.point_in_time, null) == null ? true : can(timeadd(var.restore_from.point_in_time, "0s"))
    error_message = "Write the moment as a time in UTC, such as 2026-01-31T08:00:00Z."
  }

  validation {
    condition     = var.restore_from == null ? true : !var.sample_data_enabled
    error_message = "Begin with sample data or with another database, not with both."
  }
}

variable "sample_data_enabled" {
  type        = bool
  description = "Fill the new database with the sample data AdventureWorksLT."
  default     = false
  nullable    = false

  validation {
    condition     = var.sample_data_enabled ? !var.ledger_enabled && !startswith(var.sku_name, "HS_") : true
    error_message = "Sample data does not go with ledger or Hyperscale: turn one of them off."
  }
}

variable "short_term_retention_days" {
  type        = number
  description = "Days back to which the database can be restored to any moment: 1 to 35, up to 7 in Basic."
  default     = 7
  nullable    = false

  validation {
    condition     = var.short_term_retention_days >= 1 && var.short_term_retention_days <= 35 && floor(var.short_term_retention_days) == var.short_term_retention_days
    error_message = "Choose 1 to 35 whole days for restoring to any moment."
  }

  validation {
    condition     = var.sku_name == "Basic" ? var.short_term_retention_days <= 7 : true
    error_message = "Basic keeps backups for at most 7 days: choose fewer days, or another size."
  }
}

variable "sku_name" {
  type        = string
  description = "Size of the database: `GP_S_…` serverless, `GP_…` General Purpose, `BC_…` Business Critical, `HS_…` Hyperscale, or `Basic`, `S0` to `S12`, `P1` to `P15` by DTU."
  default     = "GP_S_Gen5_1"
  nullable    = false

  validation {
    condition     = can(regex("^(?:Basic|S(?:[0-4]|6|7|9|12)|P(?:1|2|4|6|11|15)|(?:GP|HS)_S_Gen5_\\d+|(?:GP|BC|HS)_Gen5_\\d+|(?:GP|BC|HS)_DC_\\d+|GP_Fsv2_\\d+|HS_(?:PRMS|MOPRMS)_\\d+)$", var.sku_name))
    error_message = "Choose a size such as GP_S_Gen5_1, GP_Gen5_2, BC_Gen5_2, HS_Gen5_2, Basic, S0 or P1."
  }
}

variable "sql_admin_login" {
  type        = string
  description = "Login of the administrator with a password. It is only used when other sign-in than with Microsoft Entra ID is allowed, and cannot be changed later."
  default     = null

  validation {
    condition     = var.entra_only_authentication ? var.sql_admin_login == null : var.sql_admin_login != null
    error_message = "Name a login for the administrator when passwords are allowed, and none when only Microsoft Entra ID is."
  }

  validation {
    condition     = var.sql_admin_login == null ? true : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,127}$", var.sql_admin_login)) && !contains(["admin", "administrator", "sa", "root", "dbmanager", "loginmanager", "dbo", "guest", "public"], lower(var.sql_admin_login))
    error_message = "Begin the login with a letter and use letters, digits, dashes and underscores; admin, administrator, sa, root, dbo, guest and public are taken."
  }
}

variable "sql_admin_password" {
  type        = string
  description = "Password of that administrator: 8 to 128 characters of at least three kinds (lowercase, capitals, digits, others). It is written to the server only, never to the state."
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.entra_only_authentication ? true : var.sql_admin_password != null
    error_message = "Enter a password for the administrator, or have one made, when passwords are allowed."
  }

  validation {
    condition     = var.sql_admin_password == null ? true : length(var.sql_admin_password) >= 8 && length(var.sql_admin_password) <= 128
    error_message = "Choose a password of 8 to 128 characters."
  }

  validation {
    condition = var.sql_admin_password == null ? true : length([
      for kind in ["[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"] : kind if can(regex(kind, var.sql_admin_password))
    ]) >= 3
    error_message = "Mix at least three kinds of characters in the password: lowercase letters, capitals, digits, others."
  }
}

variable "sql_admin_secret_version" {
  type        = number
  description = "Number of the password. Raise it to have a new password written: Terraform cannot see that it changed."
  default     = 1
  nullable    = false

  validation {
    condition     = var.sql_admin_secret_version >= 1 && floor(var.sql_admin_secret_version) == var.sql_admin_secret_version
    error_message = "Give the number of the password as 1, 2, 3 and so on."
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

variable "vulnerability_assessment_enabled" {
  type        = bool
  description = "Scan the databases every week for weak settings and too many rights; Microsoft Defender for Cloud shows what was found."
  default     = true
  nullable    = false
}

variable "zone_redundant" {
  type        = bool
  description = "Spread the database over three zones of the region, so that it survives the loss of a data centre. Basic and Standard cannot."
  default     = false
  nullable    = false

  validation {
    condition     = var.zone_redundant ? !can(regex("^(?:Basic|S\\d+)$", var.sku_name)) : true
    error_message = "Basic and Standard sizes are in one zone: choose Premium or a size with vCores, or turn zone redundancy off."
  }

  validation {
    condition     = var.zone_redundant && startswith(var.sku_name, "HS_") ? contains(["Zone", "GeoZone"], var.backup_redundancy) : true
    error_message = "Hyperscale over several zones needs backups there too: choose Zone or GeoZone for the backups."
  }
}
