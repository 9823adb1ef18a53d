mock_provider "google" {}

variables {
  name   = "shop"
  region = "europe-west1"
}

run "required_values_make_a_closed_network" {
  command = plan

  assert {
    condition     = !google_compute_network.this.auto_create_subnetworks && google_compute_network.this.routing_mode == "GLOBAL" && google_compute_network.this.mtu == 1460
    error_message = "The network must have no automatic subnetworks."
  }

  assert {
    condition     = keys(google_compute_subnetwork.this) == ["main"] && google_compute_subnetwork.this["main"].name == "shop-main" && google_compute_subnetwork.this["main"].region == "europe-west1" && google_compute_subnetwork.this["main"].private_ip_google_access
    error_message = "There must be one subnetwork in the region, with private access."
  }

  assert {
    condition     = google_compute_subnetwork.this["main"].log_config[0].flow_sampling == 0.5
    error_message = "Half of the traffic must be logged."
  }

  assert {
    condition     = keys(google_compute_firewall.ingress) == ["allow-iap", "allow-internal"] && google_compute_firewall.ingress["allow-iap"].source_ranges == toset(["35.235.240.0/20"]) && google_compute_firewall.ingress["allow-internal"].source_ranges == toset(["10.10.0.0/20"])
    error_message = "Only Google's tunnel and the network itself may connect."
  }

  assert {
    condition     = google_compute_firewall.deny_ingress.priority == 65534 && one(google_compute_firewall.deny_ingress.deny).protocol == "all" && length(google_compute_firewall.deny_ingress.log_config) == 1
    error_message = "What is denied must be logged."
  }

  assert {
    condition     = length(google_compute_router_nat.this) == 0 && length(google_compute_address.nat) == 0 && length(google_vpc_access_connector.this) == 0 && length(google_compute_shared_vpc_host_project.this) == 0
    error_message = "Nothing more must be made unasked."
  }
}

run "labels_are_told_in_descriptions" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "shop"
    labels             = { team = "web", environment = "mine" }
    nat_enabled        = true

    nat_static_address_count = 1
  }

  assert {
    condition     = google_compute_firewall.deny_ingress.description == "Nobody else may connect. cost_center=cc-1815, environment=test, owner=ada-example-com, team=web, terrace_deployment=shop"
    error_message = "The firewall must tell the labels."
  }

  assert {
    condition     = google_compute_address.nat["europe-west1-1"].labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "shop" })
    error_message = "Addresses must carry the labels."
  }
}
