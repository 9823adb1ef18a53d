mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012", project_id = "acme-demo" }
  }
}

variables {
  name   = "web"
  region = "europe-west1"
}

run "secrets_buckets_and_databases_come_with_rights" {
  command = plan

  variables {
    secret_environment_variables = { API_KEY = { secret = "api-key" } }
    secret_volumes               = { tls = { secret = "tls-key", version = "2", mount_path = "/secrets/tls", file_name = "key.pem" } }
    bucket_volumes               = { files = { bucket = "acme-files", mount_path = "/mnt/files", read_only = false } }
    cloud_sql_instances          = ["acme-demo:europe-west1:orders"]
    service_account_roles        = ["roles/datastore.user"]
    environment_variables        = { LOG_LEVEL = "info" }
  }

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.this) == ["api-key", "tls-key"] && google_storage_bucket_iam_member.this["files"].role == "roles/storage.objectUser" && keys(google_project_iam_member.service_account) == ["roles/cloudsql.client", "roles/datastore.user"]
    error_message = "The service account must get the rights that it needs."
  }

  assert {
    condition     = [for volume in google_cloud_run_v2_service.this.template[0].volumes : volume.name] == ["bucket-files", "cloudsql", "secret-tls"] && length(google_cloud_run_v2_service.this.template[0].containers[0].env) == 2 && length(google_cloud_run_v2_service.this.template[0].containers[0].volume_mounts) == 3
    error_message = "Each must be seen by the program."
  }
}

run "opening_is_a_decision" {
  command = plan

  variables {
    ingress               = "INGRESS_TRAFFIC_ALL"
    public_access_allowed = true
    invokers              = ["group:ops@example.com"]
    domains               = ["app.example.com"]
    default_uri_enabled   = false
  }

  assert {
    condition     = keys(google_cloud_run_v2_service_iam_member.invoker) == ["allUsers", "group:ops@example.com"] && google_cloud_run_v2_service.this.default_uri_disabled
    error_message = "Everybody may call it when asked."
  }

  assert {
    condition     = google_cloud_run_domain_mapping.this["app.example.com"].spec[0].route_name == "web"
    error_message = "The domain must lead to the service."
  }
}

run "signing_in_comes_first_when_asked" {
  command = plan

  variables {
    iap_enabled    = true
    iap_members    = ["group:team@example.com"]
    encryption_key = "projects/acme-demo/locations/europe-west1/keyRings/run/cryptoKeys/web"
  }

  assert {
    condition     = google_cloud_run_v2_service.this.iap_enabled && keys(google_cloud_run_v2_service_iam_member.invoker) == ["serviceAccount:service-123456789012@gcp-sa-iap.iam.gserviceaccount.com"] && google_iap_web_cloud_run_service_iam_member.user["group:team@example.com"].role == "roles/iap.httpsResourceAccessor"
    error_message = "Google's proxy must be allowed to call, and people to pass it."
  }

  assert {
    condition     = google_kms_crypto_key_iam_member.run_agent[0].member == "serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com"
    error_message = "Cloud Run must be allowed to use the key."
  }
}

run "networks_and_accounts_of_ones_own" {
  command = plan

  variables {
    vpc_subnetwork        = "projects/acme-demo/regions/europe-west1/subnetworks/app"
    vpc_egress            = "ALL_TRAFFIC"
    vpc_network_tags      = ["web"]
    service_account_email = "web@acme-demo.iam.gserviceaccount.com"
    deletion_protection   = true
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].vpc_access[0].network_interfaces[0].subnetwork == "projects/acme-demo/regions/europe-west1/subnetworks/app" && google_cloud_run_v2_service.this.template[0].vpc_access[0].egress == "ALL_TRAFFIC"
    error_message = "Traffic must go through the subnetwork."
  }

  assert {
    condition     = length(google_service_account.this) == 0 && google_cloud_run_v2_service.this.template[0].service_account == "web@acme-demo.iam.gserviceaccount.com" && google_cloud_run_v2_service.this.deletion_protection
    error_message = "The existing account must be used."
  }
}

run "a_connector_works_too" {
  command = plan

  variables {
    vpc_connector                = "projects/acme-demo/locations/europe-west1/connectors/run"
    binary_authorization_enabled = false
    session_affinity_enabled     = true
    custom_audiences             = ["https://api.example.com"]
    http2_enabled                = true
    sidecars                     = { proxy = { image = "envoyproxy/envoy:v1.34.0", cpu = 0.5 } }
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].vpc_access[0].connector == "projects/acme-demo/locations/europe-west1/connectors/run" && length(google_cloud_run_v2_service.this.binary_authorization) == 0
    error_message = "The connector must be used."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].containers[0].name == "app" && google_cloud_run_v2_service.this.template[0].containers[0].ports[0].name == "h2c" && google_cloud_run_v2_service.this.template[0].containers[1].resources[0].limits == tomap({ cpu = "500m", memory = "512Mi" })
    error_message = "The second container must run beside the program."
  }
}

run "gpus_probes_and_revisions" {
  command = plan

  variables {
    cpu                          = 4
    memory_mib                   = 16384
    cpu_always_allocated         = true
    gpu_type                     = "nvidia-l4"
    gpu_zonal_redundancy_enabled = false
    execution_environment        = "EXECUTION_ENVIRONMENT_GEN2"
    startup_probe                = { kind = "tcp" }
    liveness_probe               = { path = "/healthz", port = 9000 }
    traffic                      = [{ percent = 100, revision = "web-00001-abc" }, { percent = 0, tag = "next" }]
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].node_selector[0].accelerator == "nvidia-l4" && google_cloud_run_v2_service.this.template[0].containers[0].resources[0].limits["nvidia.com/gpu"] == "1" && google_cloud_run_v2_service.this.template[0].gpu_zonal_redundancy_disabled && !google_cloud_run_v2_service.this.template[0].containers[0].resources[0].cpu_idle
    error_message = "The instance must have its GPU."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].containers[0].startup_probe[0].tcp_socket[0].port == 8080 && google_cloud_run_v2_service.this.template[0].containers[0].liveness_probe[0].http_get[0].port == 9000
    error_message = "Google must ask the program."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.traffic[0].type == "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && google_cloud_run_v2_service.this.traffic[1].tag == "next"
    error_message = "Requests must be split as told."
  }
}
