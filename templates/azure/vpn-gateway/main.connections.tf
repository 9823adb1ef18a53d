locals {
  entra     = var.point_to_site == null ? false : contains(var.point_to_site.auth_types, "AAD")
  tenant_id = local.entra ? coalesce(var.point_to_site.tenant_id, data.azurerm_client_config.current[0].tenant_id) : null

  connections = { for connection in var.connections : connection.name => connection }
}

# The tenant of whoever runs this, for people who sign in with Microsoft Entra ID.
data "azurerm_client_config" "current" {
  count = local.entra ? 1 : 0
}

resource "azurerm_local_network_gateway" "this" {
  for_each = local.connections

  name                = "lng-${var.name}-${each.key}"
  resource_group_name = local.resource_group_name
  location            = var.location
  gateway_address     = each.value.gateway_address
  gateway_fqdn        = each.value.gateway_fqdn
  address_space       = length(each.value.address_space) == 0 ? null : each.value.address_space
  tags                = local.tags

  dynamic "bgp_settings" {
    for_each = each.value.bgp == null ? [] : [each.value.bgp]

    content {
      asn                 = bgp_settings.value.asn
      bgp_peering_address = bgp_settings.value.peering_address
      peer_weight         = bgp_settings.value.peer_weight
    }
  }
}

resource "azurerm_virtual_network_gateway_connection" "this" {
  for_each = local.connections

  name                               = "cn-${var.name}-${each.key}"
  resource_group_name                = local.resource_group_name
  location                           = var.location
  type                               = "IPsec"
  virtual_network_gateway_id         = azurerm_virtual_network_gateway.this.id
  local_network_gateway_id           = azurerm_local_network_gateway.this[each.key].id
  connection_protocol                = "IKEv2"
  connection_mode                    = each.value.connection_mode
  dpd_timeout_seconds                = each.value.dpd_timeout_seconds
  routing_weight                     = each.value.routing_weight
  bgp_enabled                        = each.value.bgp != null
  use_policy_based_traffic_selectors = each.value.use_policy_based_traffic_selectors
  shared_key                         = var.shared_keys[each.key]
  tags                               = local.tags

  ipsec_policy {
    ike_encryption   = each.value.ipsec_policy.ike_encryption
    ike_integrity    = each.value.ipsec_policy.ike_integrity
    dh_group         = each.value.ipsec_policy.dh_group
    ipsec_encryption = each.value.ipsec_policy.ipsec_encryption
    ipsec_integrity  = each.value.ipsec_policy.ipsec_integrity
    pfs_group        = each.value.ipsec_policy.pfs_group
    sa_lifetime      = each.value.ipsec_policy.sa_lifetime_seconds
    sa_datasize      = 102400000
  }
}
