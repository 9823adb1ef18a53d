output "id" {
  description = "Resource id of the virtual network."
  value       = azurerm_virtual_network.this.id
}

output "name" {
  description = "Name of the virtual network."
  value       = azurerm_virtual_network.this.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "address_space" {
  description = "Address ranges of the network."
  value       = azurerm_virtual_network.this.address_space
}

output "subnet_ids" {
  description = "Resource id of each subnet by its name."
  value       = { for name, subnet in azurerm_subnet.this : name => subnet.id }
}

output "address_plan" {
  description = "Address ranges of each subnet by its name, with the number of IPv4 addresses that are left for machines."
  value = { for name, subnet in local.subnets : name => {
    address_prefixes = subnet.address_prefixes
    # Azure keeps five addresses of each range to itself.
    usable_addresses = sum([for prefix in subnet.address_prefixes : strcontains(prefix, ":") ? 0 : pow(2, 32 - tonumber(split("/", prefix)[1])) - 5])
  } }
}

output "network_security_group_ids" {
  description = "Resource id of each network security group that was created, by the name of its subnet."
  value       = { for name, group in azurerm_network_security_group.this : name => group.id }
}

output "route_table_ids" {
  description = "Resource id of each route table that was created, by the name of its subnet."
  value       = { for name, table in azurerm_route_table.this : name => table.id }
}

output "nat_gateway_id" {
  description = "Resource id of the NAT gateway, or null when there is none."
  value       = one(azurerm_nat_gateway.this[*].id)
}

output "nat_ip_addresses" {
  description = "Addresses under which the network appears on the internet through the NAT gateway."
  value       = [for name in local.nat_addresses : azurerm_public_ip.nat[name].ip_address]
}

output "peering_ids" {
  description = "Resource id of each peering by its name."
  value       = { for name, peering in azurerm_virtual_network_peering.this : name => peering.id }
}

output "flow_log_id" {
  description = "Resource id of the flow log, or null when there is none."
  value       = one(azurerm_network_watcher_flow_log.this[*].id)
}

output "guid" {
  description = "Identifier that Azure gave the network."
  value       = azurerm_virtual_network.this.guid
}

output "portal_url" {
  description = "The network in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_virtual_network.this.id}"
}
