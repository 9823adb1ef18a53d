locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  database_name = coalesce(var.database_name, var.name)
  serverless    = strcontains(var.sku_name, "_S_")
  hyperscale    = startswith(var.sku_name, "HS_")
  vcores        = tonumber(try(regex("_(\\d+)$", var.sku_name)[0], "0"))

  # Azure keeps at least an eighth of the vCores, and never less than half a one.
  min_vcores  = var.min_vcores == null ? max(0.5, local.vcores / 8) : var.min_vcores
  create_mode = var.restore_from == null ? "Default" : var.restore_from.point_in_time == null ? "Copy" : "PointInTimeRestore"
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_mssql_server" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  version             = "12.0"
  tags                = local.tags

  administrator_login                     = var.sql_admin_login
  administrator_login_password_wo         = var.entra_only_authentication ? null : var.sql_admin_password
  administrator_login_password_wo_version = var.entra_only_authentication ? null : var.sql_admin_secret_version

  minimum_tls_version                      = "1.2"
  public_network_access_enabled            = var.network_access == "selected"
  outbound_network_restriction_enabled     = var.outbound_fqdns != null
  connection_policy                        = var.connection_policy
  express_vulnerability_assessment_enabled = var.vulnerability_assessment_enabled

  primary_user_assigned_identity_id            = try(var.customer_managed_key.user_assigned_identity_id, null)
  transparent_data_encryption_key_vault_key_id = try(var.customer_managed_key.key_vault_key_id, null)

  azuread_administrator {
    login_username              = var.entra_admin_name
    object_id                   = var.entra_admin_object_id
    azuread_authentication_only = var.entra_only_authentication
  }

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }
}

resource "azurerm_mssql_database" "this" {
  name      = local.database_name
  server_id = azurerm_mssql_server.this.id
  sku_name  = var.sku_name
  collation = var.collation
  tags      = local.tags

  max_size_gb                    = var.max_size_gb
  min_capacity                   = local.serverless ? local.min_vcores : null
  auto_pause_delay_in_minutes    = local.serverless && !local.hyperscale ? var.auto_pause_delay_minutes : null
  license_type                   = var.azure_hybrid_benefit_enabled ? "BasePrice" : null
  zone_redundant                 = var.zone_redundant
  read_scale                     = var.read_scale_enabled
  read_replica_count             = local.hyperscale ? var.read_replica_count : null
  storage_account_type           = var.backup_redundancy
  maintenance_configuration_name = var.maintenance_window
  ledger_enabled                 = var.ledger_enabled

  transparent_data_encryption_enabled = true

  sample_name                 = var.sample_data_enabled ? "AdventureWorksLT" : null
  create_mode                 = local.create_mode
  creation_source_database_id = try(var.restore_from.database_id, null)
  restore_point_in_time       = try(var.restore_from.point_in_time, null)

  short_term_retention_policy {
    retention_days           = var.short_term_retention_days
    backup_interval_in_hours = local.hyperscale ? null : var.differential_backup_hours
  }

  dynamic "long_term_retention_policy" {
    for_each = var.long_term_retention == null ? [] : [var.long_term_retention]

    content {
      weekly_retention  = long_term_retention_policy.value.weeks == 0 ? "PT0S" : "P${long_term_retention_policy.value.weeks}W"
      monthly_retention = long_term_retention_policy.value.months == 0 ? "PT0S" : "P${long_term_retention_policy.value.months}M"
      yearly_retention  = long_term_retention_policy.value.years == 0 ? "PT0S" : "P${long_term_retention_policy.value.years}Y"
      week_of_year      = long_term_retention_policy.value.week_of_year
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_mssql_server.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.audit,
    azurerm_monitor_diagnostic_setting.database,
    azurerm_mssql_failover_group.this,
    azurerm_mssql_firewall_rule.this,
    azurerm_mssql_outbound_firewall_rule.this,
    azurerm_mssql_server_extended_auditing_policy.this,
    azurerm_mssql_server_security_alert_policy.this,
    azurerm_mssql_virtual_network_rule.this,
    azurerm_private_endpoint.this,
  ]
}
