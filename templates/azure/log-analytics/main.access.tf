locals {
  existing_scope = try(split("/", var.private_link_scope_id), null)

  # The scope that is made here or the one that is joined, by name and group.
  link_scope = var.private_link != null ? {
    name                = azurerm_monitor_private_link_scope.this[0].name
    resource_group_name = local.resource_group_name
    } : var.private_link_scope_id == null ? null : {
    name                = local.existing_scope[8]
    resource_group_name = local.existing_scope[4]
  }
}

resource "azurerm_role_assignment" "access" {
  for_each = { for grant in var.workspace_access : "${grant.principal_id} ${grant.role}" => grant }

  scope                = azurerm_log_analytics_workspace.this.id
  principal_id         = each.value.principal_id
  role_definition_name = each.value.role
}

resource "azurerm_monitor_private_link_scope" "this" {
  count = var.private_link == null ? 0 : 1

  name                  = "ampls-${var.name}"
  resource_group_name   = local.resource_group_name
  ingestion_access_mode = var.private_link.ingestion_access_mode
  query_access_mode     = var.private_link.query_access_mode
  tags                  = local.tags
}

resource "azurerm_monitor_private_link_scoped_service" "workspace" {
  count = var.private_link != null || var.private_link_scope_id != null ? 1 : 0

  name                = "workspace-${var.name}"
  resource_group_name = local.link_scope.resource_group_name
  scope_name          = local.link_scope.name
  linked_resource_id  = azurerm_log_analytics_workspace.this.id
}

resource "azurerm_monitor_private_link_scoped_service" "endpoint" {
  count = var.data_collection_endpoint_enabled && (var.private_link != null || var.private_link_scope_id != null) ? 1 : 0

  name                = "endpoint-${var.name}"
  resource_group_name = local.link_scope.resource_group_name
  scope_name          = local.link_scope.name
  linked_resource_id  = azurerm_monitor_data_collection_endpoint.this[0].id
}

resource "azurerm_private_endpoint" "this" {
  count = var.private_link == null ? 0 : 1

  name                = "pep-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  subnet_id           = var.private_link.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = var.name
    private_connection_resource_id = azurerm_monitor_private_link_scope.this[0].id
    subresource_names              = ["azuremonitor"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = length(var.private_link.private_dns_zone_ids) == 0 ? [] : [var.private_link.private_dns_zone_ids]

    content {
      name                 = "azuremonitor"
      private_dns_zone_ids = private_dns_zone_group.value
    }
  }

  # The endpoint gets addresses for what is in the scope when it is made.
  depends_on = [
    azurerm_monitor_private_link_scoped_service.workspace,
    azurerm_monitor_private_link_scoped_service.endpoint,
  ]
}
