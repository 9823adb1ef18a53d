resource "azurerm_data_factory_managed_private_endpoint" "this" {
  for_each = { for endpoint in var.managed_private_endpoints : endpoint.name => endpoint }

  name               = each.key
  data_factory_id    = azurerm_data_factory.this.id
  target_resource_id = each.value.target_resource_id
  subresource_name   = each.value.subresource_name

  # The managed network is complete only once a runtime is in it.
  depends_on = [azurerm_data_factory_integration_runtime_azure.this]
}

resource "azurerm_data_factory_credential_user_managed_identity" "this" {
  for_each = { for id in var.user_assigned_identity_ids : reverse(split("/", id))[0] => id }

  name            = each.key
  data_factory_id = azurerm_data_factory.this.id
  identity_id     = each.value

  depends_on = [azurerm_data_factory_integration_runtime_azure.this]
}

resource "azurerm_role_assignment" "key_vault" {
  count = var.key_vault_id == null ? 0 : 1

  scope                = var.key_vault_id
  principal_id         = azurerm_data_factory.this.identity[0].principal_id
  role_definition_name = "Key Vault Secrets User"
}

resource "azurerm_data_factory_linked_service_key_vault" "this" {
  count = var.key_vault_id == null ? 0 : 1

  name            = "key_vault"
  data_factory_id = azurerm_data_factory.this.id
  key_vault_id    = var.key_vault_id
}

resource "azurerm_role_assignment" "storage" {
  for_each = { for target in var.storage_accounts : target.name => target }

  scope                = each.value.storage_account_id
  principal_id         = azurerm_data_factory.this.identity[0].principal_id
  role_definition_name = each.value.role
}

resource "azurerm_data_factory_linked_service_azure_blob_storage" "this" {
  for_each = { for target in var.storage_accounts : target.name => target }

  name                     = each.key
  data_factory_id          = azurerm_data_factory.this.id
  service_endpoint         = "https://${reverse(split("/", each.value.storage_account_id))[0]}.blob.core.windows.net/"
  storage_kind             = "StorageV2"
  use_managed_identity     = true
  integration_runtime_name = each.value.integration_runtime

  depends_on = [azurerm_data_factory_integration_runtime_azure.this]
}

resource "azurerm_data_factory_linked_service_azure_sql_database" "this" {
  for_each = { for target in var.sql_databases : target.name => target }

  name                     = each.key
  data_factory_id          = azurerm_data_factory.this.id
  connection_string        = "Integrated Security=False;Encrypt=True;Connection Timeout=30;Data Source=${each.value.server_fqdn};Initial Catalog=${each.value.database}"
  use_managed_identity     = true
  integration_runtime_name = each.value.integration_runtime

  depends_on = [azurerm_data_factory_integration_runtime_azure.this]
}
