locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_log_analytics_workspace" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags

  sku                                     = var.sku
  reservation_capacity_in_gb_per_day      = var.reservation_capacity_in_gb_per_day
  daily_quota_gb                          = var.daily_quota_gb == null ? -1 : var.daily_quota_gb
  retention_in_days                       = var.retention_in_days
  immediate_data_purge_on_30_days_enabled = var.immediate_data_purge_on_30_days_enabled

  local_authentication_enabled    = var.local_authentication_enabled
  allow_resource_only_permissions = var.allow_resource_only_permissions
  internet_ingestion_access_type  = var.internet_ingestion_access_type
  internet_query_access_type      = var.internet_query_access_type
  cmk_for_query_forced            = var.cmk_for_query_forced

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_log_analytics_workspace_table" "this" {
  for_each = { for table in var.tables : table.name => table }

  name                    = each.value.name
  workspace_id            = azurerm_log_analytics_workspace.this.id
  plan                    = each.value.plan
  retention_in_days       = each.value.retention_in_days
  total_retention_in_days = each.value.total_retention_in_days
}

resource "azurerm_log_analytics_workspace_table_custom_log" "this" {
  for_each = { for table in var.custom_tables : table.name => table }

  name                    = each.value.name
  workspace_id            = azurerm_log_analytics_workspace.this.id
  plan                    = each.value.plan
  retention_in_days       = each.value.retention_in_days
  total_retention_in_days = each.value.total_retention_in_days

  column {
    name = "TimeGenerated"
    type = "dateTime"
  }

  dynamic "column" {
    for_each = each.value.columns

    content {
      name = column.key
      type = column.value
    }
  }
}

resource "azurerm_log_analytics_saved_search" "this" {
  for_each = { for search in var.saved_searches : search.name => search }

  name                       = each.value.name
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  display_name               = each.value.display_name
  category                   = each.value.category
  query                      = each.value.query
  function_alias             = each.value.function_alias
}

resource "azurerm_log_analytics_data_export_rule" "this" {
  for_each = { for export in var.exports : export.name => export }

  name                    = each.value.name
  resource_group_name     = local.resource_group_name
  workspace_resource_id   = azurerm_log_analytics_workspace.this.id
  destination_resource_id = each.value.destination_resource_id
  table_names             = each.value.table_names
  enabled                 = each.value.enabled
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_log_analytics_workspace.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_log_analytics_data_export_rule.this,
    azurerm_log_analytics_saved_search.this,
    azurerm_log_analytics_workspace_table.this,
    azurerm_log_analytics_workspace_table_custom_log.this,
    azurerm_monitor_data_collection_rule.containers,
    azurerm_monitor_data_collection_rule.virtual_machines,
    azurerm_monitor_diagnostic_setting.audit,
    azurerm_monitor_scheduled_query_rules_alert_v2.near_quota,
    azurerm_monitor_scheduled_query_rules_alert_v2.over_quota,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.access,
  ]
}
