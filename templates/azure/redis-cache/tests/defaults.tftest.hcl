mock_provider "azurerm" {}

variables {
  name     = "acme-cache"
  location = "westeurope"
}

run "required_values_make_a_closed_cache" {
  command = plan

  assert {
    condition     = azurerm_managed_redis.this.public_network_access == "Disabled" && azurerm_managed_redis.this.high_availability_enabled
    error_message = "The cache must be closed to the internet and have two nodes."
  }

  assert {
    condition     = !azurerm_managed_redis.this.default_database[0].access_keys_authentication_enabled && azurerm_managed_redis.this.default_database[0].client_protocol == "Encrypted"
    error_message = "Keys must be off and TLS on."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-acme-cache" && length(azurerm_managed_redis.replica) == 0
    error_message = "There must be one cache in a group named after it."
  }

  assert {
    condition     = output.connection_string == null && output.primary_access_key == null
    error_message = "There must be no secret while keys are off."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "cache"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_managed_redis.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "cache" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
