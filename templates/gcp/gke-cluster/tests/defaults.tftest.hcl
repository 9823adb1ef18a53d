mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012", id = "projects/acme-demo" }
  }
}

variables {
  name     = "shop"
  location = "europe-west1"
}

run "required_values_make_a_private_autopilot_cluster" {
  command = plan

  assert {
    condition     = google_container_cluster.this.enable_autopilot && length(google_container_node_pool.this) == 0 && google_container_cluster.this.cluster_autoscaling[0].auto_provisioning_defaults[0].oauth_scopes == tolist(["https://www.googleapis.com/auth/cloud-platform"])
    error_message = "Google must run the nodes."
  }

  assert {
    condition     = google_container_cluster.this.private_cluster_config[0].enable_private_nodes && google_container_cluster.this.private_cluster_config[0].enable_private_endpoint && google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic && length(google_container_cluster.this.master_authorized_networks_config[0].cidr_blocks) == 0
    error_message = "Nodes and the address of the control plane must be private; Google checks rights at its name."
  }

  assert {
    condition     = google_container_cluster.this.workload_identity_config[0].workload_pool == "acme-demo.svc.id.goog" && google_container_cluster.this.datapath_provider == "ADVANCED_DATAPATH" && google_container_cluster.this.binary_authorization[0].evaluation_mode == "PROJECT_SINGLETON_POLICY_ENFORCE" && google_container_cluster.this.security_posture_config[0].mode == "BASIC" && google_container_cluster.this.secret_manager_config[0].enabled
    error_message = "Identities, policies and secrets must be Google's best."
  }

  assert {
    condition     = google_service_account.this[0].account_id == "gke-shop" && keys(google_project_iam_member.service_account) == ["roles/artifactregistry.reader", "roles/container.defaultNodeServiceAccount"]
    error_message = "Nodes must have an account of their own with few rights."
  }

  assert {
    condition     = google_compute_subnetwork.this[0].region == "europe-west1" && [for range in google_compute_subnetwork.this[0].secondary_ip_range : range.range_name] == ["pods", "services"] && length(google_compute_router_nat.this) == 1
    error_message = "The network must have ranges for pods and services, and a way out."
  }

  assert {
    condition     = google_container_cluster.this.maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=SA,SU" && google_container_cluster.this.maintenance_policy[0].recurring_window[0].end_time == "2026-01-01T09:00:00Z" && !google_container_cluster.this.deletion_protection
    error_message = "Google may work at weekends, and development is not protected."
  }
}

run "labels_are_merged_and_production_is_protected" {
  command = plan

  variables {
    environment        = "production"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "shop"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_container_cluster.this.resource_labels == tomap({ team = "web", environment = "production", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "shop" }) && google_container_cluster.this.deletion_protection
    error_message = "Labels must hold the user's and the portal's, and production be protected."
  }
}
