variable "name" {
  type        = string
  description = "Name of the workspace: 4 to 63 letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$", var.name))
    error_message = "Use 4 to 63 letters, digits and dashes for the name, without a dash at its ends."
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

variable "alert_emails" {
  type        = set(string)
  description = "Addresses that get a mail when the daily limit comes near and when it is reached."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ .]+$", address))])
    error_message = "Write each address as name@example.com."
  }

  validation {
    condition     = length(var.alert_emails) == 0 ? true : var.daily_quota_gb != null
    error_message = "There is nothing to warn about without a daily limit: set one, or remove the addresses."
  }
}

variable "allow_resource_only_permissions" {
  type        = bool
  description = "Let people who may see a resource see its logs too, without a role at the workspace."
  default     = true
  nullable    = false
}

variable "cmk_for_query_forced" {
  type        = bool
  description = "Keep saved searches and alert queries only in a storage account of your own, encrypted with your key."
  default     = false
  nullable    = false
}

variable "container_rule_enabled" {
  type        = bool
  description = "Make a data collection rule for clusters: what containers print, events and inventory."
  default     = false
  nullable    = false
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

variable "custom_tables" {
  type = list(object({
    name                    = string
    columns                 = map(string)
    plan                    = optional(string, "Analytics")
    retention_in_days       = optional(number)
    total_retention_in_days = optional(number)
  }))
  description = <<-EOT
    Tables for data of your own, filled through data collection rules. The column `TimeGenerated` is added.
    - `name` - letters, digits and underscores, ending in `_CL`.
    - `columns` - name and type of each column: `string`, `int`, `long`, `real`, `boolean`, `dateTime`, `guid` or `dynamic`.
    - `plan` - `Analytics`, or `Basic` for cheap logs that are seldom read.
    - `retention_in_days` - days in which queries are fast, with the plan Analytics.
    - `total_retention_in_days` - days altogether, the rest in the archive.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for table in var.custom_tables : can(regex("^[A-Za-z][A-Za-z0-9_]{0,59}_CL$", table.name))])
    error_message = "Name each table of your own with letters, digits and underscores, ending in _CL."
  }

  validation {
    condition     = length(distinct([for table in var.custom_tables : table.name])) == length(var.custom_tables)
    error_message = "Give every table of your own another name: two have the same."
  }

  validation {
    condition     = alltrue(flatten([for table in var.custom_tables : [for name, type in table.columns : can(regex("^[A-Za-z][A-Za-z0-9_]{0,44}$", name)) && name != "TimeGenerated" && contains(["string", "int", "long", "real", "boolean", "dateTime", "guid", "dynamic"], type)]]))
    error_message = "Name columns with letters, digits and underscores, except TimeGenerated, and give each a type such as string, int or dateTime."
  }

  validation {
    condition     = alltrue([for table in var.custom_tables : contains(["Analytics", "Basic"], table.plan)])
    error_message = "Choose Analytics or Basic as the plan of a table of your own."
  }

  validation {
    condition     = alltrue([for table in var.custom_tables : table.plan == "Basic" ? table.retention_in_days == null : true])
    error_message = "Tables with the plan Basic keep 30 days: leave the days of a table of your own empty, or choose Analytics."
  }

  validation {
    condition     = alltrue([for table in var.custom_tables : (table.retention_in_days == null ? true : table.retention_in_days >= 4 && table.retention_in_days <= 730) && (table.total_retention_in_days == null ? true : (table.total_retention_in_days >= 4 && table.total_retention_in_days <= 730 || contains([1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383], table.total_retention_in_days)) && table.total_retention_in_days >= coalesce(table.retention_in_days, 4))])
    error_message = "Keep a table of your own 4 to 730 days, altogether not shorter and up to 4383 days (whole years above 730)."
  }
}

variable "daily_quota_gb" {
  type        = number
  description = "Gigabytes a day after which no more is taken in until the next day, as a brake on cost. Null has no limit."
  default     = null

  validation {
    condition     = var.daily_quota_gb == null ? true : var.daily_quota_gb >= 0.023
    error_message = "Set the daily limit to at least 0.023 GB, or leave the field empty."
  }
}

variable "data_collection_endpoint_enabled" {
  type        = bool
  description = "Make an endpoint for agents and programs that send their own data. Agents need it when they come through a private link."
  default     = false
  nullable    = false
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the workspace, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the workspace is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "exports" {
  type = list(object({
    name                    = string
    destination_resource_id = string
    table_names             = set(string)
    enabled                 = optional(bool, true)
  }))
  description = <<-EOT
    Send tables on as they come in.
    - `name` - 4 to 63 letters, digits and dashes.
    - `destination_resource_id` - resource id of a storage account or an event hub.
    - `table_names` - tables to send, such as `Heartbeat`.
    - `enabled` - whether it runs.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for export in var.exports : can(regex("^[A-Za-z][A-Za-z0-9-]{2,61}[A-Za-z0-9]$", export.name))])
    error_message = "Name each export with 4 to 63 letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for export in var.exports : lower(export.destination_resource_id)])) == length(var.exports) && length(distinct([for export in var.exports : export.name])) == length(var.exports)
    error_message = "Give every export a name and a destination of its own."
  }

  validation {
    condition     = alltrue([for export in var.exports : can(regex("(?i)/providers/(?:Microsoft\\.Storage/storageAccounts|Microsoft\\.EventHub/namespaces)/[^/]+(?:/eventhubs/[^/]+)?$", export.destination_resource_id))])
    error_message = "Give the destination of an export by its full resource id, of a storage account or an event hub."
  }

  validation {
    condition     = alltrue([for export in var.exports : length(export.table_names) > 0])
    error_message = "Name at least one table for each export."
  }

  validation {
    condition     = length(var.exports) <= 10
    error_message = "A workspace takes at most 10 exports: join some."
  }
}

variable "immediate_data_purge_on_30_days_enabled" {
  type        = bool
  description = "Delete data for good right after 30 days, instead of some days later."
  default     = false
  nullable    = false

  validation {
    condition     = var.immediate_data_purge_on_30_days_enabled ? var.retention_in_days == 30 : true
    error_message = "Deleting right after 30 days needs a retention of 30 days: set it, or turn this off."
  }
}

variable "internet_ingestion_access_type" {
  type        = string
  description = "Whether one can send data over the internet, with a sign-in: `Enabled`, `Disabled` for private links only, or `SecuredByPerimeter` as a network security perimeter says. Diagnostic settings of Azure resources always get through."
  default     = "Enabled"
  nullable    = false

  validation {
    condition     = contains(["Enabled", "Disabled", "SecuredByPerimeter"], var.internet_ingestion_access_type)
    error_message = "Choose Enabled, Disabled or SecuredByPerimeter for sending data."
  }

  validation {
    condition     = var.internet_ingestion_access_type == "Disabled" ? var.private_link != null || var.private_link_scope_id != null : true
    error_message = "Without the internet agents need a private link: make one, or join one that is there."
  }
}

variable "internet_query_access_type" {
  type        = string
  description = "Whether one can run queries over the internet, with a sign-in: `Enabled`, `Disabled` for private links only, or `SecuredByPerimeter` as a network security perimeter says."
  default     = "Enabled"
  nullable    = false

  validation {
    condition     = contains(["Enabled", "Disabled", "SecuredByPerimeter"], var.internet_query_access_type)
    error_message = "Choose Enabled, Disabled or SecuredByPerimeter for queries."
  }

  validation {
    condition     = var.internet_query_access_type == "Disabled" ? var.private_link != null || var.private_link_scope_id != null : true
    error_message = "Without the internet queries need a private link: make one, or join one that is there."
  }
}

variable "local_authentication_enabled" {
  type        = bool
  description = "Allow the workspace's keys beside Microsoft Entra ID. Only old agents and Azure Container Instances need them."
  default     = false
  nullable    = false
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the workspace, kept as the tag `owner`."
  default     = null
}

variable "private_link" {
  type = object({
    subnet_id             = string
    private_dns_zone_ids  = optional(list(string), [])
    ingestion_access_mode = optional(string, "PrivateOnly")
    query_access_mode     = optional(string, "Open")
  })
  description = <<-EOT
    Make a private link scope with this workspace and its private endpoint. Null makes none.
    - `subnet_id` - resource id of the subnet that gets the addresses.
    - `private_dns_zone_ids` - resource ids of the private DNS zones `privatelink.monitor.azure.com`, `privatelink.oms.opinsights.azure.com`, `privatelink.ods.opinsights.azure.com`, `privatelink.agentsvc.azure-automation.net` and `privatelink.blob.core.windows.net`.
    - `ingestion_access_mode` - what else machines of that network may send to: `PrivateOnly` nothing, `Open` other workspaces too.
    - `query_access_mode` - what else they may query: `PrivateOnly` or `Open`.
  EOT
  default     = null

  validation {
    condition     = var.private_link == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_link.subnet_id))
    error_message = "Give the subnet of the private link by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_link == null ? true : alltrue([for id in var.private_link.private_dns_zone_ids : can(regex("(?i)/privateDnsZones/privatelink\\.[a-z.-]+$", id))])
    error_message = "Give each DNS zone of the private link by its full resource id, which ends in /privateDnsZones/privatelink.…"
  }

  validation {
    condition     = var.private_link == null ? true : contains(["PrivateOnly", "Open"], var.private_link.ingestion_access_mode) && contains(["PrivateOnly", "Open"], var.private_link.query_access_mode)
    error_message = "Choose PrivateOnly or Open for the private link."
  }
}

variable "private_link_scope_id" {
  type        = string
  description = "Resource id of a private link scope that is there already, which the workspace joins. Null joins none."
  default     = null

  validation {
    condition     = var.private_link_scope_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Insights/privateLinkScopes/[^/]+$", var.private_link_scope_id))
    error_message = "Give the private link scope by its full resource id: /subscriptions/…/Microsoft.Insights/privateLinkScopes/…"
  }

  validation {
    condition     = var.private_link_scope_id == null ? true : var.private_link == null
    error_message = "Either make a private link or join one that is there: remove one of the two."
  }
}

variable "query_audit_enabled" {
  type        = bool
  description = "Keep who ran which query, in the table `LAQueryLogs`."
  default     = true
  nullable    = false
}

variable "quota_alert_percent" {
  type        = number
  description = "Share of the daily limit at which the first mail is sent."
  default     = 80
  nullable    = false

  validation {
    condition     = var.quota_alert_percent >= 10 && var.quota_alert_percent <= 99 && floor(var.quota_alert_percent) == var.quota_alert_percent
    error_message = "Warn at 10 to 99 percent of the daily limit."
  }
}

variable "reservation_capacity_in_gb_per_day" {
  type        = number
  description = "Gigabytes a day that you pay for in advance, at a discount. Null pays for what comes in."
  default     = null

  validation {
    condition     = var.reservation_capacity_in_gb_per_day == null ? true : contains([100, 200, 300, 400, 500, 1000, 2000, 5000, 10000, 25000, 50000], var.reservation_capacity_in_gb_per_day)
    error_message = "Reserve 100, 200, 300, 400, 500, 1000, 2000, 5000, 10000, 25000 or 50000 GB a day."
  }

  validation {
    condition     = (var.sku == "CapacityReservation") == (var.reservation_capacity_in_gb_per_day != null)
    error_message = "A reservation needs the price class CapacityReservation, and that class a reservation: set both or neither."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the workspace. Null names a new one after the workspace."
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

variable "retention_in_days" {
  type        = number
  description = "Days for which data can be queried, 30 to 730. The first 31 are free."
  default     = 30
  nullable    = false

  validation {
    condition     = var.retention_in_days >= 30 && var.retention_in_days <= 730
    error_message = "Keep data for 30 to 730 days; single tables can keep it longer."
  }

  validation {
    condition     = floor(var.retention_in_days) == var.retention_in_days
    error_message = "Give the retention in whole days."
  }
}

variable "saved_searches" {
  type = list(object({
    name           = string
    display_name   = string
    category       = optional(string, "Team")
    query          = string
    function_alias = optional(string)
  }))
  description = <<-EOT
    Queries that everybody finds in the workspace.
    - `name` - letters, digits and dashes.
    - `display_name` - what people see.
    - `category` - under which heading.
    - `query` - the query, in KQL.
    - `function_alias` - name under which other queries use it.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for search in var.saved_searches : can(regex("^[A-Za-z0-9-]{1,80}$", search.name))])
    error_message = "Name each saved search with letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for search in var.saved_searches : search.name])) == length(var.saved_searches)
    error_message = "Give every saved search a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for search in var.saved_searches : length(trimspace(search.query)) > 0 && (search.function_alias == null ? true : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", search.function_alias)))])
    error_message = "Give each saved search a query, and functions a name of letters, digits and underscores."
  }
}

variable "sku" {
  type        = string
  description = "`PerGB2018` pays for what comes in; `CapacityReservation` pays in advance from 100 GB a day."
  default     = "PerGB2018"
  nullable    = false

  validation {
    condition     = contains(["PerGB2018", "CapacityReservation"], var.sku)
    error_message = "Choose PerGB2018 or CapacityReservation as the price class."
  }
}

variable "tables" {
  type = list(object({
    name                    = string
    plan                    = optional(string, "Analytics")
    retention_in_days       = optional(number)
    total_retention_in_days = optional(number)
  }))
  description = <<-EOT
    Tables of Azure that are kept otherwise than the rest.
    - `name` - name of the table, such as `AppTraces`.
    - `plan` - `Analytics`, or `Basic` for cheap logs that are seldom read.
    - `retention_in_days` - days in which queries are fast, with the plan Analytics.
    - `total_retention_in_days` - days altogether, the rest in the archive: up to 730, or 1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018 or 4383.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for table in var.tables : can(regex("^[A-Z][A-Za-z0-9_]{1,62}$", table.name)) && !endswith(table.name, "_CL")])
    error_message = "Write the name of each table as Azure does, such as AppTraces; tables of your own have a field of their own."
  }

  validation {
    condition     = length(distinct([for table in var.tables : table.name])) == length(var.tables)
    error_message = "Name each table once."
  }

  validation {
    condition     = alltrue([for table in var.tables : contains(["Analytics", "Basic"], table.plan)])
    error_message = "Choose Analytics or Basic as the plan of a table."
  }

  validation {
    condition     = alltrue([for table in var.tables : table.plan == "Basic" ? table.retention_in_days == null : true])
    error_message = "Tables with the plan Basic keep 30 days: leave the days empty, or choose Analytics."
  }

  validation {
    condition     = alltrue([for table in var.tables : table.retention_in_days == null ? true : table.retention_in_days >= 4 && table.retention_in_days <= 730])
    error_message = "Keep a table for 4 to 730 days; the total may be longer."
  }

  validation {
    condition     = alltrue([for table in var.tables : table.total_retention_in_days == null ? true : (table.total_retention_in_days >= 4 && table.total_retention_in_days <= 730 || contains([1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383], table.total_retention_in_days)) && table.total_retention_in_days >= coalesce(table.retention_in_days, 4)])
    error_message = "Let the total be at least the days of fast queries: up to 730, or 1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018 or 4383."
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

variable "virtual_machine_rule" {
  type = object({
    performance_interval_seconds = optional(number, 60)
    syslog_facilities            = optional(set(string), ["auth", "authpriv", "cron", "daemon", "kern", "syslog"])
    syslog_level                 = optional(string, "Warning")
    windows_event_logs           = optional(set(string), ["Application", "System"])
    windows_event_level          = optional(string, "Warning")
  })
  description = <<-EOT
    Make a data collection rule for machines. Null makes none.
    - `performance_interval_seconds` - how often processor, memory, disks and network are measured.
    - `syslog_facilities` - parts of the Linux system log.
    - `syslog_level` - least important entries of it: `Debug`, `Info`, `Notice`, `Warning`, `Error`, `Critical`, `Alert` or `Emergency`.
    - `windows_event_logs` - event logs of Windows.
    - `windows_event_level` - least important entries of them: `Information`, `Warning`, `Error` or `Critical`.
  EOT
  default     = null

  validation {
    condition     = var.virtual_machine_rule == null ? true : var.virtual_machine_rule.performance_interval_seconds >= 10 && var.virtual_machine_rule.performance_interval_seconds <= 1800 && floor(var.virtual_machine_rule.performance_interval_seconds) == var.virtual_machine_rule.performance_interval_seconds
    error_message = "Measure machines every 10 to 1800 seconds."
  }

  validation {
    condition     = var.virtual_machine_rule == null ? true : length(setsubtract(var.virtual_machine_rule.syslog_facilities, ["alert", "audit", "auth", "authpriv", "clock", "cron", "daemon", "ftp", "kern", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7", "lpr", "mail", "mark", "news", "nopri", "ntp", "syslog", "user", "uucp"])) == 0
    error_message = "Choose parts of the system log that exist, such as auth, cron or kern."
  }

  validation {
    condition     = var.virtual_machine_rule == null ? true : contains(["Debug", "Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency"], var.virtual_machine_rule.syslog_level)
    error_message = "Choose a level of the system log from Debug to Emergency."
  }

  validation {
    condition     = var.virtual_machine_rule == null ? true : contains(["Information", "Warning", "Error", "Critical"], var.virtual_machine_rule.windows_event_level) && alltrue([for name in var.virtual_machine_rule.windows_event_logs : can(regex("^[A-Za-z0-9 /_-]+$", name))])
    error_message = "Write event logs by their names, such as System, and choose Information, Warning, Error or Critical as the level."
  }
}

variable "workspace_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "Log Analytics Reader")
  }))
  description = <<-EOT
    Who may use the data.
    - `principal_id` - object id of a person, group or identity in Microsoft Entra ID.
    - `role` - what they may do, such as `Log Analytics Reader`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.workspace_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give the object id from Microsoft Entra ID, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = length(distinct([for grant in var.workspace_access : "${grant.principal_id} ${grant.role}"])) == length(var.workspace_access)
    error_message = "The same role is given twice to the same person or program: remove one of the two."
  }

  validation {
    condition     = alltrue([for grant in var.workspace_access : startswith(grant.role, "Log Analytics ") || startswith(grant.role, "Monitoring ")])
    error_message = "Choose a role for logs, such as Log Analytics Reader; wider ones such as Owner do not belong here."
  }
}
