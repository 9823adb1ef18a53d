locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  deployer_roles = var.grant_deployer_access ? toset(concat(
    length(var.secrets) > 0 ? ["Key Vault Secrets Officer"] : [],
    length(var.keys) > 0 ? ["Key Vault Crypto Officer"] : [],
    length(var.certificates) + length(var.contacts) > 0 ? ["Key Vault Certificates Officer"] : [],
  )) : toset([])
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_key_vault" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  tenant_id           = data.azurerm_client_config.current.tenant_id
  sku_name            = var.sku_name
  tags                = local.tags

  rbac_authorization_enabled      = true
  purge_protection_enabled        = var.purge_protection_enabled
  soft_delete_retention_days      = var.soft_delete_retention_days
  public_network_access_enabled   = var.network_access != "private"
  enabled_for_deployment          = var.enabled_for_deployment
  enabled_for_disk_encryption     = var.enabled_for_disk_encryption
  enabled_for_template_deployment = var.enabled_for_template_deployment

  network_acls {
    default_action             = var.network_access == "all" ? "Allow" : "Deny"
    bypass                     = var.trusted_services_allowed ? "AzureServices" : "None"
    ip_rules                   = var.allowed_ip_ranges
    virtual_network_subnet_ids = var.allowed_subnet_ids
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_key_vault.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_key_vault_certificate.this,
    azurerm_key_vault_certificate_contacts.this,
    azurerm_key_vault_key.this,
    azurerm_key_vault_secret.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_role_assignment.this,
  ]
}
