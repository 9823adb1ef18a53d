locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  is_flex      = var.plan_sku == "FC1"
  is_premium   = startswith(var.plan_sku, "EP")
  newest       = { dotnet-isolated = "10.0", node = "24", python = "3.13", java = "21", powershell = "7.4" }
  version      = var.runtime_version != null ? var.runtime_version : local.newest[var.runtime_name]
  workspace_id = var.log_analytics_workspace_id != null ? var.log_analytics_workspace_id : one(azurerm_log_analytics_workspace.this[*].id)
  subnet_id    = var.virtual_network_subnet_id != null ? var.virtual_network_subnet_id : one(azurerm_subnet.this[*].id)

  # A storage account's name is unique in the whole of Azure: the end tells apps of similar names apart.
  storage_account_name = var.storage_account_name != null ? var.storage_account_name : "st${substr(replace(lower(var.name), "-", ""), 0, 14)}${substr(sha1(lower(var.name)), 0, 6)}"
  package_url          = "${azurerm_storage_account.this.primary_blob_endpoint}${azurerm_storage_container.packages.name}"

  app_settings = merge(
    var.app_settings,
    { for name, url in var.key_vault_settings : name => "@Microsoft.KeyVault(SecretUri=${url})" },
    var.application_insights_enabled ? { APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "Authorization=AAD" } : {},
    { AzureWebJobsStorage__credential = "managedidentity" },
    # The provider writes a connection string without its key here (hashicorp/terraform-provider-azurerm#29693): an empty one gives way to the identity.
    local.is_flex ? { AzureWebJobsStorage = "", AzureWebJobsStorage__accountName = azurerm_storage_account.this.name } : { WEBSITE_RUN_FROM_PACKAGE = "${local.package_url}/app.zip" },
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

  default_action            = var.network_access == "all" ? "Allow" : "Deny"
  deployment_default_action = var.network_access == "all" && length(var.deployment_ip_ranges) == 0 ? "Allow" : "Deny"

  # Whichever of the two the app is.
  app = {
    id        = one(concat(azurerm_function_app_flex_consumption.this[*].id, azurerm_linux_function_app.this[*].id))
    name      = one(concat(azurerm_function_app_flex_consumption.this[*].name, azurerm_linux_function_app.this[*].name))
    hostname  = one(concat(azurerm_function_app_flex_consumption.this[*].default_hostname, azurerm_linux_function_app.this[*].default_hostname))
    principal = one(concat(azurerm_function_app_flex_consumption.this[*].identity[0].principal_id, azurerm_linux_function_app.this[*].identity[0].principal_id))
    addresses = one(concat(azurerm_function_app_flex_consumption.this[*].outbound_ip_address_list, azurerm_linux_function_app.this[*].outbound_ip_address_list))
  }

  principals = merge(
    { app = local.app.principal },
    { for index, slot in azurerm_linux_function_app_slot.this : "staging" => slot.identity[0].principal_id },
  )
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_service_plan" "this" {
  name                         = "asp-${var.name}"
  resource_group_name          = local.resource_group_name
  location                     = var.location
  os_type                      = "Linux"
  sku_name                     = var.plan_sku
  worker_count                 = local.is_flex ? null : local.is_premium ? var.minimum_instance_count : var.worker_count
  maximum_elastic_worker_count = local.is_premium ? coalesce(var.maximum_instance_count, 20) : null
  zone_balancing_enabled       = var.zone_balancing_enabled
  tags                         = local.tags
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

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = local.app.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.secrets,
    azurerm_role_assignment.storage,
    azurerm_role_assignment.telemetry,
  ]
}
