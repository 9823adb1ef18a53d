locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  premium        = var.sku == "Premium"
  network_access = var.network_access != null ? var.network_access : local.premium ? "private" : "all"
  partitioned    = local.premium && var.premium_messaging_partitions > 1
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_servicebus_namespace" "this" {
  name                         = var.name
  resource_group_name          = local.resource_group_name
  location                     = var.location
  sku                          = var.sku
  capacity                     = local.premium ? var.capacity : 0
  premium_messaging_partitions = local.premium ? var.premium_messaging_partitions : 0
  tags                         = local.tags

  local_auth_enabled            = var.sas_authentication_enabled
  minimum_tls_version           = "1.2"
  public_network_access_enabled = local.network_access != "private"

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]

    content {
      key_vault_key_id                  = customer_managed_key.value.key_vault_key_id
      identity_id                       = customer_managed_key.value.user_assigned_identity_id
      infrastructure_encryption_enabled = customer_managed_key.value.infrastructure_encryption_enabled
    }
  }

  # Azure refuses to deny everybody while no address is listed: a private namespace is closed above instead.
  dynamic "network_rule_set" {
    for_each = local.premium && (local.network_access == "selected" || var.trusted_services_allowed) ? [true] : []

    content {
      default_action                = local.network_access == "selected" ? "Deny" : "Allow"
      public_network_access_enabled = local.network_access != "private"
      trusted_services_allowed      = var.trusted_services_allowed
      ip_rules                      = var.allowed_ip_ranges

      dynamic "network_rules" {
        for_each = toset(var.allowed_subnet_ids)

        content {
          subnet_id = network_rules.value
        }
      }
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_servicebus_namespace.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.data,
    azurerm_servicebus_namespace_authorization_rule.this,
    azurerm_servicebus_namespace_disaster_recovery_config.this,
    azurerm_servicebus_subscription_rule.this,
  ]
}
