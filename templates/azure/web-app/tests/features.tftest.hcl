mock_provider "azurerm" {}

variables {
  name     = "acme-shop"
  location = "westeurope"
}

run "an_existing_group_and_plan_are_used" {
  command = plan

  variables {
    create_resource_group        = false
    resource_group_name          = "rg-there"
    service_plan_id              = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Web/serverFarms/asp"
    application_insights_enabled = false
    network_access               = "all"
    delete_lock_enabled          = true
  }

  assert {
    condition     = length(azurerm_resource_group.this) + length(azurerm_service_plan.this) + length(azurerm_log_analytics_workspace.this) + length(azurerm_monitor_diagnostic_setting.this) == 0
    error_message = "Nothing may be created that is there or not wanted."
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].site_config[0].ip_restriction_default_action == "Allow" && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The app must be open and locked as asked."
  }
}

run "a_windows_app_runs_tomcat_in_slots" {
  command = plan

  variables {
    os_type        = "Windows"
    stack          = "java"
    stack_version  = "17"
    tomcat_version = "10.1"
    slots          = [{ name = "staging", app_settings = { STAGE = "staging" } }]
    autoscale      = { minimum = 2, maximum = 5, memory_out = 80, notify_emails = ["ops@example.com"] }
  }

  assert {
    condition     = azurerm_windows_web_app.this[0].site_config[0].application_stack[0].tomcat_version == "10.1" && length(azurerm_linux_web_app.this) == 0
    error_message = "Tomcat must run on Windows."
  }

  assert {
    condition     = azurerm_windows_web_app_slot.this["staging"].https_only && azurerm_windows_web_app.this[0].sticky_settings[0].app_setting_names == tolist(["STAGE"])
    error_message = "The slot must keep its settings."
  }

  assert {
    condition     = length(azurerm_monitor_autoscale_setting.this[0].profile[0].rule) == 4 && azurerm_monitor_autoscale_setting.this[0].profile[0].capacity[0].maximum == 5
    error_message = "CPU and memory must scale the plan."
  }

  assert {
    condition     = length(azurerm_role_assignment.telemetry) == 2
    error_message = "The slot must be able to send telemetry, too."
  }
}

run "a_container_is_pulled_with_the_identity" {
  command = plan

  variables {
    worker_count              = 2
    stack                     = "container"
    container                 = { image = "shop/web:1.4.2", registry_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/Acme" }
    virtual_network_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    network_access            = "private"
    private_endpoint          = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/private" }
    key_vault_id              = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].site_config[0].application_stack[0].docker_registry_url == "https://acme.azurecr.io" && azurerm_linux_web_app.this[0].site_config[0].container_registry_use_managed_identity
    error_message = "The image must come from the registry without a password."
  }

  assert {
    condition     = azurerm_service_plan.this[0].worker_count == 2 && azurerm_role_assignment.images["the app"].role_definition_name == "AcrPull" && azurerm_role_assignment.secrets["the app"].role_definition_name == "Key Vault Secrets User"
    error_message = "The identity must be allowed to pull and to read secrets."
  }

  assert {
    condition     = !azurerm_linux_web_app.this[0].public_network_access_enabled && azurerm_linux_web_app.this[0].site_config[0].vnet_route_all_enabled && length(azurerm_private_endpoint.this) == 1
    error_message = "The app must be reached and go out through the network alone."
  }
}
