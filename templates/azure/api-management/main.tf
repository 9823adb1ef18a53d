locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  is_consumption = var.sku_name == "Consumption_0"
  is_classic     = !local.is_consumption && !strcontains(var.sku_name, "V2_")
  has_workspace  = var.application_insights_enabled || var.log_analytics_workspace_id != null
  workspace_id   = var.log_analytics_workspace_id != null ? var.log_analytics_workspace_id : one(azurerm_log_analytics_workspace.this[*].id)

  # What counts for every API: who may call, and how often.
  ip_filter = length(var.allowed_ip_ranges) == 0 ? [] : [join("\n", concat(
    ["    <ip-filter action=\"allow\">"],
    [for range in var.allowed_ip_ranges : strcontains(range, "/") ? "      <address-range from=\"${cidrhost(range, 0)}\" to=\"${cidrhost(range, -1)}\" />" : "      <address>${range}</address>"],
    ["    </ip-filter>"],
  ))]
  rate_limit = var.rate_limit_calls_per_minute == null ? [] : ["    <rate-limit-by-key calls=\"${var.rate_limit_calls_per_minute}\" renewal-period=\"60\" counter-key=\"@(context.Request.IpAddress)\" />"]
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_api_management" "this" {
  name                          = var.name
  resource_group_name           = local.resource_group_name
  location                      = var.location
  publisher_name                = var.publisher_name
  publisher_email               = var.publisher_email
  sku_name                      = var.sku_name
  zones                         = length(var.zones) == 0 ? null : var.zones
  virtual_network_type          = var.virtual_network_type
  public_ip_address_id          = var.public_ip_address_id
  public_network_access_enabled = var.public_network_access_enabled
  client_certificate_enabled    = var.client_certificate_enabled
  min_api_version               = var.min_api_version
  tags                          = local.tags

  identity {
    type         = length(var.user_assigned_identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = length(var.user_assigned_identity_ids) == 0 ? null : var.user_assigned_identity_ids
  }

  security {
    backend_ssl30_enabled      = false
    backend_tls10_enabled      = false
    backend_tls11_enabled      = false
    frontend_ssl30_enabled     = false
    frontend_tls10_enabled     = false
    frontend_tls11_enabled     = false
    triple_des_ciphers_enabled = false

    tls_rsa_with_aes128_cbc_sha_ciphers_enabled         = false
    tls_rsa_with_aes256_cbc_sha_ciphers_enabled         = false
    tls_rsa_with_aes128_cbc_sha256_ciphers_enabled      = false
    tls_rsa_with_aes256_cbc_sha256_ciphers_enabled      = false
    tls_ecdhe_rsa_with_aes128_cbc_sha_ciphers_enabled   = false
    tls_ecdhe_rsa_with_aes256_cbc_sha_ciphers_enabled   = false
    tls_ecdhe_ecdsa_with_aes128_cbc_sha_ciphers_enabled = false
    tls_ecdhe_ecdsa_with_aes256_cbc_sha_ciphers_enabled = false
  }

  dynamic "protocols" {
    for_each = local.is_classic ? [true] : []

    content {
      http2_enabled = protocols.value
    }
  }

  # Nobody looks into the developer portal without signing in.
  dynamic "sign_in" {
    for_each = local.is_classic ? [true] : []

    content {
      enabled = sign_in.value
    }
  }

  dynamic "virtual_network_configuration" {
    for_each = var.subnet_id == null ? [] : [var.subnet_id]

    content {
      subnet_id = virtual_network_configuration.value
    }
  }

  dynamic "additional_location" {
    for_each = var.additional_locations

    content {
      location = additional_location.value.location
      capacity = additional_location.value.capacity
      zones    = length(additional_location.value.zones) == 0 ? null : additional_location.value.zones

      dynamic "virtual_network_configuration" {
        for_each = additional_location.value.subnet_id == null ? [] : [additional_location.value.subnet_id]

        content {
          subnet_id = virtual_network_configuration.value
        }
      }
    }
  }
}

resource "azurerm_api_management_policy" "this" {
  count = length(local.ip_filter) + length(local.rate_limit) > 0 ? 1 : 0

  api_management_id = azurerm_api_management.this.id
  xml_content       = <<-XML
    <policies>
      <inbound>
    ${join("\n", concat(local.ip_filter, local.rate_limit))}
      </inbound>
      <backend>
        <forward-request />
      </backend>
      <outbound />
      <on-error />
    </policies>
  XML
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
    private_connection_resource_id = azurerm_api_management.this.id
    subresource_names              = ["Gateway"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = var.private_endpoint.private_dns_zone_id == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "gateway"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

resource "azurerm_api_management_custom_domain" "this" {
  count = length(var.custom_domains) == 0 ? 0 : 1

  api_management_id = azurerm_api_management.this.id

  dynamic "gateway" {
    for_each = [for domain in var.custom_domains : domain if domain.use == "gateway"]

    content {
      host_name                    = gateway.value.host_name
      key_vault_certificate_id     = gateway.value.key_vault_certificate_id
      negotiate_client_certificate = gateway.value.client_certificate
      default_ssl_binding          = gateway.key == 0
    }
  }

  dynamic "developer_portal" {
    for_each = [for domain in var.custom_domains : domain if domain.use == "developer_portal"]

    content {
      host_name                = developer_portal.value.host_name
      key_vault_certificate_id = developer_portal.value.key_vault_certificate_id
    }
  }

  depends_on = [azurerm_role_assignment.secrets]
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_api_management.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_api_management_custom_domain.this,
    azurerm_api_management_diagnostic.this,
    azurerm_api_management_named_value.this,
    azurerm_api_management_policy.this,
    azurerm_api_management_product_api.this,
    azurerm_api_management_product_group.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
  ]
}
