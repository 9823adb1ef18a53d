mock_provider "azurerm" {
  mock_resource "azurerm_subnet" {
    override_during = plan
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    }
  }
}

variables {
  name     = "acme-jobs"
  location = "westeurope"
}

run "required_values_make_a_closed_serverless_app" {
  command = plan

  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].https_only && !azurerm_function_app_flex_consumption.this[0].webdeploy_publish_basic_authentication_enabled && azurerm_function_app_flex_consumption.this[0].storage_authentication_type == "SystemAssignedIdentity"
    error_message = "Only HTTPS, no publishing passwords, no storage keys."
  }

  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].site_config[0].ip_restriction_default_action == "Deny" && azurerm_function_app_flex_consumption.this[0].site_config[0].scm_ip_restriction_default_action == "Deny"
    error_message = "Nobody may call or deploy unasked."
  }

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && azurerm_storage_account.this.network_rules[0].default_action == "Deny" && tolist(azurerm_storage_account.this.network_rules[0].virtual_network_subnet_ids) == tolist(["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"])
    error_message = "Only the app's subnet may reach the storage, without keys."
  }

  assert {
    condition     = local.app_settings.AzureWebJobsStorage == "" && local.app_settings.AzureWebJobsStorage__credential == "managedidentity"
    error_message = "The runtime must sign in to its storage as the app."
  }

  assert {
    condition     = azurerm_subnet.this[0].delegation[0].service_delegation[0].name == "Microsoft.App/environments" && !azurerm_subnet.this[0].default_outbound_access_enabled
    error_message = "The subnet must be for Flex Consumption."
  }

  assert {
    condition     = length(azurerm_role_assignment.storage) == 3 && length(azurerm_role_assignment.telemetry) == 1 && length(azurerm_storage_account.this.name) <= 24
    error_message = "The app must have rights to its storage and its telemetry."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "jobs"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_function_app_flex_consumption.this[0].tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "jobs" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
