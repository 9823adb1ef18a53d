mock_provider "azurerm" {}

variables {
  name                  = "acme-orders"
  location              = "westeurope"
  entra_admin_name      = "dba-team"
  entra_admin_object_id = "11111111-1111-1111-1111-111111111111"
}

run "a_second_region_follows_the_first" {
  command = plan

  variables {
    sku_name          = "GP_Gen5_2"
    network_access    = "selected"
    allowed_ip_ranges = ["198.51.100.0/24"]
    outbound_fqdns    = ["acmefiles.blob.core.windows.net"]
    failover_group    = { secondary_location = "northeurope", automatic = false }
  }

  assert {
    condition     = azurerm_mssql_server.secondary[0].location == "northeurope" && azurerm_mssql_server.secondary[0].name == "acme-orders-secondary"
    error_message = "The second server must be in the other region."
  }

  assert {
    condition     = azurerm_mssql_failover_group.this[0].name == "fog-acme-orders" && azurerm_mssql_failover_group.this[0].read_write_endpoint_failover_policy[0].mode == "Manual"
    error_message = "The failover must be left to a person."
  }

  assert {
    condition     = length(azurerm_mssql_firewall_rule.this) == 2 && azurerm_mssql_firewall_rule.this["secondary 198.51.100.0/24"].end_ip_address == "198.51.100.255"
    error_message = "Both servers must let the same addresses in."
  }

  assert {
    condition     = length(azurerm_mssql_outbound_firewall_rule.this) == 2 && length(azurerm_mssql_server_extended_auditing_policy.this) == 2
    error_message = "Both servers must be restricted and audited alike."
  }

  assert {
    condition     = output.fqdn == "fog-acme-orders.database.windows.net"
    error_message = "Clients must use the name that follows the primary."
  }
}

run "a_fixed_size_takes_licences_and_another_database" {
  command = plan

  variables {
    create_resource_group        = false
    resource_group_name          = "rg-there"
    sku_name                     = "BC_Gen5_2"
    azure_hybrid_benefit_enabled = true
    read_scale_enabled           = true
    restore_from                 = { database_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Sql/servers/acme/databases/orders", point_in_time = "2026-01-31T08:00:00Z" }
  }

  assert {
    condition     = azurerm_mssql_database.this.license_type == "BasePrice" && azurerm_mssql_database.this.read_scale && azurerm_mssql_database.this.create_mode == "PointInTimeRestore"
    error_message = "Licences, replica and source must be passed on."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_mssql_server.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "hyperscale_has_replicas" {
  command = plan

  variables {
    sku_name           = "HS_Gen5_2"
    read_replica_count = 2
  }

  assert {
    condition     = azurerm_mssql_database.this.read_replica_count == 2
    error_message = "The replicas must be there."
  }
}

run "watching_and_own_keys_are_set_up" {
  command = plan

  variables {
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    audit_storage              = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeaudit" }
    defender_alerts            = { email_addresses = ["security@example.com"] }
    private_endpoint           = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
    delete_lock_enabled        = true
    customer_managed_key       = { key_vault_key_id = "https://acme.vault.azure.net/keys/sql/0123456789abcdef0123456789abcdef", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  assert {
    condition     = azurerm_mssql_server_extended_auditing_policy.this["primary"].blob_storage_endpoint == "https://acmeaudit.blob.core.windows.net/" && azurerm_role_assignment.audit["primary"].role_definition_name == "Storage Blob Data Contributor"
    error_message = "The audit log must reach the storage account with the server's identity."
  }

  assert {
    condition     = length(azurerm_monitor_diagnostic_setting.audit) == 1 && length(azurerm_monitor_diagnostic_setting.database) == 1 && azurerm_mssql_server_security_alert_policy.this[0].state == "Enabled"
    error_message = "Logs and alerts must be collected."
  }

  assert {
    condition     = azurerm_mssql_server.this.identity[0].type == "SystemAssigned, UserAssigned" && length(azurerm_private_endpoint.this[0].private_dns_zone_group) == 0 && length(azurerm_management_lock.this) == 1
    error_message = "Identity, private endpoint and lock must be there."
  }
}
