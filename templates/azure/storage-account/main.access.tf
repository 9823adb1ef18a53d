resource "azurerm_role_assignment" "data" {
  for_each = { for grant in var.data_access : "${grant.principal_id} ${grant.role}" => grant }

  scope                = azurerm_storage_account.this.id
  principal_id         = each.value.principal_id
  role_definition_name = each.value.role
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoint == null ? toset([]) : var.private_endpoint.services

  name                = "pep-${var.name}-${each.value}"
  resource_group_name = local.resource_group_name
  location            = var.location
  subnet_id           = var.private_endpoint.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = "${var.name}-${each.value}"
    private_connection_resource_id = azurerm_storage_account.this.id
    subresource_names              = [each.value]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = contains(keys(var.private_endpoint.private_dns_zone_ids), each.value) ? [var.private_endpoint.private_dns_zone_ids[each.value]] : []

    content {
      name                 = each.value
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  for_each = var.log_analytics_workspace_id == null ? toset([]) : local.used_services

  name                       = "${each.value}-access"
  target_resource_id         = "${azurerm_storage_account.this.id}/${each.value}Services/default"
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = ["StorageRead", "StorageWrite", "StorageDelete"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "Transaction"
  }
}
