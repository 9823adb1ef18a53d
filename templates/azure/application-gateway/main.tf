locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  has_tls      = var.key_vault_secret_id != null
  has_identity = local.has_tls || var.backend_root_certificate_secret_id != null
  identity_id  = var.user_assigned_identity_id != null ? var.user_assigned_identity_id : one(azurerm_user_assigned_identity.this[*].id)
  subnet_id    = var.subnet_id != null ? var.subnet_id : one(azurerm_subnet.this[*].id)
  public_ip_id = var.create_public_ip ? one(azurerm_public_ip.this[*].id) : var.public_ip_address_id
  has_public   = var.create_public_ip || var.public_ip_address_id != null

  # On each address there is a listener for visitors and, with a certificate, one that sends HTTP to HTTPS.
  frontends = concat(local.has_public ? ["public"] : [], var.private_ip_address != null ? ["private"] : [])
  scheme    = local.has_tls ? "https" : "http"
  pools     = merge({ default = var.backend_addresses }, { for rule in var.path_rules : rule.name => rule.backend_addresses })
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_application_gateway" "this" {
  name                              = var.name
  resource_group_name               = local.resource_group_name
  location                          = var.location
  zones                             = length(var.zones) == 0 ? null : var.zones
  http2_enabled                     = true
  firewall_policy_id                = azurerm_web_application_firewall_policy.this.id
  force_firewall_policy_association = true
  tags                              = local.tags

  sku {
    name = "WAF_v2"
    tier = "WAF_v2"
  }

  autoscale_configuration {
    min_capacity = var.min_capacity
    max_capacity = var.max_capacity
  }

  dynamic "identity" {
    for_each = local.has_identity ? [local.identity_id] : []

    content {
      type         = "UserAssigned"
      identity_ids = [identity.value]
    }
  }

  ssl_policy {
    policy_type = "Predefined"
    policy_name = var.ssl_policy_name
  }

  gateway_ip_configuration {
    name      = "gateway"
    subnet_id = local.subnet_id
  }

  dynamic "frontend_ip_configuration" {
    for_each = toset(local.frontends)

    content {
      name                          = frontend_ip_configuration.value
      public_ip_address_id          = frontend_ip_configuration.value == "public" ? local.public_ip_id : null
      subnet_id                     = frontend_ip_configuration.value == "private" ? local.subnet_id : null
      private_ip_address            = frontend_ip_configuration.value == "private" ? var.private_ip_address : null
      private_ip_address_allocation = frontend_ip_configuration.value == "private" ? "Static" : null
    }
  }

  frontend_port {
    name = "http"
    port = 80
  }

  dynamic "frontend_port" {
    for_each = local.has_tls ? [443] : []

    content {
      name = "https"
      port = frontend_port.value
    }
  }

  dynamic "ssl_certificate" {
    for_each = local.has_tls ? [var.key_vault_secret_id] : []

    content {
      name                = "certificate"
      key_vault_secret_id = ssl_certificate.value
    }
  }

  dynamic "trusted_root_certificate" {
    for_each = var.backend_root_certificate_secret_id == null ? [] : [var.backend_root_certificate_secret_id]

    content {
      name                = "backend-root"
      key_vault_secret_id = trusted_root_certificate.value
    }
  }

  dynamic "backend_address_pool" {
    for_each = local.pools

    content {
      name         = backend_address_pool.key
      fqdns        = [for address in backend_address_pool.value : address if !can(cidrhost("${address}/32", 0))]
      ip_addresses = [for address in backend_address_pool.value : address if can(cidrhost("${address}/32", 0))]
    }
  }

  backend_http_settings {
    name                                = "default"
    protocol                            = var.backend_protocol
    port                                = coalesce(var.backend_port, var.backend_protocol == "Https" ? 443 : 80)
    host_name                           = var.backend_host_name
    pick_host_name_from_backend_address = var.backend_host_name == null
    cookie_based_affinity               = var.cookie_affinity_enabled ? "Enabled" : "Disabled"
    affinity_cookie_name                = var.cookie_affinity_enabled ? "ApplicationGatewayAffinity" : null
    request_timeout                     = var.request_timeout_seconds
    probe_name                          = "health"
    trusted_root_certificate_names      = var.backend_root_certificate_secret_id == null ? null : ["backend-root"]

    dynamic "connection_draining" {
      for_each = var.connection_draining_seconds == null ? [] : [var.connection_draining_seconds]

      content {
        enabled           = true
        drain_timeout_sec = connection_draining.value
      }
    }
  }

  probe {
    name                                      = "health"
    protocol                                  = var.backend_protocol
    path                                      = var.health_path
    interval                                  = var.health_probe.interval_seconds
    timeout                                   = var.health_probe.timeout_seconds
    unhealthy_threshold                       = var.health_probe.unhealthy_threshold
    pick_host_name_from_backend_http_settings = true

    match {
      status_code = var.health_probe.status_codes
    }
  }

  dynamic "http_listener" {
    for_each = toset(local.frontends)

    content {
      name                           = "${local.scheme}-${http_listener.value}"
      frontend_ip_configuration_name = http_listener.value
      frontend_port_name             = local.scheme
      protocol                       = local.has_tls ? "Https" : "Http"
      host_names                     = length(var.host_names) == 0 ? null : var.host_names
      ssl_certificate_name           = local.has_tls ? "certificate" : null
    }
  }

  dynamic "http_listener" {
    for_each = toset(local.has_tls ? local.frontends : [])

    content {
      name                           = "http-${http_listener.value}"
      frontend_ip_configuration_name = http_listener.value
      frontend_port_name             = "http"
      protocol                       = "Http"
      host_names                     = length(var.host_names) == 0 ? null : var.host_names
    }
  }

  dynamic "request_routing_rule" {
    for_each = toset(local.frontends)

    content {
      name                       = "${local.scheme}-${request_routing_rule.value}"
      priority                   = request_routing_rule.value == "public" ? 100 : 110
      rule_type                  = length(var.path_rules) == 0 ? "Basic" : "PathBasedRouting"
      http_listener_name         = "${local.scheme}-${request_routing_rule.value}"
      backend_address_pool_name  = length(var.path_rules) == 0 ? "default" : null
      backend_http_settings_name = length(var.path_rules) == 0 ? "default" : null
      url_path_map_name          = length(var.path_rules) == 0 ? null : "paths"
    }
  }

  dynamic "request_routing_rule" {
    for_each = toset(local.has_tls ? local.frontends : [])

    content {
      name                        = "redirect-${request_routing_rule.value}"
      priority                    = request_routing_rule.value == "public" ? 200 : 210
      rule_type                   = "Basic"
      http_listener_name          = "http-${request_routing_rule.value}"
      redirect_configuration_name = "https-${request_routing_rule.value}"
    }
  }

  dynamic "redirect_configuration" {
    for_each = toset(local.has_tls ? local.frontends : [])

    content {
      name                 = "https-${redirect_configuration.value}"
      redirect_type        = "Permanent"
      target_listener_name = "https-${redirect_configuration.value}"
      include_path         = true
      include_query_string = true
    }
  }

  dynamic "url_path_map" {
    for_each = length(var.path_rules) == 0 ? [] : [var.path_rules]

    content {
      name                               = "paths"
      default_backend_address_pool_name  = "default"
      default_backend_http_settings_name = "default"

      dynamic "path_rule" {
        for_each = url_path_map.value

        content {
          name                       = path_rule.value.name
          paths                      = path_rule.value.paths
          backend_address_pool_name  = path_rule.value.name
          backend_http_settings_name = "default"
        }
      }
    }
  }

  # The gateway reads the certificate while it is created, and listens to nobody until the subnet is guarded.
  depends_on = [azurerm_role_assignment.certificate, azurerm_subnet_network_security_group_association.this]
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_application_gateway.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [azurerm_monitor_diagnostic_setting.this]
}
