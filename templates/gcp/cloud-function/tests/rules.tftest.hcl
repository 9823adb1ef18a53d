mock_provider "google" {}

variables {
  name   = "loader"
  region = "europe-west1"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Loader_1"
  }

  expect_failures = [var.name]
}

run "region_is_a_region" {
  command = plan

  variables {
    region = "Europe"
  }

  expect_failures = [var.region]
}

run "build_variables_have_names" {
  command = plan

  variables {
    build_environment_variables = { flags = "a" }
  }

  expect_failures = [var.build_environment_variables]
}

run "builders_are_addresses" {
  command = plan

  variables {
    build_service_account_email = "build"
  }

  expect_failures = [var.build_service_account_email]
}

run "requests_at_a_time_are_bounded" {
  command = plan

  variables {
    concurrency = 2000
    cpu         = 1
  }

  expect_failures = [var.concurrency]
}

run "many_requests_need_a_cpu" {
  command = plan

  variables {
    concurrency = 40
  }

  expect_failures = [var.concurrency]
}

run "cpus_are_known" {
  command = plan

  variables {
    cpu = 3
  }

  expect_failures = [var.cpu]
}

run "memory_needs_cpus" {
  command = plan

  variables {
    cpu       = 0.5
    memory_mb = 2048
  }

  expect_failures = [var.cpu]
}

run "cpus_need_memory" {
  command = plan

  variables {
    cpu = 8
  }

  expect_failures = [var.cpu]
}

run "repositories_have_full_names" {
  command = plan

  variables {
    docker_repository = "/locations/europe-west1/functions"
  }

  expect_failures = [var.docker_repository]
}

run "repositories_are_in_the_region" {
  command = plan

  variables {
    docker_repository = "projects/p/locations/us-east1/repositories/r"
  }

  expect_failures = [var.docker_repository]
}

run "entry_points_are_names" {
  command = plan

  variables {
    entry_point = "say hello"
  }

  expect_failures = [var.entry_point]
}

run "a_program_says_where_it_begins" {
  command = plan

  variables {
    source_kind   = "archive"
    source_bucket = "acme-sources"
    source_object = "a.zip"
  }

  expect_failures = [var.entry_point]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "variables_have_names" {
  command = plan

  variables {
    environment_variables = { "log-level" = "info" }
  }

  expect_failures = [var.environment_variables]
}

run "some_variables_are_googles" {
  command = plan

  variables {
    environment_variables = { K_SERVICE = "a" }
  }

  expect_failures = [var.environment_variables]
}

run "filters_are_for_other_events" {
  command = plan

  variables {
    event_filters = { serviceName = "compute.googleapis.com" }
  }

  expect_failures = [var.event_filters]
}

run "event_types_are_whole" {
  command = plan

  variables {
    event_type = "written"
  }

  expect_failures = [var.event_type]
}

run "events_have_a_type" {
  command = plan

  variables {
    trigger_kind = "event"
  }

  expect_failures = [var.event_type]
}

run "reach_is_known" {
  command = plan

  variables {
    ingress = "SOME"
  }

  expect_failures = [var.ingress]
}

run "everybody_is_no_caller" {
  command = plan

  variables {
    invokers = ["allUsers"]
  }

  expect_failures = [var.invokers]
}

run "keys_have_full_names" {
  command = plan

  variables {
    docker_repository = "projects/p/locations/europe-west1/repositories/r"
    kms_key_name      = "/locations/europe-west1/key"
  }

  expect_failures = [var.kms_key_name]
}

run "keys_are_in_the_region" {
  command = plan

  variables {
    docker_repository = "projects/p/locations/europe-west1/repositories/r"
    kms_key_name      = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.kms_key_name]
}

run "keys_need_a_repository" {
  command = plan

  variables {
    kms_key_name = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.kms_key_name]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "there_is_at_least_one_instance" {
  command = plan

  variables {
    max_instances = 0
  }

  expect_failures = [var.max_instances]
}

run "memory_is_in_bounds" {
  command = plan

  variables {
    memory_mb = 64
  }

  expect_failures = [var.memory_mb]
}

run "least_is_not_more_than_most" {
  command = plan

  variables {
    min_instances = 11
  }

  expect_failures = [var.min_instances]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "events_are_not_public" {
  command = plan

  variables {
    public_access_allowed = true
    trigger_kind          = "pubsub"
    pubsub_topic          = "projects/p/topics/t"
  }

  expect_failures = [var.public_access_allowed]
}

run "topics_have_full_names" {
  command = plan

  variables {
    pubsub_topic = "orders"
  }

  expect_failures = [var.pubsub_topic]
}

run "messages_have_a_topic" {
  command = plan

  variables {
    trigger_kind = "pubsub"
  }

  expect_failures = [var.pubsub_topic]
}

run "languages_have_a_version" {
  command = plan

  variables {
    source_kind   = "archive"
    source_bucket = "acme-sources"
    source_object = "a.zip"
    entry_point   = "a"
    runtime       = "cobol"
  }

  expect_failures = [var.runtime]
}

run "the_sample_is_javascript" {
  command = plan

  variables {
    runtime = "python313"
  }

  expect_failures = [var.runtime]
}

run "schedules_are_cron" {
  command = plan

  variables {
    schedule = "daily"
  }

  expect_failures = [var.schedule]
}

run "events_need_no_clock" {
  command = plan

  variables {
    schedule     = "0 6 * * *"
    trigger_kind = "pubsub"
    pubsub_topic = "projects/p/topics/t"
  }

  expect_failures = [var.schedule]
}

run "time_zones_are_known" {
  command = plan

  variables {
    schedule_time_zone = "CET+1"
  }

  expect_failures = [var.schedule_time_zone]
}

run "secret_variables_have_names" {
  command = plan

  variables {
    secret_environment_variables = { "api-key" = { secret = "api-key" } }
  }

  expect_failures = [var.secret_environment_variables]
}

run "secrets_have_names_and_versions" {
  command = plan

  variables {
    secret_environment_variables = { API_KEY = { secret = "api-key", version = "new" } }
  }

  expect_failures = [var.secret_environment_variables]
}

run "a_variable_has_one_value" {
  command = plan

  variables {
    secret_environment_variables = { API_KEY = { secret = "api-key" } }
    environment_variables        = { API_KEY = "x" }
  }

  expect_failures = [var.secret_environment_variables]
}

run "secret_files_have_versions" {
  command = plan

  variables {
    secret_volumes = { tls = { secret = "tls", version = "new", mount_path = "/tls", file_name = "key" } }
  }

  expect_failures = [var.secret_volumes]
}

run "secret_files_are_in_a_folder" {
  command = plan

  variables {
    secret_volumes = { tls = { secret = "tls", mount_path = "tls", file_name = "key" } }
  }

  expect_failures = [var.secret_volumes]
}

run "folders_differ" {
  command = plan

  variables {
    secret_volumes = { a = { secret = "a", mount_path = "/tls", file_name = "key" }, b = { secret = "b", mount_path = "/tls", file_name = "crt" } }
  }

  expect_failures = [var.secret_volumes]
}

run "service_accounts_are_addresses" {
  command = plan

  variables {
    service_account_email = "loader"
  }

  expect_failures = [var.service_account_email]
}

run "roles_have_a_prefix" {
  command = plan

  variables {
    service_account_roles = ["viewer"]
  }

  expect_failures = [var.service_account_roles]
}

run "functions_are_no_editors" {
  command = plan

  variables {
    service_account_roles = ["roles/editor"]
  }

  expect_failures = [var.service_account_roles]
}

run "roles_are_for_new_accounts" {
  command = plan

  variables {
    service_account_roles = ["roles/datastore.user"]
    service_account_email = "a@acme-demo.iam.gserviceaccount.com"
  }

  expect_failures = [var.service_account_roles]
}

run "buckets_have_names" {
  command = plan

  variables {
    source_bucket = "Acme!"
  }

  expect_failures = [var.source_bucket]
}

run "archives_are_somewhere" {
  command = plan

  variables {
    source_kind = "archive"
    entry_point = "a"
  }

  expect_failures = [var.source_bucket]
}

run "generations_are_numbers" {
  command = plan

  variables {
    source_generation = 0
  }

  expect_failures = [var.source_generation]
}

run "sources_are_known" {
  command = plan

  variables {
    source_kind = "disk"
    entry_point = "a"
  }

  expect_failures = [var.source_kind]
}

run "archives_are_zip_files" {
  command = plan

  variables {
    source_object = "a.tar"
  }

  expect_failures = [var.source_object]
}

run "repositories_are_named" {
  command = plan

  variables {
    source_kind = "repository"
    entry_point = "a"
  }

  expect_failures = [var.source_repository]
}

run "commits_are_whole" {
  command = plan

  variables {
    source_kind       = "repository"
    entry_point       = "a"
    source_repository = { name = "a", commit = "abc" }
  }

  expect_failures = [var.source_repository]
}

run "watched_buckets_have_names" {
  command = plan

  variables {
    storage_bucket = "Acme!"
  }

  expect_failures = [var.storage_bucket]
}

run "objects_are_in_a_bucket" {
  command = plan

  variables {
    trigger_kind = "storage"
  }

  expect_failures = [var.storage_bucket]
}

run "happenings_are_known" {
  command = plan

  variables {
    storage_event = "read"
  }

  expect_failures = [var.storage_event]
}

run "events_end_sooner" {
  command = plan

  variables {
    timeout_seconds = 3600
    trigger_kind    = "pubsub"
    pubsub_topic    = "projects/p/topics/t"
  }

  expect_failures = [var.timeout_seconds]
}

run "triggers_are_known" {
  command = plan

  variables {
    trigger_kind = "mail"
  }

  expect_failures = [var.trigger_kind]
}

run "origins_are_known" {
  command = plan

  variables {
    trigger_region = "Mars"
  }

  expect_failures = [var.trigger_region]
}

run "connectors_have_full_names" {
  command = plan

  variables {
    vpc_connector = "run"
  }

  expect_failures = [var.vpc_connector]
}

run "a_connector_or_a_subnetwork" {
  command = plan

  variables {
    vpc_connector  = "projects/p/locations/europe-west1/connectors/run"
    vpc_subnetwork = "projects/p/regions/europe-west1/subnetworks/app"
  }

  expect_failures = [var.vpc_connector]
}

run "egress_is_known" {
  command = plan

  variables {
    vpc_egress = "SOME"
  }

  expect_failures = [var.vpc_egress]
}

run "all_traffic_needs_a_network" {
  command = plan

  variables {
    vpc_egress = "ALL_TRAFFIC"
  }

  expect_failures = [var.vpc_egress]
}

run "network_tags_are_lowercase" {
  command = plan

  variables {
    vpc_network_tags = ["Web"]
  }

  expect_failures = [var.vpc_network_tags]
}

run "subnetworks_have_full_names" {
  command = plan

  variables {
    vpc_subnetwork = "/regions/europe-west1/app"
  }

  expect_failures = [var.vpc_subnetwork]
}

run "subnetworks_are_in_the_region" {
  command = plan

  variables {
    vpc_subnetwork = "projects/p/regions/us-east1/subnetworks/app"
  }

  expect_failures = [var.vpc_subnetwork]
}
