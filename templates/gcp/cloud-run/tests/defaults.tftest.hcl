mock_provider "google" {}

variables {
  name   = "web"
  region = "europe-west1"
}

run "required_values_make_a_closed_service" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service.this.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" && length(google_cloud_run_v2_service_iam_member.invoker) == 0
    error_message = "Nobody may call it, and the internet cannot reach it."
  }

  assert {
    condition     = google_service_account.this[0].account_id == "run-web" && length(google_project_iam_member.service_account) == 0
    error_message = "The service must have an account of its own, without rights."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.binary_authorization[0].use_default && !google_cloud_run_v2_service.this.default_uri_disabled
    error_message = "The project's policy must hold."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].containers[0].resources[0].limits == tomap({ cpu = "1000m", memory = "512Mi" }) && google_cloud_run_v2_service.this.template[0].containers[0].resources[0].cpu_idle && google_cloud_run_v2_service.this.template[0].scaling[0].max_instance_count == 10
    error_message = "An instance must be small, and their number bounded."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.traffic[0].type == "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && google_cloud_run_v2_service.this.traffic[0].percent == 100 && length(google_cloud_run_v2_service.this.template[0].volumes) == 0
    error_message = "All requests must go to the newest revision."
  }

  assert {
    condition     = !google_cloud_run_v2_service.this.deletion_protection
    error_message = "Development is not protected unless told."
  }
}

run "labels_are_merged_and_production_is_protected" {
  command = plan

  variables {
    environment        = "production"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "web"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_cloud_run_v2_service.this.labels == tomap({ team = "web", environment = "production", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "web" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.deletion_protection
    error_message = "Production must be protected."
  }
}
