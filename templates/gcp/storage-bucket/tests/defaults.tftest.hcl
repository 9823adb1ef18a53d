mock_provider "google" {}

variables {
  name     = "acme-files-01"
  location = "eu"
}

run "required_values_make_a_closed_bucket" {
  command = plan

  assert {
    condition     = google_storage_bucket.this.public_access_prevention == "enforced" && google_storage_bucket.this.uniform_bucket_level_access
    error_message = "Public access must be prevented, and rights be the same for all objects."
  }

  assert {
    condition     = !google_storage_bucket.this.force_destroy && google_storage_bucket.this.soft_delete_policy[0].retention_duration_seconds == 604800
    error_message = "A destroy run must not take the contents, and deleting be reversible for a week."
  }

  assert {
    condition     = google_storage_bucket.this.location == "EU" && google_storage_bucket.this.storage_class == "STANDARD"
    error_message = "Locations are written in capitals."
  }

  assert {
    condition     = length(google_storage_bucket_iam_member.this) == 0 && length(data.google_storage_project_service_account.this) == 0
    error_message = "Nobody may get rights."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "files"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_storage_bucket.this.labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "files" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }
}
