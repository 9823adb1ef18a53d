resource "azurerm_role_assignment" "this" {
  for_each = { for grant in var.role_assignments : "${grant.principal_id} ${grant.role}" => grant }

  scope                = azurerm_key_vault.this.id
  principal_id         = each.value.principal_id
  role_definition_name = each.value.role
}

# Nobody may write to a new vault, not even who made it.
resource "azurerm_role_assignment" "deployer" {
  for_each = local.deployer_roles

  scope                = azurerm_key_vault.this.id
  principal_id         = data.azurerm_client_config.current.object_id
  role_definition_name = each.value
}

resource "azurerm_private_dns_zone" "this" {
  count = try(var.private_endpoint.create_private_dns_zone, false) ? 1 : 0

  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = local.resource_group_name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  count = try(var.private_endpoint.create_private_dns_zone, false) ? 1 : 0

  name                = "link-${var.name}"
  private_dns_zone_id = azurerm_private_dns_zone.this[0].id
  virtual_network_id  = split("/subnets/", var.private_endpoint.subnet_id)[0]
  tags                = local.tags
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
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = concat(azurerm_private_dns_zone.this[*].id, var.private_endpoint.private_dns_zone_id == null ? [] : [var.private_endpoint.private_dns_zone_id])

    content {
      name                 = "vault"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "audit"
  target_resource_id         = azurerm_key_vault.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category = "AuditEvent"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
