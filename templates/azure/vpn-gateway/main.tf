locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  create_network = var.virtual_network_id == null && var.gateway_subnet_id == null
  create_subnet  = var.gateway_subnet_id == null
  subnet_id      = local.create_subnet ? azurerm_subnet.this[0].id : var.gateway_subnet_id

  # Where a new subnet goes: into the new network, or into the one that is named.
  network_group = local.create_network ? local.resource_group_name : local.create_subnet ? split("/", var.virtual_network_id)[4] : null
  network_name  = local.create_network ? "vnet-${var.name}" : local.create_subnet ? split("/", var.virtual_network_id)[8] : null

  # Azure wants a third address when people connect to a gateway that is active twice.
  addresses = concat(["primary"], var.active_active ? ["secondary"] : [], var.active_active && var.point_to_site != null ? ["point-to-site"] : [])
  tunnels   = [for name in local.addresses : name if name != "point-to-site"]
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_virtual_network" "this" {
  count = local.create_network ? 1 : 0

  name                = local.network_name
  resource_group_name = local.resource_group_name
  location            = var.location
  address_space       = [var.virtual_network_address_space]
  tags                = local.tags
}

# Azure looks for the subnet by this name, and takes no security group on it.
resource "azurerm_subnet" "this" {
  count = local.create_subnet ? 1 : 0

  name                            = "GatewaySubnet"
  resource_group_name             = local.network_group
  virtual_network_name            = local.create_network ? azurerm_virtual_network.this[0].name : local.network_name
  address_prefixes                = [var.gateway_subnet_prefix]
  default_outbound_access_enabled = false
}

resource "azurerm_public_ip" "this" {
  for_each = toset(local.addresses)

  name                = "pip-${var.name}-${each.value}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = length(var.zones) == 0 ? null : var.zones
  tags                = local.tags
}

resource "azurerm_virtual_network_gateway" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  type                = "Vpn"
  vpn_type            = "RouteBased"
  sku                 = var.sku
  generation          = var.sku == "VpnGw1AZ" ? "Generation1" : coalesce(var.generation, "Generation2")
  active_active       = var.active_active
  bgp_enabled         = var.bgp != null
  tags                = local.tags

  ip_sec_replay_protection_enabled = true
  remote_vnet_traffic_enabled      = false
  virtual_wan_traffic_enabled      = false

  dynamic "ip_configuration" {
    for_each = local.addresses

    content {
      name                          = ip_configuration.value
      subnet_id                     = local.subnet_id
      public_ip_address_id          = azurerm_public_ip.this[ip_configuration.value].id
      private_ip_address_allocation = "Dynamic"
    }
  }

  dynamic "bgp_settings" {
    for_each = var.bgp == null ? [] : [var.bgp]

    content {
      asn         = bgp_settings.value.asn
      peer_weight = bgp_settings.value.peer_weight

      dynamic "peering_addresses" {
        for_each = local.tunnels

        content {
          ip_configuration_name = peering_addresses.value
          apipa_addresses       = try([bgp_settings.value.apipa_addresses[peering_addresses.key]], null)
        }
      }
    }
  }

  dynamic "custom_route" {
    for_each = length(var.custom_routes) == 0 ? [] : [var.custom_routes]

    content {
      address_prefixes = custom_route.value
    }
  }

  dynamic "vpn_client_configuration" {
    for_each = var.point_to_site == null ? [] : [var.point_to_site]
    iterator = people

    content {
      address_space        = people.value.address_space
      vpn_auth_types       = people.value.auth_types
      vpn_client_protocols = people.value.protocols

      aad_tenant   = local.entra ? "https://login.microsoftonline.com/${local.tenant_id}/" : null
      aad_issuer   = local.entra ? "https://sts.windows.net/${local.tenant_id}/" : null
      aad_audience = local.entra ? people.value.audience : null

      dynamic "root_certificate" {
        for_each = people.value.root_certificates

        content {
          name             = root_certificate.value.name
          public_cert_data = root_certificate.value.public_cert_data
        }
      }

      dynamic "revoked_certificate" {
        for_each = people.value.revoked_certificates

        content {
          name       = revoked_certificate.value.name
          thumbprint = revoked_certificate.value.thumbprint
        }
      }
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "tunnels"
  target_resource_id         = azurerm_virtual_network_gateway.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  dynamic "enabled_log" {
    for_each = ["GatewayDiagnosticLog", "TunnelDiagnosticLog", "RouteDiagnosticLog", "IKEDiagnosticLog", "P2SDiagnosticLog"]

    content {
      category = enabled_log.value
    }
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_virtual_network_gateway.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [azurerm_monitor_diagnostic_setting.this, azurerm_virtual_network_gateway_connection.this]
}
