locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  is_linux        = var.os_type == "Linux"
  service_plan_id = var.service_plan_id == null ? azurerm_service_plan.this[0].id : var.service_plan_id
  workspace_id    = var.log_analytics_workspace_id != null ? var.log_analytics_workspace_id : one(azurerm_log_analytics_workspace.this[*].id)

  # The newest version with long support of each stack.
  newest        = { dotnet = "10.0", node = "24", python = "3.13", php = "8.4", java = "21", container = null }
  stack_version = var.stack_version != null ? var.stack_version : local.newest[var.stack]
  registry_id   = try(var.container.registry_id, null)
  registry_url  = local.registry_id == null ? try(var.container.registry_url, null) : "https://${lower(basename(local.registry_id))}.azurecr.io"

  app_settings = merge(
    var.app_settings,
    { for name, url in var.key_vault_settings : name => "@Microsoft.KeyVault(SecretUri=${url})" },
    var.application_insights_enabled ? {
      APPLICATIONINSIGHTS_CONNECTION_STRING     = azurerm_application_insights.this[0].connection_string
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD"
    } : {},
    var.application_insights_enabled && var.stack != "container" ? { ApplicationInsightsAgent_EXTENSION_VERSION = local.is_linux ? "~3" : "~2" } : {},
  )

  access_rules = [for index, rule in var.access_rules : {
    name        = rule.name
    priority    = rule.priority == null ? 100 + 10 * index : rule.priority
    action      = rule.action
    ip_address  = rule.ip_range == null ? null : strcontains(rule.ip_range, "/") ? rule.ip_range : "${rule.ip_range}/32"
    subnet_id   = rule.subnet_id
    service_tag = rule.service_tag
    headers     = length(rule.front_door_ids) == 0 ? [] : [{ x_azure_fdid = rule.front_door_ids, x_fd_health_probe = [], x_forwarded_for = [], x_forwarded_host = [] }]
  }]

  deployment_rules = concat(local.access_rules, [for index, range in var.deployment_ip_ranges : {
    name        = "deployment-${index + 1}"
    priority    = 1000 + index
    action      = "Allow"
    ip_address  = strcontains(range, "/") ? range : "${range}/32"
    subnet_id   = null
    service_tag = null
    headers     = []
  }])

  # What belongs to a slot stays there when it is swapped.
  slot_settings = distinct(flatten([for slot in var.slots : keys(slot.app_settings)]))

  default_action            = var.network_access == "all" ? "Allow" : "Deny"
  deployment_default_action = var.network_access == "all" && length(var.deployment_ip_ranges) == 0 ? "Allow" : "Deny"

  # Whichever of the two the app is.
  app = {
    id           = one(concat(azurerm_linux_web_app.this[*].id, azurerm_windows_web_app.this[*].id))
    name         = one(concat(azurerm_linux_web_app.this[*].name, azurerm_windows_web_app.this[*].name))
    hostname     = one(concat(azurerm_linux_web_app.this[*].default_hostname, azurerm_windows_web_app.this[*].default_hostname))
    principal    = one(concat(azurerm_linux_web_app.this[*].identity[0].principal_id, azurerm_windows_web_app.this[*].identity[0].principal_id))
    addresses    = one(concat(azurerm_linux_web_app.this[*].outbound_ip_address_list, azurerm_windows_web_app.this[*].outbound_ip_address_list))
    possible     = one(concat(azurerm_linux_web_app.this[*].possible_outbound_ip_address_list, azurerm_windows_web_app.this[*].possible_outbound_ip_address_list))
    verification = one(concat(azurerm_linux_web_app.this[*].custom_domain_verification_id, azurerm_windows_web_app.this[*].custom_domain_verification_id))
  }

  principals = merge(
    { "the app" = local.app.principal },
    { for name, slot in azurerm_linux_web_app_slot.this : name => slot.identity[0].principal_id },
    { for name, slot in azurerm_windows_web_app_slot.this : name => slot.identity[0].principal_id },
  )
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_service_plan" "this" {
  count = var.service_plan_id == null ? 1 : 0

  name                   = "asp-${var.name}"
  resource_group_name    = local.resource_group_name
  location               = var.location
  os_type                = var.os_type
  sku_name               = var.plan_sku
  worker_count           = var.autoscale == null ? var.worker_count : null
  zone_balancing_enabled = var.zone_balancing_enabled
  tags                   = local.tags
}

resource "azurerm_monitor_autoscale_setting" "this" {
  count = var.autoscale == null ? 0 : 1

  name                = "autoscale-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  target_resource_id  = local.service_plan_id
  tags                = local.tags

  profile {
    name = "by-load"

    capacity {
      default = var.autoscale.minimum
      minimum = var.autoscale.minimum
      maximum = var.autoscale.maximum
    }

    dynamic "rule" {
      for_each = concat(
        [
          { metric = "CpuPercentage", operator = "GreaterThan", threshold = var.autoscale.cpu_out, direction = "Increase" },
          { metric = "CpuPercentage", operator = "LessThan", threshold = var.autoscale.cpu_in, direction = "Decrease" },
        ],
        var.autoscale.memory_out == null ? [] : [
          { metric = "MemoryPercentage", operator = "GreaterThan", threshold = var.autoscale.memory_out, direction = "Increase" },
          { metric = "MemoryPercentage", operator = "LessThan", threshold = max(1, var.autoscale.memory_out - 30), direction = "Decrease" },
        ],
      )

      content {
        metric_trigger {
          metric_name        = rule.value.metric
          metric_resource_id = local.service_plan_id
          operator           = rule.value.operator
          threshold          = rule.value.threshold
          statistic          = "Average"
          time_aggregation   = "Average"
          time_grain         = "PT1M"
          time_window        = "PT10M"
        }

        scale_action {
          direction = rule.value.direction
          type      = "ChangeCount"
          value     = 1
          cooldown  = "PT5M"
        }
      }
    }
  }

  dynamic "notification" {
    for_each = length(var.autoscale.notify_emails) == 0 ? [] : [var.autoscale.notify_emails]

    content {
      email {
        custom_emails = notification.value
      }
    }
  }
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
    private_connection_resource_id = local.app.id
    subresource_names              = ["sites"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = var.private_endpoint.private_dns_zone_id == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "sites"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}

# DNS must lead here first: see the README.
resource "azurerm_app_service_custom_hostname_binding" "this" {
  for_each = { for domain in var.custom_domains : domain.hostname => domain }

  hostname            = each.key
  app_service_name    = local.app.name
  resource_group_name = local.resource_group_name

  lifecycle {
    # The certificate binding below sets these.
    ignore_changes = [ssl_state, thumbprint]
  }
}

resource "azurerm_app_service_managed_certificate" "this" {
  for_each = { for domain in var.custom_domains : domain.hostname => domain if domain.managed_certificate }

  custom_hostname_binding_id = azurerm_app_service_custom_hostname_binding.this[each.key].id
  tags                       = local.tags
}

resource "azurerm_app_service_certificate_binding" "this" {
  for_each = azurerm_app_service_managed_certificate.this

  hostname_binding_id = azurerm_app_service_custom_hostname_binding.this[each.key].id
  certificate_id      = each.value.id
  ssl_state           = "SniEnabled"
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = local.app.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_app_service_certificate_binding.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.images,
    azurerm_role_assignment.secrets,
    azurerm_role_assignment.telemetry,
  ]
}
