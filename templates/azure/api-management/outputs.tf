output "id" {
  description = "Resource id of the service."
  value       = azurerm_api_management.this.id
}

output "name" {
  description = "Name of the service."
  value       = azurerm_api_management.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the service."
  value       = local.resource_group_name
}

output "gateway_url" {
  description = "Address that the APIs are called at."
  value       = azurerm_api_management.this.gateway_url
}

output "developer_portal_url" {
  description = "Address of the portal where developers read about the APIs and get their keys, or null on Consumption."
  value       = local.is_consumption ? null : azurerm_api_management.this.developer_portal_url
}

output "management_api_url" {
  description = "Address of the management API, or null on Consumption."
  value       = local.is_consumption ? null : azurerm_api_management.this.management_api_url
}

output "api_urls" {
  description = "Address of each API by its name."
  value       = { for name, api in azurerm_api_management_api.this : name => "${azurerm_api_management.this.gateway_url}/${api.path}" }
}

output "public_ip_addresses" {
  description = "Public addresses of the service; allow them in the firewalls of the servers behind it."
  value       = azurerm_api_management.this.public_ip_addresses
}

output "private_ip_addresses" {
  description = "Private addresses of a service inside a network, or of its private endpoint."
  value       = concat(coalesce(azurerm_api_management.this.private_ip_addresses, []), [for endpoint in azurerm_private_endpoint.this : endpoint.private_service_connection[0].private_ip_address])
}

output "principal_id" {
  description = "Object id of the service's own identity in Microsoft Entra ID."
  value       = azurerm_api_management.this.identity[0].principal_id
}

output "log_analytics_workspace_id" {
  description = "Workspace that holds requests and telemetry, or null."
  value       = local.workspace_id
}

output "portal_url" {
  description = "The service in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_api_management.this.id}"
}
