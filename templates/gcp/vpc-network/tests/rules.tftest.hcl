mock_provider "google" {}

variables {
  name   = "shop"
  region = "europe-west1"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Shop_1"
  }

  expect_failures = [var.name]
}

run "region_is_a_region" {
  command = plan

  variables {
    region = "Europe"
  }

  expect_failures = [var.region]
}

run "route_selection_is_known" {
  command = plan

  variables {
    bgp_best_path_selection_mode = "BEST"
  }

  expect_failures = [var.bgp_best_path_selection_mode]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "policy_order_is_known" {
  command = plan

  variables {
    firewall_policy_order = "FIRST"
  }

  expect_failures = [var.firewall_policy_order]
}

run "rule_names_are_lowercase" {
  command = plan

  variables {
    firewall_rules = { Web = { ports = ["443"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "ready_made_names_are_taken" {
  command = plan

  variables {
    firewall_rules = { deny-ingress = { ports = ["443"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rule_directions_are_known" {
  command = plan

  variables {
    firewall_rules = { web = { direction = "IN", ports = ["443"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rule_actions_are_known" {
  command = plan

  variables {
    firewall_rules = { web = { action = "drop", ports = ["443"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rule_protocols_are_known" {
  command = plan

  variables {
    firewall_rules = { web = { protocol = "http", ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "ping_has_no_ports" {
  command = plan

  variables {
    firewall_rules = { ping = { protocol = "icmp", ports = ["1"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rule_ports_are_numbers" {
  command = plan

  variables {
    firewall_rules = { web = { ports = ["https"], ranges = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rule_networks_are_ranges" {
  command = plan

  variables {
    firewall_rules = { web = { ports = ["443"], ranges = ["*"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "connections_come_from_somewhere" {
  command = plan

  variables {
    firewall_rules = { web = { ports = ["443"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "rules_out_have_no_source" {
  command = plan

  variables {
    firewall_rules = { web = { direction = "EGRESS", ports = ["443"], source_tags = ["web"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "tags_and_accounts_exclude_each_other" {
  command = plan

  variables {
    firewall_rules = { web = { ports = ["443"], ranges = ["10.0.0.0/8"], target_tags = ["web"], target_service_accounts = ["a@b.iam.gserviceaccount.com"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "priorities_leave_room" {
  command = plan

  variables {
    firewall_rules = { web = { ports = ["443"], ranges = ["10.0.0.0/8"], priority = 65000 } }
  }

  expect_failures = [var.firewall_rules]
}

run "management_is_never_open_to_all" {
  command = plan

  variables {
    firewall_rules = { all = { protocol = "tcp", ports = ["1-1024"], ranges = ["0.0.0.0/0"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "not_even_with_every_port" {
  command = plan

  variables {
    firewall_rules = { all = { protocol = "all", ranges = ["0.0.0.0/0"] } }
  }

  expect_failures = [var.firewall_rules]
}

run "flow_filters_say_something" {
  command = plan

  variables {
    flow_log_filter = " "
  }

  expect_failures = [var.flow_log_filter]
}

run "flow_intervals_are_known" {
  command = plan

  variables {
    flow_log_interval = "INTERVAL_1_DAY"
  }

  expect_failures = [var.flow_log_interval]
}

run "flow_details_are_known" {
  command = plan

  variables {
    flow_log_metadata = "SOME"
  }

  expect_failures = [var.flow_log_metadata]
}

run "the_tunnel_has_ports" {
  command = plan

  variables {
    iap_ports = [0]
  }

  expect_failures = [var.iap_ports]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "packets_are_in_bounds" {
  command = plan

  variables {
    mtu = 9000
  }

  expect_failures = [var.mtu]
}

run "nat_needs_a_way_out" {
  command = plan

  variables {
    nat_enabled           = true
    delete_default_routes = true
  }

  expect_failures = [var.nat_enabled]
}

run "nat_needs_machines" {
  command = plan

  variables {
    nat_enabled = true
    subnets     = {}
  }

  expect_failures = [var.nat_enabled]
}

run "nat_logs_are_known" {
  command = plan

  variables {
    nat_log_filter = "SOME"
  }

  expect_failures = [var.nat_log_filter]
}

run "most_ports_are_powers_of_two" {
  command = plan

  variables {
    nat_max_ports_per_vm = 1000
  }

  expect_failures = [var.nat_max_ports_per_vm]
}

run "most_is_more_than_fewest" {
  command = plan

  variables {
    nat_min_ports_per_vm = 4096
  }

  expect_failures = [var.nat_max_ports_per_vm]
}

run "fewest_ports_are_powers_of_two" {
  command = plan

  variables {
    nat_min_ports_per_vm = 100
  }

  expect_failures = [var.nat_min_ports_per_vm]
}

run "nat_is_where_machines_are" {
  command = plan

  variables {
    nat_regions = ["us-east1"]
  }

  expect_failures = [var.nat_regions]
}

run "fixed_addresses_are_counted" {
  command = plan

  variables {
    nat_static_address_count = 0.5
  }

  expect_failures = [var.nat_static_address_count]
}

run "silence_is_in_bounds" {
  command = plan

  variables {
    nat_tcp_idle_timeout_seconds = 5
  }

  expect_failures = [var.nat_tcp_idle_timeout_seconds]
}

run "peering_names_are_lowercase" {
  command = plan

  variables {
    peerings = { Hub = { network = "projects/acme-hub/global/networks/hub" } }
  }

  expect_failures = [var.peerings]
}

run "peers_have_full_names" {
  command = plan

  variables {
    peerings = { hub = { network = "hub" } }
  }

  expect_failures = [var.peerings]
}

run "peering_addresses_are_known" {
  command = plan

  variables {
    peerings = { hub = { network = "projects/acme-hub/global/networks/hub", stack_type = "IPV6" } }
  }

  expect_failures = [var.peerings]
}

run "service_ranges_are_in_bounds" {
  command = plan

  variables {
    private_service_access = { prefix_length = 28 }
  }

  expect_failures = [var.private_service_access]
}

run "service_ranges_begin_at_the_first_address" {
  command = plan

  variables {
    private_service_access = { address = "10.100.0.1" }
  }

  expect_failures = [var.private_service_access]
}

run "service_ranges_are_unused" {
  command = plan

  variables {
    private_service_access = { address = "10.10.0.0" }
  }

  expect_failures = [var.private_service_access]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "route_names_are_lowercase" {
  command = plan

  variables {
    routes = { Out = { destination = "0.0.0.0/0", next_hop_kind = "internet" } }
  }

  expect_failures = [var.routes]
}

run "routes_lead_to_ranges" {
  command = plan

  variables {
    routes = { out = { destination = "internet", next_hop_kind = "internet" } }
  }

  expect_failures = [var.routes]
}

run "next_steps_are_known" {
  command = plan

  variables {
    routes = { out = { destination = "0.0.0.0/0", next_hop_kind = "road", next_hop = "projects/a/b" } }
  }

  expect_failures = [var.routes]
}

run "next_steps_fit_their_kind" {
  command = plan

  variables {
    routes = { out = { destination = "0.0.0.0/0", next_hop = "router" } }
  }

  expect_failures = [var.routes]
}

run "route_priorities_are_in_bounds" {
  command = plan

  variables {
    routes = { out = { destination = "0.0.0.0/0", next_hop_kind = "internet", priority = 70000 } }
  }

  expect_failures = [var.routes]
}

run "routing_is_known" {
  command = plan

  variables {
    routing_mode = "LOCAL"
  }

  expect_failures = [var.routing_mode]
}

run "connector_names_are_short" {
  command = plan

  variables {
    serverless_connectors = { a-name-that-is-far-too-long-for-it = { cidr = "10.8.0.0/28" } }
  }

  expect_failures = [var.serverless_connectors]
}

run "connectors_take_a_28" {
  command = plan

  variables {
    serverless_connectors = { run = { cidr = "10.8.0.0/24" } }
  }

  expect_failures = [var.serverless_connectors]
}

run "connector_machines_are_known" {
  command = plan

  variables {
    serverless_connectors = { run = { cidr = "10.8.0.0/28", machine_type = "n2" } }
  }

  expect_failures = [var.serverless_connectors]
}

run "connectors_grow" {
  command = plan

  variables {
    serverless_connectors = { run = { cidr = "10.8.0.0/28", min_instances = 4, max_instances = 3 } }
  }

  expect_failures = [var.serverless_connectors]
}

run "connector_ranges_are_unused" {
  command = plan

  variables {
    serverless_connectors = { run = { cidr = "10.10.0.0/28" } }
  }

  expect_failures = [var.serverless_connectors]
}

run "sharing_projects_are_ids" {
  command = plan

  variables {
    shared_vpc_host_enabled     = true
    shared_vpc_service_projects = ["My Project"]
  }

  expect_failures = [var.shared_vpc_service_projects]
}

run "only_a_shared_network_is_used_by_others" {
  command = plan

  variables {
    shared_vpc_service_projects = ["acme-shop"]
  }

  expect_failures = [var.shared_vpc_service_projects]
}

run "subnet_names_are_lowercase" {
  command = plan

  variables {
    subnets = { Main = { cidr = "10.0.0.0/20" } }
  }

  expect_failures = [var.subnets]
}

run "subnet_ranges_begin_at_the_first_address" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.5/20" } }
  }

  expect_failures = [var.subnets]
}

run "subnet_regions_are_regions" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", region = "Europe" } }
  }

  expect_failures = [var.subnets]
}

run "purposes_are_known" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", purpose = "FUN" } }
  }

  expect_failures = [var.subnets]
}

run "only_machines_have_more_ranges" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", purpose = "REGIONAL_MANAGED_PROXY", secondary_ranges = { pods = "10.20.0.0/14" } } }
  }

  expect_failures = [var.subnets]
}

run "secondary_ranges_are_ranges" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", secondary_ranges = { pods = "many" } } }
  }

  expect_failures = [var.subnets]
}

run "a_share_is_at_most_one" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", flow_log_sampling = 50 } }
  }

  expect_failures = [var.subnets]
}

run "addresses_are_known" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", stack_type = "IPV6" } }
  }

  expect_failures = [var.subnets]
}

run "ipv6_reaches_something" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", stack_type = "IPV4_IPV6" } }
  }

  expect_failures = [var.subnets]
}

run "internal_ipv6_needs_its_range" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", stack_type = "IPV4_IPV6", ipv6_access_type = "INTERNAL" } }
  }

  expect_failures = [var.subnets]
}

run "users_have_a_kind" {
  command = plan

  variables {
    subnets = { main = { cidr = "10.0.0.0/20", users = ["ada@example.com"] } }
  }

  expect_failures = [var.subnets]
}

run "ranges_do_not_overlap" {
  command = plan

  variables {
    subnets = { a = { cidr = "10.0.0.0/20" }, b = { cidr = "10.0.8.0/24" } }
  }

  expect_failures = [var.subnets]
}

run "one_region_has_one_set_of_proxies" {
  command = plan

  variables {
    subnets = { a = { cidr = "10.0.0.0/24", purpose = "REGIONAL_MANAGED_PROXY" }, b = { cidr = "10.1.0.0/24", purpose = "REGIONAL_MANAGED_PROXY" } }
  }

  expect_failures = [var.subnets]
}
