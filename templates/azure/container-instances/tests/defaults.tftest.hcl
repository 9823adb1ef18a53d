mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
  image    = "mcr.microsoft.com/azuredocs/aci-helloworld:latest"
}

run "required_values_make_a_closed_container" {
  command = plan

  assert {
    condition     = azurerm_container_group.this.ip_address_type == "None" && length(azurerm_container_group.this.container[0].ports) == 0 && output.ip_address == null && output.fqdn == null
    error_message = "The container must have no address."
  }

  assert {
    condition     = azurerm_container_group.this.identity[0].type == "SystemAssigned" && azurerm_container_group.this.sku == "Standard" && azurerm_container_group.this.priority == "Regular"
    error_message = "The group must have an identity of its own."
  }

  assert {
    condition     = length(azurerm_container_group.this.container) == 1 && azurerm_container_group.this.container[0].cpu == 1 && azurerm_container_group.this.container[0].memory == 1.5 && azurerm_container_group.this.container[0].name == "shop"
    error_message = "One container must run."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-shop" && azurerm_container_group.this.resource_group_name == "rg-shop"
    error_message = "The container must be in the new resource group."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "shop"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_container_group.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "shop" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
