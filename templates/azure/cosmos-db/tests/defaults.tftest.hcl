mock_provider "azurerm" {}

variables {
  name     = "acme-orders"
  location = "westeurope"
}

run "required_values_make_a_closed_account" {
  command = plan

  assert {
    condition     = !azurerm_cosmosdb_account.this.public_network_access_enabled && !azurerm_cosmosdb_account.this.local_authentication_enabled
    error_message = "The account must be closed to the internet and take no keys."
  }

  assert {
    condition     = !azurerm_cosmosdb_account.this.access_key_metadata_writes_enabled && azurerm_cosmosdb_account.this.minimal_tls_version == "Tls12"
    error_message = "Keys must not change databases, and TLS 1.2 is the least."
  }

  assert {
    condition     = azurerm_cosmosdb_account.this.backup[0].tier == "Continuous7Days" && [for capability in azurerm_cosmosdb_account.this.capabilities : capability.name] == ["EnableServerless"]
    error_message = "The account must be serverless with a continuous backup."
  }

  assert {
    condition     = output.primary_sql_connection_string == null && output.primary_mongodb_connection_string == null && output.primary_key == null
    error_message = "There must be no secret while keys are off."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "orders"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_cosmosdb_account.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "orders" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
