mock_provider "azurerm" {}

variables {
  name     = "lb-acme"
  location = "westeurope"
}

run "an_internal_balancer_stays_inside" {
  command = plan

  variables {
    type                  = "internal"
    subnet_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    zones                 = ["1", "2", "3"]
    create_resource_group = false
    resource_group_name   = "rg-net"
    frontends             = [{ name = "fixed", private_ip_address = "10.0.1.10" }, { name = "free" }]
    rules                 = [{ name = "all", frontend_port = 0, protocol = "All" }]
  }

  assert {
    condition     = length(azurerm_public_ip.this) == 0 && length(azurerm_lb_outbound_rule.this) == 0 && !azurerm_lb_rule.this["all"].disable_outbound_snat
    error_message = "Nothing may be on the internet."
  }

  assert {
    condition     = azurerm_lb.this.frontend_ip_configuration[0].private_ip_address_allocation == "Static" && azurerm_lb.this.frontend_ip_configuration[1].private_ip_address_allocation == "Dynamic" && azurerm_lb.this.frontend_ip_configuration[0].zones == toset(["1", "2", "3"])
    error_message = "Addresses must be in the subnet and its zones."
  }

  assert {
    condition     = azurerm_lb_rule.this["all"].backend_port == 0 && azurerm_lb_rule.this["all"].frontend_ip_configuration_name == "fixed" && length(azurerm_resource_group.this) == 0
    error_message = "Every port must be shared out."
  }
}

run "a_global_balancer_serves_regions" {
  command = plan

  variables {
    sku_tier = "Global"
    regional_load_balancers = [
      { name = "westeurope", frontend_ip_configuration_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb-we/frontendIPConfigurations/primary" },
    ]
  }

  assert {
    condition     = azurerm_lb.this.sku_tier == "Global" && azurerm_public_ip.this["primary"].sku_tier == "Global" && length(azurerm_lb_probe.this) == 0 && length(azurerm_lb_outbound_rule.this) == 0
    error_message = "The Global tier has neither probes nor outbound rules."
  }

  assert {
    condition     = azurerm_lb_backend_address_pool_address.region["westeurope"].ip_address == null && azurerm_lb_rule.this["http"].probe_id == null && !azurerm_lb_rule.this["http"].disable_outbound_snat
    error_message = "Regions must be its backends."
  }
}

run "rules_name_their_parts" {
  command = plan

  variables {
    delete_lock_enabled        = true
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    frontends                  = [{ name = "primary", domain_name_label = "acme-web" }, { name = "six", ip_version = "IPv6" }]
    backend_pools              = ["api", "web"]
    backend_addresses          = [{ name = "api-1", ip_address = "10.0.1.4", virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet" }]
    probes                     = [{ name = "health", protocol = "Http", port = 80, path = "/health" }]
    rules                      = [{ name = "dns", frontend_port = 53, protocol = "Udp", frontend = "six", backend_pool = "web", probe = "health" }]
    nat_rules                  = [{ name = "ssh", frontend_port_start = 50000, frontend_port_end = 50099, backend_port = 22 }]
  }

  assert {
    condition     = azurerm_lb_rule.this["dns"].frontend_ip_configuration_name == "six" && !azurerm_lb_rule.this["dns"].tcp_reset_enabled && azurerm_lb_probe.this["health"].request_path == "/health"
    error_message = "The rule must use what it names; UDP has no reset."
  }

  assert {
    condition     = azurerm_lb_nat_rule.this["ssh"].frontend_port_end == 50099 && azurerm_lb_nat_rule.this["ssh"].frontend_ip_configuration_name == "primary" && azurerm_lb_backend_address_pool_address.machine["api-1"].ip_address == "10.0.1.4"
    error_message = "Single machines must be reached."
  }

  assert {
    condition     = keys(azurerm_lb_outbound_rule.this) == ["api", "web"] && one(azurerm_lb_outbound_rule.this["api"].frontend_ip_configuration[*].name) == "primary"
    error_message = "Every pool must have its way out, by IPv4."
  }

  assert {
    condition     = length(azurerm_management_lock.this) == 1 && length(azurerm_monitor_diagnostic_setting.this) == 1
    error_message = "Lock and records must be there."
  }
}

run "a_nat_gateway_takes_the_place_of_outbound_rules" {
  command = plan

  variables {
    outbound = null
  }

  assert {
    condition     = length(azurerm_lb_outbound_rule.this) == 0 && azurerm_lb_rule.this["http"].disable_outbound_snat
    error_message = "There must be no way out through the balancer."
  }
}
