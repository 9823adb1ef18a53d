output "id" {
  description = "Resource id of the vault."
  value       = azurerm_key_vault.this.id
}

output "name" {
  description = "Name of the vault."
  value       = azurerm_key_vault.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the vault."
  value       = local.resource_group_name
}

output "vault_uri" {
  description = "Address of the vault, which programs connect to."
  value       = azurerm_key_vault.this.vault_uri
}

output "tenant_id" {
  description = "Microsoft Entra tenant whose identities may be given roles."
  value       = azurerm_key_vault.this.tenant_id
}

output "item_urls" {
  description = "Address of each secret, key and certificate without its version, which always gives the newest."
  value = {
    secrets      = { for name, secret in azurerm_key_vault_secret.this : name => secret.versionless_id }
    keys         = { for name, key in azurerm_key_vault_key.this : name => key.versionless_id }
    certificates = { for name, certificate in azurerm_key_vault_certificate.this : name => certificate.versionless_id }
  }
}

output "app_setting_references" {
  description = "For each secret what to write into a setting of a web or function app, which then reads it from here."
  value       = { for name, secret in azurerm_key_vault_secret.this : name => "@Microsoft.KeyVault(SecretUri=${secret.versionless_id})" }
}

output "private_ip_address" {
  description = "Private address of the vault, or null when it has no private endpoint."
  value       = one([for endpoint in azurerm_private_endpoint.this : endpoint.private_service_connection[0].private_ip_address])
}

output "portal_url" {
  description = "The vault in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_key_vault.this.id}"
}
