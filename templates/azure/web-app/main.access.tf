resource "azurerm_log_analytics_workspace" "this" {
  count = var.application_insights_enabled && var.log_analytics_workspace_id == null ? 1 : 0

  name                            = "log-${var.name}"
  resource_group_name             = local.resource_group_name
  location                        = var.location
  sku                             = "PerGB2018"
  retention_in_days               = 30
  local_authentication_enabled    = false
  allow_resource_only_permissions = true
  tags                            = local.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_application_insights" "this" {
  count = var.application_insights_enabled ? 1 : 0

  name                         = "appi-${var.name}"
  resource_group_name          = local.resource_group_name
  location                     = var.location
  application_type             = "web"
  workspace_id                 = local.workspace_id
  local_authentication_enabled = false
  tags                         = local.tags
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.application_insights_enabled || var.log_analytics_workspace_id != null ? 1 : 0

  name                       = "app"
  target_resource_id         = local.app.id
  log_analytics_workspace_id = local.workspace_id

  dynamic "enabled_log" {
    for_each = ["AppServiceHTTPLogs", "AppServiceConsoleLogs", "AppServiceAppLogs", "AppServiceAuditLogs", "AppServiceIPSecAuditLogs", "AppServicePlatformLogs"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

# Telemetry, secrets and images are fetched as the app itself, and as each slot: no keys anywhere.
resource "azurerm_role_assignment" "telemetry" {
  for_each = { for who, principal in local.principals : who => principal if var.application_insights_enabled }

  scope                = azurerm_application_insights.this[0].id
  principal_id         = each.value
  role_definition_name = "Monitoring Metrics Publisher"
}

resource "azurerm_role_assignment" "secrets" {
  for_each = { for who, principal in local.principals : who => principal if var.key_vault_id != null }

  scope                = var.key_vault_id
  principal_id         = each.value
  role_definition_name = "Key Vault Secrets User"
}

resource "azurerm_role_assignment" "images" {
  for_each = { for who, principal in local.principals : who => principal if local.registry_id != null }

  scope                = local.registry_id
  principal_id         = each.value
  role_definition_name = "AcrPull"
}
