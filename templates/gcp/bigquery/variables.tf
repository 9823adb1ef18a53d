variable "name" {
  type        = string
  description = "Name of the dataset, by which queries find its tables: letters, digits and underscores."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_]*$", var.name)) && length(var.name) <= 300
    error_message = "Use letters, digits and underscores for the name, at most 300, beginning with a letter; dashes are not allowed."
  }
}

variable "location" {
  type        = string
  description = "Where the data lives: `EU`, `US` or a region. A query can only join data of one place, and it cannot be changed later."
  nullable    = false

  validation {
    condition     = can(regex("^(?:EU|US|[a-z]+-[a-z]+[0-9]+)$", var.location))
    error_message = "Choose EU, US or a region such as europe-west1."
  }
}

variable "case_insensitive_enabled" {
  type        = bool
  description = "Take the names of tables in upper and lower case as the same."
  default     = false
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "default_collation" {
  type        = string
  description = "How text in new tables is compared: empty by its bytes, `und:ci` without regard to upper and lower case."
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "und:ci"], var.default_collation)
    error_message = "Leave the collation empty, or choose und:ci."
  }
}

variable "default_partition_expiration_days" {
  type        = number
  description = "Days after which partitions of new tables are deleted, unless the table says otherwise. Null keeps them."
  default     = null

  validation {
    condition     = var.default_partition_expiration_days == null ? true : var.default_partition_expiration_days >= 1 && floor(var.default_partition_expiration_days) == var.default_partition_expiration_days
    error_message = "Delete partitions after whole days, one or more, or leave the field empty."
  }
}

variable "default_table_expiration_days" {
  type        = number
  description = "Days after which new tables are deleted with all their data. Null keeps them."
  default     = null

  validation {
    condition     = var.default_table_expiration_days == null ? true : var.default_table_expiration_days >= 1 && floor(var.default_table_expiration_days) == var.default_table_expiration_days
    error_message = "Delete tables after whole days, one or more, or leave the field empty."
  }
}

variable "delete_contents_on_destroy" {
  type        = bool
  description = "Let a destroy run delete tables too that others made in the dataset. Without it such a run stops."
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete or to build anew a table, in destroy runs too, unless the table says otherwise."
  default     = true
  nullable    = false
}

variable "description" {
  type        = string
  description = "What the data is about, for those who find the dataset."
  default     = null

  validation {
    condition     = var.description == null ? true : length(var.description) <= 16384
    error_message = "Shorten the description to 16384 characters."
  }
}

variable "environment" {
  type        = string
  description = "What the dataset is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "friendly_name" {
  type        = string
  description = "Name for people, shown beside the name of the dataset."
  default     = null
}

variable "iam_members" {
  type = list(object({
    member = string
    role   = optional(string, "roles/bigquery.dataViewer")
  }))
  description = <<-EOT
    Who may use the data, besides those who have rights on the project. Running queries takes `roles/bigquery.jobUser` on a project, too.
    - `member` - `user:`, `group:`, `serviceAccount:`, `domain:` or `principalSet:` and a name, such as `group:data@example.com`.
    - `role` - role, such as `roles/bigquery.dataViewer` (read), `roles/bigquery.dataEditor` (write) or `roles/bigquery.dataOwner`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", grant.member))])
    error_message = "Write each member with its kind, such as group:data@example.com; everybody is not allowed."
  }

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", grant.role))])
    error_message = "Write each role with its prefix, such as roles/bigquery.dataViewer."
  }

  validation {
    condition     = length(distinct([for grant in var.iam_members : "${grant.role} ${grant.member}"])) == length(var.iam_members)
    error_message = "Name each member once for the same role: one is listed twice."
  }
}

variable "kms_key_name" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts new tables: `projects/…/locations/…/keyRings/…/cryptoKeys/…`, for `EU` in `europe`, for `US` in `us`, else in the same region. BigQuery gets the right to use it. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.kms_key_name == null ? true : strcontains(lower(var.kms_key_name), "/locations/${var.location == "EU" ? "europe" : lower(var.location)}/")
    error_message = "Choose a key where the data is: in europe for EU, in us for US, else in the region of the dataset."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels for everything that can have them: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "max_time_travel_hours" {
  type        = number
  description = "Hours for which changed and deleted data can be read as it was: 48 to 168 in whole days."
  default     = 168
  nullable    = false

  validation {
    condition     = contains([48, 72, 96, 120, 144, 168], var.max_time_travel_hours)
    error_message = "Choose 48, 72, 96, 120, 144 or 168 hours."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the dataset, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the dataset. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "routines" {
  type = map(object({
    type        = optional(string, "SCALAR_FUNCTION")
    language    = optional(string, "SQL")
    body        = string
    return_type = optional(string)
    description = optional(string)
    arguments = optional(list(object({
      name      = string
      data_type = string
      mode      = optional(string)
    })), [])
  }))
  description = <<-EOT
    Functions and procedures by name.
    - `type` - `SCALAR_FUNCTION`, `TABLE_VALUED_FUNCTION` or `PROCEDURE`.
    - `language` - `SQL`, for scalar functions also `JAVASCRIPT`.
    - `body` - the expression, query, statements or script, without `CREATE`.
    - `return_type` - type of the result, such as `STRING`; JavaScript needs it, SQL finds out.
    - `description` - what it does.
    - `arguments` - what it is called with: `name`, `data_type` such as `INT64` (or JSON of a structured type), and for procedures `mode` `IN`, `OUT` or `INOUT`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name, routine in var.routines : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name)) && length(name) <= 256])
    error_message = "Name each routine with letters, digits and underscores, at most 256."
  }

  validation {
    condition     = alltrue([for routine in values(var.routines) : contains(["SCALAR_FUNCTION", "TABLE_VALUED_FUNCTION", "PROCEDURE"], routine.type)])
    error_message = "Choose SCALAR_FUNCTION, TABLE_VALUED_FUNCTION or PROCEDURE as the type of a routine."
  }

  validation {
    condition     = alltrue([for routine in values(var.routines) : contains(["SQL", "JAVASCRIPT"], routine.language)])
    error_message = "Choose SQL or JAVASCRIPT as the language of a routine."
  }

  validation {
    condition     = alltrue([for routine in values(var.routines) : routine.language == "JAVASCRIPT" ? routine.type == "SCALAR_FUNCTION" && routine.return_type != null : true])
    error_message = "JavaScript is for scalar functions, and needs the type of the result: give it, or choose SQL."
  }

  validation {
    condition     = alltrue([for routine in values(var.routines) : alltrue([for argument in routine.arguments : argument.mode == null ? true : routine.type == "PROCEDURE" && contains(["IN", "OUT", "INOUT"], argument.mode)])])
    error_message = "Only arguments of procedures have a mode: IN, OUT or INOUT."
  }

  validation {
    condition     = alltrue(flatten([for routine in values(var.routines) : [for text in concat([for argument in routine.arguments : argument.data_type], [coalesce(routine.return_type, "STRING")]) : can(jsondecode(text).typeKind) ? true : can(regex("^[A-Z][A-Z0-9]*$", text))]]))
    error_message = "Write types in capitals, such as INT64 or STRING, structured ones as JSON with a typeKind."
  }
}

variable "storage_billing_model" {
  type        = string
  description = "What storage is billed by: `LOGICAL` (size of the data, time travel included) or `PHYSICAL` (compressed size, time travel billed as well). It can be changed once in 14 days."
  default     = "LOGICAL"
  nullable    = false

  validation {
    condition     = contains(["LOGICAL", "PHYSICAL"], var.storage_billing_model)
    error_message = "Choose LOGICAL or PHYSICAL as what storage is billed by."
  }
}

variable "tables" {
  type = map(object({
    schema                   = string
    description              = optional(string)
    clustering               = optional(list(string), [])
    require_partition_filter = optional(bool, false)
    deletion_protection      = optional(bool)
    primary_key              = optional(list(string), [])
    time_partitioning = optional(object({
      type            = optional(string, "DAY")
      field           = optional(string)
      expiration_days = optional(number)
    }))
    range_partitioning = optional(object({
      field    = string
      start    = number
      end      = number
      interval = number
    }))
  }))
  description = <<-EOT
    Tables by name, made empty.
    - `schema` - columns as JSON: a list of objects with `name`, `type` and, if wanted, `mode` and `description`.
    - `description` - what is in it.
    - `clustering` - up to four columns by which rows are kept together, the most used in filters first.
    - `require_partition_filter` - refuse queries that would read all partitions.
    - `deletion_protection` - refuse to delete this table. Null takes the dataset's setting.
    - `primary_key` - columns that identify a row; BigQuery does not check it, but plans better queries.
    - `time_partitioning` - split by time: `type` is `HOUR`, `DAY`, `MONTH` or `YEAR`; `field` a column (null is the time of arrival); `expiration_days` deletes old partitions.
    - `range_partitioning` - split by a whole number instead: `field`, `start` (included), `end` (not included), `interval`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name, table in var.tables : can(regex("^[\\p{L}\\p{N}_][-\\p{L}\\p{N}_ ]*$", name)) && length(name) <= 300])
    error_message = "Name each table with letters, digits, dashes and underscores, at most 300."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : can(regex("^\\s*\\[", table.schema)) && can([for column in jsondecode(table.schema) : [column.name, column.type]])])
    error_message = "Write the columns as a JSON list of objects with name and type, such as [{\"name\": \"id\", \"type\": \"STRING\"}]."
  }

  validation {
    condition = alltrue(flatten([for table in values(var.tables) : [for column in try(jsondecode(table.schema), []) : contains([
      "STRING", "BYTES", "INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOLEAN", "BOOL", "TIMESTAMP", "DATE",
      "TIME", "DATETIME", "GEOGRAPHY", "JSON", "RECORD", "STRUCT", "INTERVAL", "RANGE",
    ], upper(try(column.type, "STRING")))]]))
    error_message = "Choose a type that BigQuery knows for each column, such as STRING, INTEGER, NUMERIC, TIMESTAMP or RECORD."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.time_partitioning == null || table.range_partitioning == null])
    error_message = "Split a table by time or by a number, not by both."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.require_partition_filter ? table.time_partitioning != null || table.range_partitioning != null : true])
    error_message = "Only a table with partitions can require a filter for them: split it, or require none."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.time_partitioning == null ? true : contains(["HOUR", "DAY", "MONTH", "YEAR"], table.time_partitioning.type)])
    error_message = "Choose HOUR, DAY, MONTH or YEAR as the length of a partition."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.time_partitioning == null ? true : table.time_partitioning.field == null ? true : length([
      for column in try(jsondecode(table.schema), []) : column
      if try(column.name, "") == table.time_partitioning.field && contains(table.time_partitioning.type == "HOUR" ? ["TIMESTAMP", "DATETIME"] : ["TIMESTAMP", "DATETIME", "DATE"], upper(try(column.type, "")))
    ]) == 1])
    error_message = "Split by a column of the table of type TIMESTAMP, DATETIME or, unless by the hour, DATE."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.time_partitioning == null ? true : table.time_partitioning.expiration_days == null ? true : table.time_partitioning.expiration_days > 0])
    error_message = "Delete old partitions after more than 0 days, or leave the field empty."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.range_partitioning == null ? true : length([
      for column in try(jsondecode(table.schema), []) : column
      if try(column.name, "") == table.range_partitioning.field && contains(["INTEGER", "INT64"], upper(try(column.type, "")))
    ]) == 1])
    error_message = "Split by a column of the table of type INTEGER."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.range_partitioning == null ? true :
      table.range_partitioning.interval >= 1 && table.range_partitioning.end > table.range_partitioning.start && (table.range_partitioning.end - table.range_partitioning.start) <= 10000 * table.range_partitioning.interval
    ])
    error_message = "Let the range end after its start, with an interval of 1 or more that makes at most 10000 partitions."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : length(table.clustering) <= 4 && length(setsubtract(concat(table.clustering, table.primary_key), [for column in try(jsondecode(table.schema), []) : try(column.name, "")])) == 0])
    error_message = "Keep rows together by at most four columns, and name only columns of the table there and in the primary key."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "views" {
  type = map(object({
    query           = string
    description     = optional(string)
    materialized    = optional(bool, false)
    refresh_minutes = optional(number, 30)
  }))
  description = <<-EOT
    Queries that are read like tables, by name. They may use tables, routines and materialised views of the dataset, not other views that are made at the same time.
    - `query` - the query in standard SQL, with full names of tables.
    - `description` - what it shows.
    - `materialized` - keep the result and refresh it, which is faster and cheaper for sums that many ask for. A change of the query makes it anew.
    - `refresh_minutes` - shortest time between refreshes, 1 to 10080.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name, view in var.views : can(regex("^[\\p{L}\\p{N}_][-\\p{L}\\p{N}_ ]*$", name)) && length(name) <= 300])
    error_message = "Name each view with letters, digits, dashes and underscores, at most 300."
  }

  validation {
    condition     = length(setintersection(keys(var.tables), keys(var.views))) == 0
    error_message = "Give views other names than tables."
  }

  validation {
    condition     = alltrue([for view in values(var.views) : can(regex("(?is)^[\\s(]*(?:select|with|from)\\b", view.query))])
    error_message = "Write the query of a view in standard SQL, beginning with SELECT, WITH or FROM."
  }

  validation {
    condition     = alltrue([for view in values(var.views) : view.refresh_minutes >= 1 && view.refresh_minutes <= 10080])
    error_message = "Refresh a materialised view every 1 to 10080 minutes."
  }
}
