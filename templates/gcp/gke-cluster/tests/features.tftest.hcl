mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012", id = "projects/acme-demo" }
  }
}

variables {
  name     = "shop"
  location = "europe-west1"
}

run "a_standard_cluster_has_hardened_node_pools" {
  command = plan

  variables {
    mode         = "standard"
    addons       = ["gcs-fuse"]
    disk_kms_key = "projects/acme-demo/locations/europe-west1/keyRings/gke/cryptoKeys/disks"
    node_zones   = ["europe-west1-b"]
    node_pools = {
      default = {}
      spot    = { spot = true, min_nodes = 0, taints = [{ key = "spot", value = "true" }], zones = ["europe-west1-c"] }
      gpu     = { machine_type = "g2-standard-8", gpu_type = "nvidia-l4" }
    }
    intranode_visibility_enabled = true
  }

  assert {
    condition     = google_container_cluster.this.remove_default_node_pool && google_container_cluster.this.enable_shielded_nodes && google_container_cluster.this.enable_intranode_visibility && length(google_container_cluster.this.cluster_autoscaling) == 0 && google_container_cluster.this.addons_config[0].gcs_fuse_csi_driver_config[0].enabled
    error_message = "The cluster must have node pools of its own only."
  }

  assert {
    condition     = google_container_node_pool.this["default"].node_config[0].shielded_instance_config[0].enable_secure_boot && google_container_node_pool.this["default"].node_config[0].workload_metadata_config[0].mode == "GKE_METADATA" && google_container_node_pool.this["default"].node_config[0].kubelet_config[0].insecure_kubelet_readonly_port_enabled == "FALSE" && google_container_node_pool.this["default"].node_config[0].boot_disk_kms_key == var.disk_kms_key
    error_message = "Nodes must be hardened, and their disks encrypted with the key."
  }

  assert {
    condition     = google_container_node_pool.this["spot"].node_config[0].spot && google_container_node_pool.this["spot"].autoscaling[0].location_policy == "ANY" && google_container_node_pool.this["spot"].node_config[0].taint[0].effect == "NO_SCHEDULE" && google_container_node_pool.this["spot"].node_locations == toset(["europe-west1-c"])
    error_message = "Spare capacity is taken where it is, and for those only who tolerate it."
  }

  assert {
    condition     = google_container_node_pool.this["gpu"].node_config[0].guest_accelerator[0].type == "nvidia-l4" && google_kms_crypto_key_iam_member.compute_agent[0].member == "serviceAccount:service-123456789012@compute-system.iam.gserviceaccount.com"
    error_message = "GPUs must be there, and Compute Engine allowed to use the key."
  }
}

run "an_existing_subnetwork_is_used" {
  command = plan

  variables {
    subnetwork            = "projects/host-project/regions/europe-west1/subnetworks/gke"
    pods_range_name       = "pods"
    services_range_name   = "services"
    service_account_email = "nodes@acme-demo.iam.gserviceaccount.com"
    control_plane_access  = "private"
  }

  assert {
    condition     = length(google_compute_network.this) == 0 && length(google_compute_router_nat.this) == 0 && google_container_cluster.this.subnetwork == "projects/host-project/regions/europe-west1/subnetworks/gke" && google_container_cluster.this.ip_allocation_policy[0].cluster_secondary_range_name == "pods"
    error_message = "The existing subnetwork must be used."
  }

  assert {
    condition     = length(google_service_account.this) == 0 && !google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic && endswith(output.get_credentials_command, "--internal-ip")
    error_message = "The control plane must be reached from inside only."
  }
}

run "networks_of_ones_own_reach_the_control_plane" {
  command = plan

  variables {
    control_plane_access                = "networks"
    authorized_networks                 = { office = "203.0.113.0/24" }
    control_plane_cidr                  = "172.16.0.0/28"
    control_plane_global_access_enabled = true
    nat_enabled                         = false
    private_nodes_enabled               = false
    subnet_cidr                         = "10.40.0.0/20"
    pods_cidr                           = "10.48.0.0/14"
    services_cidr                       = "10.52.0.0/20"
  }

  assert {
    condition     = !google_container_cluster.this.private_cluster_config[0].enable_private_endpoint && one(google_container_cluster.this.master_authorized_networks_config[0].cidr_blocks).cidr_block == "203.0.113.0/24" && google_container_cluster.this.private_cluster_config[0].master_global_access_config[0].enabled
    error_message = "Only the office may connect."
  }

  assert {
    condition     = google_compute_subnetwork.this[0].ip_cidr_range == "10.40.0.0/20" && length(google_compute_router.this) == 0
    error_message = "The ranges must be as asked."
  }
}

run "backups_keys_and_notices" {
  command = plan

  variables {
    backup_schedule         = "0 3 * * *"
    backup_retention_days   = 30
    database_encryption_key = "projects/acme-demo/locations/europe-west1/keyRings/gke/cryptoKeys/secrets"
    notification_topic      = "projects/acme-demo/topics/gke"
    security_group          = "gke-security-groups@example.com"
    fleet_project           = "acme-fleet"
    maintenance_exclusions  = { holidays = { start = "2026-12-18T00:00:00Z", end = "2027-01-02T00:00:00Z" } }
    maintenance_days        = ["SU", "MO"]
    maintenance_start       = "22:00"
    maintenance_hours       = 6
  }

  assert {
    condition     = google_gke_backup_backup_plan.this[0].retention_policy[0].backup_retain_days == 30 && google_container_cluster.this.addons_config[0].gke_backup_agent_config[0].enabled
    error_message = "Backups must be made and kept."
  }

  assert {
    condition     = google_container_cluster.this.database_encryption[0].state == "ENCRYPTED" && google_kms_crypto_key_iam_member.gke_agent[0].member == "serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com" && google_container_cluster.this.authenticator_groups_config[0].security_group == "gke-security-groups@example.com" && google_container_cluster.this.fleet[0].project == "acme-fleet"
    error_message = "Key, groups and fleet must be set."
  }

  assert {
    condition     = google_container_cluster.this.maintenance_policy[0].recurring_window[0].end_time == "2026-01-02T04:00:00Z" && google_container_cluster.this.maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=MO,SU" && one(google_container_cluster.this.maintenance_policy[0].maintenance_exclusion).exclusion_name == "holidays"
    error_message = "Google must keep to the hours."
  }
}

run "what_is_on_can_be_turned_off" {
  command = plan

  variables {
    mode                         = "standard"
    location                     = "europe-west1-b"
    binary_authorization_enabled = false
    security_posture_mode        = "DISABLED"
    secret_manager_enabled       = false
    gateway_api_enabled          = false
    backup_enabled               = false
    managed_prometheus_enabled   = false
    cost_allocation_enabled      = false
    logging_components           = ["SYSTEM_COMPONENTS"]
    monitoring_components        = ["SYSTEM_COMPONENTS", "POD"]
    kubernetes_version           = "1.34"
    release_channel              = "RAPID"
  }

  assert {
    condition     = length(google_container_cluster.this.binary_authorization) == 0 && google_container_cluster.this.gateway_api_config[0].channel == "CHANNEL_DISABLED" && !google_container_cluster.this.monitoring_config[0].managed_prometheus[0].enabled && google_container_cluster.this.min_master_version == "1.34" && google_compute_subnetwork.this[0].region == "europe-west1"
    error_message = "Each switch must reach the cluster, and the network be in the region of the zone."
  }
}
