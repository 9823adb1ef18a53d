mock_provider "azurerm" {}

variables {
  name     = "acme-cache"
  location = "westeurope"
}

run "data_is_saved_every_second" {
  command = plan

  variables {
    persistence           = "aof-1s"
    create_resource_group = false
    resource_group_name   = "rg-there"
  }

  assert {
    condition     = azurerm_managed_redis.this.default_database[0].persistence_append_only_file_backup_frequency == "1s" && azurerm_managed_redis.this.default_database[0].persistence_redis_database_backup_frequency == null
    error_message = "Every change must be appended to a file."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_managed_redis.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "snapshots_are_taken" {
  command = plan

  variables {
    persistence         = "rdb-6h"
    plaintext_enabled   = true
    access_keys_enabled = true
  }

  assert {
    condition     = azurerm_managed_redis.this.default_database[0].persistence_redis_database_backup_frequency == "6h" && azurerm_managed_redis.this.default_database[0].client_protocol == "Plaintext"
    error_message = "Snapshots must be taken every six hours."
  }
}

run "copies_are_alike_and_let_the_same_people_in" {
  command = plan

  variables {
    sku_name               = "Balanced_B3"
    data_access_object_ids = ["11111111-1111-1111-1111-111111111111"]
    geo_replication        = { group_name = "orders", replicas = [{ location = "northeurope", subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }, { location = "swedencentral" }] }
    network_access         = "all"
  }

  assert {
    condition     = azurerm_managed_redis.replica["northeurope"].name == "acme-cache-northeurope" && azurerm_managed_redis.replica["swedencentral"].sku_name == "Balanced_B3" && azurerm_managed_redis.this.public_network_access == "Enabled"
    error_message = "The copies must be of the same size."
  }

  assert {
    condition     = length(azurerm_managed_redis_access_policy_assignment.this) == 3 && length(azurerm_private_endpoint.replica) == 1 && length(azurerm_managed_redis_geo_replication.this) == 1
    error_message = "The copies must be linked and let the same people in."
  }
}

run "search_protection_and_logs_are_set_up" {
  command = plan

  variables {
    clustering_policy          = "EnterpriseCluster"
    eviction_policy            = "NoEviction"
    modules                    = [{ name = "RediSearch" }, { name = "RedisBloom", args = "ERROR_RATE 0.01 INITIAL_SIZE 400" }]
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    private_endpoint           = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
    delete_lock_enabled        = true
    customer_managed_key       = { key_vault_key_id = "https://acme.vault.azure.net/keys/redis/0123456789abcdef0123456789abcdef", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  assert {
    condition     = [for module in azurerm_managed_redis.this.default_database[0].module : module.name] == ["RediSearch", "RedisBloom"] && azurerm_managed_redis.this.identity[0].type == "SystemAssigned, UserAssigned"
    error_message = "Modules and the key's identity must be attached."
  }

  assert {
    condition     = length(azurerm_monitor_diagnostic_setting.connections) == 1 && length(azurerm_management_lock.this) == 1 && azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names[0] == "redisEnterprise"
    error_message = "Log, lock and private endpoint must be there."
  }
}
