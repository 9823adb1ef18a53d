locals {
  balanced = var.load_balancer != "none"
  public   = var.load_balancer == "public"

  load_balancer_pools = setunion(azurerm_lb_backend_address_pool.this[*].id, var.load_balancer_backend_pool_ids)

  # An address has 64,000 outbound ports for all machines together; each gets a multiple of eight.
  most_machines  = var.autoscale == null ? var.instances : max(var.autoscale.maximum, [for schedule in var.autoscale.schedules : schedule.maximum]...)
  outbound_ports = min(1024, floor(64000 / max(local.most_machines, 1) / 8) * 8)
}

resource "azurerm_public_ip" "this" {
  count = local.public ? 1 : 0

  name                = "pip-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = local.zones
  tags                = local.tags
}

resource "azurerm_lb" "this" {
  count = local.balanced ? 1 : 0

  name                = "lb-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  tags                = local.tags

  frontend_ip_configuration {
    name                          = "primary"
    public_ip_address_id          = local.public ? azurerm_public_ip.this[0].id : null
    subnet_id                     = local.public ? null : local.subnet_id
    private_ip_address_allocation = local.public ? null : "Dynamic"
    zones                         = local.public ? null : local.zones
  }
}

resource "azurerm_lb_backend_address_pool" "this" {
  count = local.balanced ? 1 : 0

  name            = "machines"
  loadbalancer_id = azurerm_lb.this[0].id
}

resource "azurerm_lb_probe" "this" {
  for_each = local.balanced ? { for rule in var.load_balancer_rules : rule.name => rule } : {}

  name                = each.key
  loadbalancer_id     = azurerm_lb.this[0].id
  protocol            = each.value.probe_path == null ? "Tcp" : "Http"
  port                = coalesce(each.value.backend_port, each.value.frontend_port)
  request_path        = each.value.probe_path
  interval_in_seconds = 5
  probe_threshold     = 2
}

resource "azurerm_lb_rule" "this" {
  for_each = azurerm_lb_probe.this

  name                           = each.key
  loadbalancer_id                = azurerm_lb.this[0].id
  frontend_ip_configuration_name = "primary"
  protocol                       = "Tcp"
  frontend_port                  = one([for rule in var.load_balancer_rules : rule.frontend_port if rule.name == each.key])
  backend_port                   = each.value.port
  backend_address_pool_ids       = [azurerm_lb_backend_address_pool.this[0].id]
  probe_id                       = each.value.id
  idle_timeout_in_minutes        = 4
  tcp_reset_enabled              = true
  disable_outbound_snat          = local.public
}

# With a NAT gateway the way out is that.
resource "azurerm_lb_outbound_rule" "this" {
  count = local.public && !var.nat_gateway_enabled ? 1 : 0

  name                     = "outbound"
  loadbalancer_id          = azurerm_lb.this[0].id
  backend_address_pool_id  = azurerm_lb_backend_address_pool.this[0].id
  protocol                 = "All"
  allocated_outbound_ports = local.outbound_ports
  idle_timeout_in_minutes  = 4
  tcp_reset_enabled        = true

  frontend_ip_configuration {
    name = "primary"
  }
}
