output "id" {
  description = "Resource id of the account."
  value       = azurerm_cosmosdb_account.this.id
}

output "name" {
  description = "Name of the account."
  value       = azurerm_cosmosdb_account.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the account."
  value       = local.resource_group_name
}

output "endpoint" {
  description = "Address of the account for clients."
  value       = azurerm_cosmosdb_account.this.endpoint
}

output "read_endpoints" {
  description = "Address of each region that can be read."
  value       = azurerm_cosmosdb_account.this.read_endpoints
}

output "write_endpoints" {
  description = "Address of each region that can be written to."
  value       = azurerm_cosmosdb_account.this.write_endpoints
}

output "database_ids" {
  description = "Resource id of each database or keyspace by its name."
  value       = { for name, database in merge(azurerm_cosmosdb_sql_database.this, azurerm_cosmosdb_mongo_database.this, azurerm_cosmosdb_gremlin_database.this, azurerm_cosmosdb_cassandra_keyspace.this) : name => database.id }
}

output "container_ids" {
  description = "Resource id of each container, collection, graph or table; in a database its name begins with the name of the database."
  value       = merge({ for name, container in merge(azurerm_cosmosdb_sql_container.this, azurerm_cosmosdb_mongo_collection.this, azurerm_cosmosdb_gremlin_graph.this) : name => container.id }, { for name, table in azurerm_cosmosdb_table.this : name => table.id })
}

output "private_ip_address" {
  description = "Private address of the account, or null without a private endpoint."
  value       = one(azurerm_private_endpoint.this[*].private_service_connection[0].private_ip_address)
}

output "principal_id" {
  description = "Object id of the account's own identity in Microsoft Entra ID."
  value       = azurerm_cosmosdb_account.this.identity[0].principal_id
}

output "primary_sql_connection_string" {
  description = "Connection string of a NoSQL account with the first key, or null while keys are off."
  value       = local.key_sign_in && var.api == "NoSQL" ? azurerm_cosmosdb_account.this.primary_sql_connection_string : null
  sensitive   = true
}

output "primary_mongodb_connection_string" {
  description = "Connection string of a MongoDB account with the first key, or null for the other APIs."
  value       = var.api == "MongoDB" ? azurerm_cosmosdb_account.this.primary_mongodb_connection_string : null
  sensitive   = true
}

output "primary_key" {
  description = "First key of an account whose clients need one, or null while keys are off."
  value       = local.key_sign_in ? azurerm_cosmosdb_account.this.primary_key : null
  sensitive   = true
}

output "data_explorer_url" {
  description = "Page that browses the data."
  value       = "https://cosmos.azure.com/?resourceId=${urlencode(azurerm_cosmosdb_account.this.id)}"
}

output "portal_url" {
  description = "The account in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_cosmosdb_account.this.id}"
}
