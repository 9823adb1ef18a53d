mock_provider "azurerm" {}

variables {
  name     = "lb-acme"
  location = "westeurope"
}

run "required_values_make_a_whole_balancer" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-lb-acme" && azurerm_lb.this.sku == "Standard" && azurerm_lb.this.frontend_ip_configuration[0].name == "primary" && azurerm_public_ip.this["primary"].name == "pip-lb-acme-primary"
    error_message = "A standard load balancer with an address must be there."
  }

  assert {
    condition     = azurerm_public_ip.this["primary"].sku == "Standard" && azurerm_public_ip.this["primary"].allocation_method == "Static" && azurerm_public_ip.this["primary"].zones == null
    error_message = "The address must be standard and static, and work in every region."
  }

  assert {
    condition     = keys(azurerm_lb_backend_address_pool.this) == ["default"] && azurerm_lb_rule.this["http"].backend_port == 80 && azurerm_lb_rule.this["http"].tcp_reset_enabled && azurerm_lb_probe.this["http"].protocol == "Tcp"
    error_message = "Pool, rule and probe must be there."
  }

  assert {
    condition     = azurerm_lb_rule.this["http"].disable_outbound_snat && azurerm_lb_outbound_rule.this["default"].allocated_outbound_ports == 1024 && azurerm_lb_outbound_rule.this["default"].frontend_ip_configuration[0].name == "primary"
    error_message = "The way out must be explicit."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "web"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_lb.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "web" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
