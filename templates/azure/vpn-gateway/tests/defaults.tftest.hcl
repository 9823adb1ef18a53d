mock_provider "azurerm" {}

variables {
  name     = "vpn-acme"
  location = "westeurope"
}

run "required_values_make_a_whole_gateway" {
  command = plan

  assert {
    condition     = azurerm_virtual_network.this[0].name == "vnet-vpn-acme" && azurerm_subnet.this[0].name == "GatewaySubnet" && azurerm_subnet.this[0].address_prefixes == tolist(["10.0.255.0/27"]) && !azurerm_subnet.this[0].default_outbound_access_enabled
    error_message = "A network with the gateway's subnet must be there."
  }

  assert {
    condition     = azurerm_virtual_network_gateway.this.type == "Vpn" && azurerm_virtual_network_gateway.this.vpn_type == "RouteBased" && azurerm_virtual_network_gateway.this.sku == "VpnGw1AZ" && azurerm_virtual_network_gateway.this.generation == "Generation1" && azurerm_virtual_network_gateway.this.ip_sec_replay_protection_enabled
    error_message = "The gateway must be route-based, zonal and guarded against replay."
  }

  assert {
    condition     = keys(azurerm_public_ip.this) == ["primary"] && azurerm_public_ip.this["primary"].zones == toset(["1", "2", "3"]) && azurerm_public_ip.this["primary"].sku == "Standard" && !azurerm_virtual_network_gateway.this.bgp_enabled
    error_message = "One standard address in three zones is enough."
  }

  assert {
    condition     = length(azurerm_virtual_network_gateway.this.vpn_client_configuration) == 0 && length(azurerm_virtual_network_gateway_connection.this) == 0 && output.vpn_client_command == null
    error_message = "Nobody may connect unasked."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "vpn"
    tags               = { team = "net", environment = "mine" }
  }

  assert {
    condition     = azurerm_virtual_network_gateway.this.tags == tomap({ team = "net", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "vpn" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
