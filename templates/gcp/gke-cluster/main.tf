locals {
  autopilot = var.mode == "autopilot"
  project   = split("/", data.google_project.this.id)[1]
  region    = join("-", slice(split("-", var.location), 0, 2))

  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  # Unless told, only production is protected.
  deletion_protection = coalesce(var.deletion_protection, var.environment == "production")

  # The window recurs from the first day of the year on; Google counts from there.
  maintenance_start = "2026-01-01T${var.maintenance_start}:00Z"
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_container_cluster" "this" {
  name                = var.name
  project             = local.project
  location            = var.location
  node_locations      = length(var.node_zones) > 0 ? var.node_zones : null
  resource_labels     = local.labels
  deletion_protection = local.deletion_protection
  min_master_version  = var.kubernetes_version

  network           = local.network
  subnetwork        = local.subnetwork
  networking_mode   = "VPC_NATIVE"
  datapath_provider = "ADVANCED_DATAPATH"

  enable_autopilot            = local.autopilot ? true : null
  enable_shielded_nodes       = local.autopilot ? null : true
  enable_intranode_visibility = local.autopilot ? null : var.intranode_visibility_enabled

  # Standard clusters get node pools of their own; the one that Google begins with is removed.
  remove_default_node_pool = local.autopilot ? null : true
  initial_node_count       = local.autopilot ? null : 1

  ip_allocation_policy {
    cluster_secondary_range_name  = local.create_network ? "pods" : var.pods_range_name
    services_secondary_range_name = local.create_network ? "services" : var.services_range_name
  }

  release_channel {
    channel = var.release_channel
  }

  private_cluster_config {
    enable_private_nodes    = var.private_nodes_enabled
    enable_private_endpoint = var.control_plane_access != "networks"
    master_ipv4_cidr_block  = var.control_plane_cidr

    master_global_access_config {
      enabled = var.control_plane_global_access_enabled
    }
  }

  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = var.control_plane_access == "dns"
    }
  }

  # Without networks in it, nobody outside of the cluster's own network reaches the address of the control plane.
  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled = false

    dynamic "cidr_blocks" {
      for_each = var.authorized_networks

      content {
        display_name = cidr_blocks.key
        cidr_block   = cidr_blocks.value
      }
    }
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  workload_identity_config {
    workload_pool = "${local.project}.svc.id.goog"
  }

  dynamic "binary_authorization" {
    for_each = var.binary_authorization_enabled ? ["PROJECT_SINGLETON_POLICY_ENFORCE"] : []

    content {
      evaluation_mode = binary_authorization.value
    }
  }

  security_posture_config {
    mode               = var.security_posture_mode
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  secret_manager_config {
    enabled = var.secret_manager_enabled
  }

  dynamic "database_encryption" {
    for_each = var.database_encryption_key == null ? [] : [var.database_encryption_key]

    content {
      state    = "ENCRYPTED"
      key_name = google_kms_crypto_key_iam_member.gke_agent[0].crypto_key_id
    }
  }

  dynamic "authenticator_groups_config" {
    for_each = var.security_group == null ? [] : [var.security_group]

    content {
      security_group = authenticator_groups_config.value
    }
  }

  dynamic "cluster_autoscaling" {
    for_each = local.autopilot ? [local.service_account_email] : []

    content {
      auto_provisioning_defaults {
        service_account = cluster_autoscaling.value
        oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
      }
    }
  }

  # For the moments that the first node pool lives.
  dynamic "node_config" {
    for_each = local.autopilot ? [] : [local.service_account_email]

    content {
      service_account = node_config.value

      shielded_instance_config {
        enable_secure_boot          = true
        enable_integrity_monitoring = true
      }
    }
  }

  addons_config {
    gke_backup_agent_config {
      enabled = var.backup_enabled
    }

    dynamic "config_connector_config" {
      for_each = contains(var.addons, "config-connector") ? [true] : []

      content {
        enabled = true
      }
    }

    dynamic "dns_cache_config" {
      for_each = contains(var.addons, "dns-cache") ? [true] : []

      content {
        enabled = true
      }
    }

    dynamic "gcp_filestore_csi_driver_config" {
      for_each = contains(var.addons, "filestore") ? [true] : []

      content {
        enabled = true
      }
    }

    dynamic "gcs_fuse_csi_driver_config" {
      for_each = contains(var.addons, "gcs-fuse") ? [true] : []

      content {
        enabled = true
      }
    }

    dynamic "ray_operator_config" {
      for_each = contains(var.addons, "ray-operator") ? [true] : []

      content {
        enabled = true
      }
    }
  }

  gateway_api_config {
    channel = var.gateway_api_enabled ? "CHANNEL_STANDARD" : "CHANNEL_DISABLED"
  }

  vertical_pod_autoscaling {
    enabled = true
  }

  cost_management_config {
    enabled = var.cost_allocation_enabled
  }

  logging_config {
    enable_components = var.logging_components
  }

  monitoring_config {
    enable_components = var.monitoring_components

    managed_prometheus {
      enabled = var.managed_prometheus_enabled
    }
  }

  maintenance_policy {
    recurring_window {
      start_time = local.maintenance_start
      end_time   = timeadd(local.maintenance_start, "${var.maintenance_hours}h")
      recurrence = "FREQ=WEEKLY;BYDAY=${join(",", [for day in ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] : day if contains(var.maintenance_days, day)])}"
    }

    dynamic "maintenance_exclusion" {
      for_each = var.maintenance_exclusions

      content {
        exclusion_name = maintenance_exclusion.key
        start_time     = maintenance_exclusion.value.start
        end_time       = maintenance_exclusion.value.end

        exclusion_options {
          scope = maintenance_exclusion.value.scope
        }
      }
    }
  }

  dynamic "notification_config" {
    for_each = var.notification_topic == null ? [] : [var.notification_topic]

    content {
      pubsub {
        enabled = true
        topic   = notification_config.value
      }
    }
  }

  dynamic "fleet" {
    for_each = var.fleet_project == null ? [] : [var.fleet_project]

    content {
      project = fleet.value
    }
  }

  lifecycle {
    # The first node pool is gone, and with it what it was made of.
    ignore_changes = [node_config, initial_node_count]
  }

  depends_on = [google_project_iam_member.service_account]
}

resource "google_gke_backup_backup_plan" "this" {
  count = var.backup_schedule == null ? 0 : 1

  name     = "${var.name}-backup"
  project  = local.project
  location = local.region
  cluster  = google_container_cluster.this.id
  labels   = local.labels

  backup_config {
    all_namespaces      = true
    include_secrets     = true
    include_volume_data = true
  }

  backup_schedule {
    cron_schedule = var.backup_schedule
  }

  retention_policy {
    backup_retain_days = var.backup_retention_days
  }
}
