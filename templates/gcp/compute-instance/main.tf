locals {
  region  = join("-", slice(split("-", var.zone), 0, 2))
  windows = startswith(var.image, "windows")
  arm     = can(regex("^(?:t2a|c4a|n4a)-", var.machine_type))

  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  # The policy that installs the Ops Agent finds the machine by this label.
  agent_label = var.ops_agent_enabled ? { ops_agent = var.name } : {}

  labels = merge(var.labels, local.own_labels, local.agent_label)

  images = {
    "debian-12"    = "projects/debian-cloud/global/images/family/debian-12${local.arm ? "-arm64" : ""}"
    "debian-13"    = "projects/debian-cloud/global/images/family/debian-13${local.arm ? "-arm64" : ""}"
    "ubuntu-22.04" = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2204-lts${local.arm ? "-arm64" : ""}"
    "ubuntu-24.04" = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-${local.arm ? "arm64" : "amd64"}"
    "rocky-9"      = "projects/rocky-linux-cloud/global/images/family/rocky-linux-9-optimized-gcp${local.arm ? "-arm64" : ""}"
    "rhel-9"       = "projects/rhel-cloud/global/images/family/rhel-9${local.arm ? "-arm64" : ""}"
    "windows-2022" = "projects/windows-cloud/global/images/family/windows-2022"
    "windows-2025" = "projects/windows-cloud/global/images/family/windows-2025"
  }

  # GPUs, machines for simulations and spare capacity cannot be moved to another host while running.
  fixed       = var.gpu_type != null ? true : can(regex("^(?:a2|a3|a4|a4x|g2|g4|h3|h4d)-", var.machine_type))
  maintenance = var.spot_enabled || local.fixed ? "TERMINATE" : "MIGRATE"

  script_key = local.windows ? "windows-startup-script-ps1" : "startup-script"
  metadata = merge(
    {
      enable-oslogin         = local.windows ? "FALSE" : "TRUE"
      block-project-ssh-keys = "TRUE"
      serial-port-enable     = "FALSE"
      enable-osconfig        = var.ops_agent_enabled ? "TRUE" : "FALSE"
    },
    var.startup_script == null ? {} : { (local.script_key) = var.startup_script }
  )
}

resource "google_compute_instance" "this" {
  name                      = var.name
  project                   = var.project_id
  zone                      = var.zone
  machine_type              = var.machine_type
  hostname                  = var.hostname
  labels                    = local.labels
  tags                      = setunion([var.name], var.network_tags)
  metadata                  = local.metadata
  deletion_protection       = var.deletion_protection
  allow_stopping_for_update = true
  resource_policies         = google_compute_resource_policy.schedule[*].self_link

  boot_disk {
    auto_delete       = true
    kms_key_self_link = var.disk_kms_key

    initialize_params {
      image  = coalesce(var.source_image, local.images[var.image])
      size   = var.boot_disk_size_gb
      type   = var.boot_disk_type
      labels = local.labels
    }
  }

  dynamic "attached_disk" {
    for_each = var.data_disks

    content {
      source            = google_compute_disk.this[attached_disk.value.name].self_link
      device_name       = attached_disk.value.name
      mode              = attached_disk.value.mode
      kms_key_self_link = var.disk_kms_key
    }
  }

  dynamic "guest_accelerator" {
    for_each = var.gpu_type == null ? [] : [var.gpu_type]

    content {
      type  = guest_accelerator.value
      count = var.gpu_count
    }
  }

  network_interface {
    subnetwork = local.subnetwork
    network_ip = var.network_ip

    dynamic "access_config" {
      for_each = var.external_ip == "none" ? [] : [var.external_ip]

      content {
        nat_ip       = one(google_compute_address.this[*].address)
        network_tier = var.network_tier
      }
    }
  }

  scheduling {
    provisioning_model          = var.spot_enabled ? "SPOT" : "STANDARD"
    preemptible                 = var.spot_enabled
    automatic_restart           = !var.spot_enabled
    on_host_maintenance         = local.maintenance
    instance_termination_action = var.spot_enabled ? var.spot_termination_action : null
  }

  service_account {
    email  = local.service_account_email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = var.secure_boot_enabled
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }
}
