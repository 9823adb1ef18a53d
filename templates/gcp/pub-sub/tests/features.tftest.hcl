mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "123456789012"
    }
  }
}

variables {
  name = "orders"
}

run "each_kind_of_subscription_gets_its_target_and_its_rights" {
  command = plan

  variables {
    schema = { id = "projects/acme-demo/schemas/order", encoding = "BINARY" }
    subscriptions = {
      web     = { type = "push", push = { endpoint = "https://example.com/in", unwrapped = true } }
      hook    = { type = "push", push = { endpoint = "https://example.com/", service_account_email = "hook@acme-demo.iam.gserviceaccount.com" } }
      lake    = { type = "bigquery", bigquery = { table = "example.com:acme.shop.orders", schema = "topic" } }
      archive = { type = "cloud_storage", cloud_storage = { bucket = "acme-messages", format = "avro", use_topic_schema = true } }
    }
  }

  assert {
    condition     = length(google_service_account.push) == 1 && google_service_account_iam_member.push[0].role == "roles/iam.serviceAccountTokenCreator" && google_pubsub_subscription.this["hook"].push_config[0].oidc_token[0].service_account_email == "hook@acme-demo.iam.gserviceaccount.com" && google_pubsub_subscription.this["web"].push_config[0].no_wrapper[0].write_metadata
    error_message = "Every push must be signed, by an account of its own or the given one."
  }

  assert {
    condition     = google_bigquery_table_iam_member.writer["lake"].project == "example.com:acme" && google_bigquery_table_iam_member.writer["lake"].dataset_id == "shop" && google_bigquery_table_iam_member.writer["lake"].table_id == "orders" && google_pubsub_subscription.this["lake"].bigquery_config[0].use_topic_schema
    error_message = "Pub/Sub must be allowed to write the table's rows."
  }

  assert {
    condition     = length(google_storage_bucket_iam_member.writer) == 2 && google_pubsub_subscription.this["archive"].cloud_storage_config[0].avro_config[0].use_topic_schema && google_pubsub_subscription.this["archive"].cloud_storage_config[0].max_duration == "300s"
    error_message = "Pub/Sub must be allowed to write files and to see the bucket."
  }

  assert {
    condition     = length(google_pubsub_schema.this) == 0 && google_pubsub_topic.this.schema_settings[0].encoding == "BINARY"
    error_message = "The existing schema must be used."
  }
}

run "messages_are_checked_kept_and_encrypted" {
  command = plan

  variables {
    schema                        = { definition = "{\"type\": \"string\"}" }
    message_retention_minutes     = 60
    dead_letter_retention_minutes = 10
    allowed_persistence_regions   = ["europe-west1"]
    enforce_in_transit            = true
    kms_key_name                  = "projects/acme/locations/europe/keyRings/r/cryptoKeys/k"
    project_id                    = "acme-demo"
  }

  assert {
    condition     = google_pubsub_schema.this[0].type == "AVRO" && google_pubsub_topic.this.message_retention_duration == "3600s" && google_pubsub_subscription.dead_letter[0].message_retention_duration == "600s"
    error_message = "Schema and times must be set."
  }

  assert {
    condition     = google_pubsub_topic.this.kms_key_name == "projects/acme/locations/europe/keyRings/r/cryptoKeys/k" && google_pubsub_topic.dead_letter[0].kms_key_name == google_pubsub_topic.this.kms_key_name && google_pubsub_topic.dead_letter[0].message_storage_policy[0].enforce_in_transit
    error_message = "Undeliverable messages must be kept as safely as others."
  }
}

run "named_programs_publish_and_receive" {
  command = plan

  variables {
    publishers  = ["serviceAccount:shop@acme.iam.gserviceaccount.com"]
    subscribers = ["group:ops@example.com"]
    subscriptions = {
      a   = {}
      b   = { filter = "attributes.kind = \"order\"", exactly_once_delivery_enabled = true, message_ordering_enabled = true, expiration_days = 30 }
      web = { type = "push", push = { endpoint = "https://example.com/" } }
    }
  }

  assert {
    condition     = google_pubsub_topic_iam_member.publisher["serviceAccount:shop@acme.iam.gserviceaccount.com"].role == "roles/pubsub.publisher" && keys(google_pubsub_subscription_iam_member.subscriber) == ["a group:ops@example.com", "b group:ops@example.com"]
    error_message = "Each must get the right on what it uses, and no more."
  }

  assert {
    condition     = google_pubsub_subscription.this["b"].enable_exactly_once_delivery && google_pubsub_subscription.this["b"].enable_message_ordering && google_pubsub_subscription.this["b"].expiration_policy[0].ttl == "2592000s"
    error_message = "Each switch must reach its subscription."
  }
}
