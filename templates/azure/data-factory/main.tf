locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  identity_ids = setunion(var.user_assigned_identity_ids, var.customer_managed_key == null ? [] : [var.customer_managed_key.user_assigned_identity_id])
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_data_factory" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags

  managed_virtual_network_enabled  = var.managed_virtual_network_enabled
  public_network_enabled           = var.network_access == "all"
  purview_id                       = var.purview_id
  customer_managed_key_id          = try(var.customer_managed_key.key_vault_key_id, null)
  customer_managed_key_identity_id = try(var.customer_managed_key.user_assigned_identity_id, null)

  identity {
    type         = length(local.identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = length(local.identity_ids) == 0 ? null : local.identity_ids
  }

  dynamic "github_configuration" {
    for_each = var.github == null ? [] : [var.github]

    content {
      account_name       = github_configuration.value.account_name
      repository_name    = github_configuration.value.repository_name
      branch_name        = github_configuration.value.branch_name
      root_folder        = github_configuration.value.root_folder
      git_url            = github_configuration.value.git_url
      publishing_enabled = github_configuration.value.publishing_enabled
    }
  }

  dynamic "vsts_configuration" {
    for_each = var.azure_devops == null ? [] : [var.azure_devops]

    content {
      account_name       = vsts_configuration.value.organisation
      project_name       = vsts_configuration.value.project_name
      repository_name    = vsts_configuration.value.repository_name
      tenant_id          = vsts_configuration.value.tenant_id
      branch_name        = vsts_configuration.value.branch_name
      root_folder        = vsts_configuration.value.root_folder
      publishing_enabled = vsts_configuration.value.publishing_enabled
    }
  }

  dynamic "global_parameter" {
    for_each = var.global_parameters

    content {
      name  = global_parameter.value.name
      type  = global_parameter.value.type
      value = global_parameter.value.value
    }
  }
}

resource "azurerm_data_factory_integration_runtime_azure" "this" {
  for_each = { for runtime in var.integration_runtimes : runtime.name => runtime }

  name                                          = each.key
  data_factory_id                               = azurerm_data_factory.this.id
  location                                      = var.location
  description                                   = each.value.description
  compute_type                                  = each.value.compute_type
  core_count                                    = each.value.core_count
  time_to_live_min                              = each.value.time_to_live_minutes
  cleanup_enabled                               = each.value.cleanup_enabled
  virtual_network_enabled                       = var.managed_virtual_network_enabled
  interactive_authoring_time_to_live_in_minutes = each.value.interactive_authoring_minutes
}

resource "azurerm_data_factory_integration_runtime_self_hosted" "this" {
  for_each = var.self_hosted_runtimes

  name            = each.value
  data_factory_id = azurerm_data_factory.this.id
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_data_factory.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_data_factory_credential_user_managed_identity.this,
    azurerm_data_factory_integration_runtime_self_hosted.this,
    azurerm_data_factory_linked_service_azure_blob_storage.this,
    azurerm_data_factory_linked_service_azure_sql_database.this,
    azurerm_data_factory_linked_service_key_vault.this,
    azurerm_data_factory_managed_private_endpoint.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_monitor_metric_alert.failed_runs,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.contributor,
    azurerm_role_assignment.key_vault,
    azurerm_role_assignment.storage,
  ]
}
