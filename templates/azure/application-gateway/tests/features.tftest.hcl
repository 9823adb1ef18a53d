mock_provider "azurerm" {}

variables {
  name              = "agw-shop"
  location          = "westeurope"
  backend_addresses = ["acme-shop.azurewebsites.net"]
}

run "a_certificate_brings_https_and_the_redirect" {
  command = plan

  variables {
    key_vault_secret_id = "https://acme.vault.azure.net/secrets/www"
    key_vault_id        = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    host_names          = ["www.example.com"]
    network_access      = "all"
    delete_lock_enabled = true
  }

  assert {
    condition     = toset([for listener in azurerm_application_gateway.this.http_listener : listener.protocol]) == toset(["Http", "Https"]) && one(azurerm_application_gateway.this.redirect_configuration).redirect_type == "Permanent"
    error_message = "HTTP must be sent to HTTPS for good."
  }

  assert {
    condition     = azurerm_role_assignment.certificate[0].role_definition_name == "Key Vault Secrets User" && azurerm_application_gateway.this.identity[0].type == "UserAssigned"
    error_message = "The gateway must be able to read its certificate."
  }

  assert {
    condition     = azurerm_network_security_rule.visitors[0].source_address_prefix == "Internet" && azurerm_network_security_rule.visitors[0].destination_port_ranges == toset(["80", "443"])
    error_message = "Everybody may visit, on two ports."
  }

  assert {
    condition     = output.url == "https://www.example.com" && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The address and the lock must be as asked."
  }
}

run "a_subnet_and_addresses_that_are_there_are_used" {
  command = plan

  variables {
    create_resource_group      = false
    resource_group_name        = "rg-there"
    subnet_id                  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    create_public_ip           = false
    public_ip_address_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip"
    private_ip_address         = "10.0.1.10"
    backend_addresses          = ["10.1.2.3", "app.example.com"]
    backend_protocol           = "Http"
    cookie_affinity_enabled    = true
    key_vault_secret_id        = "https://acme.vault.azure.net/secrets/www"
    user_assigned_identity_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = length(azurerm_virtual_network.this) + length(azurerm_network_security_group.this) + length(azurerm_public_ip.this) + length(azurerm_resource_group.this) == 0
    error_message = "Nothing may be created that is there."
  }

  assert {
    condition     = length(azurerm_application_gateway.this.frontend_ip_configuration) == 2 && length(toset([for listener in azurerm_application_gateway.this.http_listener : listener.name])) == 4 && length(azurerm_role_assignment.certificate) + length(azurerm_user_assigned_identity.this) == 0
    error_message = "The gateway must listen on both addresses, as the identity that is there."
  }

  assert {
    condition     = one(azurerm_application_gateway.this.backend_address_pool).ip_addresses == toset(["10.1.2.3"]) && one(azurerm_application_gateway.this.backend_http_settings).port == 80
    error_message = "Names and addresses must go where they belong."
  }
}

run "paths_and_firewall_rules_are_passed_on" {
  command = plan

  variables {
    path_rules = [{ name = "api", paths = ["/api/*"], backend_addresses = ["api.example.com"] }]
    waf_rules  = [{ name = "onlyNordic", priority = 5, countries = ["SE", "NO"], negate = true }, { name = "calm", priority = 10, rate_limit = 300 }]
    waf_mode   = "Detection"
  }

  assert {
    condition     = azurerm_application_gateway.this.url_path_map[0].path_rule[0].backend_address_pool_name == "api" && one(azurerm_application_gateway.this.request_routing_rule).rule_type == "PathBasedRouting"
    error_message = "The path must lead to its servers."
  }

  assert {
    condition     = azurerm_web_application_firewall_policy.this.custom_rules[0].match_conditions[0].negation_condition && azurerm_web_application_firewall_policy.this.custom_rules[1].rule_type == "RateLimitRule"
    error_message = "The firewall must know the rules."
  }
}
