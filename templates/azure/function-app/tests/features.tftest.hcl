mock_provider "azurerm" {}

variables {
  name     = "acme-jobs"
  location = "westeurope"
}

run "a_premium_app_has_a_slot_and_grows" {
  command = plan

  variables {
    plan_sku                  = "EP1"
    runtime_name              = "dotnet-isolated"
    minimum_instance_count    = 2
    maximum_instance_count    = 10
    zone_balancing_enabled    = true
    staging_slot_enabled      = true
    virtual_network_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    network_access            = "private"
    private_endpoint          = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/private" }
    key_vault_id              = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
  }

  assert {
    condition     = azurerm_service_plan.this.maximum_elastic_worker_count == 10 && azurerm_linux_function_app.this[0].site_config[0].elastic_instance_minimum == 2 && azurerm_storage_account.this.account_replication_type == "ZRS"
    error_message = "The plan must grow between its bounds, in several zones like its storage."
  }

  assert {
    condition     = azurerm_linux_function_app.this[0].storage_uses_managed_identity && azurerm_linux_function_app.this[0].site_config[0].ftps_state == "Disabled" && !azurerm_linux_function_app.this[0].public_network_access_enabled
    error_message = "No storage keys, no FTP, no public network."
  }

  assert {
    condition     = azurerm_linux_function_app.this[0].site_config[0].application_stack[0].dotnet_version == "10.0" && azurerm_linux_function_app.this[0].site_config[0].application_stack[0].use_dotnet_isolated_runtime
    error_message = ".NET must run in a process of its own."
  }

  assert {
    condition     = length(azurerm_role_assignment.storage) == 6 && length(azurerm_role_assignment.secrets) == 2 && length(azurerm_virtual_network.this) == 0 && length(azurerm_private_endpoint.this) == 1
    error_message = "The slot must have the same rights, and no network be created."
  }
}

run "a_dedicated_app_uses_an_existing_group" {
  command = plan

  variables {
    create_resource_group        = false
    resource_group_name          = "rg-there"
    plan_sku                     = "P0v3"
    worker_count                 = 2
    runtime_name                 = "python"
    runtime_version              = "3.12"
    application_insights_enabled = false
    network_access               = "all"
    delete_lock_enabled          = true
    deployment_ip_ranges         = ["198.51.100.7"]
  }

  assert {
    condition     = azurerm_service_plan.this.worker_count == 2 && azurerm_linux_function_app.this[0].site_config[0].always_on && azurerm_linux_function_app.this[0].site_config[0].application_stack[0].python_version == "3.12"
    error_message = "Two instances must always run Python 3.12."
  }

  assert {
    condition     = length(azurerm_resource_group.this) + length(azurerm_application_insights.this) + length(azurerm_monitor_diagnostic_setting.this) == 0 && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "Only what is asked for may be created."
  }

  assert {
    condition     = azurerm_linux_function_app.this[0].site_config[0].ip_restriction_default_action == "Allow" && azurerm_linux_function_app.this[0].site_config[0].scm_ip_restriction_default_action == "Deny" && contains(azurerm_storage_account.this.network_rules[0].ip_rules, "198.51.100.7")
    error_message = "Everybody may call, only one address may deploy."
  }
}
