locals {
  replicas  = { for replica in try(var.geo_replication.replicas, []) : replica.location => replica }
  cache_ids = merge({ (var.location) = azurerm_managed_redis.this.id }, { for location, cache in azurerm_managed_redis.replica : location => cache.id })
}

resource "azurerm_managed_redis" "replica" {
  for_each = local.replicas

  name                      = "${var.name}-${each.key}"
  resource_group_name       = local.resource_group_name
  location                  = each.key
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

resource "azurerm_managed_redis_geo_replication" "this" {
  count = var.geo_replication == null ? 0 : 1

  managed_redis_id         = azurerm_managed_redis.this.id
  linked_managed_redis_ids = [for cache in azurerm_managed_redis.replica : cache.id]
}

resource "azurerm_private_endpoint" "replica" {
  for_each = { for location, replica in local.replicas : location => replica.subnet_id if replica.subnet_id != null }

  name                = "pep-${var.name}-${each.key}"
  resource_group_name = local.resource_group_name
  location            = each.key
  subnet_id           = each.value
  tags                = local.tags

  private_service_connection {
    name                           = "${var.name}-${each.key}"
    private_connection_resource_id = azurerm_managed_redis.replica[each.key].id
    subresource_names              = ["redisEnterprise"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = try(var.private_endpoint.private_dns_zone_id, null) == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "default"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}
