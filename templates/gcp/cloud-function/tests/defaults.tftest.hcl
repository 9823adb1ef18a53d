mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012", id = "projects/acme-demo" }
  }
}

variables {
  name   = "loader"
  region = "europe-west1"
}

run "required_values_make_a_closed_function" {
  command = plan

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB" && length(google_cloud_run_v2_service_iam_member.invoker) == 0 && length(google_cloudfunctions2_function.this.event_trigger) == 0
    error_message = "Nobody may call it, and the internet cannot reach it."
  }

  assert {
    condition     = google_service_account.this[0].account_id == "fn-loader" && length(google_project_iam_member.service_account) == 0 && keys(google_project_iam_member.builder) == ["roles/artifactregistry.writer", "roles/logging.logWriter", "roles/storage.objectViewer"]
    error_message = "Running and building must have accounts of their own with few rights."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].entry_point == "hello" && google_cloudfunctions2_function.this.build_config[0].runtime == "nodejs24" && google_storage_bucket.source[0].public_access_prevention == "enforced" && google_storage_bucket.source[0].name == "acme-demo-loader-src" && startswith(google_storage_bucket_object.source[0].name, "sample-")
    error_message = "The sample must be built from a closed bucket."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].available_memory == "256M" && google_cloudfunctions2_function.this.service_config[0].max_instance_count == 10 && google_cloudfunctions2_function.this.service_config[0].timeout_seconds == 60
    error_message = "The function must be small, and the number of instances bounded."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "loader"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "loader" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }
}
