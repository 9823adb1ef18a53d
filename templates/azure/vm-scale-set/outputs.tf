output "id" {
  description = "Resource id of the scale set."
  value       = local.scale_set_id
}

output "name" {
  description = "Name of the scale set."
  value       = var.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "principal_id" {
  description = "Object id of the machines' identity in Microsoft Entra ID."
  value = local.uniform ? one(concat(
    azurerm_linux_virtual_machine_scale_set.this[*].identity[0].principal_id,
    azurerm_windows_virtual_machine_scale_set.this[*].identity[0].principal_id,
  )) : azurerm_user_assigned_identity.this[0].principal_id
}

output "load_balancer_ip_address" {
  description = "Address under which the machines are reached together, or null when there is no load balancer."
  value       = local.public ? azurerm_public_ip.this[0].ip_address : one(azurerm_lb.this[*].private_ip_address)
}

output "load_balancer_backend_pool_id" {
  description = "Resource id of the pool that the machines are in, or null when there is no load balancer."
  value       = one(azurerm_lb_backend_address_pool.this[*].id)
}

output "autoscale_id" {
  description = "Resource id of the setting that decides how many machines there are."
  value       = azurerm_monitor_autoscale_setting.this.id
}

output "virtual_network_id" {
  description = "Resource id of the new network, or null when an existing subnet is used."
  value       = one(azurerm_virtual_network.this[*].id)
}

output "subnet_id" {
  description = "Resource id of the subnet that the machines are in."
  value       = local.subnet_id
}

output "network_security_group_id" {
  description = "Resource id of the network security group."
  value       = azurerm_network_security_group.this.id
}

output "outbound_ip_address" {
  description = "Address under which the machines appear on the internet, or null when they have no way out through this deployment."
  value       = var.nat_gateway_enabled ? one(azurerm_public_ip.nat[*].ip_address) : one(azurerm_public_ip.this[*].ip_address)
}

output "list_command" {
  description = "Command that lists the machines and how they are."
  value       = local.uniform ? "az vmss list-instances --resource-group ${local.resource_group_name} --name ${var.name} --output table" : "az vm list --resource-group ${local.resource_group_name} --vmss ${local.scale_set_id} --show-details --output table"
}

output "portal_url" {
  description = "The scale set in the Azure portal."
  value       = "https://portal.azure.com/#resource${local.scale_set_id}"
}
