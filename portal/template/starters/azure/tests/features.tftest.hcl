mock_provider "azurerm" {
  mock_resource "azurerm_resource_group" {
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-acme"
    }
  }
}

variables {
  name     = "rg-acme"
  location = "westeurope"
}

run "tags_are_merged_and_the_portals_own_win" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1815"
    terrace_deployment = "acme"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_resource_group.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1815", terrace_deployment = "acme" })
    error_message = "Tags must hold the user's and the portal's, and the portal's must win."
  }
}

run "a_lock_forbids_deleting" {
  variables {
    delete_lock_enabled = true
  }

  assert {
    condition     = azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The lock must forbid deleting, and nothing else."
  }
}
