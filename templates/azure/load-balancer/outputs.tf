output "id" {
  description = "Resource id of the load balancer."
  value       = azurerm_lb.this.id
}

output "name" {
  description = "Name of the load balancer."
  value       = azurerm_lb.this.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "frontend_ip_address" {
  description = "Address of the first frontend, or null when it is a public address that was there already."
  value       = local.public ? try(azurerm_public_ip.this[local.first_frontend].ip_address, null) : azurerm_lb.this.private_ip_address
}

output "frontend_ip_addresses" {
  description = "Address of each frontend by its name; public addresses that were there already are left out."
  value = local.public ? { for name, address in azurerm_public_ip.this : name => address.ip_address } : {
    for frontend in azurerm_lb.this.frontend_ip_configuration : frontend.name => frontend.private_ip_address
  }
}

output "fqdns" {
  description = "DNS name of each frontend that has a label, by its name."
  value       = { for name, frontend in local.new_addresses : name => azurerm_public_ip.this[name].fqdn if frontend.domain_name_label != null }
}

output "frontend_ip_configuration_ids" {
  description = "Resource id of each frontend by its name; a load balancer of the Global tier takes them as its backends."
  value       = { for frontend in azurerm_lb.this.frontend_ip_configuration : frontend.name => frontend.id }
}

output "backend_pool_ids" {
  description = "Resource id of each backend pool by its name; scale sets and network cards join with it."
  value       = { for name, pool in azurerm_lb_backend_address_pool.this : name => pool.id }
}

output "probe_ids" {
  description = "Resource id of each health probe by its name."
  value       = { for name, probe in azurerm_lb_probe.this : name => probe.id }
}

output "rule_ids" {
  description = "Resource id of each rule by its name."
  value       = { for name, rule in azurerm_lb_rule.this : name => rule.id }
}

output "nat_rule_ids" {
  description = "Resource id of each NAT rule by its name."
  value       = { for name, rule in azurerm_lb_nat_rule.this : name => rule.id }
}

output "portal_url" {
  description = "The load balancer in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_lb.this.id}"
}
