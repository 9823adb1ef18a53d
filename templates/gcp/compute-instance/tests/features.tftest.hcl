mock_provider "google" {}

variables {
  name = "web-1"
  zone = "europe-west1-b"
}

run "windows_has_its_port_and_script" {
  command = plan

  variables {
    image          = "windows-2022"
    startup_script = "Write-Host ready"
  }

  assert {
    condition     = one(google_compute_firewall.allow["iap"].allow).ports == tolist(["3389"]) && google_compute_instance.this.metadata["windows-startup-script-ps1"] == "Write-Host ready"
    error_message = "Windows is reached by Remote Desktop and runs PowerShell."
  }

  assert {
    condition     = google_os_config_os_policy_assignment.ops_agent[0].os_policies[0].resource_groups[0].resources[1].pkg[0].googet[0].name == "google-cloud-ops-agent"
    error_message = "The agent must be installed with GooGet."
  }
}

run "arm_machines_get_arm_images" {
  command = plan

  variables {
    machine_type   = "c4a-standard-2"
    boot_disk_type = "hyperdisk-balanced"
    image          = "ubuntu-24.04"
  }

  assert {
    condition     = google_compute_instance.this.boot_disk[0].initialize_params[0].image == "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-arm64"
    error_message = "An Arm machine needs an Arm image."
  }
}

run "an_existing_subnetwork_is_used" {
  command = plan

  variables {
    subnetwork            = "projects/host/regions/europe-west1/subnetworks/app"
    source_image          = "projects/acme-demo/global/images/family/web"
    service_account_email = "web@acme-demo.iam.gserviceaccount.com"
  }

  assert {
    condition     = length(google_compute_network.this) == 0 && google_compute_instance.this.network_interface[0].subnetwork == "projects/host/regions/europe-west1/subnetworks/app" && google_compute_firewall.allow["iap"].project == "host"
    error_message = "The existing subnetwork must be used, and the rules belong to its project."
  }

  assert {
    condition     = length(google_service_account.this) == 0 && google_compute_instance.this.service_account[0].email == "web@acme-demo.iam.gserviceaccount.com"
    error_message = "The existing service account must be used."
  }
}

run "public_addresses_may_be_fixed" {
  command = plan

  variables {
    external_ip              = "static"
    network_tier             = "STANDARD"
    allowed_management_cidrs = ["203.0.113.0/24"]
    inbound_rules            = [{ name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  assert {
    condition     = google_compute_address.this[0].network_tier == "STANDARD" && google_compute_instance.this.network_interface[0].access_config[0].network_tier == "STANDARD"
    error_message = "The address must be reserved in the tier of the machine."
  }

  assert {
    condition     = google_compute_firewall.allow["management"].source_ranges == toset(["203.0.113.0/24"]) && one(google_compute_firewall.allow["in-web"].allow).ports == tolist(["443"])
    error_message = "Each rule must have its sources and ports."
  }
}

run "nat_gives_a_way_out" {
  command = plan

  variables {
    nat_enabled = true
    subnet_cidr = "10.99.0.0/24"
  }

  assert {
    condition     = google_compute_router_nat.this[0].nat_ip_allocate_option == "AUTO_ONLY" && google_compute_subnetwork.this[0].ip_cidr_range == "10.99.0.0/24"
    error_message = "NAT must serve the new network."
  }
}

run "disks_are_attached_and_copied" {
  command = plan

  variables {
    data_disks              = [{ name = "data", size_gb = 100 }]
    snapshot_retention_days = 14
    disk_kms_key            = "projects/acme/locations/europe-west1/keyRings/r/cryptoKeys/k"
  }

  assert {
    condition     = google_compute_disk.this["data"].name == "web-1-data" && google_compute_instance.this.attached_disk[0].device_name == "data" && google_compute_disk.this["data"].disk_encryption_key[0].kms_key_self_link == "projects/acme/locations/europe-west1/keyRings/r/cryptoKeys/k"
    error_message = "The disk must be attached and encrypted with the key."
  }

  assert {
    condition     = length(google_compute_disk_resource_policy_attachment.snapshots) == 2 && google_compute_resource_policy.snapshots[0].snapshot_schedule_policy[0].retention_policy[0].max_retention_days == 14
    error_message = "All disks must be copied every day."
  }
}

run "spot_machines_and_gpus_are_not_moved" {
  command = plan

  variables {
    spot_enabled            = true
    spot_termination_action = "DELETE"
    machine_type            = "n1-standard-4"
    gpu_type                = "nvidia-tesla-t4"
    gpu_count               = 2
  }

  assert {
    condition     = google_compute_instance.this.scheduling[0].provisioning_model == "SPOT" && google_compute_instance.this.scheduling[0].on_host_maintenance == "TERMINATE" && !google_compute_instance.this.scheduling[0].automatic_restart
    error_message = "Spare capacity is given back."
  }

  assert {
    condition     = google_compute_instance.this.guest_accelerator[0].count == 2 && google_compute_instance.this.scheduling[0].instance_termination_action == "DELETE"
    error_message = "The GPUs must be attached."
  }
}

run "the_clock_starts_and_stops_the_machine" {
  command = plan

  variables {
    schedule = { start = "0 7 * * 1-5", stop = "0 19 * * *", time_zone = "Europe/Berlin" }
  }

  assert {
    condition     = google_compute_resource_policy.schedule[0].instance_schedule_policy[0].vm_stop_schedule[0].schedule == "0 19 * * *" && google_project_iam_member.scheduler[0].role == "roles/compute.instanceAdmin.v1"
    error_message = "The schedule must be there, and Google allowed to follow it."
  }
}

run "people_sign_in_with_three_rights" {
  command = plan

  variables {
    ssh_members           = ["user:ada@example.com"]
    service_account_roles = ["roles/storage.objectViewer"]
  }

  assert {
    condition     = google_compute_instance_iam_member.login["user:ada@example.com"].role == "roles/compute.osAdminLogin" && google_iap_tunnel_instance_iam_member.login["user:ada@example.com"].role == "roles/iap.tunnelResourceAccessor" && length(google_service_account_iam_member.login) == 1
    error_message = "Signing in needs the tunnel, the login and the service account."
  }

  assert {
    condition     = contains(keys(google_project_iam_member.service_account), "roles/storage.objectViewer")
    error_message = "The machine must get its role."
  }
}

run "deletion_is_refused_when_asked" {
  command = plan

  variables {
    deletion_protection = true
    hostname            = "web.example.com"
    network_ip          = "10.10.0.10"
    network_tags        = ["web"]
    secure_boot_enabled = false
  }

  assert {
    condition     = google_compute_instance.this.deletion_protection && google_compute_instance.this.hostname == "web.example.com" && google_compute_instance.this.network_interface[0].network_ip == "10.10.0.10" && google_compute_instance.this.tags == toset(["web", "web-1"])
    error_message = "Each switch must reach the machine."
  }
}
