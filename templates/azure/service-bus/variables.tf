variable "name" {
  type        = string
  description = "Name of the namespace. It becomes part of the address, so it must be free in the whole of Azure: 6 to 50 letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$", var.name)) && !can(regex("-(?:sb|mgmt)$", var.name))
    error_message = "Use 6 to 50 letters, digits and dashes for the name, a letter first and no dash, -sb or -mgmt at the end."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the namespace, such as your office's."
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
  description = "Resource ids of subnets that may reach the namespace. Each needs the service endpoint `Microsoft.ServiceBus`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.allowed_subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "Give each subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }
}

variable "capacity" {
  type        = number
  description = "Messaging units of a Premium namespace: 1, 2, 4, 8 or 16. Each is a processor of its own. Other tiers ignore it."
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2, 4, 8, 16], var.capacity)
    error_message = "Choose 1, 2, 4, 8 or 16 messaging units."
  }

  validation {
    condition     = var.capacity >= var.premium_messaging_partitions
    error_message = "Give each partition at least one messaging unit: raise the units, or lower the partitions."
  }
}

variable "collecting_queues" {
  type        = set(string)
  description = "Names of queues that other queues forward to, such as one for all dead letters. They are created first, with the usual settings."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.collecting_queues : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?$", name))])
    error_message = "Name each collecting queue with up to 260 letters, digits, dots, dashes, underscores and slashes."
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
    key_vault_key_id                  = string
    user_assigned_identity_id         = string
    infrastructure_encryption_enabled = optional(bool, true)
  })
  description = <<-EOT
    Encrypt with a key of your own instead of Microsoft's. Premium only. Null uses Microsoft's.
    - `key_vault_key_id` - address of the key, best without its version, so that rotation is followed.
    - `user_assigned_identity_id` - resource id of an identity that may use the key (role Key Vault Crypto Service Encryption User).
    - `infrastructure_encryption_enabled` - encrypt a second time below the service. It cannot be changed later.
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

  validation {
    condition     = var.customer_managed_key == null ? true : var.sku == "Premium"
    error_message = "Only a Premium namespace takes a key of your own: choose Premium, or remove the key."
  }
}

variable "data_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "sender")
    entity       = optional(string)
  }))
  description = <<-EOT
    Who may send and receive. Keys are off, so this is how programs get in.
    - `principal_id` - object id of a user, group or managed identity in Microsoft Entra ID.
    - `role` - `sender`, `receiver`, or `owner` for both and for managing entities.
    - `entity` - only for this queue or topic; null means the whole namespace.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.data_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give each principal by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = alltrue([for grant in var.data_access : contains(["sender", "receiver", "owner"], grant.role)])
    error_message = "Choose sender, receiver or owner as the role."
  }

  validation {
    condition     = alltrue([for grant in var.data_access : grant.entity == null ? true : contains(concat([for queue in var.queues : queue.name], [for topic in var.topics : topic.name], tolist(var.collecting_queues)), grant.entity)])
    error_message = "Grant access to a queue or topic of the lists, or leave the entity empty for all."
  }

  validation {
    condition     = length(distinct([for grant in var.data_access : "${grant.principal_id} ${grant.role} ${coalesce(grant.entity, "*")}"])) == length(var.data_access)
    error_message = "Name each principal once for the same role and entity: one is listed twice."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the namespace, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "disaster_recovery" {
  type = object({
    secondary_location = string
    alias              = optional(string)
  })
  description = <<-EOT
    A second Premium namespace in another region with the same queues and topics, behind a name that moves to it. Messages are not copied. Null has none.
    - `secondary_location` - region of the second namespace.
    - `alias` - the common name; null means the name of the namespace and `-alias`.
  EOT
  default     = null

  validation {
    condition     = var.disaster_recovery == null ? true : can(regex("^[a-z][a-z0-9]+$", var.disaster_recovery.secondary_location)) && var.disaster_recovery.secondary_location != var.location
    error_message = "Choose another region for the second namespace, in its short form, such as northeurope."
  }

  validation {
    condition     = try(var.disaster_recovery.alias, null) == null ? true : can(regex("^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$", var.disaster_recovery.alias)) && var.disaster_recovery.alias != var.name
    error_message = "Give the alias a name of its own: 6 to 50 letters, digits and dashes."
  }

  validation {
    condition     = var.disaster_recovery == null ? true : var.sku == "Premium" && var.premium_messaging_partitions == 1
    error_message = "Disaster recovery needs a Premium namespace with one partition: choose that, or remove it."
  }

  validation {
    condition     = var.disaster_recovery == null ? true : length(var.name) <= 40
    error_message = "Give the namespace a name of at most 40 characters, so that the second one can be named after it."
  }
}

variable "environment" {
  type        = string
  description = "What the namespace is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who managed what, errors, and in Premium who connected. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the namespace over the network: only `private` endpoints, `selected` addresses and subnets as well, or `all` networks. Signing in is needed in any case. Null means private in Premium; the other tiers cannot be closed."
  default     = null

  validation {
    condition     = var.network_access == null ? true : contains(["private", "selected", "all"], var.network_access)
    error_message = "Choose private, selected or all as the network access."
  }

  validation {
    condition     = var.network_access == null ? true : var.network_access == "all" || var.sku == "Premium"
    error_message = "Only a Premium namespace can be closed to networks: choose Premium, or all networks."
  }

  validation {
    condition     = coalesce(var.network_access, "all") == "selected" ? length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0 : true
    error_message = "List at least one address or subnet that may connect, or choose private."
  }

  validation {
    condition     = coalesce(var.network_access, "all") == "selected" ? true : length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) == 0
    error_message = "Addresses and subnets only matter when network access is \"selected\": choose that, or remove them."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the namespace, kept as the tag `owner`."
  default     = null
}

variable "premium_messaging_partitions" {
  type        = number
  description = "Partitions of a Premium namespace: 1, 2 or 4. More of them carry more messages. It cannot be changed later."
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2, 4], var.premium_messaging_partitions)
    error_message = "Choose 1, 2 or 4 partitions."
  }

  validation {
    condition     = var.premium_messaging_partitions == 1 ? true : var.sku == "Premium"
    error_message = "Only a Premium namespace has partitions: choose Premium, or one partition."
  }
}

variable "private_endpoint" {
  type = object({
    subnet_id           = string
    private_dns_zone_id = optional(string)
  })
  description = <<-EOT
    Give the namespace a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `private_dns_zone_id` - resource id of the private DNS zone `privatelink.servicebus.windows.net`, so that the name leads to the private address.
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

  validation {
    condition     = var.private_endpoint == null ? true : var.sku == "Premium"
    error_message = "Only a Premium namespace has private endpoints: choose Premium, or remove it."
  }
}

variable "queues" {
  type = list(object({
    name                         = string
    max_size_mb                  = optional(number, 1024)
    max_message_size_kb          = optional(number)
    message_ttl                  = optional(string)
    lock_duration                = optional(string, "PT1M")
    max_delivery_count           = optional(number, 10)
    dead_letter_on_expiry        = optional(bool, true)
    requires_session             = optional(bool, false)
    requires_duplicate_detection = optional(bool, false)
    duplicate_detection_window   = optional(string, "PT10M")
    partitioning_enabled         = optional(bool, false)
    auto_delete_on_idle          = optional(string)
    forward_to                   = optional(string)
    forward_dead_letters_to      = optional(string)
  }))
  description = <<-EOT
    Queues to create. Times are written as in ISO 8601: `PT30S`, `PT5M`, `P14D`.
    - `name` - up to 260 letters, digits, dots, dashes, underscores and slashes.
    - `max_size_mb` - size at which the queue takes no more: 1024 to 5120 in thousands, in Premium up to 81920.
    - `max_message_size_kb` - largest message in Premium, 1024 to 102400; null means 1024.
    - `message_ttl` - time after which a message ends; null means never (14 days in Basic).
    - `lock_duration` - time that a receiver has for a message, up to `PT5M`.
    - `max_delivery_count` - attempts before a message is set aside as a dead letter.
    - `dead_letter_on_expiry` - set messages aside that ended, instead of dropping them.
    - `requires_session` - keep messages of a session together and in order.
    - `requires_duplicate_detection` - drop a message that was sent twice.
    - `duplicate_detection_window` - time for which sent messages are remembered.
    - `partitioning_enabled` - spread the queue over several brokers (Basic and Standard).
    - `auto_delete_on_idle` - delete the queue when it was not used for so long, at least `PT5M`.
    - `forward_to` - a collecting queue that gets all messages.
    - `forward_dead_letters_to` - a collecting queue that gets the dead letters.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for queue in var.queues : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?$", queue.name))])
    error_message = "Name each queue with up to 260 letters, digits, dots, dashes, underscores and slashes."
  }

  validation {
    condition     = length(distinct(concat([for queue in var.queues : lower(queue.name)], [for name in var.collecting_queues : lower(name)]))) == length(var.queues) + length(var.collecting_queues)
    error_message = "Give every queue a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for queue in var.queues : contains([1024, 2048, 3072, 4096, 5120], queue.max_size_mb) || (var.sku == "Premium" && contains([10240, 20480, 40960, 81920], queue.max_size_mb))])
    error_message = "Choose 1024, 2048, 3072, 4096 or 5120 MB for a queue, in Premium also 10240, 20480, 40960 or 81920."
  }

  validation {
    condition     = alltrue([for queue in var.queues : queue.max_message_size_kb == null ? true : var.sku == "Premium" && queue.max_message_size_kb >= 1024 && queue.max_message_size_kb <= 102400])
    error_message = "Larger messages are for Premium: choose 1024 to 102400 KB there, or leave the field empty."
  }

  validation {
    condition     = alltrue(flatten([for queue in var.queues : [for time in [queue.message_ttl, queue.duplicate_detection_window, queue.auto_delete_on_idle] : time == null ? true : (can(regex("^P(?:[1-9]\\d*D)?(?:T(?:[1-9]\\d*H)?(?:[1-9]\\d*M)?(?:[1-9]\\d*S)?)?$", time)) && !contains(["P", "PT"], time) && !endswith(time, "T"))]]))
    error_message = "Write times of a queue as in ISO 8601, such as PT5M, PT12H or P14D."
  }

  validation {
    condition     = alltrue([for queue in var.queues : can(regex("^PT(?:5M|(?:[1-4]M)?(?:[1-5]?[0-9]S)?)$", queue.lock_duration)) && queue.lock_duration != "PT"])
    error_message = "Lock messages of a queue for at most five minutes, written as PT30S, PT1M or PT5M."
  }

  validation {
    condition     = alltrue([for queue in var.queues : queue.max_delivery_count >= 1 && queue.max_delivery_count <= 2000])
    error_message = "Deliver a message of a queue 1 to 2000 times before it is set aside."
  }

  validation {
    condition     = alltrue(flatten([for queue in var.queues : [for target in [queue.forward_to, queue.forward_dead_letters_to] : target == null ? true : contains(tolist(var.collecting_queues), target)]]))
    error_message = "Forward to one of the collecting queues: add it there first."
  }

  validation {
    condition     = var.sku == "Basic" ? alltrue([for queue in var.queues : !queue.requires_session && !queue.requires_duplicate_detection && queue.forward_to == null && queue.forward_dead_letters_to == null && queue.auto_delete_on_idle == null]) : true
    error_message = "Basic queues have no sessions, duplicate detection, forwarding or deletion when idle: choose Standard, or turn them off."
  }

  validation {
    condition     = var.sku == "Premium" ? alltrue([for queue in var.queues : !queue.partitioning_enabled]) : true
    error_message = "Premium spreads the whole namespace instead of single queues: set its partitions."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the namespace. Null names a new one after the namespace."
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

variable "sas_authentication_enabled" {
  type        = bool
  description = "Allow sign-in with shared keys (SAS). Leave it off unless a program can do nothing else."
  default     = false
  nullable    = false
}

variable "sas_policies" {
  type = list(object({
    name   = string
    listen = optional(bool, false)
    send   = optional(bool, false)
  }))
  description = <<-EOT
    Shared keys with few rights, for programs that cannot sign in with Microsoft Entra ID.
    - `name` - up to 50 letters, digits, dots, dashes and underscores.
    - `listen` - may receive.
    - `send` - may send.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for policy in var.sas_policies : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,48}[A-Za-z0-9])?$", policy.name)) && policy.name != "RootManageSharedAccessKey"]) && length(distinct([for policy in var.sas_policies : policy.name])) == length(var.sas_policies)
    error_message = "Give each policy a name of its own with up to 50 letters, digits, dots, dashes and underscores."
  }

  validation {
    condition     = alltrue([for policy in var.sas_policies : policy.listen || policy.send])
    error_message = "Let each policy do something: listen, send or both."
  }

  validation {
    condition     = length(var.sas_policies) == 0 ? true : var.sas_authentication_enabled
    error_message = "Policies are shared keys: allow these first, or remove the policies."
  }
}

variable "sku" {
  type        = string
  description = "`Basic` has queues only; `Standard` has topics, sessions and transactions on shared machines; `Premium` has machines of its own, private endpoints and large messages. Premium cannot be left again."
  default     = "Standard"
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

variable "topics" {
  type = list(object({
    name                         = string
    max_size_mb                  = optional(number, 1024)
    max_message_size_kb          = optional(number)
    message_ttl                  = optional(string)
    requires_duplicate_detection = optional(bool, false)
    duplicate_detection_window   = optional(string, "PT10M")
    ordering_enabled             = optional(bool, false)
    partitioning_enabled         = optional(bool, false)
    subscriptions = optional(list(object({
      name                        = string
      message_ttl                 = optional(string)
      lock_duration               = optional(string, "PT1M")
      max_delivery_count          = optional(number, 10)
      dead_letter_on_expiry       = optional(bool, true)
      dead_letter_on_filter_error = optional(bool, true)
      requires_session            = optional(bool, false)
      forward_to                  = optional(string)
      forward_dead_letters_to     = optional(string)
      rules = optional(list(object({
        name        = string
        sql         = optional(string)
        action      = optional(string)
        subject     = optional(string)
        correlation = optional(string)
        properties  = optional(map(string), {})
      })), [])
    })), [])
  }))
  description = <<-EOT
    Topics to create: each subscription gets a copy of every message, or of those that its rules choose.
    - `name` - up to 260 letters, digits, dots, dashes, underscores and slashes.
    - `max_size_mb`, `max_message_size_kb`, `message_ttl`, `requires_duplicate_detection`, `duplicate_detection_window`, `partitioning_enabled` - as for queues.
    - `ordering_enabled` - hand messages on in the order in which they came.
    - `subscriptions` - who gets copies.
    - `name` (of a subscription) - up to 50 letters, digits, dots, dashes and underscores.
    - `lock_duration`, `max_delivery_count`, `dead_letter_on_expiry`, `requires_session` - as for queues.
    - `dead_letter_on_filter_error` - set messages aside whose rules cannot be judged.
    - `forward_to`, `forward_dead_letters_to` - a queue of this namespace that gets the messages or the dead letters.
    - `rules` - which messages it gets; without a rule all. A message that one of them chooses is delivered.
    - `name` (of a rule) - up to 50 characters.
    - `sql` - condition over properties, such as `amount > 100 AND sys.Label = 'order'`.
    - `action` - change of properties, such as `SET priority = 'high'`.
    - `subject` - subject (label) that messages must have; fast, without SQL.
    - `correlation` - correlation id that they must have.
    - `properties` - properties that they must have.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for topic in var.topics : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?$", topic.name))])
    error_message = "Name each topic with up to 260 letters, digits, dots, dashes, underscores and slashes."
  }

  validation {
    condition     = length(distinct(concat([for topic in var.topics : lower(topic.name)], [for queue in var.queues : lower(queue.name)], [for name in var.collecting_queues : lower(name)]))) == length(var.topics) + length(distinct(concat([for queue in var.queues : lower(queue.name)], [for name in var.collecting_queues : lower(name)])))
    error_message = "Give every topic a name that no other topic and no queue has."
  }

  validation {
    condition     = alltrue([for topic in var.topics : contains([1024, 2048, 3072, 4096, 5120], topic.max_size_mb) || (var.sku == "Premium" && contains([10240, 20480, 40960, 81920], topic.max_size_mb))])
    error_message = "Choose 1024, 2048, 3072, 4096 or 5120 MB for a topic, in Premium also 10240, 20480, 40960 or 81920."
  }

  validation {
    condition     = alltrue([for topic in var.topics : topic.max_message_size_kb == null ? true : var.sku == "Premium" && topic.max_message_size_kb >= 1024 && topic.max_message_size_kb <= 102400])
    error_message = "Larger messages are for Premium: choose 1024 to 102400 KB there, or leave the field of the topic empty."
  }

  validation {
    condition     = alltrue([for time in concat([for topic in var.topics : topic.message_ttl], [for topic in var.topics : topic.duplicate_detection_window], [for subscription in flatten([for topic in var.topics : topic.subscriptions]) : subscription.message_ttl]) : time == null ? true : (can(regex("^P(?:[1-9]\\d*D)?(?:T(?:[1-9]\\d*H)?(?:[1-9]\\d*M)?(?:[1-9]\\d*S)?)?$", time)) && !contains(["P", "PT"], time) && !endswith(time, "T"))])
    error_message = "Write times of a topic as in ISO 8601, such as PT5M, PT12H or P14D."
  }

  validation {
    condition     = alltrue([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : can(regex("^PT(?:5M|(?:[1-4]M)?(?:[1-5]?[0-9]S)?)$", subscription.lock_duration)) && subscription.lock_duration != "PT" && subscription.max_delivery_count >= 1 && subscription.max_delivery_count <= 2000])
    error_message = "Lock messages of a subscription for at most PT5M and deliver them 1 to 2000 times."
  }

  validation {
    condition     = alltrue([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,48}[A-Za-z0-9])?$", subscription.name))]) && alltrue([for topic in var.topics : length(distinct([for subscription in topic.subscriptions : lower(subscription.name)])) == length(topic.subscriptions)])
    error_message = "Give each subscription of a topic a name of its own with up to 50 letters, digits, dots, dashes and underscores."
  }

  validation {
    condition     = alltrue(flatten([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : [for target in [subscription.forward_to, subscription.forward_dead_letters_to] : target == null ? true : contains(concat([for queue in var.queues : queue.name], tolist(var.collecting_queues)), target)]]))
    error_message = "Forward a subscription to a queue of this namespace: add it there first."
  }

  validation {
    condition     = alltrue([for rule in flatten([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : subscription.rules]) : (rule.sql == null) != (rule.subject == null && rule.correlation == null && length(rule.properties) == 0)])
    error_message = "Give each rule either SQL, or a subject, correlation id or properties."
  }

  validation {
    condition     = alltrue([for rule in flatten([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : subscription.rules]) : length(rule.name) >= 1 && length(rule.name) <= 50]) && alltrue([for subscription in flatten([for topic in var.topics : topic.subscriptions]) : length(distinct([for rule in subscription.rules : rule.name])) == length(subscription.rules)])
    error_message = "Give each rule of a subscription a name of its own with up to 50 characters."
  }

  validation {
    condition     = alltrue([for topic in var.topics : !(topic.ordering_enabled && topic.partitioning_enabled)])
    error_message = "A topic on several brokers cannot keep the order: turn one of the two off."
  }

  validation {
    condition     = length(var.topics) == 0 ? true : var.sku != "Basic"
    error_message = "Basic has queues only: choose Standard or Premium, or remove the topics."
  }

  validation {
    condition     = var.sku == "Premium" ? alltrue([for topic in var.topics : !topic.partitioning_enabled]) : true
    error_message = "Premium spreads the whole namespace instead of single topics: set its partitions."
  }
}

variable "trusted_services_allowed" {
  type        = bool
  description = "Let services of Azure that Microsoft trusts, such as Event Grid and Azure Monitor, pass the firewall of a Premium namespace."
  default     = false
  nullable    = false
}
