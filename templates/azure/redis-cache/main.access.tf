locals {
  # Whoever may use the first cache may use its copies: a program moves to another region unchanged.
  grants = { for pair in setproduct(concat([var.location], keys(local.replicas)), var.data_access_object_ids) : "${pair[0]} ${pair[1]}" => {
    location = pair[0], object_id = pair[1]
  } }
}

resource "azurerm_managed_redis_access_policy_assignment" "this" {
  for_each = local.grants

  managed_redis_id = local.cache_ids[each.value.location]
  object_id        = each.value.object_id
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
    private_connection_resource_id = azurerm_managed_redis.this.id
    subresource_names              = ["redisEnterprise"]
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

resource "azurerm_monitor_diagnostic_setting" "connections" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "connections"
  target_resource_id         = "${azurerm_managed_redis.this.id}/databases/default"
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category = "ConnectionEvents"
  }
}

resource "azurerm_monitor_diagnostic_setting" "figures" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "figures"
  target_resource_id         = azurerm_managed_redis.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_metric {
    category = "AllMetrics"
  }
}
