locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  # Azure answers copies in the order of their regions; any other order would be a change in every plan.
  copies = { for copy in var.georeplications : copy.location => copy }
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_container_registry" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = var.sku
  tags                = local.tags

  admin_enabled                 = var.admin_enabled
  anonymous_pull_enabled        = var.anonymous_pull_enabled
  public_network_access_enabled = var.network_access != "private"
  network_rule_bypass_option    = var.trusted_services_allowed ? "AzureServices" : "None"
  role_assignment_mode          = var.role_assignment_mode
  export_policy_enabled         = var.export_enabled
  quarantine_policy_enabled     = var.quarantine_policy_enabled
  retention_policy_in_days      = var.retention_policy_in_days
  data_endpoint_enabled         = var.data_endpoint_enabled
  zone_redundancy_enabled       = var.zone_redundancy_enabled

  network_rule_set = var.sku != "Premium" ? null : [{
    default_action = var.network_access == "all" ? "Allow" : "Deny"
    ip_rule = [for range in var.allowed_ip_ranges : {
      action   = "Allow"
      ip_range = strcontains(range, "/") ? range : "${range}/32"
    }]
  }]

  encryption = var.customer_managed_key == null ? null : [{
    key_vault_key_id   = var.customer_managed_key.key_vault_key_id
    identity_client_id = var.customer_managed_key.identity_client_id
  }]

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }

  dynamic "georeplications" {
    for_each = sort(keys(local.copies))

    content {
      location                        = georeplications.value
      zone_redundancy_enabled         = local.copies[georeplications.value].zone_redundancy_enabled
      global_endpoint_routing_enabled = local.copies[georeplications.value].global_endpoint_routing_enabled
      tags                            = local.tags
    }
  }
}

resource "azurerm_container_registry_webhook" "this" {
  for_each = { for hook in var.webhooks : hook.name => hook }

  name                = each.value.name
  registry_name       = azurerm_container_registry.this.name
  resource_group_name = local.resource_group_name
  location            = var.location
  service_uri         = each.value.service_uri
  actions             = each.value.actions
  scope               = each.value.scope
  status              = each.value.enabled ? "enabled" : "disabled"
  custom_headers      = each.value.custom_headers
  tags                = local.tags
}

resource "azurerm_container_registry_cache_rule" "this" {
  for_each = { for rule in var.cache_rules : rule.name => rule }

  name                  = each.value.name
  container_registry_id = azurerm_container_registry.this.id
  source_repo           = each.value.source_repo
  target_repo           = each.value.target_repo
  credential_set_id     = each.value.credential_set_id
}
