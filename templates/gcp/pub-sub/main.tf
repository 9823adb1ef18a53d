locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  # Nothing can be encrypted before Pub/Sub may use the key.
  kms_key_name = one(google_kms_crypto_key_iam_member.agent[*].crypto_key_id)

  storage_policies = length(var.allowed_persistence_regions) == 0 ? [] : [var.allowed_persistence_regions]

  create_schema = var.schema == null ? false : var.schema.definition != null
}

resource "google_pubsub_schema" "this" {
  count = local.create_schema ? 1 : 0

  name       = var.name
  project    = var.project_id
  type       = var.schema.type
  definition = var.schema.definition
}

resource "google_pubsub_topic" "this" {
  name                       = var.name
  project                    = var.project_id
  kms_key_name               = local.kms_key_name
  message_retention_duration = var.message_retention_minutes == null ? null : "${var.message_retention_minutes * 60}s"
  labels                     = local.labels

  dynamic "message_storage_policy" {
    for_each = local.storage_policies

    content {
      allowed_persistence_regions = message_storage_policy.value
      enforce_in_transit          = var.enforce_in_transit
    }
  }

  dynamic "schema_settings" {
    for_each = var.schema == null ? [] : [var.schema]

    content {
      schema   = local.create_schema ? google_pubsub_schema.this[0].id : schema_settings.value.id
      encoding = schema_settings.value.encoding
    }
  }
}

resource "google_pubsub_topic" "dead_letter" {
  count = var.dead_letter_enabled ? 1 : 0

  name         = "${var.name}-dead-letter"
  project      = var.project_id
  kms_key_name = local.kms_key_name
  labels       = local.labels

  dynamic "message_storage_policy" {
    for_each = local.storage_policies

    content {
      allowed_persistence_regions = message_storage_policy.value
      enforce_in_transit          = var.enforce_in_transit
    }
  }
}
