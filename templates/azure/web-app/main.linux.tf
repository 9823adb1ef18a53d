resource "azurerm_linux_web_app" "this" {
  count = local.is_linux ? 1 : 0

  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  service_plan_id     = local.service_plan_id
  app_settings        = local.app_settings
  tags                = local.tags

  https_only                                     = true
  public_network_access_enabled                  = var.network_access != "private"
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  client_affinity_enabled                        = var.client_affinity_enabled
  client_certificate_enabled                     = var.client_certificate_mode != null
  client_certificate_mode                        = coalesce(var.client_certificate_mode, "Required")
  virtual_network_subnet_id                      = var.virtual_network_subnet_id
  vnet_image_pull_enabled                        = var.stack == "container" && var.virtual_network_subnet_id != null

  identity {
    type         = length(var.user_assigned_identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = length(var.user_assigned_identity_ids) == 0 ? null : var.user_assigned_identity_ids
  }

  site_config {
    always_on                               = true
    app_command_line                        = var.startup_command
    container_registry_use_managed_identity = local.registry_id != null
    ftps_state                              = "Disabled"
    http2_enabled                           = true
    minimum_tls_version                     = var.minimum_tls_version
    scm_minimum_tls_version                 = "1.2"
    use_32_bit_worker                       = false
    vnet_route_all_enabled                  = var.virtual_network_subnet_id != null
    websockets_enabled                      = var.websockets_enabled
    health_check_path                       = var.health_check_path
    health_check_eviction_time_in_min       = var.health_check_path == null ? null : var.health_check_eviction_minutes
    ip_restriction_default_action           = local.default_action
    scm_ip_restriction_default_action       = local.deployment_default_action

    application_stack {
      docker_image_name   = try(var.container.image, null)
      docker_registry_url = local.registry_url
      dotnet_version      = var.stack == "dotnet" ? local.stack_version : null
      node_version        = var.stack == "node" ? "${local.stack_version}-lts" : null
      python_version      = var.stack == "python" ? local.stack_version : null
      php_version         = var.stack == "php" ? local.stack_version : null
      java_version        = var.stack == "java" ? local.stack_version : null
      java_server         = var.stack == "java" ? (var.tomcat_version == null ? "JAVA" : "TOMCAT") : null
      java_server_version = var.stack == "java" ? coalesce(var.tomcat_version, local.stack_version) : null
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

  dynamic "connection_string" {
    for_each = { for entry in var.connection_strings : entry.name => entry.type }

    content {
      name  = connection_string.key
      type  = connection_string.value
      value = var.connection_string_values[connection_string.key]
    }
  }

  logs {
    detailed_error_messages = false
    failed_request_tracing  = true

    application_logs {
      file_system_level = var.log_level
    }

    http_logs {
      file_system {
        retention_in_days = 7
        retention_in_mb   = 35
      }
    }
  }

  dynamic "backup" {
    for_each = var.backup == null ? [] : [var.backup]

    content {
      name                = "backup"
      storage_account_url = var.backup_storage_sas_url

      schedule {
        frequency_interval       = backup.value.every
        frequency_unit           = backup.value.unit
        retention_period_days    = backup.value.retention_days
        keep_at_least_one_backup = backup.value.keep_at_least_one_backup
      }
    }
  }

  dynamic "sticky_settings" {
    for_each = length(local.slot_settings) == 0 ? [] : [local.slot_settings]

    content {
      app_setting_names = sticky_settings.value
    }
  }
}

resource "azurerm_linux_web_app_slot" "this" {
  for_each = { for slot in(local.is_linux ? var.slots : []) : slot.name => slot }

  name           = each.key
  app_service_id = azurerm_linux_web_app.this[0].id
  app_settings   = merge(local.app_settings, each.value.app_settings)
  tags           = local.tags

  https_only                                     = true
  public_network_access_enabled                  = var.network_access != "private"
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  client_affinity_enabled                        = var.client_affinity_enabled
  client_certificate_enabled                     = var.client_certificate_mode != null
  client_certificate_mode                        = coalesce(var.client_certificate_mode, "Required")
  virtual_network_subnet_id                      = var.virtual_network_subnet_id
  vnet_image_pull_enabled                        = var.stack == "container" && var.virtual_network_subnet_id != null

  identity {
    type         = length(var.user_assigned_identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = length(var.user_assigned_identity_ids) == 0 ? null : var.user_assigned_identity_ids
  }

  site_config {
    always_on                               = true
    app_command_line                        = var.startup_command
    container_registry_use_managed_identity = local.registry_id != null
    ftps_state                              = "Disabled"
    http2_enabled                           = true
    minimum_tls_version                     = var.minimum_tls_version
    scm_minimum_tls_version                 = "1.2"
    use_32_bit_worker                       = false
    vnet_route_all_enabled                  = var.virtual_network_subnet_id != null
    websockets_enabled                      = var.websockets_enabled
    health_check_path                       = var.health_check_path
    health_check_eviction_time_in_min       = var.health_check_path == null ? null : var.health_check_eviction_minutes
    ip_restriction_default_action           = local.default_action
    scm_ip_restriction_default_action       = local.deployment_default_action

    application_stack {
      docker_image_name   = try(var.container.image, null)
      docker_registry_url = local.registry_url
      dotnet_version      = var.stack == "dotnet" ? local.stack_version : null
      node_version        = var.stack == "node" ? "${local.stack_version}-lts" : null
      python_version      = var.stack == "python" ? local.stack_version : null
      php_version         = var.stack == "php" ? local.stack_version : null
      java_version        = var.stack == "java" ? local.stack_version : null
      java_server         = var.stack == "java" ? (var.tomcat_version == null ? "JAVA" : "TOMCAT") : null
      java_server_version = var.stack == "java" ? coalesce(var.tomcat_version, local.stack_version) : null
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

  dynamic "connection_string" {
    for_each = { for entry in var.connection_strings : entry.name => entry.type }

    content {
      name  = connection_string.key
      type  = connection_string.value
      value = var.connection_string_values[connection_string.key]
    }
  }

  logs {
    detailed_error_messages = false
    failed_request_tracing  = true

    application_logs {
      file_system_level = var.log_level
    }

    http_logs {
      file_system {
        retention_in_days = 7
        retention_in_mb   = 35
      }
    }
  }
}
