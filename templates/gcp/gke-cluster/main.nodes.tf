resource "google_container_node_pool" "this" {
  for_each = local.autopilot ? {} : var.node_pools

  name               = each.key
  project            = google_container_cluster.this.project
  location           = google_container_cluster.this.location
  cluster            = google_container_cluster.this.name
  node_locations     = length(each.value.zones) > 0 ? each.value.zones : null
  initial_node_count = each.value.min_nodes
  max_pods_per_node  = each.value.max_pods_per_node

  autoscaling {
    min_node_count  = each.value.min_nodes
    max_node_count  = each.value.max_nodes
    location_policy = each.value.spot ? "ANY" : "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  upgrade_settings {
    strategy        = "SURGE"
    max_surge       = each.value.max_surge
    max_unavailable = 0
  }

  network_config {
    enable_private_nodes = var.private_nodes_enabled
  }

  node_config {
    machine_type      = each.value.machine_type
    image_type        = each.value.image_type
    disk_type         = each.value.disk_type
    disk_size_gb      = each.value.disk_size_gb
    boot_disk_kms_key = var.disk_kms_key
    spot              = each.value.spot
    service_account   = local.service_account_email
    oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"]
    labels            = each.value.labels
    resource_labels   = local.labels
    tags              = sort(setunion([var.name], each.value.network_tags))
    metadata          = { disable-legacy-endpoints = "true" }

    shielded_instance_config {
      enable_secure_boot          = each.value.secure_boot
      enable_integrity_monitoring = true
    }

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }

    gcfs_config {
      enabled = each.value.image_streaming
    }

    dynamic "guest_accelerator" {
      for_each = each.value.gpu_type == null ? [] : [each.value]

      content {
        type  = guest_accelerator.value.gpu_type
        count = guest_accelerator.value.gpu_count

        gpu_driver_installation_config {
          gpu_driver_version = "DEFAULT"
        }
      }
    }

    dynamic "taint" {
      for_each = each.value.taints

      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = taint.value.effect
      }
    }
  }

  lifecycle {
    # The autoscaler decides after the first day.
    ignore_changes = [initial_node_count]
  }

  # No disk is made with a key that Compute Engine may not use.
  depends_on = [google_kms_crypto_key_iam_member.compute_agent]
}
