variable "name" {
  type        = string
  description = "Name of the service. Its service account is called `run-<name>`."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,24}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 26 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "region" {
  type        = string
  description = "Region that the service runs in, such as `europe-west1`. It cannot be changed later without making the service anew."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write the region as Google does, such as europe-west1."
  }
}

variable "args" {
  type        = list(string)
  description = "Arguments of the program. Empty takes those of the image."
  default     = []
  nullable    = false
}

variable "binary_authorization_enabled" {
  type        = bool
  description = "Start only images that the project's policy (Binary Authorization) permits. The policy that every project begins with permits all."
  default     = true
  nullable    = false
}

variable "bucket_volumes" {
  type = map(object({
    bucket     = string
    mount_path = string
    read_only  = optional(bool, true)
  }))
  description = <<-EOT
    Storage buckets as folders, by a name for each. The service account gets the right to use them.
    - `bucket` - name of the bucket.
    - `mount_path` - folder in the container, such as `/mnt/files`.
    - `read_only` - false lets the program write.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.bucket_volumes) : can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", name))])
    error_message = "Name each bucket folder with 1 to 40 lowercase letters, digits and dashes, such as files."
  }

  validation {
    condition     = alltrue([for volume in var.bucket_volumes : can(regex("^/[^/]", volume.mount_path)) && can(regex("^[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]$", volume.bucket))])
    error_message = "Give each bucket by its name, such as acme-files, and a folder that begins with a slash, such as /mnt/files."
  }

  validation {
    condition     = length(var.bucket_volumes) == 0 ? true : var.execution_environment != "EXECUTION_ENVIRONMENT_GEN1"
    error_message = "Buckets as folders need the second generation: choose EXECUTION_ENVIRONMENT_GEN2 or leave the choice to Google."
  }
}

variable "cloud_sql_instances" {
  type        = set(string)
  description = "Cloud SQL instances to connect to, as `project:region:instance`; each is a socket under `/cloudsql`. A new service account gets the right to."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for instance in var.cloud_sql_instances : can(regex("^[a-z][-a-z0-9:.]+:[a-z]+-[a-z]+[0-9]+:[a-z][-a-z0-9]*$", instance))])
    error_message = "Write each Cloud SQL instance as project:region:instance, the connection name that its page shows."
  }
}

variable "command" {
  type        = list(string)
  description = "Program to start instead of the image's own. Empty starts that."
  default     = []
  nullable    = false
}

variable "concurrency" {
  type        = number
  description = "Requests that one instance answers at the same time, 1 to 1000."
  default     = 80
  nullable    = false

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "Let an instance answer 1 to 1000 requests at a time."
  }

  validation {
    condition     = var.cpu < 1 ? var.concurrency == 1 : true
    error_message = "With less than one CPU an instance answers one request at a time: set this to 1, or choose one CPU."
  }
}

variable "container_port" {
  type        = number
  description = "Port on which the program listens; it is told in the variable `PORT` too."
  default     = 8080
  nullable    = false

  validation {
    condition     = var.container_port >= 1 && var.container_port <= 65535 && floor(var.container_port) == var.container_port
    error_message = "Give the port as a whole number from 1 to 65535."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "cpu" {
  type        = number
  description = "CPUs of an instance: 1, 2, 4, 6 or 8, or a part of one from 0.08."
  default     = 1
  nullable    = false

  validation {
    condition     = var.cpu < 1 ? var.cpu >= 0.08 : can(regex("^[12468]$", tostring(var.cpu)))
    error_message = "Choose 1, 2, 4, 6 or 8 CPUs, or a part of one from 0.08."
  }
}

variable "cpu_always_allocated" {
  type        = bool
  description = "Keep the CPU between requests, for work in the background; instances are billed for all their time then."
  default     = false
  nullable    = false

  validation {
    condition     = var.cpu < 1 ? !var.cpu_always_allocated : true
    error_message = "Less than one CPU is only there during requests: turn this off, or choose one CPU."
  }
}

variable "custom_audiences" {
  type        = list(string)
  description = "More names that callers may put into their tokens as audience, such as `https://api.example.com`."
  default     = []
  nullable    = false
}

variable "default_uri_enabled" {
  type        = bool
  description = "Give the service its own address under run.app. Turn it off when only a load balancer may be the way in."
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the service until this is turned off again, in the portal's destroy runs too. Null protects production only."
  default     = null
}

variable "description" {
  type        = string
  description = "What the service is for, at most 512 characters."
  default     = null

  validation {
    condition     = var.description == null ? true : length(var.description) <= 512
    error_message = "Shorten the description to 512 characters."
  }
}

variable "domains" {
  type        = set(string)
  description = "Domains of your own that lead to the service, with certificates from Google. You must have proved to Google that they are yours. For production Google recommends a load balancer."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : can(regex("^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", domain))])
    error_message = "Write each domain in lowercase letters, such as app.example.com."
  }

  validation {
    condition     = length(var.domains) == 0 ? true : contains(["asia-east1", "asia-northeast1", "asia-southeast1", "europe-north1", "europe-west1", "europe-west4", "us-central1", "us-east1", "us-east4", "us-west1"], var.region)
    error_message = "Google does not map domains in this region: use a load balancer, or another region such as europe-west1."
  }

  validation {
    condition     = length(var.domains) == 0 ? true : var.ingress == "INGRESS_TRAFFIC_ALL"
    error_message = "Domains come from the internet: let everybody reach the service (INGRESS_TRAFFIC_ALL), or use a load balancer."
  }
}

variable "encryption_key" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts the container: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. Cloud Run gets the right to use it. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.encryption_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption_key))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.encryption_key == null ? true : strcontains(var.encryption_key, "/locations/${var.region}/")
    error_message = "Choose a key in the region of the service."
  }
}

variable "environment" {
  type        = string
  description = "What the service is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "environment_variables" {
  type        = map(string)
  description = "Environment variables of the program. No secrets here: use Secret Manager."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "Name each variable with letters, digits and underscores, such as LOG_LEVEL."
  }

  validation {
    condition     = length(setintersection(keys(var.environment_variables), ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "CLOUD_RUN_TIMEOUT_SECONDS"])) == 0
    error_message = "Cloud Run sets PORT, K_SERVICE, K_REVISION, K_CONFIGURATION and CLOUD_RUN_TIMEOUT_SECONDS itself: remove them."
  }
}

variable "execution_environment" {
  type        = string
  description = "`EXECUTION_ENVIRONMENT_GEN1` starts faster, `EXECUTION_ENVIRONMENT_GEN2` is a full Linux with a faster network. Null lets Google choose."
  default     = null

  validation {
    condition     = var.execution_environment == null ? true : contains(["EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2"], var.execution_environment)
    error_message = "Choose EXECUTION_ENVIRONMENT_GEN1 or EXECUTION_ENVIRONMENT_GEN2, or leave it empty."
  }

  validation {
    condition     = var.execution_environment == "EXECUTION_ENVIRONMENT_GEN2" ? var.memory_mib >= 512 && var.cpu >= 1 : true
    error_message = "The second generation needs a whole CPU and 512 MiB of memory or more."
  }
}

variable "gpu_type" {
  type        = string
  description = "GPU of each instance: `nvidia-l4`. Null is without."
  default     = null

  validation {
    condition     = var.gpu_type == null ? true : contains(["nvidia-l4"], var.gpu_type)
    error_message = "Choose nvidia-l4 as the GPU, or leave it empty."
  }

  validation {
    condition     = var.gpu_type == null ? true : var.cpu >= 4 && var.memory_mib >= 16384 && var.cpu_always_allocated
    error_message = "A GPU needs at least 4 CPUs, 16384 MiB of memory, and the CPU between requests."
  }

  validation {
    condition     = var.gpu_type == null ? true : contains(["asia-south1", "asia-southeast1", "europe-west1", "europe-west4", "us-central1", "us-east4"], var.region)
    error_message = "This region has no GPUs for Cloud Run: choose one such as europe-west4 or us-central1."
  }
}

variable "gpu_zonal_redundancy_enabled" {
  type        = bool
  description = "Keep spare GPUs in another zone, at a higher price. It needs a quota of its own."
  default     = false
  nullable    = false
}

variable "http2_enabled" {
  type        = bool
  description = "Speak HTTP/2 with the program without encryption (h2c), for gRPC with streams."
  default     = false
  nullable    = false
}

variable "iap_enabled" {
  type        = bool
  description = "Ask people to sign in with their Google account before they reach the service (Identity-Aware Proxy)."
  default     = false
  nullable    = false

  validation {
    condition     = var.iap_enabled ? !var.public_access_allowed : true
    error_message = "Signing in and public access exclude each other: turn one of them off."
  }
}

variable "iap_members" {
  type        = set(string)
  description = "Who may pass after signing in, such as `group:team@example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.iap_members : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each member with its kind, such as user:ada@example.com or group:team@example.com."
  }
}

variable "image" {
  type        = string
  description = "Container image to run, from Artifact Registry or Docker Hub. The default says hello."
  default     = "us-docker.pkg.dev/cloudrun/container/hello"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[a-z0-9][-a-z0-9.]*(?::[0-9]+)?/)?[a-z0-9][-a-z0-9._/]*(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(?:@sha256:[0-9a-f]{64})?$", var.image))
    error_message = "Write the image with its registry and a tag or digest, such as europe-docker.pkg.dev/my-project/app/web:1.4."
  }
}

variable "ingress" {
  type        = string
  description = "Who can reach it: `INGRESS_TRAFFIC_INTERNAL_ONLY` (networks of the project), `INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER` (and load balancers) or `INGRESS_TRAFFIC_ALL` (the internet). Who may call is another question."
  default     = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  nullable    = false

  validation {
    condition     = contains(["INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", "INGRESS_TRAFFIC_ALL"], var.ingress)
    error_message = "Choose INGRESS_TRAFFIC_INTERNAL_ONLY, INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER or INGRESS_TRAFFIC_ALL."
  }
}

variable "invokers" {
  type        = set(string)
  description = "Who may call the service with a token, such as `serviceAccount:…` or `group:team@example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.invokers : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each caller with its kind, such as serviceAccount:app@my-project.iam.gserviceaccount.com; everybody is a switch of its own."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels of the service: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "liveness_probe" {
  type = object({
    kind                  = optional(string, "http")
    path                  = optional(string, "/")
    port                  = optional(number)
    initial_delay_seconds = optional(number, 0)
    period_seconds        = optional(number, 10)
    timeout_seconds       = optional(number, 1)
    failure_threshold     = optional(number, 3)
  })
  description = <<-EOT
    Restart an instance that does not answer any more. Null never asks.
    - `kind` - `http` or `grpc`.
    - `path` - path to ask, for `http`.
    - `port` - port to ask. Null takes that of the program.
    - `initial_delay_seconds` - wait before the first question.
    - `period_seconds` - time from one question to the next.
    - `timeout_seconds` - wait for an answer, not longer than the period.
    - `failure_threshold` - missing answers after which it is restarted.
  EOT
  default     = null

  validation {
    condition     = var.liveness_probe == null ? true : contains(["http", "grpc"], var.liveness_probe.kind)
    error_message = "Choose http or grpc as the kind of question."
  }

  validation {
    condition     = var.liveness_probe == null ? true : startswith(var.liveness_probe.path, "/")
    error_message = "Begin the path with a slash, such as /healthz."
  }

  validation {
    condition     = var.liveness_probe == null ? true : var.liveness_probe.timeout_seconds >= 1 && var.liveness_probe.timeout_seconds <= var.liveness_probe.period_seconds && var.liveness_probe.period_seconds <= 3600 && var.liveness_probe.failure_threshold >= 1
    error_message = "Wait for an answer at least one second and not longer than the period, which is at most 3600 seconds."
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

variable "memory_mib" {
  type        = number
  description = "Memory of an instance in MiB: up to 4096 with 1 CPU, 8192 with 2, 16384 with 4, 24576 with 6, 32768 with 8."
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_mib >= 128 && var.memory_mib <= 32768 && floor(var.memory_mib) == var.memory_mib
    error_message = "Give an instance 128 to 32768 MiB of memory."
  }

  validation {
    condition     = var.memory_mib <= (var.cpu < 0.5 ? 512 : var.cpu < 1 ? 1024 : var.cpu * 4096)
    error_message = "This much memory needs more CPUs: 1024 MiB 0.5 CPU, 4096 MiB 1, 8192 MiB 2, 16384 MiB 4, 32768 MiB 8."
  }

  validation {
    condition     = var.memory_mib >= (var.cpu >= 6 ? 4096 : var.cpu >= 4 ? 2048 : 128)
    error_message = "This many CPUs need more memory: 4 CPUs 2048 MiB, 6 and 8 CPUs 4096 MiB."
  }
}

variable "min_instances" {
  type        = number
  description = "Instances that are always there, against slow first requests; they are billed at all times."
  default     = 0
  nullable    = false

  validation {
    condition     = var.min_instances >= 0 && var.min_instances <= var.max_instances && floor(var.min_instances) == var.min_instances
    error_message = "Keep a whole number of instances, not more than the most allowed."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the service, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the service. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "public_access_allowed" {
  type        = bool
  description = "Let everybody call the service without signing in, for public web sites."
  default     = false
  nullable    = false
}

variable "secret_environment_variables" {
  type = map(object({
    secret  = string
    version = optional(string, "latest")
  }))
  description = <<-EOT
    Environment variables from Secret Manager, by the name of the variable. The service account gets the right to read them.
    - `secret` - name of the secret, or `projects/<project>/secrets/<name>` in another project.
    - `version` - number of the version, or `latest`, which is read when an instance starts.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.secret_environment_variables) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "Name each variable with letters, digits and underscores, such as API_KEY."
  }

  validation {
    condition     = alltrue([for variable in var.secret_environment_variables : can(regex("^(?:projects/[^/]+/secrets/)?[-_A-Za-z0-9]+$", variable.secret)) && can(regex("^(?:latest|[0-9]+)$", variable.version))])
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
    mount_path = string
    file_name  = string
  }))
  description = <<-EOT
    Secrets as files, by a name for each. The service account gets the right to read them.
    - `secret` - name of the secret, or `projects/<project>/secrets/<name>` in another project.
    - `version` - number of the version, or `latest`, which is read anew at each access.
    - `mount_path` - folder in the container, such as `/secrets/tls`.
    - `file_name` - name of the file in it, such as `key.pem`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.secret_volumes) : can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", name))])
    error_message = "Name each secret file with 1 to 40 lowercase letters, digits and dashes, such as tls."
  }

  validation {
    condition     = alltrue([for volume in var.secret_volumes : can(regex("^(?:projects/[^/]+/secrets/)?[-_A-Za-z0-9]+$", volume.secret)) && can(regex("^(?:latest|[0-9]+)$", volume.version))])
    error_message = "Give each secret by its name and its version as a number or latest."
  }

  validation {
    condition     = alltrue([for volume in var.secret_volumes : can(regex("^/[^/]", volume.mount_path)) && can(regex("^[^/]+$", volume.file_name))])
    error_message = "Give each secret a folder that begins with a slash, such as /secrets/tls, and a file name without one."
  }

  validation {
    condition     = length(distinct(concat(["/cloudsql"], [for volume in var.secret_volumes : volume.mount_path], [for volume in var.bucket_volumes : volume.mount_path]))) == length(var.secret_volumes) + length(var.bucket_volumes) + 1
    error_message = "Two secrets or buckets have the same folder: give each its own."
  }
}

variable "service_account_email" {
  type        = string
  description = "Existing service account that the program acts as. Null creates one without any rights but those that the fields here need."
  default     = null

  validation {
    condition     = var.service_account_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.service_account_email))
    error_message = "Give the service account by its address, such as web@my-project.iam.gserviceaccount.com."
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
    error_message = "Owner and Editor are too much for a service: choose the roles that it needs."
  }

  validation {
    condition     = length(var.service_account_roles) == 0 ? true : var.service_account_email == null
    error_message = "Roles are only given to a new service account: leave its address empty, or the roles."
  }
}

variable "session_affinity_enabled" {
  type        = bool
  description = "Send the requests of one client to the same instance where possible."
  default     = false
  nullable    = false
}

variable "sidecars" {
  type = map(object({
    image                 = string
    command               = optional(list(string), [])
    args                  = optional(list(string), [])
    environment_variables = optional(map(string), {})
    cpu                   = optional(number, 1)
    memory_mib            = optional(number, 512)
  }))
  description = <<-EOT
    More containers beside the program, by name, such as a proxy or a collector of figures.
    - `image` - its image.
    - `command` - program to start instead of the image's own.
    - `args` - its arguments.
    - `environment_variables` - its environment variables.
    - `cpu` - its CPUs.
    - `memory_mib` - its memory in MiB.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.sidecars) : can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", name)) && name != "app"]) && length(var.sidecars) <= 9
    error_message = "Name each container with lowercase letters, digits and dashes, other than app; nine are allowed."
  }

  validation {
    condition     = alltrue([for sidecar in var.sidecars : sidecar.cpu >= 0.08 && sidecar.cpu <= 8 && sidecar.memory_mib >= 64 && sidecar.memory_mib <= 32768])
    error_message = "Give each further container 0.08 to 8 CPUs and 64 to 32768 MiB of memory."
  }
}

variable "startup_cpu_boost" {
  type        = bool
  description = "More CPU while an instance starts."
  default     = true
  nullable    = false
}

variable "startup_probe" {
  type = object({
    kind                  = optional(string, "tcp")
    path                  = optional(string, "/")
    port                  = optional(number)
    initial_delay_seconds = optional(number, 0)
    period_seconds        = optional(number, 10)
    timeout_seconds       = optional(number, 1)
    failure_threshold     = optional(number, 3)
  })
  description = <<-EOT
    When an instance counts as started. Null waits until its port is open, at most four minutes.
    - `kind` - `tcp`, `http` or `grpc`.
    - `path` - path to ask, for `http`.
    - `port` - port to ask. Null takes that of the program.
    - `initial_delay_seconds` - wait before the first question.
    - `period_seconds` - time from one question to the next.
    - `timeout_seconds` - wait for an answer, not longer than the period.
    - `failure_threshold` - missing answers after which starting has failed.
  EOT
  default     = null

  validation {
    condition     = var.startup_probe == null ? true : contains(["tcp", "http", "grpc"], var.startup_probe.kind)
    error_message = "Choose tcp, http or grpc as the kind of question."
  }

  validation {
    condition     = var.startup_probe == null ? true : startswith(var.startup_probe.path, "/")
    error_message = "Begin the path with a slash, such as /ready."
  }

  validation {
    condition     = var.startup_probe == null ? true : var.startup_probe.timeout_seconds >= 1 && var.startup_probe.timeout_seconds <= var.startup_probe.period_seconds && var.startup_probe.period_seconds * var.startup_probe.failure_threshold <= 240
    error_message = "Wait for an answer not longer than the period; period times failures is at most 240 seconds."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}

variable "timeout_seconds" {
  type        = number
  description = "Longest time that a request may take, 1 to 3600 seconds."
  default     = 300
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 3600 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "Let a request take 1 to 3600 whole seconds."
  }
}

variable "traffic" {
  type = list(object({
    revision = optional(string)
    percent  = optional(number, 100)
    tag      = optional(string)
  }))
  description = <<-EOT
    How requests are split between revisions, for careful roll-outs. The shares make 100 together.
    - `revision` - name of a revision, such as `web-00007-abc`. Null is the newest.
    - `percent` - its share of requests; 0 is reached by its tag only.
    - `tag` - gives it an address of its own.
  EOT
  default     = [{ percent = 100 }]
  nullable    = false

  validation {
    condition     = sum(concat([0], [for part in var.traffic : part.percent])) == 100
    error_message = "Split all requests: the shares must make 100 together."
  }

  validation {
    condition     = alltrue([for part in var.traffic : part.percent >= 0 && part.percent <= 100 && floor(part.percent) == part.percent])
    error_message = "Give each revision a whole share from 0 to 100."
  }

  validation {
    condition     = alltrue([for part in var.traffic : part.tag == null ? true : can(regex("^[a-z](?:[-a-z0-9]{0,44}[a-z0-9])?$", part.tag))])
    error_message = "Write each tag with lowercase letters, digits and dashes, such as canary."
  }

  validation {
    condition     = length(distinct([for part in var.traffic : part.tag if part.tag != null])) == length([for part in var.traffic : part.tag if part.tag != null])
    error_message = "Give every tag to one revision only: two have the same."
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
  description = "Subnetwork in which the instances get addresses, to reach private services: `projects/<project>/regions/<region>/subnetworks/<name>`. Null leaves the service outside of networks."
  default     = null

  validation {
    condition     = var.vpc_subnetwork == null ? true : can(regex("^projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$", var.vpc_subnetwork))
    error_message = "Write the subnetwork as projects/<project>/regions/<region>/subnetworks/<name>."
  }

  validation {
    condition     = var.vpc_subnetwork == null ? true : strcontains(var.vpc_subnetwork, "/regions/${var.region}/")
    error_message = "Choose a subnetwork in the region of the service."
  }
}
