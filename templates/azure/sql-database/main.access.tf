locals {
  # Both servers let the same people in: after a failover nothing changes for them.
  ip_openings = { for pair in setproduct(local.server_roles, distinct(var.allowed_ip_ranges)) : "${pair[0]} ${pair[1]}" => {
    server = pair[0], range = strcontains(pair[1], "/") ? pair[1] : "${pair[1]}/32"
  } }
  subnet_openings = { for pair in setproduct(local.server_roles, distinct(var.allowed_subnet_ids)) : "${pair[0]} ${pair[1]}" => {
    server = pair[0], subnet_id = pair[1]
  } }
  outbound_openings = { for pair in setproduct(local.server_roles, var.outbound_fqdns == null ? [] : var.outbound_fqdns) : "${pair[0]} ${pair[1]}" => {
    server = pair[0], fqdn = pair[1]
  } }
}

resource "azurerm_mssql_firewall_rule" "this" {
  for_each = local.ip_openings

  name             = "allow-${replace(each.value.range, "/", "-")}"
  server_id        = local.server_ids[each.value.server]
  start_ip_address = cidrhost(each.value.range, 0)
  end_ip_address   = cidrhost(each.value.range, -1)
}

resource "azurerm_mssql_virtual_network_rule" "this" {
  for_each = local.subnet_openings

  name      = "allow-${substr(sha1(lower(each.value.subnet_id)), 0, 12)}"
  server_id = local.server_ids[each.value.server]
  subnet_id = each.value.subnet_id
}

resource "azurerm_mssql_outbound_firewall_rule" "this" {
  for_each = local.outbound_openings

  name      = each.value.fqdn
  server_id = local.server_ids[each.value.server]
}

resource "azurerm_private_endpoint" "this" {
  count = var.private_endpoint == null ? 0 : 1

  name                = "pep-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  subnet_id           = var.private_endpoint.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = var.name
    private_connection_resource_id = azurerm_mssql_server.this.id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = var.private_endpoint.private_dns_zone_id == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "default"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}
