output "id" {
  description = "Resource id of the gateway."
  value       = azurerm_application_gateway.this.id
}

output "name" {
  description = "Name of the gateway."
  value       = azurerm_application_gateway.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the gateway."
  value       = local.resource_group_name
}

output "public_ip_address" {
  description = "Public address that was created for the gateway, or null. An A record of your own points here."
  value       = one(azurerm_public_ip.this[*].ip_address)
}

output "fqdn" {
  description = "Name of the public address, or null when it has no label."
  value       = var.domain_name_label == null ? null : one(azurerm_public_ip.this[*].fqdn)
}

output "private_ip_address" {
  description = "Private address that the gateway listens on, or null."
  value       = var.private_ip_address
}

output "url" {
  description = "Address to visit: the first host name, else the name of the public address, else an address."
  value       = "${local.scheme}://${length(var.host_names) > 0 ? replace(var.host_names[0], "*", "www") : coalesce(var.domain_name_label == null ? null : one(azurerm_public_ip.this[*].fqdn), one(azurerm_public_ip.this[*].ip_address), var.private_ip_address, var.name)}"
}

output "backend_pool_id" {
  description = "Resource id of the pool with the servers; scale sets and network interfaces join it."
  value       = one([for pool in azurerm_application_gateway.this.backend_address_pool : pool.id if pool.name == "default"])
}

output "waf_policy_id" {
  description = "Resource id of the web application firewall's policy."
  value       = azurerm_web_application_firewall_policy.this.id
}

output "principal_id" {
  description = "Object id of the identity that was created to read certificates, or null."
  value       = one(azurerm_user_assigned_identity.this[*].principal_id)
}

output "subnet_id" {
  description = "Subnet of the gateway."
  value       = local.subnet_id
}

output "portal_url" {
  description = "The gateway in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_application_gateway.this.id}"
}
