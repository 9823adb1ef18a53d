mock_provider "azurerm" {}

variables {
  name     = "vnet-acme"
  location = "westeurope"
}

run "name_does_not_end_in_a_dash" {
  command = plan

  variables {
    name = "vnet-"
  }

  expect_failures = [var.name]
}

run "location_is_the_short_form" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "a_network_has_a_range" {
  command = plan

  variables {
    address_space = []
    subnets       = []
  }

  expect_failures = [var.address_space]
}

run "ranges_begin_at_their_first_address" {
  command = plan

  variables {
    address_space = ["10.0.0.1/16"]
    subnets       = []
  }

  expect_failures = [var.address_space]
}

run "ranges_are_not_too_small" {
  command = plan

  variables {
    address_space = ["10.0.0.0/30"]
    subnets       = []
  }

  expect_failures = [var.address_space]
}

run "ranges_do_not_overlap" {
  command = plan

  variables {
    address_space = ["10.0.0.0/16", "10.0.128.0/17"]
  }

  expect_failures = [var.address_space]
}

run "ddos_plan_is_a_resource_id" {
  command = plan

  variables {
    ddos_protection_plan_id = "plan"
  }

  expect_failures = [var.ddos_protection_plan_id]
}

run "dns_servers_are_addresses" {
  command = plan

  variables {
    dns_servers = ["dns.example.com"]
  }

  expect_failures = [var.dns_servers]
}

run "encryption_is_known" {
  command = plan

  variables {
    encryption_enforcement = "On"
  }

  expect_failures = [var.encryption_enforcement]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "flow_logs_go_to_a_storage_account" {
  command = plan

  variables {
    flow_logs = { storage_account_id = "acmeflows" }
  }

  expect_failures = [var.flow_logs]
}

run "flow_logs_are_kept_for_a_year_at_most" {
  command = plan

  variables {
    flow_logs = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", retention_days = 366 }
  }

  expect_failures = [var.flow_logs]
}

run "traffic_analytics_knows_its_workspace" {
  command = plan

  variables {
    flow_logs = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", traffic_analytics = { workspace_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs", workspace_guid = "logs" } }
  }

  expect_failures = [var.flow_logs]
}

run "traffic_analytics_has_two_speeds" {
  command = plan

  variables {
    flow_logs = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", traffic_analytics = { workspace_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs", workspace_guid = "11111111-1111-1111-1111-111111111111", interval_in_minutes = 30 } }
  }

  expect_failures = [var.flow_logs]
}

run "flow_timeout_is_in_bounds" {
  command = plan

  variables {
    flow_timeout_in_minutes = 31
  }

  expect_failures = [var.flow_timeout_in_minutes]
}

run "nat_zone_is_known" {
  command = plan

  variables {
    nat_gateway = { zone = "4" }
  }

  expect_failures = [var.nat_gateway]
}

run "nat_has_an_address" {
  command = plan

  variables {
    nat_gateway = { public_ip_count = 0 }
  }

  expect_failures = [var.nat_gateway]
}

run "nat_timeout_is_in_bounds" {
  command = plan

  variables {
    nat_gateway = { idle_timeout_in_minutes = 121 }
  }

  expect_failures = [var.nat_gateway]
}

run "peering_names_are_plain" {
  command = plan

  variables {
    peerings = [{ name = "to hub", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub" }]
  }

  expect_failures = [var.peerings]
}

run "networks_are_peered_once" {
  command = plan

  variables {
    peerings = [{ name = "a", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub" }, { name = "b", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub" }]
  }

  expect_failures = [var.peerings]
}

run "peers_are_resource_ids" {
  command = plan

  variables {
    peerings = [{ name = "to-hub", remote_virtual_network_id = "hub" }]
  }

  expect_failures = [var.peerings]
}

run "gateways_go_one_way" {
  command = plan

  variables {
    peerings = [{ name = "to-hub", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub", use_remote_gateways = true, allow_gateway_transit = true }]
  }

  expect_failures = [var.peerings]
}

run "dns_zones_are_resource_ids" {
  command = plan

  variables {
    private_dns_zone_ids = ["privatelink.blob.core.windows.net"]
  }

  expect_failures = [var.private_dns_zone_ids]
}

run "existing_groups_are_named" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_names_do_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "subnet_names_are_plain" {
  command = plan

  variables {
    subnets = [{ name = "my app", address_prefixes = ["10.0.1.0/24"] }]
  }

  expect_failures = [var.subnets]
}

run "subnet_names_differ" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"] }, { name = "App", address_prefixes = ["10.0.2.0/24"] }]
  }

  expect_failures = [var.subnets]
}

run "subnets_begin_at_their_first_address" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.7/24"] }]
  }

  expect_failures = [var.subnets]
}

run "subnets_are_not_too_small" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/30"] }]
  }

  expect_failures = [var.subnets]
}

run "subnets_lie_in_the_network" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["192.168.1.0/24"] }]
  }

  expect_failures = [var.subnets]
}

run "subnets_do_not_overlap" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"] }, { name = "data", address_prefixes = ["10.0.1.128/25"] }]
  }

  expect_failures = [var.subnets]
}

run "gateways_need_room" {
  command = plan

  variables {
    subnets = [{ name = "GatewaySubnet", address_prefixes = ["10.0.1.0/28"] }]
  }

  expect_failures = [var.subnets]
}

run "groups_are_resource_ids" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], network_security_group_id = "nsg" }]
  }

  expect_failures = [var.subnets]
}

run "azures_subnets_take_no_group" {
  command = plan

  variables {
    subnets = [{ name = "GatewaySubnet", address_prefixes = ["10.0.1.0/24"], network_security_group_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg" }]
  }

  expect_failures = [var.subnets]
}

run "rules_need_a_new_group" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], network_security_group_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg", inbound_rules = [{ name = "web", priority = 200, ports = ["443"] }] }]
  }

  expect_failures = [var.subnets]
}

run "priorities_are_in_bounds" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 99, ports = ["443"] }] }]
  }

  expect_failures = [var.subnets]
}

run "priorities_differ" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 200, ports = ["443"] }, { name = "api", priority = 200, ports = ["443"] }] }]
  }

  expect_failures = [var.subnets]
}

run "ports_are_numbers" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 200, ports = ["https"] }] }]
  }

  expect_failures = [var.subnets]
}

run "protocols_are_known" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 200, ports = ["443"], protocol = "TCP" }] }]
  }

  expect_failures = [var.subnets]
}

run "several_sources_are_ranges" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 200, ports = ["443"], sources = ["VirtualNetwork", "10.0.0.0/8"] }] }]
  }

  expect_failures = [var.subnets]
}

run "management_is_not_open_to_all" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], inbound_rules = [{ name = "web", priority = 200, ports = ["20-30"], sources = ["Internet"] }] }]
  }

  expect_failures = [var.subnets]
}

run "a_route_table_comes_alone" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], route_table_id = "rt" }]
  }

  expect_failures = [var.subnets]
}

run "appliances_have_addresses" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], routes = [{ name = "out", address_prefix = "0.0.0.0/0", next_hop_type = "VirtualAppliance" }] }]
  }

  expect_failures = [var.subnets]
}

run "routes_lead_somewhere" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], routes = [{ name = "out", address_prefix = "everything", next_hop_type = "Internet" }] }]
  }

  expect_failures = [var.subnets]
}

run "delegations_are_known" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], delegation = "Microsoft.Compute/virtualMachines" }]
  }

  expect_failures = [var.subnets]
}

run "service_endpoints_are_known" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], service_endpoints = ["Microsoft.Storage", "Microsoft.Storage.Global"] }]
  }

  expect_failures = [var.subnets]
}

run "endpoint_policies_are_known" {
  command = plan

  variables {
    subnets = [{ name = "app", address_prefixes = ["10.0.1.0/24"], private_endpoint_network_policies = "On" }]
  }

  expect_failures = [var.subnets]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}
