resource "azurerm_role_assignment" "contributor" {
  for_each = var.contributor_object_ids

  scope                = azurerm_data_factory.this.id
  principal_id         = each.value
  role_definition_name = "Data Factory Contributor"
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoint == null ? toset([]) : var.private_endpoint.services

  name                = "pep-${var.name}-${lower(each.value)}"
  resource_group_name = local.resource_group_name
  location            = var.location
  subnet_id           = var.private_endpoint.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = "${var.name}-${lower(each.value)}"
    private_connection_resource_id = azurerm_data_factory.this.id
    subresource_names              = [each.value]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = contains(keys(var.private_endpoint.private_dns_zone_ids), each.value) ? [var.private_endpoint.private_dns_zone_ids[each.value]] : []

    content {
      name                 = "default"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                           = "runs"
  target_resource_id             = azurerm_data_factory.this.id
  log_analytics_workspace_id     = var.log_analytics_workspace_id
  log_analytics_destination_type = "Dedicated"

  dynamic "enabled_log" {
    for_each = ["ActivityRuns", "PipelineRuns", "TriggerRuns", "SandboxActivityRuns", "SandboxPipelineRuns"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_monitor_metric_alert" "failed_runs" {
  count = var.alert_action_group_id == null ? 0 : 1

  name                = "alert-${var.name}-failed-runs"
  resource_group_name = local.resource_group_name
  scopes              = [azurerm_data_factory.this.id]
  description         = "A pipeline of the factory ${var.name} failed."
  severity            = 2
  frequency           = "PT5M"
  window_size         = "PT15M"
  tags                = local.tags

  criteria {
    metric_namespace = "Microsoft.DataFactory/factories"
    metric_name      = "PipelineFailedRuns"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 0
  }

  action {
    action_group_id = var.alert_action_group_id
  }
}
