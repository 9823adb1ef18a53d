locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  aof_frequency = var.persistence == "aof-1s" ? "1s" : null
  rdb_frequency = startswith(var.persistence, "rdb-") ? trimprefix(var.persistence, "rdb-") : null
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_managed_redis" "this" {
  name                      = var.name
  resource_group_name       = local.resource_group_name
  location                  = var.location
  sku_name                  = var.sku_name
  high_availability_enabled = var.high_availability_enabled
  public_network_access     = var.network_access == "all" ? "Enabled" : "Disabled"
  tags                      = local.tags

  default_database {
    access_keys_authentication_enabled            = var.access_keys_enabled
    client_protocol                               = var.plaintext_enabled ? "Plaintext" : "Encrypted"
    clustering_policy                             = var.clustering_policy
    eviction_policy                               = var.eviction_policy
    geo_replication_group_name                    = try(var.geo_replication.group_name, null)
    persistence_append_only_file_backup_frequency = local.aof_frequency
    persistence_redis_database_backup_frequency   = local.rdb_frequency

    dynamic "module" {
      for_each = var.modules

      content {
        name = module.value.name
        args = module.value.args
      }
    }
  }

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]

    content {
      key_vault_key_id          = customer_managed_key.value.key_vault_key_id
      user_assigned_identity_id = customer_managed_key.value.user_assigned_identity_id
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_managed_redis.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_managed_redis_access_policy_assignment.this,
    azurerm_managed_redis_geo_replication.this,
    azurerm_monitor_diagnostic_setting.connections,
    azurerm_monitor_diagnostic_setting.figures,
    azurerm_private_endpoint.this,
  ]
}
