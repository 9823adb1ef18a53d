mock_provider "google" {
  mock_data "google_bigquery_default_service_account" {
    defaults = {
      email = "bq-123@bigquery-encryption.iam.gserviceaccount.com"
    }
  }
}

variables {
  name     = "sales"
  location = "EU"
}

run "tables_are_split_sorted_and_protected" {
  command = plan

  variables {
    project_id = "acme-demo"
    tables = {
      orders = {
        schema                   = "[{\"name\": \"id\", \"type\": \"STRING\"}, {\"name\": \"day\", \"type\": \"date\"}]"
        time_partitioning        = { type = "MONTH", field = "day", expiration_days = 2 }
        clustering               = ["id"]
        require_partition_filter = true
        primary_key              = ["id"]
        deletion_protection      = false
      }
      customers = {
        schema             = "[{\"name\": \"id\", \"type\": \"INT64\"}]"
        range_partitioning = { field = "id", start = 0, end = 100, interval = 10 }
      }
    }
    deletion_protection = true
  }

  assert {
    condition     = google_bigquery_table.this["orders"].time_partitioning[0].expiration_ms == 172800000 && google_bigquery_table.this["orders"].clustering == tolist(["id"]) && google_bigquery_table.this["orders"].require_partition_filter && google_bigquery_table.this["orders"].table_constraints[0].primary_key[0].columns == tolist(["id"])
    error_message = "Partitions, order and key must reach the table."
  }

  assert {
    condition     = google_bigquery_table.this["customers"].range_partitioning[0].range[0].interval == 10 && google_bigquery_table.this["customers"].deletion_protection && !google_bigquery_table.this["orders"].deletion_protection
    error_message = "A table's own protection goes before the dataset's."
  }
}

run "views_and_routines_are_made" {
  command = plan

  variables {
    views = {
      recent = { query = "SELECT 1" }
      sums   = { query = "SELECT 1", materialized = true, refresh_minutes = 60 }
    }
    routines = {
      net   = { body = "x / 2", arguments = [{ name = "x", data_type = "NUMERIC" }] }
      shout = { language = "JAVASCRIPT", body = "return x", return_type = "STRING", arguments = [{ name = "x", data_type = "{\"typeKind\": \"ARRAY\", \"arrayElementType\": {\"typeKind\": \"STRING\"}}" }] }
    }
  }

  assert {
    condition     = keys(google_bigquery_table.view) == ["recent"] && !google_bigquery_table.view["recent"].view[0].use_legacy_sql && google_bigquery_table.materialized_view["sums"].materialized_view[0].refresh_interval_ms == 3600000
    error_message = "Views must be made in standard SQL, and the kept ones refreshed."
  }

  assert {
    condition     = google_bigquery_routine.this["net"].arguments[0].data_type == "{\"typeKind\":\"NUMERIC\"}" && google_bigquery_routine.this["shout"].return_type == "{\"typeKind\":\"STRING\"}" && startswith(google_bigquery_routine.this["shout"].arguments[0].data_type, "{\"typeKind\": \"ARRAY\"")
    error_message = "Types must be written as BigQuery reads them."
  }
}

run "the_dataset_is_shared_encrypted_and_cleaned" {
  command = plan

  variables {
    description                       = "Orders"
    friendly_name                     = "Sales"
    iam_members                       = [{ member = "group:data@example.com" }]
    kms_key_name                      = "projects/acme/locations/europe/keyRings/r/cryptoKeys/k"
    default_table_expiration_days     = 30
    default_partition_expiration_days = 1
    max_time_travel_hours             = 48
    storage_billing_model             = "PHYSICAL"
    default_collation                 = "und:ci"
    case_insensitive_enabled          = true
    delete_contents_on_destroy        = true
  }

  assert {
    condition     = google_bigquery_dataset_iam_member.this["roles/bigquery.dataViewer group:data@example.com"].role == "roles/bigquery.dataViewer" && google_kms_crypto_key_iam_member.agent[0].member == "serviceAccount:bq-123@bigquery-encryption.iam.gserviceaccount.com" && google_bigquery_dataset.this.default_encryption_configuration[0].kms_key_name == "projects/acme/locations/europe/keyRings/r/cryptoKeys/k"
    error_message = "Members and BigQuery's account must get their rights."
  }

  assert {
    condition     = google_bigquery_dataset.this.default_table_expiration_ms == 2592000000 && google_bigquery_dataset.this.default_partition_expiration_ms == 86400000 && google_bigquery_dataset.this.is_case_insensitive && google_bigquery_dataset.this.default_collation == "und:ci" && google_bigquery_dataset.this.delete_contents_on_destroy
    error_message = "Each setting must reach the dataset."
  }
}
