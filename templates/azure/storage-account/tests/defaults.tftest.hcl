mock_provider "azurerm" {}

variables {
  name     = "acmefiles01"
  location = "westeurope"
}

run "required_values_make_a_closed_account" {
  command = plan

  assert {
    condition     = azurerm_storage_account.this.network_rules[0].default_action == "Deny"
    error_message = "The firewall must deny by default."
  }

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && !azurerm_storage_account.this.local_user_enabled
    error_message = "Keys and local users must be off."
  }

  assert {
    condition     = !azurerm_storage_account.this.allow_nested_items_to_be_public && !azurerm_storage_account.this.cross_tenant_replication_enabled
    error_message = "Nothing may be public or copied to other tenants."
  }

  assert {
    condition     = azurerm_storage_account.this.min_tls_version == "TLS1_2" && azurerm_storage_account.this.https_traffic_only_enabled
    error_message = "Only HTTPS with TLS 1.2 may be accepted."
  }

  assert {
    condition     = azurerm_storage_account.this.infrastructure_encryption_enabled && azurerm_storage_account.this.default_to_oauth_authentication
    error_message = "Data must be encrypted twice and opened with Microsoft Entra ID."
  }

  assert {
    condition     = azurerm_storage_account.this.blob_properties[0].versioning_enabled && azurerm_storage_account.this.blob_properties[0].delete_retention_policy[0].days == 7
    error_message = "Changes must be reversible for a week."
  }

  assert {
    condition     = output.connection_string == null
    error_message = "There must be no connection string while keys are off."
  }
}

run "a_resource_group_is_named_after_the_account" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-acmefiles01" && azurerm_storage_account.this.resource_group_name == "rg-acmefiles01"
    error_message = "The account must be in the new resource group."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "files"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_storage_account.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "files" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
