resource "azurerm_function_app_flex_consumption" "this" {
  count = local.is_flex ? 1 : 0

  name                        = var.name
  resource_group_name         = local.resource_group_name
  location                    = var.location
  service_plan_id             = azurerm_service_plan.this.id
  runtime_name                = var.runtime_name
  runtime_version             = local.version
  instance_memory_in_mb       = var.instance_memory_in_mb
  maximum_instance_count      = coalesce(var.maximum_instance_count, 100)
  http_concurrency            = var.http_concurrency
  storage_container_type      = "blobContainer"
  storage_container_endpoint  = local.package_url
  storage_authentication_type = "SystemAssignedIdentity"
  app_settings                = local.app_settings
  tags                        = local.tags

  https_only                                     = true
  public_network_access_enabled                  = var.network_access != "private"
  webdeploy_publish_basic_authentication_enabled = false
  virtual_network_subnet_id                      = local.subnet_id

  dynamic "always_ready" {
    for_each = var.always_ready

    content {
      name           = always_ready.value.name
      instance_count = always_ready.value.instance_count
    }
  }

  identity {
    type = "SystemAssigned"
  }

  site_config {
    http2_enabled                          = true
    minimum_tls_version                    = var.minimum_tls_version
    scm_minimum_tls_version                = "1.2"
    application_insights_connection_string = one(azurerm_application_insights.this[*].connection_string)
    ip_restriction_default_action          = local.default_action
    scm_ip_restriction_default_action      = local.deployment_default_action

    dynamic "cors" {
      for_each = length(var.cors_allowed_origins) == 0 ? [] : [var.cors_allowed_origins]

      content {
        allowed_origins = cors.value
      }
    }

    dynamic "ip_restriction" {
      for_each = local.access_rules

      content {
        name                      = ip_restriction.value.name
        priority                  = ip_restriction.value.priority
        action                    = ip_restriction.value.action
        ip_address                = ip_restriction.value.ip_address
        virtual_network_subnet_id = ip_restriction.value.subnet_id
        service_tag               = ip_restriction.value.service_tag
        headers                   = ip_restriction.value.headers
      }
    }

    dynamic "scm_ip_restriction" {
      for_each = local.deployment_rules

      content {
        name                      = scm_ip_restriction.value.name
        priority                  = scm_ip_restriction.value.priority
        action                    = scm_ip_restriction.value.action
        ip_address                = scm_ip_restriction.value.ip_address
        virtual_network_subnet_id = scm_ip_restriction.value.subnet_id
        service_tag               = scm_ip_restriction.value.service_tag
        headers                   = scm_ip_restriction.value.headers
      }
    }
  }
}
