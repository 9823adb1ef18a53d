output "id" {
  description = "Resource id of the registry."
  value       = azurerm_container_registry.this.id
}

output "name" {
  description = "Name of the registry."
  value       = azurerm_container_registry.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the registry."
  value       = local.resource_group_name
}

output "login_server" {
  description = "Address of the registry, with which the names of its images begin."
  value       = azurerm_container_registry.this.login_server
}

output "connect_command" {
  description = "Command that signs Docker in with your own account."
  value       = "az acr login --name ${azurerm_container_registry.this.name}"
}

output "push_command" {
  description = "Commands that bring an image of your machine into the registry."
  value       = "docker tag app:latest ${azurerm_container_registry.this.login_server}/app:latest && docker push ${azurerm_container_registry.this.login_server}/app:latest"
}

output "principal_id" {
  description = "Object id of the registry's own identity in Microsoft Entra ID."
  value       = azurerm_container_registry.this.identity[0].principal_id
}

output "data_endpoint_host_names" {
  description = "Addresses from which layers are downloaded, for firewalls; empty without data endpoints of its own."
  value       = var.data_endpoint_enabled ? azurerm_container_registry.this.data_endpoint_host_names : toset([])
}

output "private_endpoint_ip_address" {
  description = "Private address of the registry, or null without a private endpoint."
  value       = one(azurerm_private_endpoint.this[*].private_service_connection[0].private_ip_address)
}

output "webhook_ids" {
  description = "Resource id of each webhook by its name."
  value       = { for name, hook in azurerm_container_registry_webhook.this : name => hook.id }
}

output "admin_username" {
  description = "User name of the administrator, or null while that is off."
  value       = var.admin_enabled ? azurerm_container_registry.this.admin_username : null
}

output "admin_password" {
  description = "Password of the administrator, or null while that is off."
  value       = var.admin_enabled ? azurerm_container_registry.this.admin_password : null
  sensitive   = true
}

output "portal_url" {
  description = "The registry in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_container_registry.this.id}"
}
