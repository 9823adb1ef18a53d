mock_provider "azurerm" {}

variables {
  name     = "pip-shop"
  location = "westeurope"
}

run "required_values_make_one_fixed_address" {
  command = plan

  assert {
    condition     = length(azurerm_public_ip.this) == 1 && azurerm_public_ip.this["pip-shop"].sku == "Standard" && azurerm_public_ip.this["pip-shop"].allocation_method == "Static" && azurerm_public_ip.this["pip-shop"].sku_tier == "Regional"
    error_message = "One fixed address of the standard kind must be made."
  }

  assert {
    condition     = azurerm_public_ip.this["pip-shop"].ip_version == "IPv4" && azurerm_public_ip.this["pip-shop"].zones == null && azurerm_public_ip.this["pip-shop"].idle_timeout_in_minutes == 4 && azurerm_public_ip.this["pip-shop"].ddos_protection_mode == "VirtualNetworkInherited"
    error_message = "The address must work in every region."
  }

  assert {
    condition     = output.fqdn == null && output.ip_range == null && azurerm_public_ip.this["pip-shop"].domain_name_label_scope == null
    error_message = "There must be no name and no range unasked."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-pip-shop" && azurerm_public_ip.this["pip-shop"].resource_group_name == "rg-pip-shop"
    error_message = "The address must be in the new resource group."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "pip"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_public_ip.this["pip-shop"].tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "pip" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
