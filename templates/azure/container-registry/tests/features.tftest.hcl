mock_provider "azurerm" {}

variables {
  name     = "acmeimages"
  location = "westeurope"
}

run "a_small_registry_has_no_firewall" {
  command = plan

  variables {
    sku                   = "Basic"
    network_access        = "all"
    create_resource_group = false
    resource_group_name   = "rg-there"
  }

  assert {
    condition     = azurerm_container_registry.this.sku == "Basic" && azurerm_container_registry.this.public_network_access_enabled && length(azurerm_resource_group.this) == 0
    error_message = "The small registry must be open, and in the existing group."
  }
}

run "only_private_endpoints_close_the_public_one" {
  command = plan

  variables {
    network_access = "private"
    export_enabled = false
    private_endpoint = {
      subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
      private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
    }
  }

  assert {
    condition     = !azurerm_container_registry.this.public_network_access_enabled && !azurerm_container_registry.this.export_policy_enabled
    error_message = "Nothing may leave over the internet."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["registry"]) && length(azurerm_private_endpoint.this[0].private_dns_zone_group) == 1
    error_message = "The endpoint must have its name in the zone."
  }
}

run "copies_are_ordered_and_addresses_are_ranges" {
  command = plan

  variables {
    allowed_ip_ranges       = ["198.51.100.7"]
    zone_redundancy_enabled = true
    georeplications         = [{ location = "northeurope", zone_redundancy_enabled = true }, { location = "eastus" }]
  }

  assert {
    condition     = azurerm_container_registry.this.georeplications[0].location == "eastus" && azurerm_container_registry.this.georeplications[1].zone_redundancy_enabled && azurerm_container_registry.this.zone_redundancy_enabled
    error_message = "Copies must stand in the order in which Azure answers them."
  }

  assert {
    condition     = one(azurerm_container_registry.this.network_rule_set[0].ip_rule).ip_range == "198.51.100.7/32"
    error_message = "A single address must be written as a range."
  }
}

run "images_are_kept_in_order" {
  command = plan

  variables {
    retention_policy_in_days = 30
    cache_rules              = [{ name = "dotnet", source_repo = "mcr.microsoft.com/dotnet/*", target_repo = "dotnet/*" }]
    webhooks                 = [{ name = "deploy", service_uri = "https://ci.example.com", enabled = false }]
    registry_access          = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
    delete_lock_enabled      = true
  }

  assert {
    condition     = azurerm_container_registry.this.retention_policy_in_days == 30 && azurerm_container_registry_cache_rule.this["dotnet"].target_repo == "dotnet/*"
    error_message = "Retention and cache must be set."
  }

  assert {
    condition     = azurerm_container_registry_webhook.this["deploy"].status == "disabled" && azurerm_container_registry_webhook.this["deploy"].actions == toset(["push"])
    error_message = "The webhook must be there, turned off."
  }

  assert {
    condition     = one(values(azurerm_role_assignment.access)).role_definition_name == "AcrPull" && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "Role and lock must be there."
  }
}
