locals {
  snapshot_disks = var.snapshot_retention_days == null ? {} : merge(
    { boot = google_compute_instance.this.name },
    { for name, disk in google_compute_disk.this : "data ${name}" => disk.name }
  )
}

resource "google_compute_disk" "this" {
  for_each = { for disk in var.data_disks : disk.name => disk }

  name    = "${var.name}-${each.key}"
  project = var.project_id
  zone    = var.zone
  type    = each.value.type
  size    = each.value.size_gb
  labels  = local.labels

  dynamic "disk_encryption_key" {
    for_each = var.disk_kms_key == null ? [] : [var.disk_kms_key]

    content {
      kms_key_self_link = disk_encryption_key.value
    }
  }
}

resource "google_compute_resource_policy" "snapshots" {
  count = var.snapshot_retention_days == null ? 0 : 1

  name    = "${var.name}-snapshots"
  project = var.project_id
  region  = local.region

  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "03:00"
      }
    }

    retention_policy {
      max_retention_days    = var.snapshot_retention_days
      on_source_disk_delete = "APPLY_RETENTION_POLICY"
    }

    snapshot_properties {
      labels = local.labels
    }
  }
}

# The boot disk has the name of the machine.
resource "google_compute_disk_resource_policy_attachment" "snapshots" {
  for_each = local.snapshot_disks

  name    = google_compute_resource_policy.snapshots[0].name
  project = var.project_id
  zone    = var.zone
  disk    = each.value
}
