mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012", id = "projects/acme-demo" }
  }
  mock_data "google_storage_project_service_account" {
    defaults = { email_address = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }
  }
}

variables {
  name   = "loader"
  region = "europe-west1"
}

run "objects_in_a_bucket_call_the_function" {
  command = plan

  variables {
    source_kind       = "archive"
    source_bucket     = "acme-sources"
    source_object     = "loader-1.4.zip"
    source_generation = 1763462400000000
    runtime           = "python313"
    entry_point       = "load"
    trigger_kind      = "storage"
    storage_bucket    = "acme-uploads"
    storage_event     = "deleted"
    trigger_region    = "eu"
    retry_enabled     = true
  }

  assert {
    condition     = google_cloudfunctions2_function.this.event_trigger[0].event_type == "google.cloud.storage.object.v1.deleted" && one(google_cloudfunctions2_function.this.event_trigger[0].event_filters).value == "acme-uploads" && google_cloudfunctions2_function.this.event_trigger[0].trigger_region == "eu" && google_cloudfunctions2_function.this.event_trigger[0].retry_policy == "RETRY_POLICY_RETRY"
    error_message = "The bucket must be the trigger."
  }

  assert {
    condition     = google_project_iam_member.storage_agent[0].role == "roles/pubsub.publisher" && keys(google_project_iam_member.service_account) == ["roles/eventarc.eventReceiver"] && keys(google_cloud_run_v2_service_iam_member.invoker) == ["itself"]
    error_message = "Storage must be allowed to tell, and the trigger to call."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].source[0].storage_source[0].object == "loader-1.4.zip" && length(google_storage_bucket.source) == 0 && google_cloudfunctions2_function.this.build_config[0].entry_point == "load"
    error_message = "The archive must be built."
  }
}

run "messages_call_the_sample" {
  command = plan

  variables {
    trigger_kind          = "pubsub"
    pubsub_topic          = "projects/acme-demo/topics/orders"
    service_account_email = "loader@acme-demo.iam.gserviceaccount.com"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.event_trigger[0].pubsub_topic == "projects/acme-demo/topics/orders" && google_cloudfunctions2_function.this.build_config[0].entry_point == "hello_event" && google_cloudfunctions2_function.this.event_trigger[0].trigger_region == "europe-west1"
    error_message = "The topic must be the trigger of the sample."
  }

  assert {
    condition     = length(google_service_account.this) == 0 && google_cloudfunctions2_function.this.service_config[0].service_account_email == "loader@acme-demo.iam.gserviceaccount.com" && google_cloud_run_v2_service_iam_member.invoker["itself"].member == "serviceAccount:loader@acme-demo.iam.gserviceaccount.com"
    error_message = "The existing account must be used."
  }
}

run "any_event_from_a_repository" {
  command = plan

  variables {
    source_kind                 = "repository"
    source_repository           = { name = "loader", tag = "^v1" }
    entry_point                 = "load"
    runtime                     = "go125"
    trigger_kind                = "event"
    event_type                  = "google.cloud.audit.log.v1.written"
    event_filters               = { serviceName = "compute.googleapis.com", resourceName = "/projects/*/zones/*" }
    build_service_account_email = "build@acme-demo.iam.gserviceaccount.com"
    build_environment_variables = { GOFLAGS = "-mod=vendor" }
  }

  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].source[0].repo_source[0].tag_name == "^v1" && google_cloudfunctions2_function.this.build_config[0].source[0].repo_source[0].branch_name == null && google_cloudfunctions2_function.this.build_config[0].service_account == "projects/acme-demo/serviceAccounts/build@acme-demo.iam.gserviceaccount.com"
    error_message = "The tag must be built by the existing account."
  }

  assert {
    condition     = length([for filter in google_cloudfunctions2_function.this.event_trigger[0].event_filters : filter if filter.operator == "match-path-pattern"]) == 1
    error_message = "Patterns must be told as such."
  }
}

run "the_clock_and_everybody_call_it" {
  command = plan

  variables {
    schedule              = "0 6 * * 1-5"
    schedule_time_zone    = "Europe/Berlin"
    public_access_allowed = true
    ingress               = "ALLOW_ALL"
    invokers              = ["group:ops@example.com"]
    timeout_seconds       = 3600
    description           = "Every morning."
  }

  assert {
    condition     = google_cloud_scheduler_job.this[0].schedule == "0 6 * * 1-5" && google_cloud_scheduler_job.this[0].attempt_deadline == "1800s" && keys(google_cloud_run_v2_service_iam_member.invoker) == ["allUsers", "group:ops@example.com", "itself"]
    error_message = "The clock must be allowed to call, and everybody when asked."
  }
}

run "secrets_networks_and_keys" {
  command = plan

  variables {
    secret_environment_variables = { API_KEY = { secret = "api-key" }, DB = { secret = "db", project = "acme-shared" } }
    secret_volumes               = { tls = { secret = "api-key", version = "2", mount_path = "/secrets/tls", file_name = "key.pem" } }
    vpc_connector                = "projects/acme-demo/locations/europe-west1/connectors/run"
    vpc_egress                   = "ALL_TRAFFIC"
    docker_repository            = "projects/acme-demo/locations/europe-west1/repositories/functions"
    kms_key_name                 = "projects/acme-demo/locations/europe-west1/keyRings/functions/cryptoKeys/loader"
    cpu                          = 1
    memory_mb                    = 1024
    concurrency                  = 40
    min_instances                = 1
    environment_variables        = { LOG_LEVEL = "info" }
  }

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.this) == ["acme-demo api-key", "acme-shared db"] && length(google_kms_crypto_key_iam_member.agent) == 5
    error_message = "Each secret must be readable once, and the key usable."
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].vpc_connector_egress_settings == "ALL_TRAFFIC" && google_cloudfunctions2_function.this.service_config[0].available_cpu == "1" && google_cloudfunctions2_function.this.service_config[0].max_instance_request_concurrency == 40
    error_message = "Traffic must go through the connector, on a whole CPU."
  }
}

run "a_subnetwork_needs_no_connector" {
  command = plan

  variables {
    vpc_subnetwork        = "projects/acme-demo/regions/europe-west1/subnetworks/app"
    vpc_network_tags      = ["loader"]
    service_account_roles = ["roles/datastore.user"]
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].direct_vpc_egress == "VPC_EGRESS_PRIVATE_RANGES_ONLY" && google_cloudfunctions2_function.this.service_config[0].direct_vpc_network_interface[0].tags == tolist(["loader"]) && keys(google_project_iam_member.service_account) == ["roles/datastore.user"]
    error_message = "The subnetwork must be used."
  }
}
