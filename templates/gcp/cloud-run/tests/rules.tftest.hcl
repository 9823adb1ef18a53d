mock_provider "google" {}

variables {
  name   = "web"
  region = "europe-west1"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Web_1"
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

run "bucket_folder_names_are_lowercase" {
  command = plan

  variables {
    bucket_volumes = { Files = { bucket = "acme-files", mount_path = "/mnt" } }
  }

  expect_failures = [var.bucket_volumes]
}

run "bucket_folders_begin_with_a_slash" {
  command = plan

  variables {
    bucket_volumes = { files = { bucket = "acme-files", mount_path = "mnt" } }
  }

  expect_failures = [var.bucket_volumes]
}

run "buckets_need_the_second_generation" {
  command = plan

  variables {
    bucket_volumes        = { files = { bucket = "acme-files", mount_path = "/mnt" } }
    execution_environment = "EXECUTION_ENVIRONMENT_GEN1"
  }

  expect_failures = [var.bucket_volumes]
}

run "databases_have_connection_names" {
  command = plan

  variables {
    cloud_sql_instances = ["orders"]
  }

  expect_failures = [var.cloud_sql_instances]
}

run "requests_at_a_time_are_bounded" {
  command = plan

  variables {
    concurrency = 2000
  }

  expect_failures = [var.concurrency]
}

run "half_a_cpu_answers_one_request" {
  command = plan

  variables {
    cpu = 0.5
  }

  expect_failures = [var.concurrency]
}

run "ports_are_ports" {
  command = plan

  variables {
    container_port = 70000
  }

  expect_failures = [var.container_port]
}

run "cpus_are_known" {
  command = plan

  variables {
    cpu = 3
  }

  expect_failures = [var.cpu]
}

run "half_a_cpu_is_not_always_there" {
  command = plan

  variables {
    cpu                  = 0.5
    concurrency          = 1
    cpu_always_allocated = true
  }

  expect_failures = [var.cpu_always_allocated]
}

run "descriptions_are_short" {
  command = plan

  variables {
    description = join("", [for i in range(600) : "a"])
  }

  expect_failures = [var.description]
}

run "domains_are_domains" {
  command = plan

  variables {
    domains = ["localhost"]
    ingress = "INGRESS_TRAFFIC_ALL"
  }

  expect_failures = [var.domains]
}

run "domains_are_mapped_in_some_regions" {
  command = plan

  variables {
    domains = ["app.example.com"]
    ingress = "INGRESS_TRAFFIC_ALL"
    region  = "europe-west3"
  }

  expect_failures = [var.domains]
}

run "domains_need_the_internet" {
  command = plan

  variables {
    domains = ["app.example.com"]
  }

  expect_failures = [var.domains]
}

run "keys_have_full_names" {
  command = plan

  variables {
    encryption_key = "/locations/europe-west1/key"
  }

  expect_failures = [var.encryption_key]
}

run "keys_are_in_the_region" {
  command = plan

  variables {
    encryption_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.encryption_key]
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
    environment_variables = { PORT = "80" }
  }

  expect_failures = [var.environment_variables]
}

run "generations_are_known" {
  command = plan

  variables {
    execution_environment = "GEN3"
  }

  expect_failures = [var.execution_environment]
}

run "the_second_generation_is_larger" {
  command = plan

  variables {
    execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
    memory_mib            = 256
  }

  expect_failures = [var.execution_environment]
}

run "gpus_are_known" {
  command = plan

  variables {
    gpu_type             = "voodoo"
    cpu                  = 4
    memory_mib           = 16384
    cpu_always_allocated = true
  }

  expect_failures = [var.gpu_type]
}

run "gpus_need_a_large_instance" {
  command = plan

  variables {
    gpu_type = "nvidia-l4"
  }

  expect_failures = [var.gpu_type]
}

run "gpus_are_in_some_regions" {
  command = plan

  variables {
    gpu_type             = "nvidia-l4"
    cpu                  = 4
    memory_mib           = 16384
    cpu_always_allocated = true
    region               = "europe-west3"
  }

  expect_failures = [var.gpu_type]
}

run "signing_in_is_not_public" {
  command = plan

  variables {
    iap_enabled           = true
    public_access_allowed = true
  }

  expect_failures = [var.iap_enabled]
}

run "who_passes_has_a_kind" {
  command = plan

  variables {
    iap_members = ["ada@example.com"]
  }

  expect_failures = [var.iap_members]
}

run "images_are_images" {
  command = plan

  variables {
    image = "Not an image"
  }

  expect_failures = [var.image]
}

run "reach_is_known" {
  command = plan

  variables {
    ingress = "ALL"
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

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "questions_are_known" {
  command = plan

  variables {
    liveness_probe = { kind = "tcp" }
  }

  expect_failures = [var.liveness_probe]
}

run "paths_begin_with_a_slash" {
  command = plan

  variables {
    liveness_probe = { path = "healthz" }
  }

  expect_failures = [var.liveness_probe]
}

run "answers_come_within_the_period" {
  command = plan

  variables {
    liveness_probe = { timeout_seconds = 20 }
  }

  expect_failures = [var.liveness_probe]
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
    memory_mib = 65536
  }

  expect_failures = [var.memory_mib]
}

run "memory_needs_cpus" {
  command = plan

  variables {
    memory_mib = 8192
  }

  expect_failures = [var.memory_mib]
}

run "cpus_need_memory" {
  command = plan

  variables {
    cpu = 8
  }

  expect_failures = [var.memory_mib]
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

run "secret_file_names_are_lowercase" {
  command = plan

  variables {
    secret_volumes = { TLS = { secret = "tls", mount_path = "/tls", file_name = "key" } }
  }

  expect_failures = [var.secret_volumes]
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
    service_account_email = "web"
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

run "services_are_no_editors" {
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
    service_account_email = "web@acme-demo.iam.gserviceaccount.com"
  }

  expect_failures = [var.service_account_roles]
}

run "container_names_differ_from_the_program" {
  command = plan

  variables {
    sidecars = { app = { image = "a" } }
  }

  expect_failures = [var.sidecars]
}

run "containers_have_a_size" {
  command = plan

  variables {
    sidecars = { proxy = { image = "a", cpu = 0 } }
  }

  expect_failures = [var.sidecars]
}

run "starting_questions_are_known" {
  command = plan

  variables {
    startup_probe = { kind = "ping" }
  }

  expect_failures = [var.startup_probe]
}

run "starting_paths_begin_with_a_slash" {
  command = plan

  variables {
    startup_probe = { kind = "http", path = "ready" }
  }

  expect_failures = [var.startup_probe]
}

run "starting_takes_four_minutes_at_most" {
  command = plan

  variables {
    startup_probe = { period_seconds = 100 }
  }

  expect_failures = [var.startup_probe]
}

run "requests_end" {
  command = plan

  variables {
    timeout_seconds = 7200
  }

  expect_failures = [var.timeout_seconds]
}

run "shares_make_a_hundred" {
  command = plan

  variables {
    traffic = [{ percent = 50 }]
  }

  expect_failures = [var.traffic]
}

run "shares_are_whole" {
  command = plan

  variables {
    traffic = [{ percent = 99.5 }, { percent = 0.5 }]
  }

  expect_failures = [var.traffic]
}

run "tags_are_lowercase" {
  command = plan

  variables {
    traffic = [{ tag = "New" }]
  }

  expect_failures = [var.traffic]
}

run "tags_differ" {
  command = plan

  variables {
    traffic = [{ percent = 50, tag = "a" }, { percent = 50, tag = "a" }]
  }

  expect_failures = [var.traffic]
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
