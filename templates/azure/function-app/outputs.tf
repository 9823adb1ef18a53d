output "id" {
  description = "Resource id of the app."
  value       = local.app.id
}

output "name" {
  description = "Name of the app."
  value       = local.app.name
}

output "resource_group_name" {
  description = "Resource group that holds the app."
  value       = local.resource_group_name
}

output "default_hostname" {
  description = "Host name of the app."
  value       = local.app.hostname
}

output "url" {
  description = "Address below which the functions answer: `<url>/api/<function>`."
  value       = "https://${local.app.hostname}"
}

output "staging_url" {
  description = "Address of the slot `staging`, or null when there is none."
  value       = one([for slot in azurerm_linux_function_app_slot.this : "https://${slot.default_hostname}"])
}

output "principal_id" {
  description = "Object id of the app's own identity in Microsoft Entra ID."
  value       = local.app.principal
}

output "outbound_ip_addresses" {
  description = "Addresses that the app's connections to the internet come from."
  value       = local.app.addresses
}

output "private_ip_address" {
  description = "Private address of the app, or null when it has no private endpoint."
  value       = one([for endpoint in azurerm_private_endpoint.this : endpoint.private_service_connection[0].private_ip_address])
}

output "storage_account_name" {
  description = "Storage account that holds packages, triggers and state."
  value       = azurerm_storage_account.this.name
}

output "package_container_url" {
  description = "Container for the packages with the code."
  value       = local.package_url
}

output "virtual_network_id" {
  description = "Network that was created for the app, or null."
  value       = one(azurerm_virtual_network.this[*].id)
}

output "application_insights_connection_string" {
  description = "Connection string of Application Insights, or null. It holds no key that would be accepted: sign-in is by identity."
  value       = one(azurerm_application_insights.this[*].connection_string)
  sensitive   = true
}

output "portal_url" {
  description = "The app in the Azure portal."
  value       = "https://portal.azure.com/#resource${local.app.id}"
}
