locals {
  database = azurerm_managed_redis.this.default_database[0]
}

output "id" {
  description = "Resource id of the cache."
  value       = azurerm_managed_redis.this.id
}

output "name" {
  description = "Name of the cache."
  value       = azurerm_managed_redis.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the cache."
  value       = local.resource_group_name
}

output "database_id" {
  description = "Resource id of the database in the cache."
  value       = local.database.id
}

output "hostname" {
  description = "Address of the cache."
  value       = azurerm_managed_redis.this.hostname
}

output "port" {
  description = "Port of the cache."
  value       = local.database.port
}

output "endpoint" {
  description = "Address and port, as clients want them."
  value       = "${azurerm_managed_redis.this.hostname}:${local.database.port}"
}

output "replica_hostnames" {
  description = "Address of each copy by its region."
  value       = { for location, cache in azurerm_managed_redis.replica : location => cache.hostname }
}

output "private_ip_address" {
  description = "Private address of the cache, or null without a private endpoint."
  value       = one(azurerm_private_endpoint.this[*].private_service_connection[0].private_ip_address)
}

output "principal_id" {
  description = "Object id of the cache's own identity in Microsoft Entra ID."
  value       = azurerm_managed_redis.this.identity[0].principal_id
}

output "connect_command" {
  description = "Command that opens a prompt, signed in as yourself; `id` is your object id."
  value       = "redis-cli -h ${azurerm_managed_redis.this.hostname} -p ${local.database.port}${var.plaintext_enabled ? "" : " --tls"}${var.clustering_policy == "OSSCluster" ? " -c" : ""} --user \"$(az ad signed-in-user show --query id -o tsv)\" --pass \"$(az account get-access-token --resource https://redis.azure.com --query accessToken -o tsv)\""
}

output "connection_string" {
  description = "Connection string with the first key, or null while keys are off."
  value       = var.access_keys_enabled ? "${azurerm_managed_redis.this.hostname}:${local.database.port},password=${local.database.primary_access_key},ssl=${var.plaintext_enabled ? "False" : "True"},abortConnect=False" : null
  sensitive   = true
}

output "primary_access_key" {
  description = "First key, or null while keys are off."
  value       = var.access_keys_enabled ? local.database.primary_access_key : null
  sensitive   = true
}

output "portal_url" {
  description = "The cache in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_managed_redis.this.id}"
}
