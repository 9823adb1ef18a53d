resource "azurerm_linux_function_app" "this" {
  count = local.is_flex ? 0 : 1

  name                          = var.name
  resource_group_name           = local.resource_group_name
  location                      = var.location
  service_plan_id               = azurerm_service_plan.this.id
  storage_account_name          = azurerm_storage_account.this.name
  storage_uses_managed_identity = true
  content_share_force_disabled  = true
  builtin_logging_enabled       = false
  app_settings                  = local.app_settings
  tags                          = local.tags

  https_only                                     = true
  public_network_access_enabled                  = var.network_access != "private"
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  virtual_network_subnet_id                      = local.subnet_id

  identity {
    type = "SystemAssigned"
  }

  site_config {
    always_on                              = local.is_premium ? null : true
    elastic_instance_minimum               = local.is_premium ? var.minimum_instance_count : null
    ftps_state                             = "Disabled"
    use_32_bit_worker                      = false
    vnet_route_all_enabled                 = true
    http2_enabled                          = true
    minimum_tls_version                    = var.minimum_tls_version
    scm_minimum_tls_version                = "1.2"
    application_insights_connection_string = one(azurerm_application_insights.this[*].connection_string)
    ip_restriction_default_action          = local.default_action
    scm_ip_restriction_default_action      = local.deployment_default_action

    application_stack {
      dotnet_version              = var.runtime_name == "dotnet-isolated" ? local.version : null
      use_dotnet_isolated_runtime = var.runtime_name == "dotnet-isolated" ? true : null
      node_version                = var.runtime_name == "node" ? local.version : null
      python_version              = var.runtime_name == "python" ? local.version : null
      java_version                = var.runtime_name == "java" ? local.version : null
      powershell_core_version     = var.runtime_name == "powershell" ? local.version : null
    }

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

resource "azurerm_linux_function_app_slot" "this" {
  count = var.staging_slot_enabled ? 1 : 0

  name                          = "staging"
  function_app_id               = azurerm_linux_function_app.this[0].id
  storage_account_name          = azurerm_storage_account.this.name
  storage_uses_managed_identity = true
  content_share_force_disabled  = true
  builtin_logging_enabled       = false
  app_settings                  = merge(local.app_settings, { WEBSITE_RUN_FROM_PACKAGE = "${local.package_url}/staging.zip" })
  tags                          = local.tags

  https_only                                     = true
  public_network_access_enabled                  = var.network_access != "private"
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  virtual_network_subnet_id                      = local.subnet_id

  identity {
    type = "SystemAssigned"
  }

  site_config {
    always_on                              = local.is_premium ? null : true
    elastic_instance_minimum               = local.is_premium ? var.minimum_instance_count : null
    ftps_state                             = "Disabled"
    use_32_bit_worker                      = false
    vnet_route_all_enabled                 = true
    http2_enabled                          = true
    minimum_tls_version                    = var.minimum_tls_version
    scm_minimum_tls_version                = "1.2"
    application_insights_connection_string = one(azurerm_application_insights.this[*].connection_string)
    ip_restriction_default_action          = local.default_action
    scm_ip_restriction_default_action      = local.deployment_default_action

    application_stack {
      dotnet_version              = var.runtime_name == "dotnet-isolated" ? local.version : null
      use_dotnet_isolated_runtime = var.runtime_name == "dotnet-isolated" ? true : null
      node_version                = var.runtime_name == "node" ? local.version : null
      python_version              = var.runtime_name == "python" ? local.version : null
      java_version                = var.runtime_name == "java" ? local.version : null
      powershell_core_version     = var.runtime_name == "powershell" ? local.version : null
    }

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
