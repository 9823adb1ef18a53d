# What is kept in the vault is written through its own endpoint: the rights and the way in come first.
resource "azurerm_key_vault_secret" "this" {
  for_each = { for secret in var.secrets : secret.name => secret }

  name             = each.value.name
  key_vault_id     = azurerm_key_vault.this.id
  value_wo         = var.secret_values[each.key]
  value_wo_version = each.value.value_version
  content_type     = each.value.content_type
  not_before_date  = each.value.not_before_date
  expiration_date  = each.value.expiration_date
  tags             = local.tags

  depends_on = [azurerm_role_assignment.deployer, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}

resource "azurerm_key_vault_key" "this" {
  for_each = { for key in var.keys : key.name => key }

  name         = each.value.name
  key_vault_id = azurerm_key_vault.this.id
  key_type     = each.value.type
  key_size     = startswith(each.value.type, "RSA") ? each.value.size : null
  curve        = startswith(each.value.type, "EC") ? each.value.curve : null
  key_opts     = each.value.operations != null ? each.value.operations : startswith(each.value.type, "EC") ? ["sign", "verify"] : ["decrypt", "encrypt", "sign", "unwrapKey", "verify", "wrapKey"]
  tags         = local.tags

  dynamic "rotation_policy" {
    for_each = each.value.rotate_after == null && each.value.expire_after == null ? [] : [each.value]

    content {
      expire_after         = rotation_policy.value.expire_after
      notify_before_expiry = rotation_policy.value.expire_after == null ? null : coalesce(rotation_policy.value.notify_before_expiry, "P30D")

      dynamic "automatic" {
        for_each = rotation_policy.value.rotate_after == null ? [] : [rotation_policy.value.rotate_after]

        content {
          time_after_creation = automatic.value
        }
      }
    }
  }

  depends_on = [azurerm_role_assignment.deployer, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}

resource "azurerm_key_vault_certificate" "this" {
  for_each = { for certificate in var.certificates : certificate.name => certificate }

  name         = each.value.name
  key_vault_id = azurerm_key_vault.this.id
  tags         = local.tags

  certificate_policy {
    issuer_parameters {
      name = each.value.issuer
    }

    key_properties {
      exportable = true
      key_type   = "RSA"
      key_size   = each.value.key_size
      reuse_key  = false
    }

    lifetime_action {
      action {
        action_type = "AutoRenew"
      }

      trigger {
        days_before_expiry = each.value.renew_before_days
      }
    }

    secret_properties {
      content_type = each.value.content_type
    }

    x509_certificate_properties {
      subject            = each.value.subject
      validity_in_months = each.value.validity_in_months
      key_usage          = ["digitalSignature", "keyEncipherment"]
      extended_key_usage = ["1.3.6.1.5.5.7.3.1"]

      dynamic "subject_alternative_names" {
        for_each = length(each.value.dns_names) == 0 ? [] : [each.value.dns_names]

        content {
          dns_names = subject_alternative_names.value
        }
      }
    }
  }

  depends_on = [azurerm_role_assignment.deployer, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}

resource "azurerm_key_vault_certificate_contacts" "this" {
  count = length(var.contacts) == 0 ? 0 : 1

  key_vault_id = azurerm_key_vault.this.id

  dynamic "contact" {
    for_each = { for contact in var.contacts : contact.email => contact }

    content {
      email = contact.value.email
      name  = contact.value.name
      phone = contact.value.phone
    }
  }

  depends_on = [azurerm_role_assignment.deployer, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}
