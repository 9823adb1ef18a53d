# Azure makes no new flow logs of security groups: the traffic of each subnet that has the group is recorded instead.
resource "azurerm_network_watcher_flow_log" "this" {
  for_each = var.flow_logs == null ? toset([]) : var.subnet_ids

  name                 = "fl-${var.name}-${substr(md5(lower(each.value)), 0, 8)}"
  network_watcher_name = coalesce(var.flow_logs.network_watcher_name, "NetworkWatcher_${var.location}")
  resource_group_name  = var.flow_logs.network_watcher_resource_group_name
  location             = var.location
  target_resource_id   = each.value
  storage_account_id   = var.flow_logs.storage_account_id
  enabled              = true
  version              = 2
  tags                 = local.tags

  retention_policy {
    enabled = var.flow_logs.retention_days > 0
    days    = var.flow_logs.retention_days
  }

  dynamic "traffic_analytics" {
    for_each = var.flow_logs.traffic_analytics == null ? [] : [var.flow_logs.traffic_analytics]

    content {
      enabled               = true
      workspace_id          = traffic_analytics.value.workspace_guid
      workspace_region      = coalesce(traffic_analytics.value.workspace_region, var.location)
      workspace_resource_id = traffic_analytics.value.workspace_resource_id
      interval_in_minutes   = traffic_analytics.value.interval_in_minutes
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "rules"
  target_resource_id         = azurerm_network_security_group.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = ["NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"]

    content {
      category = enabled_log.value
    }
  }
}
