locals {
  audit_account = var.audit_storage == null ? null : reverse(split("/", var.audit_storage.storage_account_id))[0]
  principal_ids = merge(
    { primary = azurerm_mssql_server.this.identity[0].principal_id },
    { for server in azurerm_mssql_server.secondary[*] : "secondary" => server.identity[0].principal_id }
  )
}

resource "azurerm_role_assignment" "audit" {
  for_each = var.audit_storage == null ? toset([]) : toset(local.server_roles)

  scope                = var.audit_storage.storage_account_id
  principal_id         = local.principal_ids[each.value]
  role_definition_name = "Storage Blob Data Contributor"
}

resource "azurerm_mssql_server_extended_auditing_policy" "this" {
  for_each = toset(local.server_roles)

  server_id              = local.server_ids[each.value]
  enabled                = true
  log_monitoring_enabled = true
  blob_storage_endpoint  = local.audit_account == null ? null : "https://${local.audit_account}.blob.core.windows.net/"
  retention_in_days      = var.audit_storage == null ? null : var.audit_storage.retention_days

  depends_on = [azurerm_role_assignment.audit]
}

resource "azurerm_mssql_server_security_alert_policy" "this" {
  count = var.defender_alerts == null ? 0 : 1

  resource_group_name          = local.resource_group_name
  server_name                  = azurerm_mssql_server.this.name
  state                        = "Enabled"
  email_account_admins_enabled = var.defender_alerts.email_account_admins
  email_addresses              = var.defender_alerts.email_addresses
}

# The audit log of a whole server is collected from its database master.
resource "azurerm_monitor_diagnostic_setting" "audit" {
  for_each = var.log_analytics_workspace_id == null ? toset([]) : toset(local.server_roles)

  name                       = "audit"
  target_resource_id         = "${local.server_ids[each.value]}/databases/master"
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category = "SQLSecurityAuditEvents"
  }
}

resource "azurerm_monitor_diagnostic_setting" "database" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "database"
  target_resource_id         = azurerm_mssql_database.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = ["SQLInsights", "AutomaticTuning", "QueryStoreRuntimeStatistics", "QueryStoreWaitStatistics", "Errors", "DatabaseWaitStatistics", "Timeouts", "Blocks", "Deadlocks"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "Basic"
  }
}
