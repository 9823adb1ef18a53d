mock_provider "google" {}

variables {
  name     = "sales"
  location = "EU"
}

run "required_values_make_a_closed_dataset" {
  command = plan

  assert {
    condition     = google_bigquery_dataset.this.dataset_id == "sales" && !google_bigquery_dataset.this.delete_contents_on_destroy && google_bigquery_dataset.this.max_time_travel_hours == "168" && google_bigquery_dataset.this.storage_billing_model == "LOGICAL"
    error_message = "The dataset must keep a week of the past, and refuse to be deleted with contents."
  }

  assert {
    condition     = length(google_bigquery_dataset_iam_member.this) == 0 && length(google_bigquery_table.this) == 0 && length(google_bigquery_dataset.this.default_encryption_configuration) == 0 && google_bigquery_dataset.this.default_table_expiration_ms == null
    error_message = "Nothing else may be made unasked."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "sales"
    labels             = { team = "data", environment = "mine" }
    tables             = { a = { schema = "[]" } }
  }

  assert {
    condition     = google_bigquery_dataset.this.labels == tomap({ team = "data", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "sales" }) && google_bigquery_table.this["a"].labels == google_bigquery_dataset.this.labels
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = google_bigquery_table.this["a"].deletion_protection
    error_message = "Tables must be protected from deletion."
  }
}
