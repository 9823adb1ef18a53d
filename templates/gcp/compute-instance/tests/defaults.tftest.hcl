mock_provider "google" {}

variables {
  name = "web-1"
  zone = "europe-west1-b"
}

run "required_values_make_a_whole_stack" {
  command = plan

  assert {
    condition     = google_compute_network.this[0].name == "web-1-network" && !google_compute_network.this[0].auto_create_subnetworks && google_compute_subnetwork.this[0].region == "europe-west1"
    error_message = "A network of its own must be made in the region of the zone."
  }

  assert {
    condition     = google_compute_instance.this.boot_disk[0].initialize_params[0].image == "projects/debian-cloud/global/images/family/debian-12"
    error_message = "Debian is the default."
  }
}

run "only_the_tunnel_can_connect" {
  command = plan

  assert {
    condition     = length(google_compute_instance.this.network_interface[0].access_config) == 0
    error_message = "There must be no public address."
  }

  assert {
    condition     = keys(google_compute_firewall.allow) == ["iap"] && google_compute_firewall.allow["iap"].source_ranges == toset(["35.235.240.0/20"]) && google_compute_firewall.allow["iap"].target_tags == toset(["web-1"])
    error_message = "Only Google's tunnel may connect, and only to this machine."
  }
}

run "the_machine_is_hardened" {
  command = plan

  assert {
    condition     = google_compute_instance.this.shielded_instance_config[0].enable_secure_boot && google_compute_instance.this.shielded_instance_config[0].enable_vtpm && google_compute_instance.this.shielded_instance_config[0].enable_integrity_monitoring
    error_message = "The machine must be shielded."
  }

  assert {
    condition     = google_compute_instance.this.metadata["enable-oslogin"] == "TRUE" && google_compute_instance.this.metadata["block-project-ssh-keys"] == "TRUE" && google_compute_instance.this.metadata["serial-port-enable"] == "FALSE"
    error_message = "People must sign in with their Google account."
  }

  assert {
    condition     = google_service_account.this[0].account_id == "vm-web-1" && keys(google_project_iam_member.service_account) == ["roles/logging.logWriter", "roles/monitoring.metricWriter"]
    error_message = "The machine's account may only write logs and figures."
  }

  assert {
    condition     = google_compute_subnetwork.this[0].private_ip_google_access && google_compute_subnetwork.this[0].log_config[0].flow_sampling == 0.5
    error_message = "Google's services must be reachable privately, and traffic be logged."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "web"
    ops_agent_enabled  = false
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_compute_instance.this.labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "web" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }
}
