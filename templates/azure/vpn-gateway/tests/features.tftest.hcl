mock_provider "azurerm" {}

variables {
  name     = "vpn-acme"
  location = "westeurope"
}

run "an_existing_network_gets_the_subnet" {
  command = plan

  variables {
    virtual_network_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub"
    gateway_subnet_prefix = "10.9.0.0/27"
    zones                 = []
  }

  assert {
    condition     = length(azurerm_virtual_network.this) == 0 && azurerm_subnet.this[0].virtual_network_name == "hub" && azurerm_subnet.this[0].resource_group_name == "rg-hub"
    error_message = "The subnet must be made in the network that is named."
  }

  assert {
    condition     = azurerm_public_ip.this["primary"].zones == null
    error_message = "A region without zones must do."
  }
}

run "an_existing_subnet_is_used" {
  command = plan

  variables {
    gateway_subnet_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet"
    create_resource_group = false
    resource_group_name   = "rg-hub"
  }

  assert {
    condition     = length(azurerm_subnet.this) == 0 && azurerm_virtual_network_gateway.this.ip_configuration[0].subnet_id == var.gateway_subnet_id && length(azurerm_resource_group.this) == 0
    error_message = "No network may be made."
  }

  assert {
    condition     = output.virtual_network_id == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub"
    error_message = "The network must be told."
  }
}

run "sites_have_tunnels_with_strong_keys" {
  command = plan

  variables {
    sku                        = "VpnGw2AZ"
    generation                 = "Generation1"
    active_active              = true
    delete_lock_enabled        = true
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    bgp                        = { apipa_addresses = ["169.254.21.1"] }
    connections = [
      { name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] },
      { name = "cloud", gateway_fqdn = "vpn.example.com", bgp = { asn = 65010, peering_address = "169.254.21.2" } },
    ]
    shared_keys = { office = "not-a-real-shared-key-1", cloud = "not-a-real-shared-key-2" }
  }

  assert {
    condition     = azurerm_virtual_network_gateway_connection.this["office"].connection_protocol == "IKEv2" && azurerm_virtual_network_gateway_connection.this["office"].ipsec_policy[0].ike_encryption == "AES256" && azurerm_virtual_network_gateway_connection.this["office"].ipsec_policy[0].dh_group == "DHGroup14" && azurerm_virtual_network_gateway_connection.this["office"].shared_key == "not-a-real-shared-key-1"
    error_message = "Tunnels must be encrypted with AES-256 over IKEv2."
  }

  assert {
    condition     = !azurerm_virtual_network_gateway_connection.this["office"].bgp_enabled && azurerm_virtual_network_gateway_connection.this["cloud"].bgp_enabled && azurerm_local_network_gateway.this["cloud"].gateway_fqdn == "vpn.example.com" && azurerm_local_network_gateway.this["cloud"].bgp_settings[0].asn == 65010
    error_message = "Only a side with BGP may use it."
  }

  assert {
    condition     = keys(azurerm_public_ip.this) == ["primary", "secondary"] && length(azurerm_virtual_network_gateway.this.bgp_settings[0].peering_addresses) == 2 && azurerm_virtual_network_gateway.this.bgp_settings[0].peering_addresses[0].apipa_addresses == tolist(["169.254.21.1"]) && azurerm_virtual_network_gateway.this.generation == "Generation1"
    error_message = "Both halves must have an address, and the first its APIPA address."
  }

  assert {
    condition     = length(azurerm_monitor_diagnostic_setting.this[0].enabled_log) == 5 && length(azurerm_management_lock.this) == 1
    error_message = "Logs and lock must be there."
  }
}

run "people_sign_in_with_entra" {
  command = plan

  variables {
    active_active = true
    point_to_site = { address_space = ["172.16.200.0/24"], tenant_id = "11111111-1111-1111-1111-111111111111" }
    custom_routes = ["192.168.0.0/16"]
  }

  assert {
    condition     = azurerm_virtual_network_gateway.this.vpn_client_configuration[0].aad_tenant == "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/" && azurerm_virtual_network_gateway.this.vpn_client_configuration[0].aad_issuer == "https://sts.windows.net/11111111-1111-1111-1111-111111111111/" && azurerm_virtual_network_gateway.this.vpn_client_configuration[0].vpn_client_protocols == toset(["OpenVPN"])
    error_message = "Sign-in must go to the tenant, over OpenVPN."
  }

  assert {
    condition     = length(azurerm_virtual_network_gateway.this.ip_configuration) == 3 && azurerm_virtual_network_gateway.this.custom_route[0].address_prefixes == toset(["192.168.0.0/16"]) && output.vpn_client_command == "az network vnet-gateway vpn-client generate --resource-group rg-vpn-acme --name vpn-acme"
    error_message = "People need a third address at a gateway that is active twice."
  }
}

run "people_prove_themselves_with_certificates" {
  command = plan

  variables {
    point_to_site = {
      address_space        = ["172.16.200.0/24"]
      auth_types           = ["Certificate"]
      protocols            = ["OpenVPN", "IkeV2"]
      root_certificates    = [{ name = "root", public_cert_data = "MIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAc" }]
      revoked_certificates = [{ name = "lost", thumbprint = "0123456789abcdef0123456789abcdef01234567" }]
    }
  }

  assert {
    condition     = azurerm_virtual_network_gateway.this.vpn_client_configuration[0].aad_tenant == null && length(azurerm_virtual_network_gateway.this.vpn_client_configuration[0].root_certificate) == 1 && length(azurerm_virtual_network_gateway.this.vpn_client_configuration[0].revoked_certificate) == 1 && length(data.azurerm_client_config.current) == 0
    error_message = "Certificates must do without a tenant."
  }
}
