mock_provider "azurerm" {}

variables {
  name     = "acme-orders"
  location = "westeurope"
}

run "nosql_containers_have_their_throughput_and_keys" {
  command = plan

  variables {
    capacity_mode         = "autoscale"
    create_resource_group = false
    resource_group_name   = "rg-there"
    data_access           = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "reader", database = "shop" }]
    databases = [{
      name = "shop"
      containers = [
        { name = "orders", partition_key_paths = ["/tenant", "/customer"], unique_paths = ["/number"] },
        { name = "events", partition_key_paths = ["/day"], throughput = 4000, ttl_seconds = 60 },
      ]
    }]
  }

  assert {
    condition     = azurerm_cosmosdb_sql_database.this["shop"].autoscale_settings[0].max_throughput == 1000 && length(azurerm_cosmosdb_sql_container.this["shop/orders"].autoscale_settings) == 0
    error_message = "The database must share its throughput."
  }

  assert {
    condition     = azurerm_cosmosdb_sql_container.this["shop/orders"].partition_key_kind == "MultiHash" && azurerm_cosmosdb_sql_container.this["shop/events"].autoscale_settings[0].max_throughput == 4000
    error_message = "Two paths make a hierarchical key, and a container may have an amount of its own."
  }

  assert {
    condition     = length(azurerm_cosmosdb_sql_role_assignment.this) == 1 && azurerm_cosmosdb_account.this.resource_group_name == "rg-there"
    error_message = "The role must be granted in the existing group."
  }
}

run "mongodb_has_collections_and_keys" {
  command = plan

  variables {
    api                  = "MongoDB"
    capacity_mode        = "provisioned"
    mongo_server_version = "6.0"
    private_endpoint     = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
    databases = [{
      name       = "shop"
      throughput = 600
      containers = [{ name = "orders", partition_key_paths = ["/customer"], indexes = [{ keys = ["number"], unique = true }] }]
    }]
  }

  assert {
    condition     = azurerm_cosmosdb_account.this.kind == "MongoDB" && azurerm_cosmosdb_account.this.mongo_server_version == "6.0" && azurerm_cosmosdb_account.this.local_authentication_enabled
    error_message = "The account must speak MongoDB, which signs in with keys."
  }

  assert {
    condition     = azurerm_cosmosdb_mongo_database.this["shop"].throughput == 600 && azurerm_cosmosdb_mongo_collection.this["shop/orders"].shard_key == "customer" && length(azurerm_cosmosdb_mongo_collection.this["shop/orders"].index) == 2
    error_message = "Database and collection must be created as asked."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names[0] == "MongoDB"
    error_message = "The private endpoint must serve MongoDB."
  }
}

run "gremlin_has_graphs" {
  command = plan

  variables {
    api       = "Gremlin"
    databases = [{ name = "social", containers = [{ name = "people", partition_key_paths = ["/country"] }] }]
  }

  assert {
    condition     = azurerm_cosmosdb_gremlin_graph.this["social/people"].partition_key_path == "/country" && length(azurerm_cosmosdb_gremlin_database.this["social"].autoscale_settings) == 0
    error_message = "The graph must be created without throughput in a serverless account."
  }
}

run "cassandra_has_keyspaces_and_periodic_backups" {
  command = plan

  variables {
    api                        = "Cassandra"
    databases                  = [{ name = "shop" }]
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = length(azurerm_cosmosdb_cassandra_keyspace.this) == 1 && azurerm_cosmosdb_account.this.backup[0].type == "Periodic" && azurerm_cosmosdb_account.this.backup[0].storage_redundancy == "Geo"
    error_message = "The keyspace must be there, with periodic backups."
  }

  assert {
    condition     = length(azurerm_monitor_diagnostic_setting.this[0].enabled_log) == 5
    error_message = "Requests must be logged."
  }
}

run "the_table_api_has_tables" {
  command = plan

  variables {
    api           = "Table"
    capacity_mode = "provisioned"
    throughput    = 500
    tables        = [{ name = "Orders" }, { name = "Events", throughput = 800 }]
  }

  assert {
    condition     = azurerm_cosmosdb_table.this["Orders"].throughput == 500 && azurerm_cosmosdb_table.this["Events"].throughput == 800
    error_message = "Tables must have their throughput."
  }
}

run "several_regions_fail_over" {
  command = plan

  variables {
    capacity_mode                    = "autoscale"
    additional_locations             = [{ location = "northeurope" }]
    multiple_write_locations_enabled = true
    customer_managed_key             = { key_vault_key_id = "https://acme.vault.azure.net/keys/cosmos", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  assert {
    condition     = azurerm_cosmosdb_account.this.automatic_failover_enabled && azurerm_cosmosdb_account.this.multiple_write_locations_enabled && azurerm_cosmosdb_account.this.identity[0].type == "SystemAssigned, UserAssigned"
    error_message = "The second region must take over, and the key's identity be attached."
  }
}
