mock_provider "azurerm" {}

variables {
  name     = "pip-shop"
  location = "westeurope"
}

run "several_addresses_have_names_in_a_row" {
  command = plan

  variables {
    address_count         = 3
    domain_name_label     = "acme-shop"
    zones                 = ["1", "2", "3"]
    delete_lock_enabled   = true
    create_resource_group = false
    resource_group_name   = "rg-there"
  }

  assert {
    condition     = keys(azurerm_public_ip.this) == ["pip-shop", "pip-shop-2", "pip-shop-3"] && length(azurerm_management_lock.this) == 3
    error_message = "Three addresses must be made, the first under its plain name, each with a lock."
  }

  assert {
    condition     = azurerm_public_ip.this["pip-shop"].domain_name_label == "acme-shop" && azurerm_public_ip.this["pip-shop-3"].domain_name_label == "acme-shop-3" && azurerm_public_ip.this["pip-shop"].domain_name_label_scope == "TenantReuse"
    error_message = "Each address must have a name that only the own organisation gets later."
  }

  assert {
    condition     = length(azurerm_public_ip.this["pip-shop"].zones) == 3 && length(azurerm_resource_group.this) == 0 && azurerm_public_ip.this["pip-shop"].resource_group_name == "rg-there"
    error_message = "The addresses must be in three zones and in the existing group."
  }
}

run "a_range_holds_the_addresses" {
  command = plan

  variables {
    address_count = 4
    prefix_length = 30
    zones         = ["1"]
  }

  assert {
    condition     = azurerm_public_ip_prefix.this[0].prefix_length == 30 && azurerm_public_ip_prefix.this[0].zones == toset(["1"]) && length(azurerm_public_ip.this) == 4
    error_message = "The range must lie where its addresses do."
  }
}

run "an_existing_range_and_a_reverse_name_are_used" {
  command = plan

  variables {
    public_ip_prefix_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPPrefixes/range"
    reverse_fqdn        = "mail.example.com"
  }

  assert {
    condition     = endswith(azurerm_public_ip.this["pip-shop"].public_ip_prefix_id, "/range") && azurerm_public_ip.this["pip-shop"].reverse_fqdn == "mail.example.com" && length(azurerm_public_ip_prefix.this) == 0
    error_message = "Range and reverse name must be passed on."
  }
}

run "traffic_may_take_the_internet" {
  command = plan

  variables {
    routing_preference         = "Internet"
    ip_tags                    = { FirstPartyUsage = "/NonProd" }
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = azurerm_public_ip.this["pip-shop"].ip_tags == tomap({ RoutingPreference = "Internet", FirstPartyUsage = "/NonProd" }) && length(azurerm_monitor_diagnostic_setting.this) == 1
    error_message = "The preference must stand among the tags of the address, and attacks be written down."
  }
}
