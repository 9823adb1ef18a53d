output "id" {
  description = "Resource id of the first address."
  value       = azurerm_public_ip.this[var.name].id
}

output "name" {
  description = "Name of the first address."
  value       = azurerm_public_ip.this[var.name].name
}

output "resource_group_name" {
  description = "Resource group that holds the addresses."
  value       = local.resource_group_name
}

output "ip_address" {
  description = "The first address itself."
  value       = azurerm_public_ip.this[var.name].ip_address
}

output "fqdn" {
  description = "Public name of the first address, or null without a DNS label."
  value       = var.domain_name_label == null ? null : azurerm_public_ip.this[var.name].fqdn
}

output "zones" {
  description = "Availability zones of the addresses; empty when Azure chooses."
  value       = var.zones
}

output "ids" {
  description = "Resource id of each address by its name."
  value       = { for name, address in azurerm_public_ip.this : name => address.id }
}

output "ip_addresses" {
  description = "Each address by its name."
  value       = { for name, address in azurerm_public_ip.this : name => address.ip_address }
}

output "fqdns" {
  description = "Public name of each address by its name; empty without a DNS label."
  value       = var.domain_name_label == null ? {} : { for name, address in azurerm_public_ip.this : name => address.fqdn }
}

output "prefix_id" {
  description = "Resource id of the range that the addresses are taken from, or null when they are single ones."
  value       = var.prefix_length == null ? var.public_ip_prefix_id : azurerm_public_ip_prefix.this[0].id
}

output "ip_range" {
  description = "The range that was made, for the firewalls of others, or null without one."
  value       = one(azurerm_public_ip_prefix.this[*].ip_prefix)
}

output "portal_url" {
  description = "The first address in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_public_ip.this[var.name].id}"
}
