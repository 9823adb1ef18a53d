resource "azurerm_storage_account" "this" {
  name                     = local.storage_account_name
  resource_group_name      = local.resource_group_name
  location                 = var.location
  account_tier             = "Standard"
  account_replication_type = var.zone_balancing_enabled ? "ZRS" : "LRS"
  tags                     = local.tags

  min_tls_version                   = "TLS1_2"
  https_traffic_only_enabled        = true
  infrastructure_encryption_enabled = true
  shared_access_key_enabled         = false
  default_to_oauth_authentication   = true
  local_user_enabled                = false
  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false

  # A package that was overwritten or deleted can be brought back.
  blob_properties {
    delete_retention_policy {
      days = 7
    }

    container_delete_retention_policy {
      days = 7
    }
  }

  # The app comes through its subnet, people who deploy through their addresses.
  network_rules {
    default_action             = "Deny"
    bypass                     = ["AzureServices"]
    ip_rules                   = var.deployment_ip_ranges
    virtual_network_subnet_ids = [local.subnet_id]
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_storage_container" "packages" {
  name                  = "app-package"
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

resource "azurerm_virtual_network" "this" {
  count = var.virtual_network_subnet_id == null ? 1 : 0

  name                = "vnet-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  address_space       = [var.network_address_space]
  tags                = local.tags
}

resource "azurerm_subnet" "this" {
  count = var.virtual_network_subnet_id == null ? 1 : 0

  name                            = "functions"
  resource_group_name             = local.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this[0].name
  address_prefixes                = [cidrsubnet(var.network_address_space, 1, 0)]
  default_outbound_access_enabled = false

  service_endpoint {
    service = "Microsoft.Storage"
  }

  service_endpoint {
    service = "Microsoft.KeyVault"
  }

  delegation {
    name = "functions"

    service_delegation {
      name    = local.is_flex ? "Microsoft.App/environments" : "Microsoft.Web/serverFarms"
      actions = [local.is_flex ? "Microsoft.Network/virtualNetworks/subnets/join/action" : "Microsoft.Network/virtualNetworks/subnets/action"]
    }
  }
}

resource "azurerm_log_analytics_workspace" "this" {
  count = var.application_insights_enabled && var.log_analytics_workspace_id == null ? 1 : 0

  name                            = "log-${var.name}"
  resource_group_name             = local.resource_group_name
  location                        = var.location
  sku                             = "PerGB2018"
  retention_in_days               = 30
  local_authentication_enabled    = false
  allow_resource_only_permissions = true
  tags                            = local.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_application_insights" "this" {
  count = var.application_insights_enabled ? 1 : 0

  name                         = "appi-${var.name}"
  resource_group_name          = local.resource_group_name
  location                     = var.location
  application_type             = "web"
  workspace_id                 = local.workspace_id
  local_authentication_enabled = false
  tags                         = local.tags
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.application_insights_enabled || var.log_analytics_workspace_id != null ? 1 : 0

  name                       = "functions"
  target_resource_id         = local.app.id
  log_analytics_workspace_id = local.workspace_id

  enabled_log {
    category = "FunctionAppLogs"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}

# Storage without keys: the runtime keeps packages and locks in blobs, triggers in queues, state in tables.
resource "azurerm_role_assignment" "storage" {
  for_each = { for pair in setproduct(keys(local.principals), ["Storage Blob Data Owner", "Storage Queue Data Contributor", "Storage Table Data Contributor"]) : "${pair[0]} ${pair[1]}" => pair }

  scope                = azurerm_storage_account.this.id
  principal_id         = local.principals[each.value[0]]
  role_definition_name = each.value[1]
}

resource "azurerm_role_assignment" "telemetry" {
  for_each = { for who, principal in local.principals : who => principal if var.application_insights_enabled }

  scope                = azurerm_application_insights.this[0].id
  principal_id         = each.value
  role_definition_name = "Monitoring Metrics Publisher"
}

resource "azurerm_role_assignment" "secrets" {
  for_each = { for who, principal in local.principals : who => principal if var.key_vault_id != null }

  scope                = var.key_vault_id
  principal_id         = each.value
  role_definition_name = "Key Vault Secrets User"
}
