mock_provider "google" {}

variables {
  name   = "shop"
  region = "europe-west1"
}

run "subnetworks_have_purposes" {
  command = plan

  variables {
    subnets = {
      app   = { cidr = "10.0.0.0/20", secondary_ranges = { pods = "10.20.0.0/14" }, users = ["group:ops@example.com"] }
      data  = { cidr = "10.1.0.0/20", region = "us-east1", flow_log_sampling = 0, stack_type = "IPV4_IPV6", ipv6_access_type = "INTERNAL" }
      proxy = { cidr = "10.2.0.0/24", purpose = "REGIONAL_MANAGED_PROXY" }
    }
    internal_ipv6_enabled = true
    health_checks_enabled = true
  }

  assert {
    condition     = google_compute_subnetwork.this["app"].secondary_ip_range[0].range_name == "pods" && length(google_compute_subnetwork.this["data"].log_config) == 0 && google_compute_subnetwork.this["data"].region == "us-east1" && google_compute_subnetwork.this["data"].ipv6_access_type == "INTERNAL"
    error_message = "Each subnetwork must be as asked."
  }

  assert {
    condition     = google_compute_subnetwork.this["proxy"].role == "ACTIVE" && length(google_compute_subnetwork.this["proxy"].log_config) == 0
    error_message = "Proxies need the active role, and keep no flow logs."
  }

  assert {
    condition     = google_compute_firewall.ingress["allow-internal"].source_ranges == toset(["10.0.0.0/20", "10.1.0.0/20", "10.20.0.0/14"]) && contains(google_compute_firewall.ingress["allow-health-checks"].source_ranges, "10.2.0.0/24")
    error_message = "Machines and pods are inside; proxies come with the load balancers."
  }

  assert {
    condition     = google_compute_subnetwork_iam_member.users["app group:ops@example.com"].role == "roles/compute.networkUser"
    error_message = "Users must be allowed to use the subnetwork."
  }
}

run "nat_serves_every_region_with_fixed_addresses" {
  command = plan

  variables {
    subnets                      = { a = { cidr = "10.0.0.0/20" }, b = { cidr = "10.1.0.0/20", region = "us-east1" } }
    nat_enabled                  = true
    nat_static_address_count     = 2
    nat_min_ports_per_vm         = 128
    nat_max_ports_per_vm         = 1024
    nat_tcp_idle_timeout_seconds = 300
    nat_log_filter               = "NONE"
  }

  assert {
    condition     = keys(google_compute_router_nat.this) == ["europe-west1", "us-east1"] && length(google_compute_address.nat) == 4 && google_compute_router_nat.this["us-east1"].nat_ip_allocate_option == "MANUAL_ONLY"
    error_message = "Each region must have NAT with its addresses."
  }

  assert {
    condition     = google_compute_router_nat.this["us-east1"].min_ports_per_vm == 128 && google_compute_router_nat.this["us-east1"].max_ports_per_vm == 1024 && google_compute_router_nat.this["us-east1"].enable_dynamic_port_allocation && !google_compute_router_nat.this["us-east1"].log_config[0].enable
    error_message = "Ports and logs must be as asked."
  }
}

run "one_region_may_be_enough" {
  command = plan

  variables {
    subnets                   = { a = { cidr = "10.0.0.0/20" }, b = { cidr = "10.1.0.0/20", region = "us-east1" } }
    nat_enabled               = true
    nat_regions               = ["us-east1"]
    nat_dynamic_ports_enabled = false
    iap_ports                 = [22]
    internal_traffic_enabled  = false
  }

  assert {
    condition     = keys(google_compute_router_nat.this) == ["us-east1"] && google_compute_router_nat.this["us-east1"].nat_ip_allocate_option == "AUTO_ONLY" && google_compute_router_nat.this["us-east1"].max_ports_per_vm == null
    error_message = "Only the named region must have NAT."
  }

  assert {
    condition     = keys(google_compute_firewall.ingress) == ["allow-iap"] && one(google_compute_firewall.ingress["allow-iap"].allow).ports == tolist(["22"])
    error_message = "Machines must not reach each other."
  }
}

run "a_closed_network_reaches_googles_services" {
  command = plan

  variables {
    delete_default_routes = true
    egress_denied         = true
    iap_enabled           = false
  }

  assert {
    condition     = google_compute_network.this.delete_default_routes_on_create && length(google_compute_route.google_apis) == 2 && google_compute_firewall.deny_egress[0].destination_ranges == toset(["0.0.0.0/0"])
    error_message = "Only the routes to Google's services must be left."
  }

  assert {
    condition     = google_compute_firewall.egress["allow-google-apis"].destination_ranges == toset(["199.36.153.4/30", "199.36.153.8/30"]) && !contains(keys(google_compute_firewall.ingress), "allow-iap")
    error_message = "The firewall must let Google's services through."
  }
}

run "rules_and_routes_of_ones_own" {
  command = plan

  variables {
    firewall_rules = {
      web  = { ports = ["443"], ranges = ["0.0.0.0/0"], target_tags = ["web"] }
      mail = { direction = "EGRESS", action = "deny", ports = ["25"], ranges = ["0.0.0.0/0"], logged = false }
    }
    routes = {
      office = { destination = "192.168.0.0/16", next_hop = "10.10.0.5", tags = ["web"] }
      out    = { destination = "0.0.0.0/0", next_hop_kind = "internet" }
    }
    firewall_policy_order        = "BEFORE_CLASSIC_FIREWALL"
    bgp_best_path_selection_mode = "STANDARD"
    routing_mode                 = "REGIONAL"
    mtu                          = 1500
  }

  assert {
    condition     = one(google_compute_firewall.rule["web"].allow).ports == tolist(["443"]) && length(google_compute_firewall.rule["web"].log_config) == 1 && one(google_compute_firewall.rule["mail"].deny).protocol == "tcp" && google_compute_firewall.rule["mail"].destination_ranges == toset(["0.0.0.0/0"])
    error_message = "Each rule must have its direction, action and log."
  }

  assert {
    condition     = google_compute_route.this["office"].next_hop_ip == "10.10.0.5" && google_compute_route.this["out"].next_hop_gateway == "default-internet-gateway"
    error_message = "Each route must have its next step."
  }
}

run "networks_and_services_are_connected" {
  command = plan

  variables {
    private_service_access      = { prefix_length = 20, export_custom_routes = true }
    peerings                    = { hub = { network = "projects/acme-hub/global/networks/hub", import_custom_routes = true } }
    serverless_connectors       = { run-europe = { cidr = "10.8.0.0/28" } }
    shared_vpc_host_enabled     = true
    shared_vpc_service_projects = ["acme-shop"]
  }

  assert {
    condition     = google_compute_global_address.services[0].prefix_length == 20 && google_compute_global_address.services[0].purpose == "VPC_PEERING" && google_compute_network_peering_routes_config.services[0].export_custom_routes
    error_message = "Services must have their range and the routes."
  }

  assert {
    condition     = google_compute_network_peering.this["hub"].import_custom_routes && google_vpc_access_connector.this["run-europe"].region == "europe-west1" && google_compute_shared_vpc_service_project.this["acme-shop"].service_project == "acme-shop"
    error_message = "Peering, connector and Shared VPC must be made."
  }
}
