mock_provider "azurerm" {}

variables {
  name     = "vnet-acme"
  location = "westeurope"
}

run "required_values_make_a_guarded_network" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-vnet-acme" && azurerm_virtual_network.this.address_space == toset(["10.0.0.0/16"]) && azurerm_subnet.this["default"].address_prefixes == tolist(["10.0.1.0/24"])
    error_message = "Resource group, network and one subnet must be there."
  }

  assert {
    condition     = azurerm_network_security_group.this["default"].name == "nsg-vnet-acme-default" && keys(azurerm_subnet_network_security_group_association.this) == ["default"] && length(azurerm_network_security_rule.this) == 0
    error_message = "The subnet must have a security group of its own, without an opening."
  }

  assert {
    condition     = !azurerm_subnet.this["default"].default_outbound_access_enabled && azurerm_subnet.this["default"].private_endpoint_network_policies == "Enabled" && length(azurerm_nat_gateway.this) == 0
    error_message = "The subnet must not reach the internet by default, and rules must hold for private endpoints."
  }

  assert {
    condition     = output.address_plan["default"].usable_addresses == 251
    error_message = "Azure keeps five addresses of the subnet."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "net"
    tags               = { team = "net", environment = "mine" }
  }

  assert {
    condition     = azurerm_virtual_network.this.tags == tomap({ team = "net", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "net" }) && azurerm_network_security_group.this["default"].tags == azurerm_virtual_network.this.tags
    error_message = "Tags must hold the user's and the portal's."
  }
}
