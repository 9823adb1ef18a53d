mock_provider "azurerm" {}

variables {
  name     = "vnet-acme"
  location = "westeurope"
}

run "a_hub_leaves_azures_subnets_alone" {
  command = plan

  variables {
    create_resource_group = false
    resource_group_name   = "rg-hub"
    nat_gateway           = { public_ip_count = 2, zone = "1" }
    subnets = [
      { name = "GatewaySubnet", address_prefixes = ["10.0.0.0/26"] },
      { name = "AzureBastionSubnet", address_prefixes = ["10.0.0.64/26"] },
      { name = "shared", address_prefixes = ["10.0.1.0/24"] },
      { name = "data", address_prefixes = ["10.0.2.0/24"], nat_gateway_enabled = false },
    ]
  }

  assert {
    condition     = keys(azurerm_subnet_network_security_group_association.this) == ["data", "shared"] && keys(azurerm_subnet_nat_gateway_association.this) == ["shared"]
    error_message = "Only subnets of one's own get a security group, and the NAT gateway where they want it."
  }

  assert {
    condition     = keys(azurerm_public_ip.nat) == ["01", "02"] && azurerm_public_ip.nat["01"].sku == "Standard" && azurerm_public_ip.nat["01"].allocation_method == "Static" && azurerm_nat_gateway.this[0].zones == toset(["1"])
    error_message = "The NAT gateway must have its addresses in its zone."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_virtual_network.this.resource_group_name == "rg-hub"
    error_message = "The existing group must be used."
  }
}

run "rules_and_routes_belong_to_their_subnet" {
  command = plan

  variables {
    subnets = [
      {
        name             = "app"
        address_prefixes = ["10.0.1.0/24"]
        inbound_rules = [
          { name = "web", priority = 200, ports = ["80", "443"], sources = ["203.0.113.0/24", "198.51.100.0/24"] },
          { name = "probe", priority = 210, ports = ["8080"], sources = ["AzureLoadBalancer"] },
        ]
        routes            = [{ name = "out", address_prefix = "0.0.0.0/0", next_hop_type = "VirtualAppliance", next_hop_ip_address = "10.0.0.4" }]
        service_endpoints = ["Microsoft.Storage"]
      },
      { name = "db", address_prefixes = ["10.0.2.0/24"], delegation = "Microsoft.DBforPostgreSQL/flexibleServers", route_table_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/routeTables/rt" },
      { name = "web", address_prefixes = ["10.0.3.0/24"], delegation = "Microsoft.Web/serverFarms" },
    ]
  }

  assert {
    condition     = azurerm_network_security_rule.this["app/web"].destination_port_ranges == toset(["80", "443"]) && length(azurerm_network_security_rule.this["app/web"].source_address_prefixes) == 2 && azurerm_network_security_rule.this["app/probe"].source_address_prefix == "AzureLoadBalancer" && azurerm_network_security_rule.this["app/probe"].destination_port_range == "8080"
    error_message = "Several values go into the lists, a single one into the plain argument."
  }

  assert {
    condition     = azurerm_route.this["app/out"].next_hop_in_ip_address == "10.0.0.4" && keys(azurerm_route_table.this) == ["app"] && keys(azurerm_subnet_route_table_association.this) == ["app", "db"]
    error_message = "Routes must be in the subnet's own table, and an existing table must be used."
  }

  assert {
    condition     = azurerm_subnet.this["app"].service_endpoint[0].service == "Microsoft.Storage" && azurerm_subnet.this["web"].delegation[0].service_delegation[0].actions == toset(["Microsoft.Network/virtualNetworks/subnets/action"]) && azurerm_subnet.this["db"].delegation[0].service_delegation[0].actions == toset(["Microsoft.Network/virtualNetworks/subnets/join/action"])
    error_message = "Delegations must carry the rights that Azure gives them."
  }
}

run "networks_are_peered_both_ways" {
  command = plan

  variables {
    dns_servers             = ["10.0.0.4"]
    flow_timeout_in_minutes = 10
    peerings = [
      { name = "to-hub", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/hub", use_remote_gateways = true, create_reverse = true },
      { name = "to-spoke", remote_virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-spoke/providers/Microsoft.Network/virtualNetworks/spoke", allow_forwarded_traffic = true },
    ]
  }

  assert {
    condition     = azurerm_virtual_network_peering.this["to-hub"].use_remote_gateways && azurerm_virtual_network_peering.back["to-hub"].allow_gateway_transit && azurerm_virtual_network_peering.back["to-hub"].resource_group_name == "rg-hub" && azurerm_virtual_network_peering.back["to-hub"].virtual_network_name == "hub"
    error_message = "The hub must offer its gateway on the way back."
  }

  assert {
    condition     = keys(azurerm_virtual_network_peering.back) == ["to-hub"] && azurerm_virtual_network_peering.this["to-spoke"].allow_forwarded_traffic
    error_message = "The way back must be created only when asked for."
  }
}

run "traffic_is_recorded_and_guarded" {
  command = plan

  variables {
    delete_lock_enabled     = true
    encryption_enforcement  = "AllowUnencrypted"
    ddos_protection_plan_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/ddosProtectionPlans/acme"
    private_dns_zone_ids    = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"]
    flow_logs = {
      storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows"
      traffic_analytics = {
        workspace_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
        workspace_guid        = "11111111-1111-1111-1111-111111111111"
      }
    }
  }

  assert {
    condition     = azurerm_network_watcher_flow_log.this[0].network_watcher_name == "NetworkWatcher_westeurope" && azurerm_network_watcher_flow_log.this[0].resource_group_name == "NetworkWatcherRG" && azurerm_network_watcher_flow_log.this[0].traffic_analytics[0].workspace_region == "westeurope"
    error_message = "Flow logs must use the region's own network watcher."
  }

  assert {
    condition     = azurerm_virtual_network.this.encryption[0].enforcement == "AllowUnencrypted" && azurerm_virtual_network.this.ddos_protection_plan[0].enable && length(azurerm_private_dns_zone_virtual_network_link.this) == 1 && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "Encryption, protection, names and lock must be set."
  }
}
