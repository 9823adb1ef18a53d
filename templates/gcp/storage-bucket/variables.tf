variable "name" {
  type        = string
  description = "Name of the bucket. It must be free in the whole of Google Cloud: 3 to 63 lowercase letters, digits, dashes and underscores."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][-_a-z0-9]{1,61}[a-z0-9]$", var.name))
    error_message = "Use 3 to 63 lowercase letters, digits, dashes and underscores for the name, beginning and ending with a letter or digit."
  }

  validation {
    condition     = !startswith(var.name, "goog") && !strcontains(var.name, "google") && !strcontains(var.name, "g00gle")
    error_message = "Google reserves names with goog at the beginning or google inside: choose another name."
  }
}

variable "location" {
  type        = string
  description = "Where the data lives: a region such as `EUROPE-WEST1`, two regions such as `EUR4`, or many such as `EU`. It cannot be changed later without moving the data."
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Z]+-[A-Z]+[0-9]+|EU|US|ASIA|EUR[0-9]+|NAM4|ASIA1)$", upper(var.location)))
    error_message = "Choose a location such as EU, EUR4 or EUROPE-WEST1."
  }
}

variable "autoclass_enabled" {
  type        = bool
  description = "Let Google move every object to the class that fits how often it is read. It replaces lifecycle rules that set classes."
  default     = false
  nullable    = false

  validation {
    condition     = var.autoclass_enabled ? var.storage_class == "STANDARD" : true
    error_message = "Autoclass starts every object in the class STANDARD: choose that, or turn Autoclass off."
  }
}

variable "autoclass_terminal_storage_class" {
  type        = string
  description = "Coldest class that Autoclass may use: `NEARLINE` or `ARCHIVE`."
  default     = "NEARLINE"
  nullable    = false

  validation {
    condition     = contains(["NEARLINE", "ARCHIVE"], var.autoclass_terminal_storage_class)
    error_message = "Choose NEARLINE or ARCHIVE as the coldest class for Autoclass."
  }
}

variable "cors_rules" {
  type = list(object({
    origins          = list(string)
    methods          = optional(list(string), ["GET", "HEAD"])
    response_headers = optional(list(string), [])
    max_age_seconds  = optional(number, 3600)
  }))
  description = <<-EOT
    Web pages of other sites that may read objects from a browser.
    - `origins` - addresses of the sites, such as `https://www.example.com`.
    - `methods` - what they may do: `GET`, `HEAD`, `PUT`, `POST`, `DELETE`, `OPTIONS`.
    - `response_headers` - headers that the page may read.
    - `max_age_seconds` - how long a browser may remember the answer.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.cors_rules : length(rule.origins) > 0])
    error_message = "Give every rule for other sites at least one origin, such as https://www.example.com."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.cors_rules : [for method in rule.methods : contains(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"], method)]]))
    error_message = "Write the methods of a rule in capitals: GET, HEAD, PUT, POST, DELETE or OPTIONS."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "custom_dual_regions" {
  type        = set(string)
  description = "Two regions of your own choice inside the location `EU`, `US` or `ASIA`, such as `EUROPE-WEST1` and `EUROPE-WEST3`. Empty leaves the choice to the location."
  default     = []
  nullable    = false

  validation {
    condition     = contains([0, 2], length(var.custom_dual_regions))
    error_message = "Name exactly two regions, or none."
  }

  validation {
    condition     = length(var.custom_dual_regions) == 0 ? true : contains(["EU", "US", "ASIA"], upper(var.location))
    error_message = "Two regions of your own need EU, US or ASIA as the location."
  }
}

variable "environment" {
  type        = string
  description = "What the bucket is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "event_based_hold_enabled" {
  type        = bool
  description = "Put a hold on every new object, so that it cannot be deleted until somebody releases it."
  default     = false
  nullable    = false
}

variable "force_destroy" {
  type        = bool
  description = "Allow a destroy run to delete the bucket together with everything in it. While it is off, a bucket that holds objects is not deleted."
  default     = false
  nullable    = false
}

variable "hierarchical_namespace_enabled" {
  type        = bool
  description = "Keep real folders that can be renamed at once. It can only be set when the bucket is created, and excludes versions."
  default     = false
  nullable    = false

  validation {
    condition     = var.hierarchical_namespace_enabled ? !var.versioning_enabled : true
    error_message = "Folders and versions exclude each other: turn one of the two off."
  }
}

variable "iam_members" {
  type = list(object({
    member = string
    role   = optional(string, "roles/storage.objectViewer")
  }))
  description = <<-EOT
    Who may use the bucket, besides those who have rights on the project.
    - `member` - `user:`, `group:`, `serviceAccount:`, `domain:` or `principalSet:` and a name, such as `group:data@example.com`.
    - `role` - role, such as `roles/storage.objectViewer` (read), `roles/storage.objectUser` (read and write) or `roles/storage.objectAdmin`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:(?:user|group|serviceAccount|domain|principal|principalSet):.+|allUsers|allAuthenticatedUsers)$", grant.member))])
    error_message = "Write each member with its kind, such as user:ada@example.com or group:data@example.com."
  }

  validation {
    condition     = alltrue([for grant in var.iam_members : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", grant.role))])
    error_message = "Write each role with its prefix, such as roles/storage.objectViewer."
  }

  validation {
    condition     = length(distinct([for grant in var.iam_members : "${grant.role} ${grant.member}"])) == length(var.iam_members)
    error_message = "Name each member once for the same role: one is listed twice."
  }

  validation {
    condition     = var.public_access_allowed ? true : alltrue([for grant in var.iam_members : !startswith(grant.member, "all")])
    error_message = "Do not grant access to everybody, or allow public access to the bucket first."
  }
}

variable "ip_filter" {
  type = object({
    public_ranges            = optional(list(string), [])
    vpc_networks             = optional(map(list(string)), {})
    allow_service_agents     = optional(bool, true)
    allow_other_org_networks = optional(bool, false)
  })
  description = <<-EOT
    Networks that may reach the bucket at all, whoever signs in. Null lets every network in. Add the address of the worker, or later runs are locked out.
    - `public_ranges` - public addresses as CIDR ranges.
    - `vpc_networks` - for each VPC network (`projects/…/global/networks/…`) the ranges inside it.
    - `allow_service_agents` - let other Google Cloud services reach the bucket.
    - `allow_other_org_networks` - accept networks of other organizations.
  EOT
  default     = null

  validation {
    condition     = var.ip_filter == null ? true : length(var.ip_filter.public_ranges) + length(var.ip_filter.vpc_networks) > 0
    error_message = "Name at least one network in the IP filter, or nobody can reach the bucket."
  }

  validation {
    condition     = var.ip_filter == null ? true : alltrue([for range in concat(var.ip_filter.public_ranges, flatten(values(var.ip_filter.vpc_networks))) : can(cidrhost(range, 0))])
    error_message = "Write the ranges of the IP filter as CIDR ranges, such as 203.0.113.0/24."
  }

  validation {
    condition     = var.ip_filter == null ? true : alltrue([for network in keys(var.ip_filter.vpc_networks) : can(regex("^projects/[^/]+/global/networks/[^/]+$", network))])
    error_message = "Write each VPC network as projects/<project>/global/networks/<network>."
  }
}

variable "kms_key_name" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts the objects: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels for the bucket: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "lifecycle_rules" {
  type = list(object({
    action                     = string
    storage_class              = optional(string)
    age_days                   = optional(number)
    days_since_noncurrent_time = optional(number)
    num_newer_versions         = optional(number)
    created_before             = optional(string)
    with_state                 = optional(string, "ANY")
    prefixes                   = optional(list(string), [])
    suffixes                   = optional(list(string), [])
    storage_classes            = optional(list(string), [])
  }))
  description = <<-EOT
    Delete objects or move them to a cheaper class by age.
    - `action` - `Delete`, `SetStorageClass` or `AbortIncompleteMultipartUpload`.
    - `storage_class` - for `SetStorageClass`: `NEARLINE`, `COLDLINE` or `ARCHIVE`.
    - `age_days` - days since the object was created.
    - `days_since_noncurrent_time` - days since a version was replaced.
    - `num_newer_versions` - how many newer versions there must be.
    - `created_before` - only objects older than this date, `YYYY-MM-DD`.
    - `with_state` - `LIVE`, `ARCHIVED` (replaced versions) or `ANY`.
    - `prefixes`, `suffixes` - only objects whose name begins or ends so.
    - `storage_classes` - only objects in these classes.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = length(var.lifecycle_rules) <= 100
    error_message = "Keep to at most 100 lifecycle rules."
  }

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : contains(["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"], rule.action)])
    error_message = "Choose Delete, SetStorageClass or AbortIncompleteMultipartUpload as the action of a lifecycle rule."
  }

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : rule.action == "SetStorageClass" ? rule.storage_class == null ? false : contains(["NEARLINE", "COLDLINE", "ARCHIVE"], rule.storage_class) : rule.storage_class == null])
    error_message = "Give a rule that sets the class NEARLINE, COLDLINE or ARCHIVE as its storage class, and other rules none."
  }

  validation {
    condition = alltrue([for rule in var.lifecycle_rules : length([
      for limit in [rule.age_days, rule.days_since_noncurrent_time, rule.num_newer_versions, rule.created_before] : limit if limit != null
    ]) > 0])
    error_message = "Tell each lifecycle rule when it applies: give an age, a number of versions or a date."
  }

  validation {
    condition = alltrue(flatten([for rule in var.lifecycle_rules : [for number in [rule.age_days, rule.days_since_noncurrent_time, rule.num_newer_versions] :
      number == null ? true : number >= 0 && floor(number) == number
    ]]))
    error_message = "Give the numbers of a lifecycle rule as whole numbers from 0."
  }

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : rule.created_before == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", rule.created_before))])
    error_message = "Write the date of a lifecycle rule as YYYY-MM-DD, such as 2026-01-31."
  }

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : contains(["LIVE", "ARCHIVED", "ANY"], rule.with_state)])
    error_message = "Choose LIVE, ARCHIVED or ANY as the state of a lifecycle rule."
  }

  validation {
    condition     = var.autoclass_enabled ? alltrue([for rule in var.lifecycle_rules : rule.action != "SetStorageClass"]) : true
    error_message = "Autoclass chooses the classes itself: remove the rules that set a class, or turn Autoclass off."
  }
}

variable "log_bucket" {
  type        = string
  description = "Name of another bucket that receives usage logs. Null writes none."
  default     = null
}

variable "log_object_prefix" {
  type        = string
  description = "Beginning of the names of the log objects. Null takes the name of the bucket."
  default     = null
}

variable "notifications" {
  type = list(object({
    topic          = string
    event_types    = optional(set(string), ["OBJECT_FINALIZE"])
    object_prefix  = optional(string)
    payload_format = optional(string, "JSON_API_V1")
    attributes     = optional(map(string), {})
  }))
  description = <<-EOT
    Messages to Pub/Sub when objects change. Google's storage agent gets the right to publish.
    - `topic` - existing topic: `projects/<project>/topics/<topic>`.
    - `event_types` - `OBJECT_FINALIZE` (written), `OBJECT_METADATA_UPDATE`, `OBJECT_DELETE`, `OBJECT_ARCHIVE` (replaced).
    - `object_prefix` - only objects whose name begins so.
    - `payload_format` - `JSON_API_V1` with the object's properties, or `NONE`.
    - `attributes` - names and values added to each message.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for notification in var.notifications : can(regex("^projects/[^/]+/topics/[A-Za-z][-A-Za-z0-9._~+%]{2,254}$", notification.topic))])
    error_message = "Write each topic as projects/<project>/topics/<topic>."
  }

  validation {
    condition     = alltrue([for notification in var.notifications : length(setsubtract(notification.event_types, ["OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE", "OBJECT_DELETE", "OBJECT_ARCHIVE"])) == 0])
    error_message = "Choose OBJECT_FINALIZE, OBJECT_METADATA_UPDATE, OBJECT_DELETE or OBJECT_ARCHIVE as events of a notification."
  }

  validation {
    condition     = alltrue([for notification in var.notifications : contains(["JSON_API_V1", "NONE"], notification.payload_format)])
    error_message = "Choose JSON_API_V1 or NONE as the format of a notification."
  }
}

variable "object_retention_enabled" {
  type        = bool
  description = "Let single objects be protected until a date. It can only be set when the bucket is created."
  default     = false
  nullable    = false
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the bucket, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the bucket. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "public_access_allowed" {
  type        = bool
  description = "Lift the protection that keeps everybody out, so that access can be granted to the public. Leave it off unless the data is meant for the public."
  default     = false
  nullable    = false
}

variable "requester_pays" {
  type        = bool
  description = "Bill traffic and requests to the project of whoever reads."
  default     = false
  nullable    = false
}

variable "retention_period_days" {
  type        = number
  description = "Days for which no object may be deleted or replaced. Null sets no such time."
  default     = null

  validation {
    condition     = var.retention_period_days == null ? true : var.retention_period_days >= 1 && var.retention_period_days <= 36500
    error_message = "Choose a retention time of 1 to 36500 days, or leave it empty."
  }

  validation {
    condition     = var.retention_period_days == null ? true : !var.versioning_enabled
    error_message = "A retention time and versions exclude each other: turn one of the two off."
  }
}

variable "retention_policy_locked" {
  type        = bool
  description = "Lock the retention time for good: nobody can shorten it or delete the bucket before all objects have reached it. This cannot be undone."
  default     = false
  nullable    = false

  validation {
    condition     = var.retention_policy_locked ? var.retention_period_days != null : true
    error_message = "Give a retention time before locking it."
  }
}

variable "rpo" {
  type        = string
  description = "How fast copies reach the second region: `DEFAULT`, or `ASYNC_TURBO` within 15 minutes. Only for two regions. Null lets Google choose."
  default     = null

  validation {
    condition     = var.rpo == null ? true : contains(["DEFAULT", "ASYNC_TURBO"], var.rpo)
    error_message = "Choose DEFAULT or ASYNC_TURBO as the copying speed, or leave it empty."
  }

  validation {
    condition     = var.rpo == "ASYNC_TURBO" ? length(var.custom_dual_regions) == 2 || can(regex("^(?:EUR[0-9]+|NAM4|ASIA1)$", upper(var.location))) : true
    error_message = "Turbo copying needs two regions: choose a dual region such as EUR4, or name two regions."
  }
}

variable "soft_delete_retention_days" {
  type        = number
  description = "Days for which a deleted object can be brought back: 7 to 90, or 0 to turn it off."
  default     = 7
  nullable    = false

  validation {
    condition     = var.soft_delete_retention_days == 0 ? true : var.soft_delete_retention_days >= 7 && var.soft_delete_retention_days <= 90
    error_message = "Keep deleted objects for 7 to 90 days, or set 0 to turn it off."
  }

  validation {
    condition     = floor(var.soft_delete_retention_days) == var.soft_delete_retention_days
    error_message = "Give the days for deleted objects as a whole number."
  }
}

variable "storage_class" {
  type        = string
  description = "Class of objects that name none themselves: `STANDARD` for data in use, `NEARLINE`, `COLDLINE` and `ARCHIVE` for data that is read less and less."
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"], var.storage_class)
    error_message = "Choose STANDARD, NEARLINE, COLDLINE or ARCHIVE as the storage class."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "versioning_enabled" {
  type        = bool
  description = "Keep the earlier versions of an object that is replaced or deleted."
  default     = false
  nullable    = false
}

variable "website" {
  type = object({
    main_page_suffix = optional(string, "index.html")
    not_found_page   = optional(string)
  })
  description = <<-EOT
    Pages that are shown when the bucket serves a web site behind a load balancer. Null sets none.
    - `main_page_suffix` - page that is shown for a folder.
    - `not_found_page` - page that is shown when nothing is found.
  EOT
  default     = null
}
