output "id" {
  description = "Resource id of the storage account."
  value       = azurerm_storage_account.this.id
}

output "name" {
  description = "Name of the storage account."
  value       = azurerm_storage_account.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the account."
  value       = local.resource_group_name
}

output "blob_endpoint" {
  description = "Address of the blob service."
  value       = azurerm_storage_account.this.primary_blob_endpoint
}

output "dfs_endpoint" {
  description = "Address of the data lake service."
  value       = azurerm_storage_account.this.primary_dfs_endpoint
}

output "file_endpoint" {
  description = "Address of the file service."
  value       = azurerm_storage_account.this.primary_file_endpoint
}

output "queue_endpoint" {
  description = "Address of the queue service."
  value       = azurerm_storage_account.this.primary_queue_endpoint
}

output "table_endpoint" {
  description = "Address of the table service."
  value       = azurerm_storage_account.this.primary_table_endpoint
}

output "website_url" {
  description = "Address of the web site, or null when there is none."
  value       = var.static_website == null ? null : azurerm_storage_account.this.primary_web_endpoint
}

output "container_urls" {
  description = "Address of each container by its name."
  value       = { for name, container in azurerm_storage_container.this : name => "${azurerm_storage_account.this.primary_blob_endpoint}${container.name}" }
}

output "file_share_urls" {
  description = "Address of each file share by its name."
  value       = { for name, share in azurerm_storage_share.this : name => "${azurerm_storage_account.this.primary_file_endpoint}${share.name}" }
}

output "private_endpoint_ip_addresses" {
  description = "Private address of each service that has a private endpoint."
  value       = { for service, endpoint in azurerm_private_endpoint.this : service => endpoint.private_service_connection[0].private_ip_address }
}

output "principal_id" {
  description = "Object id of the account's own identity in Microsoft Entra ID."
  value       = azurerm_storage_account.this.identity[0].principal_id
}

output "connection_string" {
  description = "Connection string with the first key, or null while account keys are off."
  value       = var.shared_access_key_enabled ? azurerm_storage_account.this.primary_connection_string : null
  sensitive   = true
}

output "portal_url" {
  description = "The account in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_storage_account.this.id}"
}
