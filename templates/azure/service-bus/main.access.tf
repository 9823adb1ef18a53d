locals {
  role_names = {
    sender   = "Azure Service Bus Data Sender"
    receiver = "Azure Service Bus Data Receiver"
    owner    = "Azure Service Bus Data Owner"
  }
  entity_ids = merge(
    { for name, queue in azurerm_servicebus_queue.this : name => queue.id },
    { for name, queue in azurerm_servicebus_queue.collecting : name => queue.id },
    { for name, topic in azurerm_servicebus_topic.this : name => topic.id }
  )
}

resource "azurerm_role_assignment" "data" {
  for_each = { for grant in var.data_access : "${grant.principal_id} ${grant.role} ${coalesce(grant.entity, "*")}" => grant }

  scope                = each.value.entity == null ? azurerm_servicebus_namespace.this.id : local.entity_ids[each.value.entity]
  principal_id         = each.value.principal_id
  role_definition_name = local.role_names[each.value.role]
}

resource "azurerm_servicebus_namespace_authorization_rule" "this" {
  for_each = { for policy in var.sas_policies : policy.name => policy }

  name         = each.key
  namespace_id = azurerm_servicebus_namespace.this.id
  listen       = each.value.listen
  send         = each.value.send
  manage       = false
}

resource "azurerm_private_endpoint" "this" {
  count = var.private_endpoint == null ? 0 : 1

  name                = "pep-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  subnet_id           = var.private_endpoint.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = var.name
    private_connection_resource_id = azurerm_servicebus_namespace.this.id
    subresource_names              = ["namespace"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = var.private_endpoint.private_dns_zone_id == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "default"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "operations"
  target_resource_id         = azurerm_servicebus_namespace.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = concat(["OperationalLogs", "DiagnosticErrorLogs"], local.premium ? ["RuntimeAuditLogs", "VNetAndIPFilteringLogs", "ApplicationMetricsLogs"] : [])

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
