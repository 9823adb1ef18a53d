locals {
  # The two roles that Cosmos DB brings have the same ids in every account.
  role_ids = { reader = "00000000-0000-0000-0000-000000000001", contributor = "00000000-0000-0000-0000-000000000002" }
  log_categories = concat(["DataPlaneRequests", "ControlPlaneRequests", "PartitionKeyRUConsumption", "PartitionKeyStatistics"], {
    NoSQL     = ["QueryRuntimeStatistics"]
    MongoDB   = ["MongoRequests"]
    Cassandra = ["CassandraRequests"]
    Gremlin   = ["GremlinRequests"]
    Table     = ["TableApiRequests"]
  }[var.api])
}

resource "azurerm_cosmosdb_sql_role_assignment" "this" {
  for_each = { for grant in var.data_access : "${grant.principal_id} ${grant.role} ${coalesce(grant.database, "*")}" => grant }

  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  principal_id        = each.value.principal_id
  role_definition_id  = "${azurerm_cosmosdb_account.this.id}/sqlRoleDefinitions/${local.role_ids[each.value.role]}"
  scope               = each.value.database == null ? azurerm_cosmosdb_account.this.id : "${azurerm_cosmosdb_account.this.id}/dbs/${azurerm_cosmosdb_sql_database.this[each.value.database].name}"
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
    private_connection_resource_id = azurerm_cosmosdb_account.this.id
    subresource_names              = [local.private_service]
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

  name                           = "requests"
  target_resource_id             = azurerm_cosmosdb_account.this.id
  log_analytics_workspace_id     = var.log_analytics_workspace_id
  log_analytics_destination_type = "Dedicated"

  dynamic "enabled_log" {
    for_each = local.log_categories

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "Requests"
  }
}
