mock_provider "azurerm" {}

variables {
  name     = "acme-messages"
  location = "westeurope"
}

run "required_values_make_a_namespace_without_keys" {
  command = plan

  assert {
    condition     = !azurerm_servicebus_namespace.this.local_auth_enabled && azurerm_servicebus_namespace.this.minimum_tls_version == "1.2"
    error_message = "Shared keys must be off and TLS 1.2 the least."
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.sku == "Standard" && azurerm_servicebus_namespace.this.capacity == 0 && azurerm_servicebus_namespace.this.premium_messaging_partitions == 0
    error_message = "A Standard namespace has no units or partitions."
  }

  assert {
    condition     = output.connection_string == null && azurerm_resource_group.this[0].name == "rg-acme-messages"
    error_message = "There must be no connection string while shared keys are off."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "messages"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "messages" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
