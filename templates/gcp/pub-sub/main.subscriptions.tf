resource "google_pubsub_subscription" "this" {
  for_each = var.subscriptions

  name                         = "${var.name}-${each.key}"
  project                      = var.project_id
  topic                        = google_pubsub_topic.this.id
  ack_deadline_seconds         = each.value.ack_deadline_seconds
  message_retention_duration   = "${each.value.message_retention_minutes * 60}s"
  retain_acked_messages        = each.value.retain_acked_messages
  filter                       = each.value.filter
  enable_exactly_once_delivery = each.value.exactly_once_delivery_enabled
  enable_message_ordering      = each.value.message_ordering_enabled
  labels                       = local.labels

  expiration_policy {
    # Empty means never.
    ttl = each.value.expiration_days == null ? "" : "${each.value.expiration_days * 86400}s"
  }

  retry_policy {
    minimum_backoff = "${each.value.minimum_backoff_seconds}s"
    maximum_backoff = "${each.value.maximum_backoff_seconds}s"
  }

  dynamic "dead_letter_policy" {
    for_each = google_pubsub_topic.dead_letter[*].id

    content {
      dead_letter_topic     = dead_letter_policy.value
      max_delivery_attempts = each.value.max_delivery_attempts
    }
  }

  dynamic "push_config" {
    for_each = each.value.push == null ? [] : [each.value.push]

    content {
      push_endpoint = push_config.value.endpoint
      attributes    = push_config.value.attributes

      oidc_token {
        service_account_email = local.push_accounts[each.key]
        audience              = push_config.value.audience
      }

      dynamic "no_wrapper" {
        for_each = push_config.value.unwrapped ? [push_config.value.write_metadata] : []

        content {
          write_metadata = no_wrapper.value
        }
      }
    }
  }

  dynamic "bigquery_config" {
    for_each = each.value.bigquery == null ? [] : [each.value.bigquery]

    content {
      table                 = bigquery_config.value.table
      use_topic_schema      = bigquery_config.value.schema == "topic"
      use_table_schema      = bigquery_config.value.schema == "table"
      write_metadata        = bigquery_config.value.write_metadata
      drop_unknown_fields   = bigquery_config.value.drop_unknown_fields
      service_account_email = bigquery_config.value.service_account_email
    }
  }

  dynamic "cloud_storage_config" {
    for_each = each.value.cloud_storage == null ? [] : [each.value.cloud_storage]

    content {
      bucket                   = cloud_storage_config.value.bucket
      filename_prefix          = cloud_storage_config.value.filename_prefix
      filename_suffix          = cloud_storage_config.value.filename_suffix
      filename_datetime_format = cloud_storage_config.value.filename_datetime_format
      max_duration             = "${cloud_storage_config.value.max_seconds}s"
      max_bytes                = cloud_storage_config.value.max_bytes
      max_messages             = cloud_storage_config.value.max_messages
      service_account_email    = cloud_storage_config.value.service_account_email

      dynamic "avro_config" {
        for_each = cloud_storage_config.value.format == "avro" ? [cloud_storage_config.value] : []

        content {
          write_metadata   = avro_config.value.write_metadata
          use_topic_schema = avro_config.value.use_topic_schema
        }
      }
    }
  }

  # Pub/Sub tries to write when the subscription is made.
  depends_on = [google_bigquery_table_iam_member.writer, google_storage_bucket_iam_member.writer]
}

# A topic without a subscription loses what is published.
resource "google_pubsub_subscription" "dead_letter" {
  count = var.dead_letter_enabled ? 1 : 0

  name                       = google_pubsub_topic.dead_letter[0].name
  project                    = var.project_id
  topic                      = google_pubsub_topic.dead_letter[0].id
  ack_deadline_seconds       = 60
  message_retention_duration = "${var.dead_letter_retention_minutes * 60}s"
  labels                     = local.labels

  expiration_policy {
    ttl = ""
  }
}
