mock_provider "azurerm" {}

variables {
  name     = "nsg-acme"
  location = "westeurope"
}

run "required_values_refuse_everything" {
  command = plan

  assert {
    condition     = keys(azurerm_network_security_rule.this) == ["allow-load-balancer", "deny-all-inbound"] && azurerm_network_security_rule.this["allow-load-balancer"].source_address_prefix == "AzureLoadBalancer"
    error_message = "Only the probes of load balancers may come in."
  }

  assert {
    condition     = azurerm_network_security_rule.this["deny-all-inbound"].priority == 4096 && azurerm_network_security_rule.this["deny-all-inbound"].access == "Deny" && azurerm_network_security_rule.this["deny-all-inbound"].direction == "Inbound" && azurerm_network_security_rule.this["deny-all-inbound"].protocol == "*" && azurerm_network_security_rule.this["deny-all-inbound"].destination_port_range == "*"
    error_message = "The last word must be a refusal."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-nsg-acme" && length(azurerm_subnet_network_security_group_association.this) == 0
    error_message = "The group must be there, on no subnet."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "net"
    tags               = { team = "net", environment = "mine" }
  }

  assert {
    condition     = azurerm_network_security_group.this.tags == tomap({ team = "net", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "net" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
