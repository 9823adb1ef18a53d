output "id" {
  description = "Resource id of the virtual machine."
  value       = local.vm_id
}

output "name" {
  description = "Name of the virtual machine."
  value       = var.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "private_ip_address" {
  description = "Private address of the machine."
  value       = azurerm_network_interface.this.private_ip_address
}

output "public_ip_address" {
  description = "Public address of the machine, or null when it has none."
  value       = one(azurerm_public_ip.this[*].ip_address)
}

output "fqdn" {
  description = "DNS name of the public address, or null when it has none."
  value       = var.domain_name_label == null ? null : one(azurerm_public_ip.this[*].fqdn)
}

output "admin_username" {
  description = "Name of the administrator's account."
  value       = var.admin_username
}

output "connect_command" {
  description = "Command that connects to the machine. With a Bastion of the Developer or Basic kind it is the page in the Azure portal."
  value       = local.connect_command
}

output "principal_id" {
  description = "Object id of the machine's own identity in Microsoft Entra ID."
  value       = local.vm_identity[0].principal_id
}

output "virtual_network_id" {
  description = "Resource id of the new network, or null when an existing subnet is used."
  value       = one(azurerm_virtual_network.this[*].id)
}

output "subnet_id" {
  description = "Resource id of the subnet that the machine is in."
  value       = local.subnet_id
}

output "network_security_group_id" {
  description = "Resource id of the network security group."
  value       = azurerm_network_security_group.this.id
}

output "data_disk_ids" {
  description = "Resource id of each data disk by its name."
  value       = { for name, disk in azurerm_managed_disk.this : name => disk.id }
}

output "outbound_ip_address" {
  description = "Address under which the machine appears on the internet through the NAT gateway, or null when there is none."
  value       = one(azurerm_public_ip.nat[*].ip_address)
}

output "portal_url" {
  description = "The machine in the Azure portal."
  value       = "https://portal.azure.com/#resource${local.vm_id}"
}
