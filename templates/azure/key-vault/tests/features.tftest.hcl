mock_provider "azurerm" {}

variables {
  name     = "acme-vault"
  location = "westeurope"
}

run "an_existing_group_and_selected_networks_are_used" {
  command = plan

  variables {
    create_resource_group    = false
    resource_group_name      = "rg-there"
    network_access           = "selected"
    allowed_ip_ranges        = ["198.51.100.7"]
    trusted_services_allowed = false
    delete_lock_enabled      = true
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_key_vault.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }

  assert {
    condition     = azurerm_key_vault.this.public_network_access_enabled && azurerm_key_vault.this.network_acls[0].default_action == "Deny" && azurerm_key_vault.this.network_acls[0].bypass == "None"
    error_message = "Only the listed addresses may pass the firewall."
  }

  assert {
    condition     = azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The lock must be there."
  }
}

run "contents_are_written_after_the_rights" {
  command = plan

  variables {
    network_access = "all"
    sku_name       = "premium"
    secrets        = [{ name = "db", value_version = 2 }]
    secret_values  = { db = "invented" }
    keys           = [{ name = "disk", type = "RSA-HSM", rotate_after = "P1Y", expire_after = "P2Y" }, { name = "sign", type = "EC" }]
    certificates   = [{ name = "www", subject = "CN=www.example.com", dns_names = ["example.com"] }]
    contacts       = [{ email = "ada@example.com" }]
  }

  assert {
    condition     = toset(keys(azurerm_role_assignment.deployer)) == toset(["Key Vault Secrets Officer", "Key Vault Crypto Officer", "Key Vault Certificates Officer"])
    error_message = "Terraform must have the roles that it needs, and no more."
  }

  assert {
    condition     = azurerm_key_vault_secret.this["db"].value_wo_version == 2 && azurerm_key_vault_certificate.this["www"].certificate_policy[0].lifetime_action[0].action[0].action_type == "AutoRenew"
    error_message = "Secret and certificate must be written."
  }

  assert {
    condition     = azurerm_key_vault_key.this["disk"].rotation_policy[0].automatic[0].time_after_creation == "P1Y" && azurerm_key_vault_key.this["disk"].rotation_policy[0].notify_before_expiry == "P30D" && azurerm_key_vault_key.this["sign"].curve == "P-256"
    error_message = "Keys must rotate as asked."
  }
}

run "a_private_endpoint_brings_its_zone" {
  command = plan

  variables {
    private_endpoint           = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", create_private_dns_zone = true }
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs"
    role_assignments           = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  assert {
    condition     = azurerm_private_dns_zone.this[0].name == "privatelink.vaultcore.azure.net" && endswith(azurerm_private_dns_zone_virtual_network_link.this[0].virtual_network_id, "/virtualNetworks/vnet")
    error_message = "The zone must be linked to the network of the subnet."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["vault"]) && length(azurerm_private_endpoint.this[0].private_dns_zone_group) == 1
    error_message = "The endpoint must lead to the vault and be found by name."
  }

  assert {
    condition     = one(azurerm_monitor_diagnostic_setting.this[0].enabled_log).category == "AuditEvent" && one(values(azurerm_role_assignment.this)).role_definition_name == "Key Vault Secrets User"
    error_message = "Audit events must be collected, and the reader be let in."
  }
}
