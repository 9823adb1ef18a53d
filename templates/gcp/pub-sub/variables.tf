variable "name" {
  type        = string
  description = "Name of the topic. Its subscriptions and the topic for undeliverable messages are named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][-A-Za-z0-9._~+%]{2,199}$", var.name))
    error_message = "Use 3 to 200 letters, digits and -._~+% for the name, beginning with a letter."
  }

  validation {
    condition     = !startswith(lower(var.name), "goog")
    error_message = "Google reserves names that begin with goog: choose another one."
  }
}

variable "allowed_persistence_regions" {
  type        = set(string)
  description = "Regions that may store messages, such as `europe-west1`. Empty allows the nearest region, wherever a message is published."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.allowed_persistence_regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))])
    error_message = "Write each region without a zone, such as europe-west1."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "dead_letter_enabled" {
  type        = bool
  description = "Keep messages that nobody could handle in a topic of their own, `<name>-dead-letter`, instead of delivering them again and again."
  default     = true
  nullable    = false
}

variable "dead_letter_retention_minutes" {
  type        = number
  description = "Minutes for which undeliverable messages wait to be looked at: 10 to 44640 (31 days)."
  default     = 20160
  nullable    = false

  validation {
    condition     = var.dead_letter_retention_minutes >= 10 && var.dead_letter_retention_minutes <= 44640 && floor(var.dead_letter_retention_minutes) == var.dead_letter_retention_minutes
    error_message = "Keep undeliverable messages for 10 to 44640 whole minutes."
  }
}

variable "enforce_in_transit" {
  type        = bool
  description = "Refuse to publish and to deliver outside of the allowed regions too, not only to store."
  default     = false
  nullable    = false

  validation {
    condition     = var.enforce_in_transit ? length(var.allowed_persistence_regions) > 0 : true
    error_message = "Name the allowed regions, or leave their enforcement off."
  }
}

variable "environment" {
  type        = string
  description = "What the topic is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "kms_key_name" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts messages: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. Pub/Sub gets the right to use it. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.kms_key_name == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
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

variable "message_retention_minutes" {
  type        = number
  description = "Minutes for which the topic itself keeps messages, so that any subscription can go back in time or begin with the past: 10 to 44640 (31 days). Null keeps none."
  default     = null

  validation {
    condition     = var.message_retention_minutes == null ? true : var.message_retention_minutes >= 10 && var.message_retention_minutes <= 44640 && floor(var.message_retention_minutes) == var.message_retention_minutes
    error_message = "Keep messages in the topic for 10 to 44640 whole minutes, or leave the field empty."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the topic, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the topic. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "publishers" {
  type        = set(string)
  description = "Who may publish to the topic, such as `serviceAccount:shop@acme.iam.gserviceaccount.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.publishers : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each publisher with its kind, such as serviceAccount:shop@acme.iam.gserviceaccount.com; everybody is not allowed."
  }
}

variable "schema" {
  type = object({
    type       = optional(string, "AVRO")
    definition = optional(string)
    id         = optional(string)
    encoding   = optional(string, "JSON")
  })
  description = <<-EOT
    Form that every message must have; others are refused. Null takes anything.
    - `type` - `AVRO` or `PROTOCOL_BUFFER`.
    - `definition` - the schema itself; it is created with the name of the topic.
    - `id` - an existing schema instead: `projects/<project>/schemas/<name>`.
    - `encoding` - how messages are written: `JSON` or `BINARY`.
  EOT
  default     = null

  validation {
    condition     = var.schema == null ? true : (var.schema.definition == null) != (var.schema.id == null)
    error_message = "Give either the definition of a new schema or the id of an existing one."
  }

  validation {
    condition     = var.schema == null ? true : contains(["AVRO", "PROTOCOL_BUFFER"], var.schema.type)
    error_message = "Choose AVRO or PROTOCOL_BUFFER as the type of the schema."
  }

  validation {
    condition     = var.schema == null ? true : contains(["JSON", "BINARY"], var.schema.encoding)
    error_message = "Choose JSON or BINARY as the encoding of messages."
  }

  validation {
    condition     = var.schema == null ? true : var.schema.id == null ? true : can(regex("^projects/[^/]+/schemas/[^/]+$", var.schema.id))
    error_message = "Write the existing schema as projects/<project>/schemas/<name>."
  }

  validation {
    condition     = var.schema == null ? true : var.schema.definition == null ? true : var.schema.type == "AVRO" ? can(jsondecode(var.schema.definition).type) : can(regex("\\bmessage\\s+\\w+\\s*\\{", var.schema.definition))
    error_message = "Write an Avro schema as JSON with a type, a Protocol Buffers schema with a message."
  }
}

variable "subscribers" {
  type        = set(string)
  description = "Who may receive messages from every pull subscription, such as `serviceAccount:worker@acme.iam.gserviceaccount.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.subscribers : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each subscriber with its kind, such as serviceAccount:worker@acme.iam.gserviceaccount.com; everybody is not allowed."
  }
}

variable "subscriptions" {
  type = map(object({
    type                          = optional(string, "pull")
    ack_deadline_seconds          = optional(number, 20)
    message_retention_minutes     = optional(number, 10080)
    retain_acked_messages         = optional(bool, false)
    filter                        = optional(string)
    exactly_once_delivery_enabled = optional(bool, false)
    message_ordering_enabled      = optional(bool, false)
    minimum_backoff_seconds       = optional(number, 10)
    maximum_backoff_seconds       = optional(number, 600)
    max_delivery_attempts         = optional(number, 5)
    expiration_days               = optional(number)
    push = optional(object({
      endpoint              = string
      service_account_email = optional(string)
      audience              = optional(string)
      attributes            = optional(map(string), {})
      unwrapped             = optional(bool, false)
      write_metadata        = optional(bool, true)
    }))
    bigquery = optional(object({
      table                 = string
      schema                = optional(string, "none")
      write_metadata        = optional(bool, false)
      drop_unknown_fields   = optional(bool, false)
      service_account_email = optional(string)
    }))
    cloud_storage = optional(object({
      bucket                   = string
      format                   = optional(string, "text")
      filename_prefix          = optional(string)
      filename_suffix          = optional(string)
      filename_datetime_format = optional(string)
      max_seconds              = optional(number, 300)
      max_bytes                = optional(number)
      max_messages             = optional(number)
      write_metadata           = optional(bool, false)
      use_topic_schema         = optional(bool, false)
      service_account_email    = optional(string)
    }))
  }))
  description = <<-EOT
    Subscriptions by name; each gets every message and is called `<topic>-<name>`.
    - `type` - how messages leave: `pull` (programs fetch them), `push` (sent to an HTTPS address), `bigquery` (rows of a table) or `cloud_storage` (files in a bucket).
    - `ack_deadline_seconds` - time to handle a message before it is delivered again, 10 to 600.
    - `message_retention_minutes` - how long messages wait that nobody handles: 10 to 44640 (31 days).
    - `retain_acked_messages` - keep handled messages for that time too, to replay them.
    - `filter` - only messages whose attributes match, such as `attributes.kind = "order"`. A change makes the subscription anew, and its waiting messages are lost.
    - `exactly_once_delivery_enabled` - never deliver a handled message again (pull only).
    - `message_ordering_enabled` - deliver messages with the same ordering key in order. A change makes the subscription anew.
    - `minimum_backoff_seconds` - shortest wait before a delivery is tried again, 0 to 600.
    - `maximum_backoff_seconds` - longest wait, 0 to 600.
    - `max_delivery_attempts` - tries before a message becomes undeliverable, 5 to 100. It counts when undeliverable messages are kept.
    - `expiration_days` - delete the subscription after so many days without use. Null never does.
    - `push` - where messages of a push subscription go:
      `endpoint` HTTPS address; `service_account_email` who signs the token (null creates an account without rights);
      `audience` of the token (null is the address); `attributes` of the request; `unwrapped` sends the message alone;
      `write_metadata` then adds headers about it.
    - `bigquery` - where messages of a BigQuery subscription go:
      `table` as `project.dataset.table`; `schema` of the rows: `none` (one column `data`), `topic` or `table`;
      `write_metadata` adds columns; `drop_unknown_fields` drops what the table lacks; `service_account_email` who writes.
    - `cloud_storage` - where messages of a Cloud Storage subscription go:
      `bucket`; `format` `text` or `avro`; `filename_prefix`, `filename_suffix` and `filename_datetime_format` of files;
      a file is closed after `max_seconds` (60 to 600), `max_bytes` (1000 or more) or `max_messages` (1000 or more);
      `write_metadata` and `use_topic_schema` for Avro; `service_account_email` who writes.
  EOT
  default     = { pull = {} }
  nullable    = false

  validation {
    condition     = alltrue([for name, subscription in var.subscriptions : can(regex("^[A-Za-z0-9][-A-Za-z0-9._~+%]{0,49}$", name)) && name != "dead-letter"])
    error_message = "Name each subscription with 1 to 50 letters, digits and -._~+%; dead-letter is taken."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : contains(["pull", "push", "bigquery", "cloud_storage"], subscription.type)])
    error_message = "Choose pull, push, bigquery or cloud_storage as the type of a subscription."
  }

  validation {
    condition = alltrue([for subscription in values(var.subscriptions) :
      (subscription.push != null) == (subscription.type == "push") &&
      (subscription.bigquery != null) == (subscription.type == "bigquery") &&
      (subscription.cloud_storage != null) == (subscription.type == "cloud_storage")
    ])
    error_message = "Tell where messages go in the part of the subscription's type, and only there: push, bigquery or cloud_storage."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.ack_deadline_seconds >= 10 && subscription.ack_deadline_seconds <= 600 && floor(subscription.ack_deadline_seconds) == subscription.ack_deadline_seconds])
    error_message = "Set the time to handle a message to 10 to 600 whole seconds."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.message_retention_minutes >= 10 && subscription.message_retention_minutes <= 44640 && floor(subscription.message_retention_minutes) == subscription.message_retention_minutes])
    error_message = "Let messages wait for 10 to 44640 whole minutes."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.filter == null ? true : length(subscription.filter) >= 1 && length(subscription.filter) <= 256])
    error_message = "Shorten the filter to 256 characters, or leave it empty."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.exactly_once_delivery_enabled ? subscription.type == "pull" : true])
    error_message = "Exactly-once delivery is for pull subscriptions only: turn it off, or choose pull."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.minimum_backoff_seconds >= 0 && subscription.minimum_backoff_seconds <= subscription.maximum_backoff_seconds && subscription.maximum_backoff_seconds <= 600])
    error_message = "Set the waits between deliveries to 0 to 600 seconds, the shortest not above the longest."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.max_delivery_attempts >= 5 && subscription.max_delivery_attempts <= 100 && floor(subscription.max_delivery_attempts) == subscription.max_delivery_attempts])
    error_message = "Set the tries of a delivery to a whole number from 5 to 100."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.expiration_days == null ? true : subscription.expiration_days * 1440 >= max(1440, subscription.message_retention_minutes)])
    error_message = "Let a subscription expire after at least one day and not before its messages do."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.push == null ? true : can(regex("^https://[^\\s/?#]+", subscription.push.endpoint))])
    error_message = "Push to an address that begins with https://."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.bigquery == null ? true : can(regex("^[-a-z0-9.:]+\\.[A-Za-z0-9_]+\\.[^.]+$", subscription.bigquery.table))])
    error_message = "Write the table as project.dataset.table."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.bigquery == null ? true : contains(["none", "topic", "table"], subscription.bigquery.schema)])
    error_message = "Choose none, topic or table as the schema of the rows."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.bigquery == null ? true : subscription.bigquery.drop_unknown_fields ? subscription.bigquery.schema != "none" : true])
    error_message = "Unknown fields can only be dropped with the schema of the topic or of the table."
  }

  validation {
    condition = var.schema != null ? true : alltrue([for subscription in values(var.subscriptions) :
      try(subscription.bigquery.schema, "none") != "topic" && !try(subscription.cloud_storage.use_topic_schema, false)
    ])
    error_message = "Give the topic a schema before a subscription uses it."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.cloud_storage == null ? true : can(regex("^[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]$", subscription.cloud_storage.bucket))])
    error_message = "Give the bucket by its name alone, without gs://."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.cloud_storage == null ? true : contains(["text", "avro"], subscription.cloud_storage.format)])
    error_message = "Choose text or avro as the format of files."
  }

  validation {
    condition     = alltrue([for subscription in values(var.subscriptions) : subscription.cloud_storage == null ? true : subscription.cloud_storage.write_metadata || subscription.cloud_storage.use_topic_schema ? subscription.cloud_storage.format == "avro" : true])
    error_message = "Only Avro files hold metadata and the topic's schema: choose avro as the format."
  }

  validation {
    condition = alltrue([for subscription in values(var.subscriptions) : subscription.cloud_storage == null ? true :
      subscription.cloud_storage.max_seconds >= 60 && subscription.cloud_storage.max_seconds <= 600 &&
      coalesce(subscription.cloud_storage.max_bytes, 1000) >= 1000 && coalesce(subscription.cloud_storage.max_bytes, 1000) <= 10737418240 &&
      coalesce(subscription.cloud_storage.max_messages, 1000) >= 1000
    ])
    error_message = "Close files after 60 to 600 seconds, 1000 bytes to 10 GiB, or 1000 messages and more."
  }

  validation {
    condition     = alltrue(flatten([for subscription in values(var.subscriptions) : [for email in [try(subscription.push.service_account_email, null), try(subscription.bigquery.service_account_email, null), try(subscription.cloud_storage.service_account_email, null)] : email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", email))]]))
    error_message = "Give a service account by its address, such as push@my-project.iam.gserviceaccount.com."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}
