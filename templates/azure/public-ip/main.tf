locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  # The first address keeps its name when others are added, so that it stays what it is.
  endings = { for number in range(1, var.address_count + 1) : number == 1 ? var.name : "${var.name}-${number}" => number == 1 ? "" : "-${number}" }

  zones   = length(var.zones) == 0 ? null : var.zones
  ip_tags = merge(var.ip_tags, var.routing_preference == "Internet" ? { RoutingPreference = "Internet" } : {})
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_public_ip_prefix" "this" {
  count = var.prefix_length == null ? 0 : 1

  name                = "${var.name}-range"
  resource_group_name = local.resource_group_name
  location            = var.location
  prefix_length       = var.prefix_length
  ip_version          = var.ip_version
  sku                 = "Standard"
  sku_tier            = var.sku_tier
  zones               = local.zones
  tags                = local.tags
}

resource "azurerm_public_ip" "this" {
  for_each = local.endings

  name                    = each.key
  resource_group_name     = local.resource_group_name
  location                = var.location
  sku                     = "Standard"
  sku_tier                = var.sku_tier
  allocation_method       = "Static"
  ip_version              = var.ip_version
  zones                   = local.zones
  public_ip_prefix_id     = var.prefix_length == null ? var.public_ip_prefix_id : azurerm_public_ip_prefix.this[0].id
  idle_timeout_in_minutes = var.idle_timeout_in_minutes
  ip_tags                 = length(local.ip_tags) == 0 ? null : local.ip_tags
  tags                    = local.tags

  domain_name_label       = var.domain_name_label == null ? null : "${var.domain_name_label}${each.value}"
  domain_name_label_scope = var.domain_name_label == null ? null : var.domain_name_label_scope
  reverse_fqdn            = var.reverse_fqdn

  ddos_protection_mode    = var.ddos_protection_mode
  ddos_protection_plan_id = var.ddos_protection_plan_id
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  for_each = var.log_analytics_workspace_id == null ? {} : local.endings

  name                       = "attacks"
  target_resource_id         = azurerm_public_ip.this[each.key].id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = ["DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_management_lock" "this" {
  for_each = var.delete_lock_enabled ? local.endings : {}

  name       = "lock-${each.key}"
  scope      = azurerm_public_ip.this[each.key].id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [azurerm_monitor_diagnostic_setting.this]
}
