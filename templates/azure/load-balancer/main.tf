locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  public   = var.type == "public"
  regional = var.sku_tier == "Regional"

  frontends     = { for frontend in var.frontends : frontend.name => frontend }
  new_addresses = local.public ? { for name, frontend in local.frontends : name => frontend if frontend.public_ip_address_id == null } : {}
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_public_ip" "this" {
  for_each = local.new_addresses

  name                = "pip-${var.name}-${each.key}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  sku_tier            = var.sku_tier
  allocation_method   = "Static"
  ip_version          = each.value.ip_version
  domain_name_label   = each.value.domain_name_label
  zones               = length(var.zones) == 0 ? null : var.zones
  tags                = local.tags
}

resource "azurerm_lb" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  sku_tier            = var.sku_tier
  tags                = local.tags

  dynamic "frontend_ip_configuration" {
    for_each = var.frontends
    iterator = frontend

    content {
      name                 = frontend.value.name
      public_ip_address_id = local.public ? (frontend.value.public_ip_address_id == null ? azurerm_public_ip.this[frontend.value.name].id : frontend.value.public_ip_address_id) : null

      # An address on the internet brings its own version and zones.
      subnet_id                     = local.public ? null : var.subnet_id
      zones                         = local.public || length(var.zones) == 0 ? null : var.zones
      private_ip_address_version    = local.public ? null : frontend.value.ip_version
      private_ip_address            = frontend.value.private_ip_address
      private_ip_address_allocation = local.public ? null : frontend.value.private_ip_address == null ? "Dynamic" : "Static"

      gateway_load_balancer_frontend_ip_configuration_id = frontend.value.gateway_load_balancer_frontend_id
    }
  }
}

resource "azurerm_lb_backend_address_pool" "this" {
  for_each = var.backend_pools

  name            = each.value
  loadbalancer_id = azurerm_lb.this.id
}

resource "azurerm_lb_backend_address_pool_address" "machine" {
  for_each = { for address in var.backend_addresses : address.name => address }

  name                    = each.key
  backend_address_pool_id = azurerm_lb_backend_address_pool.this[coalesce(each.value.backend_pool, local.first_pool)].id
  virtual_network_id      = each.value.virtual_network_id
  ip_address              = each.value.ip_address
}

resource "azurerm_lb_backend_address_pool_address" "region" {
  for_each = { for region in var.regional_load_balancers : region.name => region }

  name                                = each.key
  backend_address_pool_id             = azurerm_lb_backend_address_pool.this[coalesce(each.value.backend_pool, local.first_pool)].id
  backend_address_ip_configuration_id = each.value.frontend_ip_configuration_id
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "health"
  target_resource_id         = azurerm_lb.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category = "LoadBalancerHealthEvent"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_lb.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_lb_backend_address_pool_address.machine,
    azurerm_lb_backend_address_pool_address.region,
    azurerm_lb_nat_rule.this,
    azurerm_lb_outbound_rule.this,
    azurerm_lb_rule.this,
    azurerm_monitor_diagnostic_setting.this,
  ]
}
