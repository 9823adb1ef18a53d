output "id" {
  description = "Resource id of the container group."
  value       = azurerm_container_group.this.id
}

output "name" {
  description = "Name of the container group."
  value       = azurerm_container_group.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the container group."
  value       = local.resource_group_name
}

output "ip_address" {
  description = "Address of the containers, or null when they have none."
  value       = local.address == "None" ? null : azurerm_container_group.this.ip_address
}

output "fqdn" {
  description = "Public name of the containers, or null without a DNS label."
  value       = var.dns_name_label == null ? null : azurerm_container_group.this.fqdn
}

output "principal_id" {
  description = "Object id of the group's own identity in Microsoft Entra ID, to give it rights."
  value       = azurerm_container_group.this.identity[0].principal_id
}

output "logs_command" {
  description = "Command that shows what the first container prints."
  value       = "az container logs --resource-group ${local.resource_group_name} --name ${azurerm_container_group.this.name} --container-name ${var.name} --follow"
}

output "connect_command" {
  description = "Command that opens a shell in the first container."
  value       = "az container exec --resource-group ${local.resource_group_name} --name ${azurerm_container_group.this.name} --container-name ${var.name} --exec-command ${var.os_type == "Windows" ? "cmd.exe" : "/bin/sh"}"
}

output "portal_url" {
  description = "The container group in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_container_group.this.id}"
}
