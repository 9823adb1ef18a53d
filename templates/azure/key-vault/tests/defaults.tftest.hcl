mock_provider "azurerm" {}

variables {
  name     = "acme-vault"
  location = "westeurope"
}

run "required_values_make_a_closed_vault" {
  command = plan

  assert {
    condition     = !azurerm_key_vault.this.public_network_access_enabled && azurerm_key_vault.this.network_acls[0].default_action == "Deny"
    error_message = "The vault must not be reachable over the public network."
  }

  assert {
    condition     = azurerm_key_vault.this.rbac_authorization_enabled && azurerm_key_vault.this.purge_protection_enabled && azurerm_key_vault.this.soft_delete_retention_days == 90
    error_message = "Roles must count, and nothing be lost for 90 days."
  }

  assert {
    condition     = !azurerm_key_vault.this.enabled_for_deployment && !azurerm_key_vault.this.enabled_for_disk_encryption && !azurerm_key_vault.this.enabled_for_template_deployment
    error_message = "No part of Azure may read the vault unasked."
  }

  assert {
    condition     = length(azurerm_role_assignment.deployer) == 0 && azurerm_resource_group.this[0].name == "rg-acme-vault"
    error_message = "An empty vault needs no rights for Terraform, and has a group of its own."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "vault"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_key_vault.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "vault" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
