mock_provider "azurerm" {}

variables {
  name              = "agw-shop"
  location          = "westeurope"
  backend_addresses = ["acme-shop.azurewebsites.net"]
}

run "required_values_make_a_guarded_gateway" {
  command = plan

  assert {
    condition     = azurerm_application_gateway.this.sku[0].name == "WAF_v2" && azurerm_web_application_firewall_policy.this.policy_settings[0].mode == "Prevention" && azurerm_application_gateway.this.force_firewall_policy_association
    error_message = "The firewall must stop attacks."
  }

  assert {
    condition     = azurerm_web_application_firewall_policy.this.managed_rules[0].managed_rule_set[0].type == "Microsoft_DefaultRuleSet" && length(azurerm_web_application_firewall_policy.this.managed_rules[0].managed_rule_set) == 2
    error_message = "The default rules and those against bots must count."
  }

  assert {
    condition     = length(azurerm_network_security_rule.visitors) == 0 && azurerm_network_security_rule.management[0].source_address_prefix == "GatewayManager"
    error_message = "Nobody but Azure itself may come in unasked."
  }

  assert {
    condition     = azurerm_application_gateway.this.ssl_policy[0].policy_name == "AppGwSslPolicy20220101S" && azurerm_application_gateway.this.http2_enabled && one(azurerm_application_gateway.this.backend_http_settings).protocol == "Https"
    error_message = "TLS must be new, and spoken to the servers too."
  }

  assert {
    condition     = azurerm_public_ip.this[0].allocation_method == "Static" && one(azurerm_application_gateway.this.backend_address_pool).fqdns == toset(["acme-shop.azurewebsites.net"])
    error_message = "The gateway must have its address and its server."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "shop"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_application_gateway.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "shop" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
