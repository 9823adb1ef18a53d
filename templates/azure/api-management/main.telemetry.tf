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

# Telemetry is sent as the service itself: the connection string alone opens nothing.
resource "azurerm_role_assignment" "telemetry" {
  count = var.application_insights_enabled ? 1 : 0

  scope                = azurerm_application_insights.this[0].id
  principal_id         = azurerm_api_management.this.identity[0].principal_id
  role_definition_name = "Monitoring Metrics Publisher"
}

resource "azurerm_api_management_logger" "this" {
  count = var.application_insights_enabled ? 1 : 0

  name                = "application-insights"
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.resource_group_name
  resource_id         = azurerm_application_insights.this[0].id

  application_insights {
    connection_string  = azurerm_application_insights.this[0].connection_string
    identity_client_id = "SystemAssigned"
  }

  depends_on = [azurerm_role_assignment.telemetry]
}

resource "azurerm_api_management_diagnostic" "this" {
  count = var.application_insights_enabled ? 1 : 0

  identifier                = "applicationinsights"
  api_management_name       = azurerm_api_management.this.name
  resource_group_name       = local.resource_group_name
  api_management_logger_id  = azurerm_api_management_logger.this[0].id
  always_log_errors         = true
  http_correlation_protocol = "W3C"
  log_client_ip             = true
  sampling_percentage       = var.sampling_percentage
  verbosity                 = "information"
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = local.has_workspace && !local.is_consumption ? 1 : 0

  name                       = "requests"
  target_resource_id         = azurerm_api_management.this.id
  log_analytics_workspace_id = local.workspace_id

  enabled_log {
    category = "GatewayLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_role_assignment" "secrets" {
  count = var.key_vault_id == null ? 0 : 1

  scope                = var.key_vault_id
  principal_id         = azurerm_api_management.this.identity[0].principal_id
  role_definition_name = "Key Vault Secrets User"
}
