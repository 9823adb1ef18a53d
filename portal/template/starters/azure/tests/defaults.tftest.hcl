mock_provider "azurerm" {}

variables {
  name     = "rg-acme"
  location = "westeurope"
}

run "required_values_make_a_group_without_a_lock" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this.tags == tomap({ environment = "dev" })
    error_message = "Without further values the group has the tag of its environment alone."
  }

  assert {
    condition     = length(azurerm_management_lock.this) == 0
    error_message = "Nobody asked for a lock."
  }
}
