variable "name" {
  type        = string
  description = "Name of the account. It becomes part of the address, so it must be free in the whole of Azure: 3 to 44 lowercase letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,42}[a-z0-9]$", var.name))
    error_message = "Use 3 to 44 lowercase letters, digits and dashes for the name, with a letter or digit at both ends."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. Data is written here first."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "additional_locations" {
  type = list(object({
    location       = string
    zone_redundant = optional(bool, false)
  }))
  description = <<-EOT
    More regions that hold a copy, in the order in which they take over.
    - `location` - region in its short form.
    - `zone_redundant` - spread the copy over three zones of the region.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for copy in var.additional_locations : can(regex("^[a-z][a-z0-9]+$", copy.location))])
    error_message = "Write each further region in its short form, such as northeurope."
  }

  validation {
    condition     = length(distinct(concat([var.location], [for copy in var.additional_locations : copy.location]))) == length(var.additional_locations) + 1
    error_message = "Name every region once, and not the first one again."
  }

  validation {
    condition     = length(var.additional_locations) == 0 ? true : var.capacity_mode != "serverless"
    error_message = "A serverless account lives in one region: choose provisioned or autoscale, or remove the further regions."
  }
}

variable "allow_azure_services" {
  type        = bool
  description = "Let services of Azure that Microsoft trusts pass the firewall, such as Azure Synapse Link. It does not open the account to machines of other customers."
  default     = false
  nullable    = false
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the account, such as your office's."
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
}

variable "allowed_subnet_ids" {
  type        = list(string)
  description = "Resource ids of subnets that may reach the account. Each needs the service endpoint `Microsoft.AzureCosmosDB`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.allowed_subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "Give each subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }
}

variable "api" {
  type        = string
  description = "Language that programs speak with the account: `NoSQL` (Cosmos DB itself), `MongoDB`, `Cassandra`, `Gremlin` (graphs) or `Table`. It cannot be changed later."
  default     = "NoSQL"
  nullable    = false

  validation {
    condition     = contains(["NoSQL", "MongoDB", "Cassandra", "Gremlin", "Table"], var.api)
    error_message = "Choose NoSQL, MongoDB, Cassandra, Gremlin or Table as the API."
  }
}

variable "backup_interval_minutes" {
  type        = number
  description = "Minutes between two periodic backups, 60 to 1440. Continuous backups ignore it."
  default     = 240
  nullable    = false

  validation {
    condition     = var.backup_interval_minutes >= 60 && var.backup_interval_minutes <= 1440 && floor(var.backup_interval_minutes) == var.backup_interval_minutes
    error_message = "Make a backup every 60 to 1440 minutes."
  }
}

variable "backup_redundancy" {
  type        = string
  description = "Where periodic backups are kept: `Local` one data centre, `Zone` three zones, `Geo` a second region as well."
  default     = "Geo"
  nullable    = false

  validation {
    condition     = contains(["Local", "Zone", "Geo"], var.backup_redundancy)
    error_message = "Choose Local, Zone or Geo for the backups."
  }
}

variable "backup_retention_hours" {
  type        = number
  description = "Hours for which a periodic backup is kept, 8 to 720. Continuous backups ignore it."
  default     = 8
  nullable    = false

  validation {
    condition     = var.backup_retention_hours >= 8 && var.backup_retention_hours <= 720 && floor(var.backup_retention_hours) == var.backup_retention_hours
    error_message = "Keep backups for 8 to 720 hours."
  }

  validation {
    condition     = var.backup_retention_hours * 60 >= 2 * var.backup_interval_minutes
    error_message = "Keep backups for at least twice the time between them, so that there are always two."
  }
}

variable "backup_type" {
  type        = string
  description = "`Continuous7Days` (no charge) and `Continuous30Days` can be restored to any moment; `Periodic` keeps copies that Microsoft restores. Null means seven days, and periodic for Cassandra. Going back from continuous is not possible."
  default     = null

  validation {
    condition     = var.backup_type == null ? true : contains(["Continuous7Days", "Continuous30Days", "Periodic"], var.backup_type)
    error_message = "Choose Continuous7Days, Continuous30Days or Periodic as the kind of backup."
  }

  validation {
    condition     = var.backup_type == null ? true : var.api != "Cassandra" || var.backup_type == "Periodic"
    error_message = "Cassandra has periodic backups only: choose Periodic, or leave the field empty."
  }
}

variable "burst_capacity_enabled" {
  type        = bool
  description = "Let an idle database save up to five minutes of its throughput for a rush."
  default     = false
  nullable    = false

  validation {
    condition     = var.burst_capacity_enabled ? var.capacity_mode != "serverless" : true
    error_message = "A serverless account has no throughput to save up: turn burst capacity off."
  }
}

variable "capacity_mode" {
  type        = string
  description = "How throughput is paid: `serverless` by the request, `autoscale` by the hour between a tenth and the whole of a limit, `provisioned` by the hour for a fixed amount. It cannot be changed later."
  default     = "serverless"
  nullable    = false

  validation {
    condition     = contains(["serverless", "autoscale", "provisioned"], var.capacity_mode)
    error_message = "Choose serverless, autoscale or provisioned as the capacity."
  }
}

variable "consistency_level" {
  type        = string
  description = "What a read may miss: `Strong` nothing, `BoundedStaleness` the last seconds, `Session` nothing of its own session, `ConsistentPrefix` the latest changes, `Eventual` even their order."
  default     = "Session"
  nullable    = false

  validation {
    condition     = contains(["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"], var.consistency_level)
    error_message = "Choose Strong, BoundedStaleness, Session, ConsistentPrefix or Eventual as the consistency."
  }
}

variable "cors_allowed_origins" {
  type        = list(string)
  description = "Web sites whose pages may use the account from a browser, such as `https://www.example.com`. Only the NoSQL API takes them."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_allowed_origins : can(regex("^https://[^/*]+$", origin))])
    error_message = "Write each web site as https://www.example.com, without a path or a star."
  }

  validation {
    condition     = length(var.cors_allowed_origins) == 0 ? true : var.api == "NoSQL"
    error_message = "Only the NoSQL API is used from browsers: remove the web sites, or choose that API."
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
    Encrypt with a key of your own instead of Microsoft's. Null uses Microsoft's. It can only be chosen when the account is created.
    - `key_vault_key_id` - address of the key without its version, so that rotation is followed.
    - `user_assigned_identity_id` - resource id of an identity that may use the key (role Key Vault Crypto Service Encryption User).
  EOT
  default     = null

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("^https://[^/]+/keys/[^/]+$", var.customer_managed_key.key_vault_key_id))
    error_message = "Give the address of the key without its version: https://<vault>.vault.azure.net/keys/<key>."
  }

  validation {
    condition     = var.customer_managed_key == null ? true : can(regex("(?i)/userAssignedIdentities/[^/]+$", var.customer_managed_key.user_assigned_identity_id))
    error_message = "Give the identity for the key by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "data_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "contributor")
    database     = optional(string)
  }))
  description = <<-EOT
    Who may work with the data of a NoSQL account. Keys are off, so this is how people and programs get in.
    - `principal_id` - object id of a user, group or managed identity in Microsoft Entra ID.
    - `role` - `contributor` reads and writes, `reader` only reads.
    - `database` - only in this database; null means the whole account.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.data_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give each principal by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = alltrue([for grant in var.data_access : contains(["contributor", "reader"], grant.role)])
    error_message = "Choose contributor or reader as the role for data."
  }

  validation {
    condition     = alltrue([for grant in var.data_access : grant.database == null ? true : contains([for database in var.databases : database.name], grant.database)])
    error_message = "Grant access to a database of the list, or leave the database empty for all."
  }

  validation {
    condition     = length(distinct([for grant in var.data_access : "${grant.principal_id} ${grant.role} ${coalesce(grant.database, "*")}"])) == length(var.data_access)
    error_message = "Name each principal once for the same role and database: one is listed twice."
  }

  validation {
    condition     = length(var.data_access) == 0 ? true : var.api == "NoSQL"
    error_message = "Roles for data are for the NoSQL API: the others sign in with keys."
  }
}

variable "databases" {
  type = list(object({
    name       = string
    throughput = optional(number)
    containers = optional(list(object({
      name                = string
      partition_key_paths = list(string)
      ttl_seconds         = optional(number)
      throughput          = optional(number)
      unique_paths        = optional(list(string), [])
      excluded_paths      = optional(list(string), [])
      indexes = optional(list(object({
        keys   = list(string)
        unique = optional(bool, false)
      })), [])
    })), [])
  }))
  description = <<-EOT
    Databases to create: keyspaces for Cassandra. The Table API has none.
    - `name` - up to 255 characters without / \ ?#.
    - `throughput` - RU/s that its containers share, instead of the account's usual amount. Not in a serverless account.
    - `containers` - containers, collections (MongoDB) or graphs (Gremlin) in it. Cassandra's tables are made by its clients.
    - `name` (of a container) - up to 255 characters without / \ ?#.
    - `partition_key_paths` - path by which data is spread, such as `/customerId`; NoSQL takes up to three, from coarse to fine. MongoDB: the shard key, or an empty list.
    - `ttl_seconds` - seconds after which an item is deleted; -1 lets each item decide; null keeps all.
    - `throughput` (of a container) - RU/s for it alone; null shares those of the database.
    - `unique_paths` - paths whose values may not repeat within a partition (NoSQL and Gremlin).
    - `excluded_paths` - paths that are not indexed, such as `/note/?` or `/raw/*` (NoSQL).
    - `indexes` - further indexes of a MongoDB collection.
    - `keys` - fields of the index.
    - `unique` - whether their values may not repeat.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in concat([for database in var.databases : database.name], [for container in flatten([for database in var.databases : database.containers]) : container.name]) : can(regex("^[^/\\\\#?]{1,255}$", name)) && !endswith(name, " ")])
    error_message = "Name databases and containers with up to 255 characters without / \\ ?# and no space at the end."
  }

  validation {
    condition     = length(distinct([for database in var.databases : database.name])) == length(var.databases) && alltrue([for database in var.databases : length(distinct([for container in database.containers : container.name])) == length(database.containers)])
    error_message = "Give every database, and every container in it, a name of its own."
  }

  validation {
    condition     = var.capacity_mode == "serverless" ? alltrue([for number in concat([for database in var.databases : database.throughput], [for container in flatten([for database in var.databases : database.containers]) : container.throughput]) : number == null]) : true
    error_message = "A serverless account takes no throughput: remove it, or choose provisioned or autoscale."
  }

  validation {
    condition     = var.capacity_mode == "serverless" ? true : alltrue([for number in concat([for database in var.databases : database.throughput], [for container in flatten([for database in var.databases : database.containers]) : container.throughput]) : number == null ? true : var.capacity_mode == "autoscale" ? number >= 1000 && number % 1000 == 0 : number >= 400 && number % 100 == 0])
    error_message = "Give throughput in hundreds from 400 RU/s, and with autoscale in thousands from 1000 RU/s."
  }

  validation {
    condition     = alltrue([for container in flatten([for database in var.databases : database.containers]) : length(container.partition_key_paths) <= (var.api == "NoSQL" ? 3 : 1) && length(container.partition_key_paths) >= (var.api == "MongoDB" ? 0 : 1)])
    error_message = "Give each container one path for its partition key (NoSQL up to three, MongoDB one or none)."
  }

  validation {
    condition     = alltrue(flatten([for container in flatten([for database in var.databases : database.containers]) : [for path in concat(container.partition_key_paths, container.unique_paths, container.excluded_paths) : var.api == "MongoDB" || startswith(path, "/")]]))
    error_message = "Begin each path with a slash, such as /customerId."
  }

  validation {
    condition     = var.api == "Gremlin" ? alltrue(flatten([for container in flatten([for database in var.databases : database.containers]) : [for path in container.partition_key_paths : !contains(["/id", "/label"], path)]])) : true
    error_message = "Choose another partition key for a graph: /id and /label are not possible."
  }

  validation {
    condition     = alltrue([for container in flatten([for database in var.databases : database.containers]) : container.ttl_seconds == null ? true : container.ttl_seconds == -1 || container.ttl_seconds >= 1])
    error_message = "Let items live for at least one second, or enter -1 to let each decide."
  }

  validation {
    condition     = var.api == "MongoDB" ? alltrue([for container in flatten([for database in var.databases : database.containers]) : length(container.unique_paths) + length(container.excluded_paths) == 0]) : alltrue([for container in flatten([for database in var.databases : database.containers]) : length(container.indexes) == 0])
    error_message = "Use indexes for MongoDB, and unique or excluded paths for the other APIs."
  }

  validation {
    condition     = var.api == "Table" ? length(var.databases) == 0 : true
    error_message = "The Table API has tables only: list them there, and no databases."
  }

  validation {
    condition     = var.api == "Cassandra" ? length(flatten([for database in var.databases : database.containers])) == 0 : true
    error_message = "Tables of Cassandra are made by its clients: list keyspaces without containers."
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

variable "free_tier_enabled" {
  type        = bool
  description = "Take the free 1000 RU/s and 25 GB. One account of a subscription may, and only when it is created."
  default     = false
  nullable    = false

  validation {
    condition     = var.free_tier_enabled ? var.capacity_mode != "serverless" : true
    error_message = "The free amount is not for serverless accounts: choose provisioned or autoscale."
  }
}

variable "key_authentication_enabled" {
  type        = bool
  description = "Allow sign-in with the keys of the account. Null means off for NoSQL, which signs in with Microsoft Entra ID, and on for the others, whose clients need a key."
  default     = null

  validation {
    condition     = var.key_authentication_enabled == null ? true : var.key_authentication_enabled || var.api == "NoSQL"
    error_message = "Only clients of the NoSQL API can do without keys: leave the field empty, or choose that API."
  }
}

variable "key_metadata_writes_enabled" {
  type        = bool
  description = "Let holders of a key create and delete databases and containers, too. Leave it off: that is what Terraform is for."
  default     = false
  nullable    = false
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who sent which request and what it cost. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "mongo_server_version" {
  type        = string
  description = "Version of MongoDB that clients see. It can be raised later, not lowered."
  default     = "7.0"
  nullable    = false

  validation {
    condition     = contains(["4.2", "5.0", "6.0", "7.0"], var.mongo_server_version)
    error_message = "Choose 4.2, 5.0, 6.0 or 7.0 as the version of MongoDB."
  }
}

variable "multiple_write_locations_enabled" {
  type        = bool
  description = "Accept writes in every region. Conflicts are settled by the last writer."
  default     = false
  nullable    = false

  validation {
    condition     = var.multiple_write_locations_enabled ? length(var.additional_locations) > 0 : true
    error_message = "Writing in several regions needs a second one: add it, or turn this off."
  }

  validation {
    condition     = var.multiple_write_locations_enabled ? var.consistency_level != "Strong" : true
    error_message = "Strong consistency is not possible while several regions are written to: choose another level, or turn this off."
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the account over the network: only `private` endpoints, or `selected` addresses and subnets as well. Signing in is needed in any case."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "selected"], var.network_access)
    error_message = "Choose private or selected as the network access."
  }

  validation {
    condition     = var.network_access == "selected" ? length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0 : true
    error_message = "List at least one address or subnet: with an empty list Azure would let everybody in."
  }

  validation {
    condition     = var.network_access == "private" ? length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) == 0 : true
    error_message = "Addresses and subnets only matter when network access is \"selected\": choose that, or remove them."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the account, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the account a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the private DNS zone `privatelink.documents.azure.com` (`privatelink.mongo.cosmos.azure.com` and so on for the other APIs), so that the name leads to the private address.
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

variable "staleness_operations" {
  type        = number
  description = "With bounded staleness: how many changes a read may miss. 10 to 2147483647, at least 100000 with several regions."
  default     = 100000
  nullable    = false

  validation {
    condition     = var.staleness_operations >= 10 && var.staleness_operations <= 2147483647 && floor(var.staleness_operations) == var.staleness_operations
    error_message = "Let a read miss 10 to 2147483647 changes."
  }

  validation {
    condition     = var.consistency_level == "BoundedStaleness" && length(var.additional_locations) > 0 ? var.staleness_operations >= 100000 : true
    error_message = "With several regions a read must be allowed to miss at least 100000 changes."
  }
}

variable "staleness_seconds" {
  type        = number
  description = "With bounded staleness: how many seconds a read may be behind. 5 to 86400, at least 300 with several regions."
  default     = 300
  nullable    = false

  validation {
    condition     = var.staleness_seconds >= 5 && var.staleness_seconds <= 86400 && floor(var.staleness_seconds) == var.staleness_seconds
    error_message = "Let a read be behind by 5 to 86400 seconds."
  }

  validation {
    condition     = var.consistency_level == "BoundedStaleness" && length(var.additional_locations) > 0 ? var.staleness_seconds >= 300 : true
    error_message = "With several regions a read must be allowed to be behind by at least 300 seconds."
  }
}

variable "tables" {
  type = list(object({
    name       = string
    throughput = optional(number)
  }))
  description = <<-EOT
    Tables to create in an account with the Table API.
    - `name` - 3 to 63 letters and digits, beginning with a letter.
    - `throughput` - RU/s for this table instead of the account's usual amount. Not in a serverless account.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for table in var.tables : can(regex("^[A-Za-z][A-Za-z0-9]{2,62}$", table.name))]) && length(distinct([for table in var.tables : lower(table.name)])) == length(var.tables)
    error_message = "Give each table a name of its own: 3 to 63 letters and digits, beginning with a letter."
  }

  validation {
    condition     = alltrue([for table in var.tables : table.throughput == null ? true : var.capacity_mode == "autoscale" ? table.throughput >= 1000 && table.throughput % 1000 == 0 : var.capacity_mode == "provisioned" && table.throughput >= 400 && table.throughput % 100 == 0])
    error_message = "Give throughput in hundreds from 400 RU/s, with autoscale in thousands from 1000, and none in a serverless account."
  }

  validation {
    condition     = length(var.tables) == 0 ? true : var.api == "Table"
    error_message = "Tables are for the Table API: choose it, or list databases instead."
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

variable "throughput" {
  type        = number
  description = "RU/s of each database or table that names none; with autoscale the most it may use. Null means 400, with autoscale 1000. A serverless account has none."
  default     = null

  validation {
    condition     = var.throughput == null ? true : var.capacity_mode == "autoscale" ? var.throughput >= 1000 && var.throughput % 1000 == 0 : var.throughput >= 400 && var.throughput % 100 == 0
    error_message = "Give the throughput in hundreds from 400 RU/s, and with autoscale in thousands from 1000 RU/s."
  }

  validation {
    condition     = var.throughput == null ? true : var.capacity_mode != "serverless"
    error_message = "A serverless account takes no throughput: leave the field empty, or choose provisioned or autoscale."
  }
}

variable "total_throughput_limit" {
  type        = number
  description = "Most RU/s that all databases of the account may have together: a limit on the bill. Null sets none."
  default     = null

  validation {
    condition     = var.total_throughput_limit == null ? true : var.total_throughput_limit >= 400 && floor(var.total_throughput_limit) == var.total_throughput_limit
    error_message = "Limit the account to at least 400 RU/s, or leave the field empty."
  }

  validation {
    condition     = var.total_throughput_limit == null ? true : var.capacity_mode != "serverless"
    error_message = "A serverless account has no throughput to limit: leave the field empty."
  }
}

variable "vector_search_enabled" {
  type        = bool
  description = "Search for similar vectors (embeddings) in NoSQL containers. It cannot be turned off again."
  default     = false
  nullable    = false

  validation {
    condition     = var.vector_search_enabled ? var.api == "NoSQL" : true
    error_message = "Vector search is part of the NoSQL API: choose that API, or turn this off."
  }
}

variable "zone_redundant" {
  type        = bool
  description = "Spread the data of the first region over three zones, so that it survives the loss of a data centre. The region must have zones."
  default     = false
  nullable    = false
}
