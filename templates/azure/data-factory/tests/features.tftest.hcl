mock_provider "azurerm" {}

variables {
  name     = "acme-pipelines"
  location = "westeurope"
}

run "pipelines_are_kept_in_azure_devops" {
  command = plan

  variables {
    azure_devops          = { organisation = "acme", project_name = "data", repository_name = "pipelines", tenant_id = "11111111-1111-1111-1111-111111111111", root_folder = "/" }
    create_resource_group = false
    resource_group_name   = "rg-there"
    network_access        = "all"
  }

  assert {
    condition     = azurerm_data_factory.this.vsts_configuration[0].account_name == "acme" && azurerm_data_factory.this.vsts_configuration[0].branch_name == "main" && azurerm_data_factory.this.public_network_enabled
    error_message = "The repository must be connected."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_data_factory.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "connections_sign_in_with_the_factorys_identity" {
  command = plan

  variables {
    key_vault_id              = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    storage_accounts          = [{ name = "data", storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata", role = "Storage Blob Data Reader" }]
    sql_databases             = [{ name = "orders", server_fqdn = "acme.database.windows.net", database = "orders", integration_runtime = "managed" }]
    managed_private_endpoints = [{ name = "data", target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata", subresource_name = "blob" }]
    self_hosted_runtimes      = ["on-premises"]
  }

  assert {
    condition     = azurerm_role_assignment.key_vault[0].role_definition_name == "Key Vault Secrets User" && azurerm_role_assignment.storage["data"].role_definition_name == "Storage Blob Data Reader"
    error_message = "The factory must get small roles."
  }

  assert {
    condition     = azurerm_data_factory_linked_service_azure_blob_storage.this["data"].use_managed_identity && azurerm_data_factory_linked_service_azure_sql_database.this["orders"].use_managed_identity
    error_message = "Connections must need no password."
  }

  assert {
    condition     = length(azurerm_data_factory_managed_private_endpoint.this) == 1 && length(azurerm_data_factory_integration_runtime_self_hosted.this) == 1 && length(azurerm_data_factory_linked_service_key_vault.this) == 1
    error_message = "Endpoint, own runtime and key vault must be there."
  }
}

run "people_protection_and_logs_are_set_up" {
  command = plan

  variables {
    github                     = { account_name = "acme", repository_name = "pipelines" }
    global_parameters          = [{ name = "region", value = "emea" }]
    contributor_object_ids     = ["11111111-1111-1111-1111-111111111111"]
    user_assigned_identity_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/crm"]
    customer_managed_key       = { key_vault_key_id = "https://acme.vault.azure.net/keys/adf", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
    private_endpoint           = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", services = ["dataFactory", "portal"] }
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    alert_action_group_id      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/on-call"
    purview_id                 = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Purview/accounts/acme"
    delete_lock_enabled        = true
  }

  assert {
    condition     = length(azurerm_data_factory.this.identity[0].identity_ids) == 2 && length(azurerm_data_factory_credential_user_managed_identity.this) == 1 && azurerm_role_assignment.contributor["11111111-1111-1111-1111-111111111111"].role_definition_name == "Data Factory Contributor"
    error_message = "Identities and people must have what they need."
  }

  assert {
    condition     = length(azurerm_private_endpoint.this) == 2 && length(azurerm_monitor_diagnostic_setting.this[0].enabled_log) == 5 && length(azurerm_monitor_metric_alert.failed_runs) == 1 && length(azurerm_management_lock.this) == 1
    error_message = "Private endpoints, logs, alert and lock must be there."
  }

  assert {
    condition     = azurerm_data_factory.this.github_configuration[0].publishing_enabled && length(azurerm_data_factory.this.global_parameter) == 1
    error_message = "Repository and parameters must be set."
  }
}
