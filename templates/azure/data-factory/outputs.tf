output "id" {
  description = "Resource id of the factory."
  value       = azurerm_data_factory.this.id
}

output "name" {
  description = "Name of the factory."
  value       = azurerm_data_factory.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the factory."
  value       = local.resource_group_name
}

output "principal_id" {
  description = "Object id of the factory's own identity in Microsoft Entra ID."
  value       = azurerm_data_factory.this.identity[0].principal_id
}

output "integration_runtime_ids" {
  description = "Resource id of each runtime by its name."
  value       = merge({ for name, runtime in azurerm_data_factory_integration_runtime_azure.this : name => runtime.id }, { for name, runtime in azurerm_data_factory_integration_runtime_self_hosted.this : name => runtime.id })
}

output "self_hosted_runtime_keys" {
  description = "Key that the set-up of each runtime on your own machines asks for."
  value       = { for name, runtime in azurerm_data_factory_integration_runtime_self_hosted.this : name => runtime.primary_authorization_key }
  sensitive   = true
}

output "managed_private_endpoint_ids" {
  description = "Resource id of each managed private endpoint by its name; its target's owner approves it."
  value       = { for name, endpoint in azurerm_data_factory_managed_private_endpoint.this : name => endpoint.id }
}

output "linked_service_names" {
  description = "Names of the connections that pipelines can use."
  value       = concat(azurerm_data_factory_linked_service_key_vault.this[*].name, [for service in azurerm_data_factory_linked_service_azure_blob_storage.this : service.name], [for service in azurerm_data_factory_linked_service_azure_sql_database.this : service.name])
}

output "private_endpoint_ip_addresses" {
  description = "Private address of each service that has a private endpoint."
  value       = { for service, endpoint in azurerm_private_endpoint.this : service => endpoint.private_service_connection[0].private_ip_address }
}

output "studio_url" {
  description = "Page where pipelines are built."
  value       = "https://adf.azure.com/home?factory=${urlencode(azurerm_data_factory.this.id)}"
}

output "portal_url" {
  description = "The factory in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_data_factory.this.id}"
}
