output "id" {
  description = "Resource id of the resource group."
  value       = azurerm_resource_group.this.id
}

output "name" {
  description = "Name of the resource group."
  value       = azurerm_resource_group.this.name
}

output "portal_url" {
  description = "The group in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_resource_group.this.id}"
}
