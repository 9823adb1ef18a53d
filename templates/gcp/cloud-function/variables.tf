variable "name" {
  type        = string
  description = "Name of the function. Its service accounts are called `fn-<name>` and `fnb-<name>`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,24}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 26 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "region" {
  type        = string
  description = "Region that the function runs in, such as `europe-west1`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write the region as Google does, such as europe-west1."
  }
}

variable "build_environment_variables" {
  type        = map(string)
  description = "Environment variables of the build, such as `GOOGLE_NODE_RUN_SCRIPTS`."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.build_environment_variables) : can(regex("^[A-Z_][A-Z0-9_]*$", name))])
    error_message = "Name each variable of the build with capitals, digits and underscores."
  }
}

variable "build_service_account_email" {
  type        = string
  description = "Existing service account that builds the function. Null creates one that may only read sources, write images and logs."
  default     = null

  validation {
    condition     = var.build_service_account_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.build_service_account_email))
    error_message = "Give the service account by its address, such as build@my-project.iam.gserviceaccount.com."
  }
}

variable "concurrency" {
  type        = number
  description = "Requests that one instance answers at the same time, 1 to 1000. More than one needs a whole CPU."
  default     = 1
  nullable    = false

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "Let an instance answer 1 to 1000 requests at a time."
  }

  validation {
    condition     = var.concurrency > 1 ? (var.cpu == null ? var.memory_mb >= 2048 : var.cpu >= 1) : true
    error_message = "More than one request at a time needs a whole CPU: set the CPUs to 1, or the memory to 2048 MB."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "cpu" {
  type        = number
  description = "CPUs of an instance: 1, 2, 4, 6 or 8, or a part of one from 0.08. Null takes what goes with the memory."
  default     = null

  validation {
    condition     = var.cpu == null ? true : var.cpu < 1 ? var.cpu >= 0.08 : can(regex("^[12468]$", tostring(var.cpu)))
    error_message = "Choose 1, 2, 4, 6 or 8 CPUs, or a part of one from 0.08."
  }

  validation {
    condition     = var.cpu == null ? true : var.memory_mb <= (var.cpu < 0.5 ? 512 : var.cpu < 1 ? 1024 : var.cpu * 4096)
    error_message = "This much memory needs more CPUs: up to 4096 MB for each, 1024 MB for half of one, 512 MB for less."
  }

  validation {
    condition     = var.cpu == null ? true : var.memory_mb >= (var.cpu >= 6 ? 4096 : var.cpu >= 4 ? 2048 : 128)
    error_message = "This many CPUs need more memory: 4 CPUs 2048 MB, 6 and 8 CPUs 4096 MB."
  }
}

variable "description" {
  type        = string
  description = "What the function is for."
  default     = null
}

variable "docker_repository" {
  type        = string
  description = "Repository of Artifact Registry for the images: `projects/<project>/locations/<region>/repositories/<name>`. Null uses Google's `gcf-artifacts`."
  default     = null

  validation {
    condition     = var.docker_repository == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/repositories/[^/]+$", var.docker_repository))
    error_message = "Write the repository as projects/<project>/locations/<region>/repositories/<name>."
  }

  validation {
    condition     = var.docker_repository == null ? true : strcontains(var.docker_repository, "/locations/${var.region}/")
    error_message = "Choose a repository in the region of the function."
  }
}

variable "entry_point" {
  type        = string
  description = "Function of the program to call. Null takes that of the sample; your own program needs it."
  default     = null

  validation {
    condition     = var.entry_point == null ? true : can(regex("^[A-Za-z_][A-Za-z0-9_.]*$", var.entry_point))
    error_message = "Name the function of the program, such as hello or com.example.Hello."
  }

  validation {
    condition     = var.entry_point == null ? var.source_kind == "sample" : true
    error_message = "Name the function of your program that is called, such as hello."
  }
}

variable "environment" {
  type        = string
  description = "What the function is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "environment_variables" {
  type        = map(string)
  description = "Environment variables of the function. No secrets here: use Secret Manager."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "Name each variable with letters, digits and underscores, such as LOG_LEVEL."
  }

  validation {
    condition     = length(setintersection(keys(var.environment_variables), ["FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE", "K_SERVICE", "K_REVISION", "PORT"])) == 0 && !anytrue([for name in keys(var.environment_variables) : startswith(name, "X_GOOGLE_")])
    error_message = "Google sets FUNCTION_TARGET, FUNCTION_SIGNATURE_TYPE, K_SERVICE, K_REVISION, PORT and X_GOOGLE_… itself: remove them."
  }
}

variable "event_filters" {
  type        = map(string)
  description = "Which events call the function, as attributes and values, such as `serviceName` = `compute.googleapis.com`. A value with `*` is a pattern of a path."
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.event_filters) == 0 ? true : var.trigger_kind == "event"
    error_message = "Filters are for the trigger event: the others have fields of their own."
  }
}

variable "event_type" {
  type        = string
  description = "Type of event that calls the function, such as `google.cloud.audit.log.v1.written`."
  default     = null

  validation {
    condition     = var.event_type == null ? true : can(regex("^[a-z][A-Za-z0-9.]+\\.v[0-9]+\\.[A-Za-z.]+$", var.event_type))
    error_message = "Write the type of event in full, such as google.cloud.audit.log.v1.written."
  }

  validation {
    condition     = var.trigger_kind == "event" ? var.event_type != null : true
    error_message = "Name the type of event that calls the function."
  }
}

variable "ingress" {
  type        = string
  description = "Who can reach it: `ALLOW_INTERNAL_ONLY` (networks of the project and Google's services), `ALLOW_INTERNAL_AND_GCLB` (and load balancers) or `ALLOW_ALL` (the internet). Who may call is another question."
  default     = "ALLOW_INTERNAL_AND_GCLB"
  nullable    = false

  validation {
    condition     = contains(["ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB", "ALLOW_ALL"], var.ingress)
    error_message = "Choose ALLOW_INTERNAL_ONLY, ALLOW_INTERNAL_AND_GCLB or ALLOW_ALL."
  }
}

variable "invokers" {
  type        = set(string)
  description = "Who may call the function with a token, such as `serviceAccount:…` or `group:team@example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.invokers : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each caller with its kind, such as serviceAccount:app@my-project.iam.gserviceaccount.com; everybody is a switch of its own."
  }
}

variable "kms_key_name" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts source and image: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. It needs an image repository that uses it too. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.kms_key_name == null ? true : strcontains(var.kms_key_name, "/locations/${var.region}/")
    error_message = "Choose a key in the region of the function."
  }

  validation {
    condition     = var.kms_key_name == null ? true : var.docker_repository != null
    error_message = "With a key of your own, name an image repository that is encrypted with it."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels of the function: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "max_instances" {
  type        = number
  description = "Most instances at the same time, which bounds the cost."
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 1000 && floor(var.max_instances) == var.max_instances
    error_message = "Allow 1 to 1000 instances."
  }
}

variable "memory_mb" {
  type        = number
  description = "Memory of an instance in MB, 128 to 32768; without a choice of CPUs it decides those too."
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 32768 && floor(var.memory_mb) == var.memory_mb
    error_message = "Give an instance 128 to 32768 MB of memory."
  }
}

variable "min_instances" {
  type        = number
  description = "Instances that are always there, against slow first calls; they are billed at all times."
  default     = 0
  nullable    = false

  validation {
    condition     = var.min_instances >= 0 && var.min_instances <= var.max_instances && floor(var.min_instances) == var.min_instances
    error_message = "Keep a whole number of instances, not more than the most allowed."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the function, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the function. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "public_access_allowed" {
  type        = bool
  description = "Let everybody call the function without signing in, for web hooks."
  default     = false
  nullable    = false

  validation {
    condition     = var.public_access_allowed ? var.trigger_kind == "http" : true
    error_message = "Only functions that are called over HTTP are open to everybody: turn this off."
  }
}

variable "pubsub_topic" {
  type        = string
  description = "Topic whose messages call the function: `projects/<project>/topics/<name>`."
  default     = null

  validation {
    condition     = var.pubsub_topic == null ? true : can(regex("^projects/[^/]+/topics/[^/]+$", var.pubsub_topic))
    error_message = "Write the topic as projects/<project>/topics/<name>."
  }

  validation {
    condition     = var.trigger_kind == "pubsub" ? var.pubsub_topic != null : true
    error_message = "Name the topic whose messages call the function."
  }
}

variable "retry_enabled" {
  type        = bool
  description = "Send an event again when the function fails, for up to a day; the function must bear the same event twice."
  default     = false
  nullable    = false
}

variable "runtime" {
  type        = string
  description = "Language and version."
  default     = "nodejs24"
  nullable    = false

  validation {
    condition     = can(regex("^(?:nodejs|python|go|java|dotnet|ruby|php)[0-9]{1,3}$", var.runtime))
    error_message = "Write the language with its version, such as nodejs24, python313, go125 or java21."
  }

  validation {
    condition     = var.source_kind == "sample" ? startswith(var.runtime, "nodejs") : true
    error_message = "The sample is written for Node.js: choose nodejs24 or nodejs22, or bring a program of your own."
  }
}

variable "schedule" {
  type        = string
  description = "Call the function by the clock, as a cron expression such as `0 6 * * 1-5`. Null never does."
  default     = null

  validation {
    condition     = var.schedule == null ? true : can(regex("^\\S+ \\S+ \\S+ \\S+ \\S+$", var.schedule))
    error_message = "Write the time as a cron expression of five parts, such as 0 6 * * 1-5."
  }

  validation {
    condition     = var.schedule == null ? true : var.trigger_kind == "http"
    error_message = "Only functions that are called over HTTP run by the clock: choose the trigger http."
  }
}

variable "schedule_time_zone" {
  type        = string
  description = "Time zone of the clock, such as `Europe/Berlin`."
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^(?:UTC|Etc/[A-Za-z0-9+-]+|[A-Z][A-Za-z]+/[A-Za-z_/+-]+)$", var.schedule_time_zone))
    error_message = "Write the time zone as UTC or Europe/Berlin."
  }
}

variable "secret_environment_variables" {
  type = map(object({
    secret  = string
    version = optional(string, "latest")
    project = optional(string)
  }))
  description = <<-EOT
    Environment variables from Secret Manager, by the name of the variable. The service account gets the right to read them.
    - `secret` - name of the secret.
    - `version` - number of the version, or `latest`.
    - `project` - project of the secret. Null takes that of the function.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.secret_environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "Name each variable with letters, digits and underscores, such as API_KEY."
  }

  validation {
    condition     = alltrue([for variable in var.secret_environment_variables : can(regex("^[-_A-Za-z0-9]+$", variable.secret)) && can(regex("^(?:latest|[0-9]+)$", variable.version))])
    error_message = "Give each secret by its name and its version as a number or latest."
  }

  validation {
    condition     = length(setintersection(keys(var.secret_environment_variables), keys(var.environment_variables))) == 0
    error_message = "A variable has its value from Secret Manager and another one: remove one of them."
  }
}

variable "secret_volumes" {
  type = map(object({
    secret     = string
    version    = optional(string, "latest")
    project    = optional(string)
    mount_path = string
    file_name  = string
  }))
  description = <<-EOT
    Secrets as files, by a name for each. The service account gets the right to read them.
    - `secret` - name of the secret.
    - `version` - number of the version, or `latest`.
    - `project` - project of the secret. Null takes that of the function.
    - `mount_path` - folder, such as `/secrets/tls`.
    - `file_name` - name of the file in it, such as `key.pem`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for volume in var.secret_volumes : can(regex("^[-_A-Za-z0-9]+$", volume.secret)) && can(regex("^(?:latest|[0-9]+)$", volume.version))])
    error_message = "Give each secret by its name and its version as a number or latest."
  }

  validation {
    condition     = alltrue([for volume in var.secret_volumes : can(regex("^/[^/]", volume.mount_path)) && can(regex("^[^/]+$", volume.file_name))])
    error_message = "Give each secret a folder that begins with a slash, such as /secrets/tls, and a file name without one."
  }

  validation {
    condition     = length(distinct([for volume in var.secret_volumes : volume.mount_path])) == length(var.secret_volumes)
    error_message = "Two secrets have the same folder: give each its own."
  }
}

variable "service_account_email" {
  type        = string
  description = "Existing service account that the function acts as. Null creates one without any rights but those that the fields here need."
  default     = null

  validation {
    condition     = var.service_account_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.service_account_email))
    error_message = "Give the service account by its address, such as loader@my-project.iam.gserviceaccount.com."
  }
}

variable "service_account_roles" {
  type        = set(string)
  description = "Roles on the project that the new service account gets, such as `roles/datastore.user`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for role in var.service_account_roles : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", role))])
    error_message = "Write each role with its prefix, such as roles/datastore.user."
  }

  validation {
    condition     = length(setintersection(var.service_account_roles, ["roles/owner", "roles/editor"])) == 0
    error_message = "Owner and Editor are too much for a function: choose the roles that it needs."
  }

  validation {
    condition     = length(var.service_account_roles) == 0 ? true : var.service_account_email == null
    error_message = "Roles are only given to a new service account: leave its address empty, or the roles."
  }
}

variable "source_bucket" {
  type        = string
  description = "Bucket of the archive with the program."
  default     = null

  validation {
    condition     = var.source_bucket == null ? true : can(regex("^[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]$", var.source_bucket))
    error_message = "Give the bucket by its name, such as acme-sources."
  }

  validation {
    condition     = var.source_kind == "archive" ? var.source_bucket != null && var.source_object != null : true
    error_message = "Name the bucket and the archive in it."
  }
}

variable "source_generation" {
  type        = number
  description = "Generation of the archive, to build from exactly this one. Null takes the latest when the function changes."
  default     = null

  validation {
    condition     = var.source_generation == null ? true : var.source_generation > 0 && floor(var.source_generation) == var.source_generation
    error_message = "Give the generation as the number that Cloud Storage shows."
  }
}

variable "source_kind" {
  type        = string
  description = "Where the program comes from: `sample` says hello, `archive` is a ZIP file in Cloud Storage, `repository` a repository of Cloud Source Repositories."
  default     = "sample"
  nullable    = false

  validation {
    condition     = contains(["sample", "archive", "repository"], var.source_kind)
    error_message = "Choose sample, archive or repository as the source."
  }
}

variable "source_object" {
  type        = string
  description = "Name of the archive in the bucket, such as `loader-1.4.zip`. A new name builds the function anew."
  default     = null

  validation {
    condition     = var.source_object == null ? true : endswith(var.source_object, ".zip")
    error_message = "The program must be a ZIP file, such as loader-1.4.zip."
  }
}

variable "source_repository" {
  type = object({
    name      = string
    project   = optional(string)
    branch    = optional(string, "^main$")
    tag       = optional(string)
    commit    = optional(string)
    directory = optional(string)
  })
  description = <<-EOT
    Repository with the program.
    - `name` - its name, such as `loader` or `github_acme_loader`.
    - `project` - its project. Null takes that of the function.
    - `branch` - branch, as a regular expression.
    - `tag` - tag, as a regular expression, instead of a branch.
    - `commit` - commit, instead of both.
    - `directory` - folder in it. Null takes the top.
  EOT
  default     = null

  validation {
    condition     = var.source_kind == "repository" ? var.source_repository != null : true
    error_message = "Name the repository with the program."
  }

  validation {
    condition     = var.source_repository == null ? true : var.source_repository.commit == null ? true : can(regex("^[0-9a-f]{40}$", var.source_repository.commit))
    error_message = "Give the commit by all its 40 characters."
  }
}

variable "storage_bucket" {
  type        = string
  description = "Bucket whose objects call the function. The region of the trigger must be that of the bucket."
  default     = null

  validation {
    condition     = var.storage_bucket == null ? true : can(regex("^[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]$", var.storage_bucket))
    error_message = "Give the bucket by its name, such as acme-uploads."
  }

  validation {
    condition     = var.trigger_kind == "storage" ? var.storage_bucket != null : true
    error_message = "Name the bucket whose objects call the function."
  }
}

variable "storage_event" {
  type        = string
  description = "What must happen to an object: `finalized` (written), `deleted`, `archived` or `metadataUpdated`."
  default     = "finalized"
  nullable    = false

  validation {
    condition     = contains(["finalized", "deleted", "archived", "metadataUpdated"], var.storage_event)
    error_message = "Choose finalized, deleted, archived or metadataUpdated."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "timeout_seconds" {
  type        = number
  description = "Longest time of a call: up to 3600 seconds over HTTP, 540 for events."
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= (var.trigger_kind == "http" ? 3600 : 540) && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "Let a call take 1 to 3600 whole seconds, for events at most 540."
  }
}

variable "trigger_kind" {
  type        = string
  description = "What calls the function: `http`, a message of `pubsub`, an object in `storage`, or any other `event` that Eventarc knows."
  default     = "http"
  nullable    = false

  validation {
    condition     = contains(["http", "pubsub", "storage", "event"], var.trigger_kind)
    error_message = "Choose http, pubsub, storage or event as the trigger."
  }
}

variable "trigger_region" {
  type        = string
  description = "Where events come from: a region, `us`, `eu` or `global`. Null takes the region of the function."
  default     = null

  validation {
    condition     = var.trigger_region == null ? true : can(regex("^(?:us|eu|asia|nam4|eur4|global|[a-z]+-[a-z]+[0-9]+)$", var.trigger_region))
    error_message = "Give the origin of events as a region such as europe-west1, or as us, eu or global."
  }
}

variable "vpc_connector" {
  type        = string
  description = "Serverless VPC Access connector to reach a network by: `projects/…/locations/…/connectors/…`. A subnetwork is faster and cheaper. Null uses none."
  default     = null

  validation {
    condition     = var.vpc_connector == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.vpc_connector))
    error_message = "Write the connector as projects/<project>/locations/<region>/connectors/<name>."
  }

  validation {
    condition     = var.vpc_connector == null ? true : var.vpc_subnetwork == null
    error_message = "Choose a subnetwork or a connector, not both."
  }
}

variable "vpc_egress" {
  type        = string
  description = "What goes through the network: `PRIVATE_RANGES_ONLY` or `ALL_TRAFFIC`, such as to leave by a fixed NAT address."
  default     = "PRIVATE_RANGES_ONLY"
  nullable    = false

  validation {
    condition     = contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], var.vpc_egress)
    error_message = "Choose PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  }

  validation {
    condition     = var.vpc_egress == "ALL_TRAFFIC" ? var.vpc_subnetwork != null || var.vpc_connector != null : true
    error_message = "Traffic can only go through a network that is named: choose a subnetwork or a connector."
  }
}

variable "vpc_network_tags" {
  type        = set(string)
  description = "Network tags of the instances, for firewall rules and routes."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.vpc_network_tags : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", tag))])
    error_message = "Write each network tag with lowercase letters, digits and dashes, beginning with a letter."
  }
}

variable "vpc_subnetwork" {
  type        = string
  description = "Subnetwork in which the instances get addresses, to reach private services: `projects/<project>/regions/<region>/subnetworks/<name>`. Null leaves the function outside of networks."
  default     = null

  validation {
    condition     = var.vpc_subnetwork == null ? true : can(regex("^projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$", var.vpc_subnetwork))
    error_message = "Write the subnetwork as projects/<project>/regions/<region>/subnetworks/<name>."
  }

  validation {
    condition     = var.vpc_subnetwork == null ? true : strcontains(var.vpc_subnetwork, "/regions/${var.region}/")
    error_message = "Choose a subnetwork in the region of the function."
  }
}
