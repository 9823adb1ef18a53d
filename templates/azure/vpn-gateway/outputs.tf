output "id" {
  description = "Resource id of the VPN gateway."
  value       = azurerm_virtual_network_gateway.this.id
}

output "name" {
  description = "Name of the VPN gateway."
  value       = azurerm_virtual_network_gateway.this.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "public_ip_addresses" {
  description = "Public address of the gateway by its use. The other side's device connects with `primary`, and with `secondary` when there is one."
  value       = { for name, address in azurerm_public_ip.this : name => address.ip_address }
}

output "bgp_asn" {
  description = "Number of the gateway's autonomous system, or null without BGP."
  value       = try(var.bgp.asn, null)
}

output "bgp_peers" {
  description = "For each tunnel address the BGP addresses that the other side's device peers with. Empty without BGP."
  value = { for peer in flatten([for settings in azurerm_virtual_network_gateway.this.bgp_settings : settings.peering_addresses]) : peer.ip_configuration_name => {
    default_addresses = peer.default_addresses
    apipa_addresses   = peer.apipa_addresses
  } }
}

output "connection_ids" {
  description = "Resource id of each connection by its name."
  value       = { for name, connection in azurerm_virtual_network_gateway_connection.this : name => connection.id }
}

output "local_network_gateway_ids" {
  description = "Resource id of the description of each other side, by the connection's name."
  value       = { for name, gateway in azurerm_local_network_gateway.this : name => gateway.id }
}

output "virtual_network_id" {
  description = "Resource id of the network that the gateway is in."
  value       = local.create_network ? azurerm_virtual_network.this[0].id : split("/subnets/", local.subnet_id)[0]
}

output "gateway_subnet_id" {
  description = "Resource id of the subnet that the gateway is in."
  value       = local.subnet_id
}

output "vpn_client_command" {
  description = "Command that makes the file with which people set up their VPN client, or null when they cannot connect."
  value       = var.point_to_site == null ? null : "az network vnet-gateway vpn-client generate --resource-group ${local.resource_group_name} --name ${var.name}"
}

output "portal_url" {
  description = "The gateway in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_virtual_network_gateway.this.id}"
}
