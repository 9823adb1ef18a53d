mock_provider "google" {}

variables {
  name = "web-1"
  zone = "europe-west1-b"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Web_1"
  }

  expect_failures = [var.name]
}

run "zone_has_its_letter" {
  command = plan

  variables {
    zone = "europe-west1"
  }

  expect_failures = [var.zone]
}

run "management_networks_are_ranges" {
  command = plan

  variables {
    allowed_management_cidrs = ["office"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "management_is_never_open_to_all" {
  command = plan

  variables {
    allowed_management_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "half_the_internet_is_too_much" {
  command = plan

  variables {
    allowed_management_cidrs = ["0.0.0.0/1"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "keys_have_full_names" {
  command = plan

  variables {
    disk_kms_key = "key"
  }

  expect_failures = [var.disk_kms_key]
}

run "windows_needs_a_larger_disk" {
  command = plan

  variables {
    image             = "windows-2022"
    boot_disk_size_gb = 20
  }

  expect_failures = [var.boot_disk_size_gb]
}

run "disk_size_is_whole" {
  command = plan

  variables {
    boot_disk_size_gb = 20.5
  }

  expect_failures = [var.boot_disk_size_gb]
}

run "disk_types_are_known" {
  command = plan

  variables {
    boot_disk_type = "tape"
  }

  expect_failures = [var.boot_disk_type]
}

run "new_families_need_hyperdisk" {
  command = plan

  variables {
    machine_type = "n4-standard-2"
  }

  expect_failures = [var.boot_disk_type]
}

run "old_families_have_no_hyperdisk" {
  command = plan

  variables {
    boot_disk_type = "hyperdisk-balanced"
  }

  expect_failures = [var.boot_disk_type]
}

run "data_disk_names_are_lowercase" {
  command = plan

  variables {
    data_disks = [{ name = "Data", size_gb = 10 }]
  }

  expect_failures = [var.data_disks]
}

run "data_disk_names_differ" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10 }, { name = "a", size_gb = 10 }]
  }

  expect_failures = [var.data_disks]
}

run "data_disk_sizes_are_in_bounds" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 5 }]
  }

  expect_failures = [var.data_disks]
}

run "data_disk_types_are_known" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10, type = "tape" }]
  }

  expect_failures = [var.data_disks]
}

run "data_disk_modes_are_known" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10, mode = "WRITE" }]
  }

  expect_failures = [var.data_disks]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "public_addresses_are_known" {
  command = plan

  variables {
    external_ip = "yes"
  }

  expect_failures = [var.external_ip]
}

run "gpu_counts_are_powers_of_two" {
  command = plan

  variables {
    gpu_count = 3
  }

  expect_failures = [var.gpu_count]
}

run "gpus_are_known" {
  command = plan

  variables {
    machine_type = "n1-standard-4"
    gpu_type     = "voodoo"
  }

  expect_failures = [var.gpu_type]
}

run "gpus_need_n1" {
  command = plan

  variables {
    gpu_type = "nvidia-tesla-t4"
  }

  expect_failures = [var.gpu_type]
}

run "host_names_have_a_domain" {
  command = plan

  variables {
    hostname = "web"
  }

  expect_failures = [var.hostname]
}

run "images_are_known" {
  command = plan

  variables {
    image = "beos"
  }

  expect_failures = [var.image]
}

run "windows_does_not_run_on_arm" {
  command = plan

  variables {
    image          = "windows-2022"
    machine_type   = "c4a-standard-2"
    boot_disk_type = "hyperdisk-balanced"
  }

  expect_failures = [var.image]
}

run "rule_names_are_lowercase" {
  command = plan

  variables {
    inbound_rules = [{ name = "Web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_names_differ" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }, { name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_protocols_are_known" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", protocol = "all", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_ports_are_numbers" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["0"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rules_have_networks" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["443"], source_cidrs = [] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_networks_are_ranges" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["443"], source_cidrs = ["*"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "no_rule_opens_a_database_to_all" {
  command = plan

  variables {
    inbound_rules = [{ name = "db", ports = ["5000-6000"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "machine_types_have_full_names" {
  command = plan

  variables {
    machine_type = "medium"
  }

  expect_failures = [var.machine_type]
}

run "nat_needs_the_new_network" {
  command = plan

  variables {
    nat_enabled = true
    subnetwork  = "projects/acme-demo/regions/europe-west1/subnetworks/app"
  }

  expect_failures = [var.nat_enabled]
}

run "private_addresses_are_addresses" {
  command = plan

  variables {
    network_ip = "10.10.0"
  }

  expect_failures = [var.network_ip]
}

run "network_tags_are_lowercase" {
  command = plan

  variables {
    network_tags = ["Web"]
  }

  expect_failures = [var.network_tags]
}

run "network_tiers_are_known" {
  command = plan

  variables {
    network_tier = "GOLD"
  }

  expect_failures = [var.network_tier]
}

run "the_agent_knows_its_images" {
  command = plan

  variables {
    image          = "rocky-9"
    machine_type   = "c4a-standard-2"
    boot_disk_type = "hyperdisk-balanced"
  }

  expect_failures = [var.ops_agent_enabled]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "stop_times_are_cron" {
  command = plan

  variables {
    schedule = { stop = "19:00" }
  }

  expect_failures = [var.schedule]
}

run "start_times_are_cron" {
  command = plan

  variables {
    schedule = { start = "7:00", stop = "0 19 * * *" }
  }

  expect_failures = [var.schedule]
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

run "machines_are_no_editors" {
  command = plan

  variables {
    service_account_roles = ["roles/editor"]
  }

  expect_failures = [var.service_account_roles]
}

run "roles_are_for_new_accounts" {
  command = plan

  variables {
    service_account_email = "web@acme-demo.iam.gserviceaccount.com"
    service_account_roles = ["roles/storage.objectViewer"]
  }

  expect_failures = [var.service_account_roles]
}

run "snapshots_are_kept_whole_days" {
  command = plan

  variables {
    snapshot_retention_days = 0
  }

  expect_failures = [var.snapshot_retention_days]
}

run "own_images_have_full_names" {
  command = plan

  variables {
    source_image = "web"
  }

  expect_failures = [var.source_image]
}

run "termination_actions_are_known" {
  command = plan

  variables {
    spot_termination_action = "SLEEP"
  }

  expect_failures = [var.spot_termination_action]
}

run "members_have_a_kind" {
  command = plan

  variables {
    ssh_members = ["ada@example.com"]
  }

  expect_failures = [var.ssh_members]
}

run "scripts_are_bounded" {
  command = plan

  variables {
    startup_script = join("", [for i in range(1024) : join("", [for j in range(33) : "12345678"])])
  }

  expect_failures = [var.startup_script]
}

run "ranges_are_ranges" {
  command = plan

  variables {
    subnet_cidr = "10.10.0.0"
  }

  expect_failures = [var.subnet_cidr]
}

run "subnetworks_have_full_names" {
  command = plan

  variables {
    subnetwork = "app"
  }

  expect_failures = [var.subnetwork]
}

run "subnetworks_are_in_the_region" {
  command = plan

  variables {
    subnetwork = "projects/acme-demo/regions/us-central1/subnetworks/app"
  }

  expect_failures = [var.subnetwork]
}

run "the_default_network_is_refused" {
  command = plan

  variables {
    subnetwork = "projects/acme-demo/regions/europe-west1/subnetworks/default"
  }

  expect_failures = [var.subnetwork]
}
