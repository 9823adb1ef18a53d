variable "name" {
  type        = string
  description = "Name of the instance. A deleted instance keeps its name for a week."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 40 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "region" {
  type        = string
  description = "Region of the instance, such as `europe-west1`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write the region as Google does, such as europe-west1."
  }
}

variable "allocated_range_name" {
  type        = string
  description = "Name of the range of the network that the private address is taken from. Null takes any range for services."
  default     = null

  validation {
    condition     = var.allocated_range_name == null ? true : var.network != null
    error_message = "A range can only be named in an existing network: choose the network, or leave this empty."
  }
}

variable "authorized_networks" {
  type        = map(string)
  description = "Networks that may connect to the public address directly, by a name for each, such as `office` = `203.0.113.0/24`. Connectors need none."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.authorized_networks : can(cidrhost(cidr, 0))])
    error_message = "Write each network as a CIDR range, such as 203.0.113.0/24, or 203.0.113.7/32 for a single address."
  }

  validation {
    condition     = alltrue([for cidr in var.authorized_networks : !can(regex("/[0-7]$", cidr))])
    error_message = "Opening a database to the whole internet is not allowed: name your own network, such as 203.0.113.0/24."
  }

  validation {
    condition     = length(var.authorized_networks) == 0 ? true : var.connection == "public"
    error_message = "Only a public address has networks that may connect: choose the connection public, or remove them."
  }

  validation {
    condition     = length(var.authorized_networks) == 0 ? true : !var.connectors_required
    error_message = "Networks connect directly, which is refused while connectors are required: turn that off, or remove the networks."
  }
}

variable "availability_type" {
  type        = string
  description = "`REGIONAL` keeps a copy in another zone that takes over by itself, at twice the price; `ZONAL` does not."
  default     = "REGIONAL"
  nullable    = false

  validation {
    condition     = contains(["REGIONAL", "ZONAL"], var.availability_type)
    error_message = "Choose REGIONAL or ZONAL as the availability."
  }

  validation {
    condition     = var.availability_type == "REGIONAL" ? var.backups_enabled && var.point_in_time_recovery_enabled : true
    error_message = "A copy in another zone needs backups and point-in-time recovery: turn both on, or choose ZONAL."
  }
}

variable "backup_location" {
  type        = string
  description = "Where backups are kept, a region or `us`, `eu`, `asia`. Null takes the continent of the instance."
  default     = null

  validation {
    condition     = var.backup_location == null ? true : can(regex("^(?:us|eu|asia|[a-z]+-[a-z]+[0-9]+)$", var.backup_location))
    error_message = "Keep backups in us, eu, asia or a region such as europe-west1."
  }
}

variable "backup_start_time" {
  type        = string
  description = "Time of day (UTC) from which the daily backup is made."
  default     = "03:00"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_start_time))
    error_message = "Write the time of day as hours and minutes, such as 03:00."
  }
}

variable "backups_enabled" {
  type        = bool
  description = "Make a backup every day."
  default     = true
  nullable    = false
}

variable "backups_kept_after_deletion" {
  type        = bool
  description = "Keep the backups when the instance is deleted."
  default     = true
  nullable    = false
}

variable "connection" {
  type        = string
  description = "How the instance is reached: `private`, an address in a network; `psc`, endpoints of Private Service Connect in any network; `public`, a public address, for connectors or the networks that you name."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "psc", "public"], var.connection)
    error_message = "Choose private, psc or public as the connection."
  }
}

variable "connectors_required" {
  type        = bool
  description = "Let only Cloud SQL's proxy and connectors in, which check rights and encrypt. Off, programs may connect directly, encrypted too."
  default     = true
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "create_private_service_access" {
  type        = bool
  description = "Reserve a range for services in the existing network and connect them. Off when the network has one, which it can have once only."
  default     = false
  nullable    = false

  validation {
    condition     = var.create_private_service_access ? var.network != null && var.connection == "private" : true
    error_message = "A new network gets its range anyway: turn this on only for an existing network and a private connection."
  }
}

variable "credential_min_length" {
  type        = number
  description = "Fewest characters of a password of MySQL or PostgreSQL; it also needs letters, digits and others, and not the user's name."
  default     = 12
  nullable    = false

  validation {
    condition     = var.credential_min_length >= 8 && var.credential_min_length <= 64 && floor(var.credential_min_length) == var.credential_min_length
    error_message = "Ask for 8 to 64 characters."
  }
}

variable "data_cache_enabled" {
  type        = bool
  description = "Keep often read data on fast local disks; Enterprise Plus only."
  default     = false
  nullable    = false

  validation {
    condition     = var.data_cache_enabled ? var.edition == "ENTERPRISE_PLUS" : true
    error_message = "The data cache comes with Enterprise Plus: choose that edition, or turn the cache off."
  }
}

variable "database_flags" {
  type        = map(string)
  description = "Flags of the engine, such as `max_connections` = `200`. Some restart the instance. PostgreSQL logs connections, checkpoints and waiting for locks, and MySQL loads no files of clients, unless a flag here says otherwise."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.database_flags) : can(regex("^[a-z][a-z0-9_.() ]*$", name))])
    error_message = "Write each flag as the engine does, such as max_connections."
  }

  validation {
    condition     = length(setintersection(keys(var.database_flags), ["cloudsql.iam_authentication", "cloudsql_iam_authentication"])) == 0
    error_message = "Sign-in with Google accounts is a switch of its own: remove that flag."
  }
}

variable "database_version" {
  type        = string
  description = "Engine and version. A newer major version can be chosen later; it means an interruption."
  default     = "POSTGRES_17"
  nullable    = false

  validation {
    condition     = contains(["POSTGRES_18", "POSTGRES_17", "POSTGRES_16", "POSTGRES_15", "POSTGRES_14", "MYSQL_8_4", "MYSQL_8_0", "SQLSERVER_2022_STANDARD", "SQLSERVER_2022_ENTERPRISE", "SQLSERVER_2022_WEB", "SQLSERVER_2022_EXPRESS", "SQLSERVER_2019_STANDARD", "SQLSERVER_2019_ENTERPRISE", "SQLSERVER_2019_WEB", "SQLSERVER_2019_EXPRESS"], var.database_version)
    error_message = "Choose one of the versions offered, such as POSTGRES_17, MYSQL_8_4 or SQLSERVER_2022_STANDARD."
  }
}

variable "databases" {
  type = map(object({
    charset   = optional(string)
    collation = optional(string)
  }))
  description = <<-EOT
    Databases by name.
    - `charset` - characters, such as `UTF8` (PostgreSQL) or `utf8mb4` (MySQL). Null takes the engine's.
    - `collation` - order of characters, such as `en_US.UTF8`. Null takes the engine's.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.databases) : can(regex("^[A-Za-z_][-A-Za-z0-9_]{0,62}$", name))])
    error_message = "Name each database with letters, digits, dashes and underscores, at most 63, such as orders."
  }

  validation {
    condition     = length(setintersection([for name in keys(var.databases) : lower(name)], ["postgres", "template0", "template1", "cloudsqladmin", "mysql", "sys", "information_schema", "performance_schema", "master", "model", "msdb", "tempdb"])) == 0
    error_message = "This name belongs to the engine: choose another name for the database."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the instance until this is turned off again, in the portal's destroy runs and in the console. Null protects production only."
  default     = null
}

variable "deny_maintenance_period" {
  type = object({
    start_date = string
    end_date   = string
  })
  description = <<-EOT
    Up to 90 days without maintenance. Null is without.
    - `start_date` - first day, `2026-11-15`, or every year as `11-15`.
    - `end_date` - last day, in the same form.
  EOT
  default     = null

  validation {
    condition     = var.deny_maintenance_period == null ? true : alltrue([for date in values(var.deny_maintenance_period) : can(regex("^(?:[0-9]{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$", date))])
    error_message = "Write each day as 2026-11-15, or every year as 11-15."
  }

  validation {
    condition     = var.deny_maintenance_period == null ? true : length(var.deny_maintenance_period.start_date) == length(var.deny_maintenance_period.end_date)
    error_message = "Write both days with the year, or both without."
  }
}

variable "disk_autoresize_enabled" {
  type        = bool
  description = "Let the disk grow by itself from 10 GB on; it never shrinks."
  default     = true
  nullable    = false
}

variable "disk_autoresize_limit_gb" {
  type        = number
  description = "Size in GB beyond which the disk does not grow by itself. 0 is no limit."
  default     = 500
  nullable    = false

  validation {
    condition     = var.disk_autoresize_limit_gb == 0 || (var.disk_autoresize_limit_gb >= 10 && var.disk_autoresize_limit_gb <= 65536 && floor(var.disk_autoresize_limit_gb) == var.disk_autoresize_limit_gb)
    error_message = "Set the limit to 10 to 65536 whole GB, or to 0 for none."
  }
}

variable "disk_size_gb" {
  type        = number
  description = "Size of a disk in GB that does not grow by itself. It can be made larger later, never smaller."
  default     = 50
  nullable    = false

  validation {
    condition     = var.disk_size_gb >= 10 && var.disk_size_gb <= 65536 && floor(var.disk_size_gb) == var.disk_size_gb
    error_message = "Set the disk to 10 to 65536 whole GB."
  }
}

variable "disk_type" {
  type        = string
  description = "`PD_SSD`, or `PD_HDD`, cheaper and slow."
  default     = "PD_SSD"
  nullable    = false

  validation {
    condition     = contains(["PD_SSD", "PD_HDD"], var.disk_type)
    error_message = "Choose PD_SSD or PD_HDD as the disk."
  }

  validation {
    condition     = var.disk_type == "PD_HDD" ? var.edition == "ENTERPRISE" : true
    error_message = "Enterprise Plus only has fast disks: choose PD_SSD."
  }
}

variable "edition" {
  type        = string
  description = "`ENTERPRISE`, or `ENTERPRISE_PLUS` with faster machines, shorter interruptions and 35 days of point-in-time recovery."
  default     = "ENTERPRISE"
  nullable    = false

  validation {
    condition     = contains(["ENTERPRISE", "ENTERPRISE_PLUS"], var.edition)
    error_message = "Choose ENTERPRISE or ENTERPRISE_PLUS as the edition."
  }

  validation {
    condition     = var.edition == "ENTERPRISE_PLUS" && startswith(var.database_version, "SQLSERVER") ? endswith(var.database_version, "_ENTERPRISE") : true
    error_message = "For SQL Server, Enterprise Plus needs SQL Server Enterprise: choose that version, or the edition ENTERPRISE."
  }
}

variable "encryption_key" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts the data: `projects/…/locations/…/keyRings/…/cryptoKeys/…`, in the region of the instance. Cloud SQL gets the right to use it. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.encryption_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption_key))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.encryption_key == null ? true : strcontains(var.encryption_key, "/locations/${var.region}/")
    error_message = "Choose a key in the region of the instance."
  }
}

variable "environment" {
  type        = string
  description = "What the instance is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "final_backup_retention_days" {
  type        = number
  description = "Days for which a last backup is kept that is made when the instance is deleted. Null makes none."
  default     = null

  validation {
    condition     = var.final_backup_retention_days == null ? true : var.final_backup_retention_days >= 1 && var.final_backup_retention_days <= 365 && floor(var.final_backup_retention_days) == var.final_backup_retention_days
    error_message = "Keep the last backup for 1 to 365 whole days, or leave it empty."
  }
}

variable "iam_authentication_enabled" {
  type        = bool
  description = "Let people and programs sign in to MySQL or PostgreSQL with their Google account instead of a password."
  default     = true
  nullable    = false
}

variable "labels" {
  type        = map(string)
  description = "More labels of the instance: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "maintenance_day" {
  type        = number
  description = "Day of the week on which Google may maintain the instance: 1 is Monday, 7 Sunday."
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4, 5, 6, 7], var.maintenance_day)
    error_message = "Choose a day from 1 (Monday) to 7 (Sunday)."
  }
}

variable "maintenance_hour" {
  type        = number
  description = "Hour (UTC) from which Google may maintain the instance."
  default     = 4
  nullable    = false

  validation {
    condition     = var.maintenance_hour >= 0 && var.maintenance_hour <= 23 && floor(var.maintenance_hour) == var.maintenance_hour
    error_message = "Choose an hour from 0 to 23."
  }
}

variable "maintenance_track" {
  type        = string
  description = "How soon updates come: `canary` first, `stable` a week later, `week5` five weeks later."
  default     = "stable"
  nullable    = false

  validation {
    condition     = contains(["canary", "stable", "week5"], var.maintenance_track)
    error_message = "Choose canary, stable or week5."
  }
}

variable "network" {
  type        = string
  description = "Existing network for the private address: `projects/<project>/global/networks/<name>`. It needs a range for services. Null creates a network."
  default     = null

  validation {
    condition     = var.network == null ? true : can(regex("^projects/[^/]+/global/networks/[^/]+$", var.network))
    error_message = "Write the network as projects/<project>/global/networks/<name>."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the instance, kept as the label `owner`."
  default     = null
}

variable "point_in_time_recovery_enabled" {
  type        = bool
  description = "Be able to bring the data of any moment back, by logs that are kept beside the backups."
  default     = true
  nullable    = false
}

variable "project_id" {
  type        = string
  description = "Project that holds the instance. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "psc_allowed_projects" {
  type        = set(string)
  description = "Projects that may make endpoints of Private Service Connect to the instance, by their ids."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for project in var.psc_allowed_projects : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", project))])
    error_message = "Give each project by its id: 6 to 30 lowercase letters, digits and dashes."
  }

  validation {
    condition     = var.connection == "psc" ? length(var.psc_allowed_projects) > 0 : true
    error_message = "Name at least one project that may make endpoints."
  }
}

variable "query_insights_enabled" {
  type        = bool
  description = "Show which queries take the time. Addresses of clients are not kept."
  default     = true
  nullable    = false
}

variable "read_replicas" {
  type = map(object({
    region            = optional(string)
    tier              = optional(string)
    zone              = optional(string)
    availability_type = optional(string, "ZONAL")
    encryption_key    = optional(string)
  }))
  description = <<-EOT
    Copies to read from, by name; each is called `<instance>-<name>`.
    - `region` - its region. Null takes that of the instance.
    - `tier` - its machine, not smaller than the instance's. Null takes the same.
    - `zone` - its zone. Null lets Google choose.
    - `availability_type` - `ZONAL` or `REGIONAL`.
    - `encryption_key` - key of your own in its region; needed for another region when the instance has one.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.read_replicas) : can(regex("^[a-z0-9](?:[-a-z0-9]{0,18}[a-z0-9])?$", name))])
    error_message = "Name each replica with 1 to 20 lowercase letters, digits and dashes, such as reports."
  }

  validation {
    condition     = length(var.read_replicas) == 0 ? true : var.backups_enabled && var.point_in_time_recovery_enabled
    error_message = "Replicas need backups and point-in-time recovery: turn both on."
  }

  validation {
    condition     = length(var.read_replicas) > 0 && startswith(var.database_version, "SQLSERVER") ? endswith(var.database_version, "_ENTERPRISE") : true
    error_message = "Only SQL Server Enterprise has replicas: choose that version, or remove the replicas."
  }

  validation {
    condition     = alltrue([for replica in var.read_replicas : replica.region == null ? true : can(regex("^[a-z]+-[a-z]+[0-9]+$", replica.region))])
    error_message = "Write the region of a replica as Google does, such as europe-west4."
  }

  validation {
    condition     = alltrue([for replica in var.read_replicas : contains(["ZONAL", "REGIONAL"], replica.availability_type)])
    error_message = "Choose ZONAL or REGIONAL as the availability of a replica."
  }

  validation {
    condition     = alltrue([for replica in var.read_replicas : replica.region == null || replica.region == var.region ? true : (replica.encryption_key == null) == (var.encryption_key == null)])
    error_message = "A replica in another region needs a key of that region when the instance has one, and none when it has none."
  }
}

variable "retained_backups" {
  type        = number
  description = "How many daily backups are kept."
  default     = 14
  nullable    = false

  validation {
    condition     = var.retained_backups >= 1 && var.retained_backups <= 365 && floor(var.retained_backups) == var.retained_backups
    error_message = "Keep 1 to 365 backups."
  }

  validation {
    condition     = var.retained_backups >= var.transaction_log_retention_days
    error_message = "Keep at least as many backups as days of logs: recovery begins with a backup."
  }
}

variable "root_credential_version" {
  type        = number
  description = "Number of the administrator's password. Raise it to have a new one written: Terraform cannot see that it changed."
  default     = 1
  nullable    = false

  validation {
    condition     = var.root_credential_version >= 1 && floor(var.root_credential_version) == var.root_credential_version
    error_message = "Give the number of the password as 1, 2, 3 and so on."
  }
}

variable "root_password" {
  type        = string
  description = "Password of the administrator of SQL Server (`sqlserver`). It is written to the instance only, never to the state. Other engines take none."
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = startswith(var.database_version, "SQLSERVER") == (var.root_password != null)
    error_message = "SQL Server needs a password for its administrator, and the other engines none."
  }

  validation {
    condition     = var.root_password == null ? true : length(var.root_password) >= 12 && length(var.root_password) <= 128
    error_message = "Choose a password of 12 to 128 characters."
  }
}

variable "running" {
  type        = bool
  description = "Off, the instance stands still: its disk is billed, its machine not."
  default     = true
  nullable    = false

  validation {
    condition     = var.running ? true : length(var.read_replicas) == 0
    error_message = "An instance with replicas cannot stand still: remove the replicas, or leave it running."
  }
}

variable "secondary_zone" {
  type        = string
  description = "Zone of the copy that takes over. Null lets Google choose."
  default     = null

  validation {
    condition     = var.secondary_zone == null ? true : startswith(var.secondary_zone, "${var.region}-") && var.zone != null && var.secondary_zone != var.zone
    error_message = "Choose another zone of the region than that of the instance, and name both."
  }
}

variable "sql_server_collation" {
  type        = string
  description = "Order of characters of SQL Server. Null takes `SQL_Latin1_General_CP1_CI_AS`."
  default     = null

  validation {
    condition     = var.sql_server_collation == null ? true : can(regex("^[A-Za-z0-9_]+$", var.sql_server_collation))
    error_message = "Write the collation as SQL Server does, such as SQL_Latin1_General_CP1_CI_AS."
  }
}

variable "sql_server_time_zone" {
  type        = string
  description = "Time zone of SQL Server, such as `W. Europe Standard Time`. Null takes UTC."
  default     = null
}

variable "ssl_mode" {
  type        = string
  description = "`ENCRYPTED_ONLY`, or `TRUSTED_CLIENT_CERTIFICATE_REQUIRED`, where clients show a certificate too (connectors do)."
  default     = "ENCRYPTED_ONLY"
  nullable    = false

  validation {
    condition     = contains(["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"], var.ssl_mode)
    error_message = "Choose ENCRYPTED_ONLY or TRUSTED_CLIENT_CERTIFICATE_REQUIRED."
  }

  validation {
    condition     = var.ssl_mode == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" ? !startswith(var.database_version, "SQLSERVER") : true
    error_message = "SQL Server knows no client certificates: choose ENCRYPTED_ONLY."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "tier" {
  type        = string
  description = "Machine, which decides vCPUs, memory and price: `db-custom-<vCPUs>-<MB>` for Enterprise, `db-perf-optimized-N-<vCPUs>` for Enterprise Plus. A change means an interruption."
  default     = "db-custom-1-3840"
  nullable    = false

  validation {
    condition     = can(regex("^(?:db-custom-(?:1|[0-9]*[02468])-[0-9]+|db-f1-micro|db-g1-small|db-perf-optimized-N-(?:2|4|8|16|32|48|64|80|96|128))$", var.tier))
    error_message = "Write the machine as db-custom-2-7680 (1 or an even number of vCPUs, memory in MB), db-g1-small or db-perf-optimized-N-4."
  }

  validation {
    condition     = (var.edition == "ENTERPRISE_PLUS") == startswith(var.tier, "db-perf-optimized-")
    error_message = "Machines db-perf-optimized-N-… go with Enterprise Plus, all others with Enterprise: change the edition or the machine."
  }

  validation {
    condition     = startswith(var.database_version, "SQLSERVER") ? var.tier != "db-f1-micro" && var.tier != "db-g1-small" : true
    error_message = "SQL Server does not run on shared vCPUs: choose db-custom-1-3840 or larger."
  }

  validation {
    condition = startswith(var.tier, "db-custom-") ? try(
      tonumber(split("-", var.tier)[3]) % 256 == 0 && tonumber(split("-", var.tier)[3]) >= 3840 && tonumber(split("-", var.tier)[2]) <= 96 &&
      tonumber(split("-", var.tier)[3]) >= 921.6 * tonumber(split("-", var.tier)[2]) && tonumber(split("-", var.tier)[3]) <= 6656 * tonumber(split("-", var.tier)[2]),
      true
    ) : true
    error_message = "Give a custom machine at most 96 vCPUs and 0.9 to 6.5 GB of memory for each, 3840 MB or more, in steps of 256 MB."
  }
}

variable "transaction_log_retention_days" {
  type        = number
  description = "Days for which logs for point-in-time recovery are kept: up to 7, with Enterprise Plus up to 35."
  default     = 7
  nullable    = false

  validation {
    condition     = var.transaction_log_retention_days >= 1 && var.transaction_log_retention_days <= (var.edition == "ENTERPRISE_PLUS" ? 35 : 7) && floor(var.transaction_log_retention_days) == var.transaction_log_retention_days
    error_message = "Keep logs for 1 to 7 days, with Enterprise Plus up to 35."
  }
}

variable "user_passwords" {
  type        = map(string)
  description = "Password of each user of the type `BUILT_IN`, by the user's name. They are written to the instance only, never to the state."
  default     = {}
  nullable    = false
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = length(setsubtract([for name, user in var.users : name if user.type == "BUILT_IN"], keys(var.user_passwords))) == 0
    error_message = "Give a password for each user of the type BUILT_IN, under the user's name."
  }

  validation {
    condition     = length(setsubtract(keys(var.user_passwords), [for name, user in var.users : name if user.type == "BUILT_IN"])) == 0
    error_message = "Remove the password that belongs to no user of the type BUILT_IN."
  }

  validation {
    condition     = alltrue([for value in values(var.user_passwords) : length(value) >= var.credential_min_length])
    error_message = "Choose passwords that are at least as long as asked for."
  }
}

variable "users" {
  type = map(object({
    type               = optional(string, "BUILT_IN")
    host               = optional(string)
    credential_version = optional(number, 1)
  }))
  description = <<-EOT
    Users by name; Google accounts by their address.
    - `type` - `BUILT_IN` with a password, or `CLOUD_IAM_USER`, `CLOUD_IAM_SERVICE_ACCOUNT`, `CLOUD_IAM_GROUP`, which sign in with Google and get the rights to.
    - `host` - for MySQL: where the user may come from, such as `10.%`. Null is anywhere.
    - `credential_version` - raise it by one to write the password again.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for user in var.users : contains(["BUILT_IN", "CLOUD_IAM_USER", "CLOUD_IAM_SERVICE_ACCOUNT", "CLOUD_IAM_GROUP"], user.type)])
    error_message = "Choose BUILT_IN, CLOUD_IAM_USER, CLOUD_IAM_SERVICE_ACCOUNT or CLOUD_IAM_GROUP as the type of a user."
  }

  validation {
    condition     = alltrue([for name, user in var.users : user.type == "BUILT_IN" ? can(regex("^[A-Za-z_][-A-Za-z0-9_.]{0,62}$", name)) : can(regex("^[^@\\s]+@[^@\\s]+\\.[a-z]+$", name))])
    error_message = "Name users with letters, digits, dots, dashes and underscores, and Google accounts by their whole address."
  }

  validation {
    condition     = alltrue([for user in var.users : user.type == "BUILT_IN" ? true : var.iam_authentication_enabled && !startswith(var.database_version, "SQLSERVER")])
    error_message = "Google accounts sign in to MySQL and PostgreSQL only, with the switch for it on."
  }

  validation {
    condition     = length(setintersection([for name in keys(var.users) : lower(name)], ["postgres", "cloudsqladmin", "cloudsqlsuperuser", "cloudsqliamuser", "mysql.sys", "sqlserver", "sa"])) == 0
    error_message = "This name belongs to the engine: choose another name for the user."
  }

  validation {
    condition     = alltrue([for user in var.users : user.credential_version >= 1 && floor(user.credential_version) == user.credential_version])
    error_message = "Give the number of a password as 1, 2, 3 and so on."
  }
}

variable "zone" {
  type        = string
  description = "Zone of the instance. Null lets Google choose."
  default     = null

  validation {
    condition     = var.zone == null ? true : startswith(var.zone, "${var.region}-")
    error_message = "Choose a zone of the region of the instance."
  }
}
