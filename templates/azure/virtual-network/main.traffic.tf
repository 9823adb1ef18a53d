locals {
  open_names = [for name in keys(local.subnets) : name if !contains(local.reserved_names, name)]

  # A subnet that brings no group of its own gets one: Azure's built-in rules keep the internet out.
  guarded_names = [for name in local.open_names : name if local.subnets[name].network_security_group_id == null]
  given_groups  = { for name in local.open_names : name => local.subnets[name].network_security_group_id if local.subnets[name].network_security_group_id != null }

  inbound_rules = { for pair in flatten([for subnet in var.subnets : [for rule in subnet.inbound_rules : { subnet = subnet.name, rule = rule }]]) :
    "${pair.subnet}/${pair.rule.name}" => pair
  }

  routed_names       = [for name, subnet in local.subnets : name if length(subnet.routes) > 0]
  given_route_tables = { for name, subnet in local.subnets : name => subnet.route_table_id if subnet.route_table_id != null }
  routes = { for pair in flatten([for subnet in var.subnets : [for route in subnet.routes : { subnet = subnet.name, route = route }]]) :
    "${pair.subnet}/${pair.route.name}" => pair
  }

  nat_names     = var.nat_gateway == null ? [] : [for name in local.open_names : name if local.subnets[name].nat_gateway_enabled]
  nat_addresses = var.nat_gateway == null ? [] : [for number in range(var.nat_gateway.public_ip_count) : format("%02d", number + 1)]
}

resource "azurerm_network_security_group" "this" {
  for_each = toset(local.guarded_names)

  name                = "nsg-${var.name}-${each.value}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_network_security_rule" "this" {
  for_each = local.inbound_rules

  name                        = each.value.rule.name
  description                 = each.value.rule.description
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this[each.value.subnet].name
  priority                    = each.value.rule.priority
  direction                   = "Inbound"
  access                      = each.value.rule.access
  protocol                    = each.value.rule.protocol
  source_port_range           = "*"
  source_address_prefix       = length(each.value.rule.sources) == 1 ? one(each.value.rule.sources) : null
  source_address_prefixes     = length(each.value.rule.sources) == 1 ? null : each.value.rule.sources
  destination_port_range      = length(each.value.rule.ports) == 1 ? one(each.value.rule.ports) : null
  destination_port_ranges     = length(each.value.rule.ports) == 1 ? null : each.value.rule.ports
  destination_address_prefix  = "*"
}

resource "azurerm_subnet_network_security_group_association" "this" {
  for_each = toset(local.open_names)

  subnet_id                 = azurerm_subnet.this[each.value].id
  network_security_group_id = contains(local.guarded_names, each.value) ? azurerm_network_security_group.this[each.value].id : local.given_groups[each.value]
}

resource "azurerm_route_table" "this" {
  for_each = toset(local.routed_names)

  name                = "rt-${var.name}-${each.value}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_route" "this" {
  for_each = local.routes

  name                   = each.value.route.name
  resource_group_name    = local.resource_group_name
  route_table_name       = azurerm_route_table.this[each.value.subnet].name
  address_prefix         = each.value.route.address_prefix
  next_hop_type          = each.value.route.next_hop_type
  next_hop_in_ip_address = each.value.route.next_hop_ip_address
}

resource "azurerm_subnet_route_table_association" "this" {
  for_each = toset(concat(local.routed_names, keys(local.given_route_tables)))

  subnet_id      = azurerm_subnet.this[each.value].id
  route_table_id = contains(local.routed_names, each.value) ? azurerm_route_table.this[each.value].id : local.given_route_tables[each.value]
}

resource "azurerm_public_ip" "nat" {
  for_each = toset(local.nat_addresses)

  name                = "pip-${var.name}-nat-${each.value}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = var.nat_gateway.zone == null ? null : [var.nat_gateway.zone]
  tags                = local.tags
}

resource "azurerm_nat_gateway" "this" {
  count = var.nat_gateway == null ? 0 : 1

  name                    = "ng-${var.name}"
  resource_group_name     = local.resource_group_name
  location                = var.location
  sku_name                = "Standard"
  idle_timeout_in_minutes = var.nat_gateway.idle_timeout_in_minutes
  zones                   = var.nat_gateway.zone == null ? null : [var.nat_gateway.zone]
  tags                    = local.tags
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  for_each = azurerm_public_ip.nat

  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = each.value.id
}

resource "azurerm_subnet_nat_gateway_association" "this" {
  for_each = toset(local.nat_names)

  subnet_id      = azurerm_subnet.this[each.value].id
  nat_gateway_id = azurerm_nat_gateway.this[0].id
}

resource "azurerm_network_watcher_flow_log" "this" {
  count = var.flow_logs == null ? 0 : 1

  name                 = "fl-${var.name}"
  network_watcher_name = coalesce(var.flow_logs.network_watcher_name, "NetworkWatcher_${var.location}")
  resource_group_name  = var.flow_logs.network_watcher_resource_group_name
  location             = var.location
  target_resource_id   = azurerm_virtual_network.this.id
  storage_account_id   = var.flow_logs.storage_account_id
  enabled              = true
  version              = 2
  tags                 = local.tags

  retention_policy {
    enabled = var.flow_logs.retention_days > 0
    days    = var.flow_logs.retention_days
  }

  dynamic "traffic_analytics" {
    for_each = var.flow_logs.traffic_analytics == null ? [] : [var.flow_logs.traffic_analytics]

    content {
      enabled               = true
      workspace_id          = traffic_analytics.value.workspace_guid
      workspace_region      = coalesce(traffic_analytics.value.workspace_region, var.location)
      workspace_resource_id = traffic_analytics.value.workspace_resource_id
      interval_in_minutes   = traffic_analytics.value.interval_in_minutes
    }
  }
}
