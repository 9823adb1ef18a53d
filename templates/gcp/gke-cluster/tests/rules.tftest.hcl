mock_provider "google" {}

variables {
  name     = "shop"
  location = "europe-west1"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Shop_1"
  }

  expect_failures = [var.name]
}

run "location_is_a_region_or_zone" {
  command = plan

  variables {
    location = "Europe"
  }

  expect_failures = [var.location]
}

run "autopilot_is_regional" {
  command = plan

  variables {
    location = "europe-west1-b"
  }

  expect_failures = [var.location]
}

run "addons_are_known" {
  command = plan

  variables {
    mode   = "standard"
    addons = ["istio"]
  }

  expect_failures = [var.addons]
}

run "autopilot_has_its_own_addons" {
  command = plan

  variables {
    addons = ["filestore"]
  }

  expect_failures = [var.addons]
}

run "networks_are_ranges" {
  command = plan

  variables {
    authorized_networks = { office = "office" }
  }

  expect_failures = [var.authorized_networks]
}

run "the_control_plane_is_never_open_to_all" {
  command = plan

  variables {
    authorized_networks = { all = "0.0.0.0/0" }
  }

  expect_failures = [var.authorized_networks]
}

run "a_public_address_is_for_somebody" {
  command = plan

  variables {
    control_plane_access = "networks"
  }

  expect_failures = [var.authorized_networks]
}

run "backups_are_kept_whole_days" {
  command = plan

  variables {
    backup_retention_days = 0
  }

  expect_failures = [var.backup_retention_days]
}

run "backup_times_are_cron" {
  command = plan

  variables {
    backup_schedule = "daily"
  }

  expect_failures = [var.backup_schedule]
}

run "backups_need_their_agent" {
  command = plan

  variables {
    backup_schedule = "0 3 * * *"
    backup_enabled  = false
  }

  expect_failures = [var.backup_schedule]
}

run "ways_in_are_known" {
  command = plan

  variables {
    control_plane_access = "public"
  }

  expect_failures = [var.control_plane_access]
}

run "control_planes_take_a_28" {
  command = plan

  variables {
    control_plane_cidr = "172.16.0.0/24"
  }

  expect_failures = [var.control_plane_cidr]
}

run "keys_have_full_names" {
  command = plan

  variables {
    database_encryption_key = "/locations/europe-west1/key"
  }

  expect_failures = [var.database_encryption_key]
}

run "keys_are_in_the_region" {
  command = plan

  variables {
    database_encryption_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.database_encryption_key]
}

run "disk_keys_have_full_names" {
  command = plan

  variables {
    mode         = "standard"
    disk_kms_key = "key"
  }

  expect_failures = [var.disk_kms_key]
}

run "autopilot_takes_no_disk_key" {
  command = plan

  variables {
    disk_kms_key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.disk_kms_key]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "fleets_are_projects" {
  command = plan

  variables {
    fleet_project = "My Fleet"
  }

  expect_failures = [var.fleet_project]
}

run "versions_are_versions" {
  command = plan

  variables {
    kubernetes_version = "latest"
  }

  expect_failures = [var.kubernetes_version]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "logs_are_known" {
  command = plan

  variables {
    logging_components = ["SYSTEM_COMPONENTS", "ALL"]
  }

  expect_failures = [var.logging_components]
}

run "logs_of_the_system_are_kept" {
  command = plan

  variables {
    logging_components = ["WORKLOADS"]
  }

  expect_failures = [var.logging_components]
}

run "autopilot_keeps_logs_of_workloads" {
  command = plan

  variables {
    logging_components = ["SYSTEM_COMPONENTS"]
  }

  expect_failures = [var.logging_components]
}

run "days_are_known" {
  command = plan

  variables {
    maintenance_days = ["SUNDAY"]
  }

  expect_failures = [var.maintenance_days]
}

run "google_needs_hours" {
  command = plan

  variables {
    maintenance_days = ["SU"]
  }

  expect_failures = [var.maintenance_days]
}

run "exclusions_have_a_beginning_and_an_end" {
  command = plan

  variables {
    maintenance_exclusions = { a = { start = "2026-12-18T00:00:00Z", end = "2026-12-01T00:00:00Z" } }
  }

  expect_failures = [var.maintenance_exclusions]
}

run "exclusions_have_known_scopes" {
  command = plan

  variables {
    maintenance_exclusions = { a = { start = "2026-12-01T00:00:00Z", end = "2026-12-18T00:00:00Z", scope = "ALL" } }
  }

  expect_failures = [var.maintenance_exclusions]
}

run "upgrades_cannot_wait_for_ever" {
  command = plan

  variables {
    maintenance_exclusions = { a = { start = "2026-01-01T00:00:00Z", end = "2026-12-18T00:00:00Z" } }
  }

  expect_failures = [var.maintenance_exclusions]
}

run "maintenance_takes_hours" {
  command = plan

  variables {
    maintenance_hours = 30
  }

  expect_failures = [var.maintenance_hours]
}

run "maintenance_has_a_time" {
  command = plan

  variables {
    maintenance_start = "1am"
  }

  expect_failures = [var.maintenance_start]
}

run "autopilot_has_prometheus" {
  command = plan

  variables {
    managed_prometheus_enabled = false
  }

  expect_failures = [var.managed_prometheus_enabled]
}

run "modes_are_known" {
  command = plan

  variables {
    mode = "manual"
  }

  expect_failures = [var.mode]
}

run "figures_are_known" {
  command = plan

  variables {
    monitoring_components = ["POD"]
  }

  expect_failures = [var.monitoring_components]
}

run "pool_names_are_lowercase" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { Web = {} }
  }

  expect_failures = [var.node_pools]
}

run "standard_needs_a_pool" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = {}
  }

  expect_failures = [var.node_pools]
}

run "pool_machines_have_full_names" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { machine_type = "medium" } }
  }

  expect_failures = [var.node_pools]
}

run "pool_machines_are_large_enough" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { machine_type = "e2-micro" } }
  }

  expect_failures = [var.node_pools]
}

run "pools_are_in_the_region" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { zones = ["us-east1-b"] } }
  }

  expect_failures = [var.node_pools]
}

run "most_is_not_less_than_least" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { min_nodes = 5 } }
  }

  expect_failures = [var.node_pools]
}

run "pool_disks_are_known" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { disk_type = "tape" } }
  }

  expect_failures = [var.node_pools]
}

run "new_families_need_hyperdisk" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { machine_type = "n4-standard-4" } }
  }

  expect_failures = [var.node_pools]
}

run "pool_disks_are_in_bounds" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { disk_size_gb = 10 } }
  }

  expect_failures = [var.node_pools]
}

run "pool_systems_are_known" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { image_type = "WINDOWS" } }
  }

  expect_failures = [var.node_pools]
}

run "pods_on_a_node_are_bounded" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { max_pods_per_node = 1000 } }
  }

  expect_failures = [var.node_pools]
}

run "surge_is_at_least_one" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { max_surge = 0 } }
  }

  expect_failures = [var.node_pools]
}

run "gpus_fit_their_machines" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { gpu_type = "nvidia-l4" } }
  }

  expect_failures = [var.node_pools]
}

run "gpus_are_counted" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { gpu_count = 3 } }
  }

  expect_failures = [var.node_pools]
}

run "taints_have_known_effects" {
  command = plan

  variables {
    mode       = "standard"
    node_pools = { default = { taints = [{ key = "a", effect = "KILL" }] } }
  }

  expect_failures = [var.node_pools]
}

run "zones_are_in_the_region" {
  command = plan

  variables {
    node_zones = ["us-east1-b"]
  }

  expect_failures = [var.node_zones]
}

run "the_first_zone_is_not_named_again" {
  command = plan

  variables {
    mode       = "standard"
    location   = "europe-west1-b"
    node_zones = ["europe-west1-b"]
  }

  expect_failures = [var.node_zones]
}

run "topics_have_full_names" {
  command = plan

  variables {
    notification_topic = "gke"
  }

  expect_failures = [var.notification_topic]
}

run "pods_have_a_large_range" {
  command = plan

  variables {
    pods_cidr = "10.20.0.0/24"
  }

  expect_failures = [var.pods_cidr]
}

run "both_ranges_are_named" {
  command = plan

  variables {
    subnetwork      = "projects/p/regions/europe-west1/subnetworks/gke"
    pods_range_name = "pods"
  }

  expect_failures = [var.pods_range_name]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "channels_are_known" {
  command = plan

  variables {
    release_channel = "SLOW"
  }

  expect_failures = [var.release_channel]
}

run "groups_have_a_fixed_name" {
  command = plan

  variables {
    security_group = "ops@example.com"
  }

  expect_failures = [var.security_group]
}

run "postures_are_known" {
  command = plan

  variables {
    security_posture_mode = "STRICT"
  }

  expect_failures = [var.security_posture_mode]
}

run "service_accounts_are_addresses" {
  command = plan

  variables {
    service_account_email = "nodes"
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

run "nodes_are_no_editors" {
  command = plan

  variables {
    service_account_roles = ["roles/editor"]
  }

  expect_failures = [var.service_account_roles]
}

run "services_have_a_range" {
  command = plan

  variables {
    services_cidr = "10.24.0.0/8"
  }

  expect_failures = [var.services_cidr]
}

run "nodes_have_a_range" {
  command = plan

  variables {
    subnet_cidr = "10.10.0.0"
  }

  expect_failures = [var.subnet_cidr]
}

run "ranges_do_not_overlap" {
  command = plan

  variables {
    subnet_cidr = "10.20.0.0/20"
  }

  expect_failures = [var.subnet_cidr]
}

run "subnetworks_have_full_names" {
  command = plan

  variables {
    subnetwork = "/regions/europe-west1/gke"
  }

  expect_failures = [var.subnetwork]
}

run "subnetworks_are_in_the_region" {
  command = plan

  variables {
    subnetwork = "projects/p/regions/us-east1/subnetworks/gke"
  }

  expect_failures = [var.subnetwork]
}
