locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  serverless      = var.capacity_mode == "serverless"
  key_sign_in     = var.key_authentication_enabled == null ? var.api != "NoSQL" : var.key_authentication_enabled
  backup_type     = var.backup_type != null ? var.backup_type : var.api == "Cassandra" ? "Periodic" : "Continuous7Days"
  api_capability  = { NoSQL = null, MongoDB = "EnableMongo", Cassandra = "EnableCassandra", Gremlin = "EnableGremlin", Table = "EnableTable" }[var.api]
  private_service = { NoSQL = "Sql", MongoDB = "MongoDB", Cassandra = "Cassandra", Gremlin = "Gremlin", Table = "Table" }[var.api]

  capabilities = compact([
    local.api_capability,
    local.serverless ? "EnableServerless" : null,
    var.vector_search_enabled ? "EnableNoSQLVectorSearch" : null,
  ])
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_cosmosdb_account" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  offer_type          = "Standard"
  kind                = var.api == "MongoDB" ? "MongoDB" : "GlobalDocumentDB"
  tags                = local.tags

  mongo_server_version             = var.api == "MongoDB" ? var.mongo_server_version : null
  free_tier_enabled                = var.free_tier_enabled
  burst_capacity_enabled           = var.burst_capacity_enabled
  automatic_failover_enabled       = length(var.additional_locations) > 0
  multiple_write_locations_enabled = var.multiple_write_locations_enabled

  local_authentication_enabled       = local.key_sign_in
  access_key_metadata_writes_enabled = var.key_metadata_writes_enabled
  minimal_tls_version                = "Tls12"

  public_network_access_enabled         = var.network_access == "selected"
  is_virtual_network_filter_enabled     = length(var.allowed_subnet_ids) > 0
  ip_range_filter                       = var.allowed_ip_ranges
  network_acl_bypass_for_azure_services = var.allow_azure_services

  key_vault_key_id      = try(var.customer_managed_key.key_vault_key_id, null)
  default_identity_type = var.customer_managed_key == null ? "FirstPartyIdentity" : "UserAssignedIdentity=${var.customer_managed_key.user_assigned_identity_id}"

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }

  consistency_policy {
    consistency_level       = var.consistency_level
    max_interval_in_seconds = var.consistency_level == "BoundedStaleness" ? var.staleness_seconds : null
    max_staleness_prefix    = var.consistency_level == "BoundedStaleness" ? var.staleness_operations : null
  }

  dynamic "geo_location" {
    for_each = concat([{ location = var.location, zone_redundant = var.zone_redundant }], var.additional_locations)

    content {
      location          = geo_location.value.location
      failover_priority = geo_location.key
      zone_redundant    = geo_location.value.zone_redundant
    }
  }

  dynamic "capabilities" {
    for_each = local.capabilities

    content {
      name = capabilities.value
    }
  }

  dynamic "capacity" {
    for_each = var.total_throughput_limit == null ? [] : [var.total_throughput_limit]

    content {
      total_throughput_limit = capacity.value
    }
  }

  backup {
    type                = local.backup_type == "Periodic" ? "Periodic" : "Continuous"
    tier                = local.backup_type == "Periodic" ? null : local.backup_type
    interval_in_minutes = local.backup_type == "Periodic" ? var.backup_interval_minutes : null
    retention_in_hours  = local.backup_type == "Periodic" ? var.backup_retention_hours : null
    storage_redundancy  = local.backup_type == "Periodic" ? var.backup_redundancy : null
  }

  dynamic "virtual_network_rule" {
    for_each = toset(var.allowed_subnet_ids)

    content {
      id = virtual_network_rule.value
    }
  }

  dynamic "cors_rule" {
    for_each = length(var.cors_allowed_origins) == 0 ? [] : [var.cors_allowed_origins]

    content {
      allowed_origins    = cors_rule.value
      allowed_methods    = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
      allowed_headers    = ["*"]
      exposed_headers    = ["*"]
      max_age_in_seconds = 3600
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_cosmosdb_account.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_cosmosdb_cassandra_keyspace.this,
    azurerm_cosmosdb_gremlin_graph.this,
    azurerm_cosmosdb_mongo_collection.this,
    azurerm_cosmosdb_sql_container.this,
    azurerm_cosmosdb_sql_role_assignment.this,
    azurerm_cosmosdb_table.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
  ]
}
