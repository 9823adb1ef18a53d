locals {
  first_frontend = var.frontends[0].name
  first_pool     = sort(tolist(var.backend_pools))[0]

  # Load balancers of regions look after themselves: the Global tier has no probes.
  probes = local.regional ? { for probe in var.probes : probe.name => probe } : {}

  # Outbound rules are for IPv4 addresses on the internet.
  outbound = local.public && local.regional ? var.outbound : null
  outbound_frontends = local.outbound == null ? [] : (
    length(local.outbound.frontends) > 0 ? local.outbound.frontends : [for frontend in var.frontends : frontend.name if frontend.ip_version == "IPv4"]
  )
}

resource "azurerm_lb_probe" "this" {
  for_each = local.probes

  name                = each.key
  loadbalancer_id     = azurerm_lb.this.id
  protocol            = each.value.protocol
  port                = each.value.port
  request_path        = each.value.protocol == "Tcp" ? null : each.value.path
  interval_in_seconds = each.value.interval_in_seconds
  probe_threshold     = each.value.threshold
}

resource "azurerm_lb_rule" "this" {
  for_each = { for rule in var.rules : rule.name => rule }

  name                           = each.key
  loadbalancer_id                = azurerm_lb.this.id
  frontend_ip_configuration_name = coalesce(each.value.frontend, local.first_frontend)
  protocol                       = each.value.protocol
  frontend_port                  = each.value.frontend_port
  backend_port                   = each.value.backend_port == null ? each.value.frontend_port : each.value.backend_port
  backend_address_pool_ids       = [azurerm_lb_backend_address_pool.this[coalesce(each.value.backend_pool, local.first_pool)].id]
  probe_id                       = local.regional ? azurerm_lb_probe.this[coalesce(each.value.probe, var.probes[0].name)].id : null
  load_distribution              = each.value.load_distribution
  floating_ip_enabled            = each.value.floating_ip_enabled
  idle_timeout_in_minutes        = each.value.idle_timeout_in_minutes
  tcp_reset_enabled              = each.value.tcp_reset_enabled && each.value.protocol != "Udp"

  # The way out is the outbound rule's, with a number of ports that is known.
  disable_outbound_snat = local.public && local.regional
}

resource "azurerm_lb_nat_rule" "this" {
  for_each = { for rule in var.nat_rules : rule.name => rule }

  name                           = each.key
  resource_group_name            = local.resource_group_name
  loadbalancer_id                = azurerm_lb.this.id
  frontend_ip_configuration_name = coalesce(each.value.frontend, local.first_frontend)
  backend_address_pool_id        = azurerm_lb_backend_address_pool.this[coalesce(each.value.backend_pool, local.first_pool)].id
  protocol                       = each.value.protocol
  frontend_port_start            = each.value.frontend_port_start
  frontend_port_end              = each.value.frontend_port_end
  backend_port                   = each.value.backend_port
  idle_timeout_in_minutes        = each.value.idle_timeout_in_minutes
  tcp_reset_enabled              = each.value.protocol == "Tcp"
  floating_ip_enabled            = false
}

resource "azurerm_lb_outbound_rule" "this" {
  for_each = local.outbound == null ? toset([]) : var.backend_pools

  name                     = "outbound-${each.value}"
  loadbalancer_id          = azurerm_lb.this.id
  backend_address_pool_id  = azurerm_lb_backend_address_pool.this[each.value].id
  protocol                 = "All"
  allocated_outbound_ports = local.outbound.ports_per_machine
  idle_timeout_in_minutes  = local.outbound.idle_timeout_in_minutes
  tcp_reset_enabled        = true

  dynamic "frontend_ip_configuration" {
    for_each = local.outbound_frontends

    content {
      name = frontend_ip_configuration.value
    }
  }
}
