mock_provider "azurerm" {}

variables {
  name     = "acmeimages"
  location = "westeurope"
}

run "required_values_make_a_closed_registry" {
  command = plan

  assert {
    condition     = azurerm_container_registry.this.sku == "Premium" && azurerm_container_registry.this.network_rule_set[0].default_action == "Deny" && length(azurerm_container_registry.this.network_rule_set[0].ip_rule) == 0
    error_message = "The firewall must deny by default."
  }

  assert {
    condition     = !azurerm_container_registry.this.admin_enabled && !azurerm_container_registry.this.anonymous_pull_enabled
    error_message = "Nobody may come in without an identity."
  }

  assert {
    condition     = azurerm_container_registry.this.identity[0].type == "SystemAssigned" && output.admin_password == null && output.admin_username == null
    error_message = "The registry must have an identity and no password."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-acmeimages" && azurerm_container_registry.this.resource_group_name == "rg-acmeimages"
    error_message = "The registry must be in the new resource group."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "images"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_container_registry.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "images" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
