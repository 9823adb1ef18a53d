locals {
  # What a database shares when it names no amount of its own.
  usual_throughput = local.serverless ? null : coalesce(var.throughput, var.capacity_mode == "autoscale" ? 1000 : 400)

  databases = { for database in var.databases : database.name => {
    throughput = database.throughput == null ? local.usual_throughput : database.throughput
  } }
  containers = { for container in flatten([for database in var.databases : [
    for container in database.containers : merge(container, { database = database.name })
  ]]) : "${container.database}/${container.name}" => container }
}

resource "azurerm_cosmosdb_sql_database" "this" {
  for_each = var.api == "NoSQL" ? local.databases : {}

  name                = each.key
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }
}

resource "azurerm_cosmosdb_sql_container" "this" {
  for_each = var.api == "NoSQL" ? local.containers : {}

  name                  = each.value.name
  resource_group_name   = local.resource_group_name
  account_name          = azurerm_cosmosdb_account.this.name
  database_name         = azurerm_cosmosdb_sql_database.this[each.value.database].name
  partition_key_paths   = each.value.partition_key_paths
  partition_key_kind    = length(each.value.partition_key_paths) > 1 ? "MultiHash" : "Hash"
  partition_key_version = 2
  default_ttl           = each.value.ttl_seconds
  throughput            = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }

  dynamic "unique_key" {
    for_each = toset(each.value.unique_paths)

    content {
      paths = [unique_key.value]
    }
  }

  indexing_policy {
    indexing_mode = "consistent"

    included_path {
      path = "/*"
    }

    dynamic "excluded_path" {
      for_each = each.value.excluded_paths

      content {
        path = excluded_path.value
      }
    }
  }
}

resource "azurerm_cosmosdb_mongo_database" "this" {
  for_each = var.api == "MongoDB" ? local.databases : {}

  name                = each.key
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }
}

resource "azurerm_cosmosdb_mongo_collection" "this" {
  for_each = var.api == "MongoDB" ? local.containers : {}

  name                = each.value.name
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  database_name       = azurerm_cosmosdb_mongo_database.this[each.value.database].name
  shard_key           = length(each.value.partition_key_paths) == 0 ? null : trimprefix(each.value.partition_key_paths[0], "/")
  default_ttl_seconds = each.value.ttl_seconds
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }

  # Every collection needs the index on its own id.
  index {
    keys   = ["_id"]
    unique = true
  }

  dynamic "index" {
    for_each = each.value.indexes

    content {
      keys   = index.value.keys
      unique = index.value.unique
    }
  }
}

resource "azurerm_cosmosdb_gremlin_database" "this" {
  for_each = var.api == "Gremlin" ? local.databases : {}

  name                = each.key
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }
}

resource "azurerm_cosmosdb_gremlin_graph" "this" {
  for_each = var.api == "Gremlin" ? local.containers : {}

  name                  = each.value.name
  resource_group_name   = local.resource_group_name
  account_name          = azurerm_cosmosdb_account.this.name
  database_name         = azurerm_cosmosdb_gremlin_database.this[each.value.database].name
  partition_key_path    = each.value.partition_key_paths[0]
  partition_key_version = 2
  default_ttl           = each.value.ttl_seconds
  throughput            = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }

  dynamic "unique_key" {
    for_each = toset(each.value.unique_paths)

    content {
      paths = [unique_key.value]
    }
  }

  index_policy {
    indexing_mode  = "consistent"
    included_paths = ["/*"]
    excluded_paths = each.value.excluded_paths
  }
}

resource "azurerm_cosmosdb_cassandra_keyspace" "this" {
  for_each = var.api == "Cassandra" ? local.databases : {}

  name                = each.key
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }
}

resource "azurerm_cosmosdb_table" "this" {
  for_each = { for table in var.tables : table.name => {
    throughput = table.throughput == null ? local.usual_throughput : table.throughput
  } }

  name                = each.key
  resource_group_name = local.resource_group_name
  account_name        = azurerm_cosmosdb_account.this.name
  throughput          = var.capacity_mode == "provisioned" ? each.value.throughput : null

  dynamic "autoscale_settings" {
    for_each = var.capacity_mode == "autoscale" && each.value.throughput != null ? [each.value.throughput] : []

    content {
      max_throughput = autoscale_settings.value
    }
  }
}
