resource "azurerm_servicebus_namespace" "secondary" {
  count = var.disaster_recovery == null ? 0 : 1

  name                         = "${var.name}-secondary"
  resource_group_name          = local.resource_group_name
  location                     = var.disaster_recovery.secondary_location
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

resource "azurerm_servicebus_namespace_disaster_recovery_config" "this" {
  count = var.disaster_recovery == null ? 0 : 1

  name                 = coalesce(var.disaster_recovery.alias, "${var.name}-alias")
  primary_namespace_id = azurerm_servicebus_namespace.this.id
  partner_namespace_id = azurerm_servicebus_namespace.secondary[0].id
}
