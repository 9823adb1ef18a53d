mock_provider "azurerm" {}

variables {
  name     = "lb-acme"
  location = "westeurope"
}

run "name_does_not_end_in_a_dash" {
  command = plan

  variables {
    name = "lb-"
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

run "backend_names_differ" {
  command = plan

  variables {
    backend_addresses = [{ name = "web-1", ip_address = "10.0.1.4", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet" }, { name = "web-1", ip_address = "10.0.1.4", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet" }]
  }

  expect_failures = [var.backend_addresses]
}

run "backends_are_addresses" {
  command = plan

  variables {
    backend_addresses = [{ name = "web-1", ip_address = "web", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet" }]
  }

  expect_failures = [var.backend_addresses]
}

run "backends_are_in_a_pool" {
  command = plan

  variables {
    backend_addresses = [{ name = "web-1", ip_address = "10.0.1.4", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet", backend_pool = "web" }]
  }

  expect_failures = [var.backend_addresses]
}

run "global_has_no_machines" {
  command = plan

  variables {
    sku_tier          = "Global"
    backend_addresses = [{ name = "web-1", ip_address = "10.0.1.4", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet" }]
  }

  expect_failures = [var.backend_addresses]
}

run "there_is_a_pool" {
  command = plan

  variables {
    backend_pools = []
    rules         = []
    probes        = []
  }

  expect_failures = [var.backend_pools]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "frontend_names_are_plain" {
  command = plan

  variables {
    frontends = [{ name = "my front" }]
  }

  expect_failures = [var.frontends]
}

run "frontend_names_differ" {
  command = plan

  variables {
    frontends = [{ name = "primary" }, { name = "primary" }]
  }

  expect_failures = [var.frontends]
}

run "frontend_versions_are_known" {
  command = plan

  variables {
    frontends = [{ name = "primary", ip_version = "4" }]
  }

  expect_failures = [var.frontends]
}

run "public_frontends_have_no_private_address" {
  command = plan

  variables {
    frontends = [{ name = "primary", private_ip_address = "10.0.1.10" }]
  }

  expect_failures = [var.frontends]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    frontends = [{ name = "primary", domain_name_label = "Acme" }]
  }

  expect_failures = [var.frontends]
}

run "existing_addresses_are_resource_ids" {
  command = plan

  variables {
    frontends = [{ name = "primary", public_ip_address_id = "pip" }]
  }

  expect_failures = [var.frontends]
}

run "private_addresses_fit_the_version" {
  command = plan

  variables {
    type      = "internal"
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    frontends = [{ name = "primary", private_ip_address = "fd00::1" }]
  }

  expect_failures = [var.frontends]
}

run "gateways_are_resource_ids" {
  command = plan

  variables {
    frontends = [{ name = "primary", gateway_load_balancer_frontend_id = "gwlb" }]
  }

  expect_failures = [var.frontends]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "nat_names_differ" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22 }, { name = "ssh", frontend_port_start = 51000, frontend_port_end = 51099, backend_port = 22 }]
  }

  expect_failures = [var.nat_rules]
}

run "nat_ports_run_upwards" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 49999, backend_port = 22 }]
  }

  expect_failures = [var.nat_rules]
}

run "nat_protocols_are_known" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22, protocol = "All" }]
  }

  expect_failures = [var.nat_rules]
}

run "nat_names_what_is_there" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22, backend_pool = "web" }]
  }

  expect_failures = [var.nat_rules]
}

run "nat_ports_are_free" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 1, frontend_port_end = 50099, backend_port = 22 }]
  }

  expect_failures = [var.nat_rules]
}

run "nat_timeout_is_in_bounds" {
  command = plan

  variables {
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22, idle_timeout_in_minutes = 31 }]
  }

  expect_failures = [var.nat_rules]
}

run "global_has_no_nat" {
  command = plan

  variables {
    sku_tier  = "Global"
    nat_rules = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22 }]
  }

  expect_failures = [var.nat_rules]
}

run "outbound_ports_come_in_eights" {
  command = plan

  variables {
    outbound = { ports_per_machine = 1001 }
  }

  expect_failures = [var.outbound]
}

run "outbound_timeout_is_in_bounds" {
  command = plan

  variables {
    outbound = { idle_timeout_in_minutes = 3 }
  }

  expect_failures = [var.outbound]
}

run "outbound_names_what_is_there" {
  command = plan

  variables {
    outbound = { frontends = ["second"] }
  }

  expect_failures = [var.outbound]
}

run "probe_names_differ" {
  command = plan

  variables {
    probes = [{ name = "http", port = 80 }, { name = "http", port = 80 }]
  }

  expect_failures = [var.probes]
}

run "probe_protocols_are_known" {
  command = plan

  variables {
    probes = [{ name = "http", port = 80, protocol = "HTTP" }]
  }

  expect_failures = [var.probes]
}

run "web_probes_have_a_path" {
  command = plan

  variables {
    probes = [{ name = "http", port = 80, protocol = "Http" }]
  }

  expect_failures = [var.probes]
}

run "probe_numbers_are_in_bounds" {
  command = plan

  variables {
    probes = [{ name = "http", port = 80, interval_in_seconds = 4 }]
  }

  expect_failures = [var.probes]
}

run "regions_need_the_global_tier" {
  command = plan

  variables {
    regional_load_balancers = [{ name = "westeurope", frontend_ip_configuration_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/primary" }]
  }

  expect_failures = [var.regional_load_balancers]
}

run "regions_are_in_a_pool" {
  command = plan

  variables {
    sku_tier                = "Global"
    regional_load_balancers = [{ name = "westeurope", frontend_ip_configuration_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/primary", backend_pool = "web" }]
  }

  expect_failures = [var.regional_load_balancers]
}

run "regions_are_resource_ids" {
  command = plan

  variables {
    sku_tier                = "Global"
    regional_load_balancers = [{ name = "westeurope", frontend_ip_configuration_id = "lb" }]
  }

  expect_failures = [var.regional_load_balancers]
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

run "rules_need_a_probe" {
  command = plan

  variables {
    probes = []
  }

  expect_failures = [var.rules]
}

run "rule_names_differ" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80 }, { name = "http", frontend_port = 81 }]
  }

  expect_failures = [var.rules]
}

run "rule_protocols_are_known" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80, protocol = "TCP" }]
  }

  expect_failures = [var.rules]
}

run "all_ports_are_internal" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 0, protocol = "All" }]
  }

  expect_failures = [var.rules]
}

run "rule_ports_differ" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80 }, { name = "web", frontend_port = 80 }]
  }

  expect_failures = [var.rules]
}

run "rules_name_what_is_there" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80, probe = "tcp" }]
  }

  expect_failures = [var.rules]
}

run "distributions_are_known" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80, load_distribution = "Sticky" }]
  }

  expect_failures = [var.rules]
}

run "rule_timeout_is_in_bounds" {
  command = plan

  variables {
    rules = [{ name = "http", frontend_port = 80, idle_timeout_in_minutes = 101 }]
  }

  expect_failures = [var.rules]
}

run "tier_is_known" {
  command = plan

  variables {
    sku_tier = "Local"
  }

  expect_failures = [var.sku_tier]
}

run "global_is_public" {
  command = plan

  variables {
    sku_tier  = "Global"
    type      = "internal"
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.sku_tier]
}

run "internal_needs_a_subnet" {
  command = plan

  variables {
    type = "internal"
  }

  expect_failures = [var.subnet_id]
}

run "subnet_is_a_resource_id" {
  command = plan

  variables {
    type      = "internal"
    subnet_id = "app"
  }

  expect_failures = [var.subnet_id]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "type_is_known" {
  command = plan

  variables {
    type = "private"
  }

  expect_failures = [var.type]
}

run "zones_are_known" {
  command = plan

  variables {
    zones = ["4"]
  }

  expect_failures = [var.zones]
}

run "global_has_no_zones" {
  command = plan

  variables {
    sku_tier = "Global"
    zones    = ["1"]
  }

  expect_failures = [var.zones]
}
