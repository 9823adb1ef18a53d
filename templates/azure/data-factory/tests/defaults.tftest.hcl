mock_provider "azurerm" {}

variables {
  name     = "acme-pipelines"
  location = "westeurope"
}

run "required_values_make_a_private_factory" {
  command = plan

  assert {
    condition     = azurerm_data_factory.this.managed_virtual_network_enabled && !azurerm_data_factory.this.public_network_enabled
    error_message = "The factory must be in a network of its own and closed to the internet."
  }

  assert {
    condition     = azurerm_data_factory_integration_runtime_azure.this["managed"].virtual_network_enabled && azurerm_data_factory_integration_runtime_azure.this["managed"].time_to_live_min == 0
    error_message = "There must be a runtime in the managed network that does not wait at your expense."
  }

  assert {
    condition     = azurerm_data_factory.this.identity[0].type == "SystemAssigned" && azurerm_resource_group.this[0].name == "rg-acme-pipelines"
    error_message = "The factory must have an identity and a group named after it."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "pipelines"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_data_factory.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "pipelines" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
