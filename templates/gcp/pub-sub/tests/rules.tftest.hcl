mock_provider "google" {}

variables {
  name = "orders"
}

run "names_begin_with_a_letter" {
  command = plan

  variables {
    name = "1 order"
  }

  expect_failures = [var.name]
}

run "googles_names_are_reserved" {
  command = plan

  variables {
    name = "google-orders"
  }

  expect_failures = [var.name]
}

run "regions_have_no_zone" {
  command = plan

  variables {
    allowed_persistence_regions = ["europe-west1-b"]
  }

  expect_failures = [var.allowed_persistence_regions]
}

run "undeliverable_messages_wait_at_most_a_month" {
  command = plan

  variables {
    dead_letter_retention_minutes = 50000
  }

  expect_failures = [var.dead_letter_retention_minutes]
}

run "enforcement_needs_regions" {
  command = plan

  variables {
    enforce_in_transit = true
  }

  expect_failures = [var.enforce_in_transit]
}

run "keys_have_full_names" {
  command = plan

  variables {
    kms_key_name = "key"
  }

  expect_failures = [var.kms_key_name]
}

run "the_topic_keeps_at_least_ten_minutes" {
  command = plan

  variables {
    message_retention_minutes = 5
  }

  expect_failures = [var.message_retention_minutes]
}

run "publishers_are_somebody" {
  command = plan

  variables {
    publishers = ["allUsers"]
  }

  expect_failures = [var.publishers]
}

run "a_schema_is_new_or_existing" {
  command = plan

  variables {
    schema = {}
  }

  expect_failures = [var.schema]
}

run "schema_types_are_known" {
  command = plan

  variables {
    schema = { type = "XML", id = "projects/acme-demo/schemas/order" }
  }

  expect_failures = [var.schema]
}

run "encodings_are_known" {
  command = plan

  variables {
    schema = { encoding = "TEXT", id = "projects/acme-demo/schemas/order" }
  }

  expect_failures = [var.schema]
}

run "existing_schemas_have_full_names" {
  command = plan

  variables {
    schema = { id = "order" }
  }

  expect_failures = [var.schema]
}

run "schemas_can_be_read" {
  command = plan

  variables {
    schema = { definition = "order" }
  }

  expect_failures = [var.schema]
}

run "subscribers_are_somebody" {
  command = plan

  variables {
    subscribers = ["allAuthenticatedUsers"]
  }

  expect_failures = [var.subscribers]
}

run "subscription_names_are_short" {
  command = plan

  variables {
    subscriptions = { "a b" = {} }
  }

  expect_failures = [var.subscriptions]
}

run "subscription_types_are_known" {
  command = plan

  variables {
    subscriptions = { a = { type = "mail" } }
  }

  expect_failures = [var.subscriptions]
}

run "a_push_needs_its_address" {
  command = plan

  variables {
    subscriptions = { a = { type = "push" } }
  }

  expect_failures = [var.subscriptions]
}

run "deadlines_are_in_bounds" {
  command = plan

  variables {
    subscriptions = { a = { ack_deadline_seconds = 5 } }
  }

  expect_failures = [var.subscriptions]
}

run "messages_wait_at_most_a_month" {
  command = plan

  variables {
    subscriptions = { a = { message_retention_minutes = 50000 } }
  }

  expect_failures = [var.subscriptions]
}

run "filters_are_not_empty" {
  command = plan

  variables {
    subscriptions = { a = { filter = "" } }
  }

  expect_failures = [var.subscriptions]
}

run "exactly_once_is_for_pull" {
  command = plan

  variables {
    subscriptions = { a = { type = "push", exactly_once_delivery_enabled = true, push = { endpoint = "https://example.com/" } } }
  }

  expect_failures = [var.subscriptions]
}

run "the_shortest_wait_is_not_the_longest" {
  command = plan

  variables {
    subscriptions = { a = { minimum_backoff_seconds = 60, maximum_backoff_seconds = 30 } }
  }

  expect_failures = [var.subscriptions]
}

run "five_tries_are_the_least" {
  command = plan

  variables {
    subscriptions = { a = { max_delivery_attempts = 1 } }
  }

  expect_failures = [var.subscriptions]
}

run "subscriptions_outlive_their_messages" {
  command = plan

  variables {
    subscriptions = { a = { expiration_days = 2 } }
  }

  expect_failures = [var.subscriptions]
}

run "push_is_encrypted" {
  command = plan

  variables {
    subscriptions = { a = { type = "push", push = { endpoint = "http://example.com/" } } }
  }

  expect_failures = [var.subscriptions]
}

run "tables_have_full_names" {
  command = plan

  variables {
    subscriptions = { a = { type = "bigquery", bigquery = { table = "orders" } } }
  }

  expect_failures = [var.subscriptions]
}

run "row_schemas_are_known" {
  command = plan

  variables {
    subscriptions = { a = { type = "bigquery", bigquery = { table = "acme.shop.orders", schema = "mine" } } }
  }

  expect_failures = [var.subscriptions]
}

run "only_schemas_know_unknown_fields" {
  command = plan

  variables {
    subscriptions = { a = { type = "bigquery", bigquery = { table = "acme.shop.orders", drop_unknown_fields = true } } }
  }

  expect_failures = [var.subscriptions]
}

run "the_topics_schema_must_exist" {
  command = plan

  variables {
    subscriptions = { a = { type = "bigquery", bigquery = { table = "acme.shop.orders", schema = "topic" } } }
  }

  expect_failures = [var.subscriptions]
}

run "buckets_are_names" {
  command = plan

  variables {
    subscriptions = { a = { type = "cloud_storage", cloud_storage = { bucket = "gs://acme" } } }
  }

  expect_failures = [var.subscriptions]
}

run "formats_are_known" {
  command = plan

  variables {
    subscriptions = { a = { type = "cloud_storage", cloud_storage = { bucket = "acme", format = "csv" } } }
  }

  expect_failures = [var.subscriptions]
}

run "only_avro_holds_metadata" {
  command = plan

  variables {
    subscriptions = { a = { type = "cloud_storage", cloud_storage = { bucket = "acme", write_metadata = true } } }
  }

  expect_failures = [var.subscriptions]
}

run "files_are_closed_in_time" {
  command = plan

  variables {
    subscriptions = { a = { type = "cloud_storage", cloud_storage = { bucket = "acme", max_seconds = 10 } } }
  }

  expect_failures = [var.subscriptions]
}

run "accounts_are_addresses" {
  command = plan

  variables {
    subscriptions = { a = { type = "push", push = { endpoint = "https://example.com/", service_account_email = "push" } } }
  }

  expect_failures = [var.subscriptions]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}
