mock_provider "azurerm" {}

variables {
  name     = "nsg-acme"
  location = "westeurope"
}

run "openings_are_named_by_purpose" {
  command = plan

  variables {
    create_resource_group           = false
    resource_group_name             = "rg-net"
    web_sources                     = ["0.0.0.0/0"]
    ssh_sources                     = ["203.0.113.0/24", "198.51.100.0/24"]
    rdp_sources                     = ["203.0.113.0/24"]
    database_sources                = ["10.0.0.0/8"]
    database_ports                  = ["5432"]
    virtual_network_inbound_allowed = true
    load_balancer_inbound_allowed   = false
    internet_outbound_allowed       = false
  }

  assert {
    condition     = keys(azurerm_network_security_rule.this) == ["allow-databases", "allow-rdp", "allow-ssh", "allow-virtual-network", "allow-web", "deny-all-inbound", "deny-internet-outbound"]
    error_message = "Each purpose must have its rule."
  }

  assert {
    condition     = azurerm_network_security_rule.this["allow-web"].destination_port_ranges == toset(["80", "443"]) && azurerm_network_security_rule.this["allow-ssh"].source_address_prefixes == toset(["203.0.113.0/24", "198.51.100.0/24"]) && azurerm_network_security_rule.this["allow-ssh"].destination_port_range == "22" && azurerm_network_security_rule.this["allow-databases"].destination_port_range == "5432"
    error_message = "Ports and networks must be those of the purpose."
  }

  assert {
    condition     = azurerm_network_security_rule.this["deny-internet-outbound"].direction == "Outbound" && azurerm_network_security_rule.this["deny-internet-outbound"].destination_address_prefix == "Internet" && length(distinct([for rule in azurerm_network_security_rule.this : "${rule.direction} ${rule.priority}"])) == 7
    error_message = "Nothing may leave for the internet, and priorities must differ."
  }

  assert {
    condition     = output.rules[0] == "Inbound 4080 allow-web Allow Tcp 80,443 from 0.0.0.0/0 to *" && length(azurerm_resource_group.this) == 0
    error_message = "The summary must be in Azure's order."
  }
}

run "rules_name_labels_instead_of_addresses" {
  command = plan

  variables {
    application_security_groups = ["asg-web", "asg-data"]
    rules = [
      { name = "web-to-data", priority = 200, source_application_security_groups = ["asg-web"], destination_application_security_groups = ["asg-data", "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/asg-more"], destination_ports = ["5432", "6432"] },
      { name = "ping", priority = 210, protocol = "Icmp", sources = ["*"], destinations = ["*"], destination_ports = ["*"] },
    ]
  }

  assert {
    condition     = length(azurerm_application_security_group.this) == 2 && azurerm_network_security_rule.this["web-to-data"].source_address_prefix == null && azurerm_network_security_rule.this["web-to-data"].destination_port_ranges == toset(["5432", "6432"])
    error_message = "Labels must be created and take the place of addresses."
  }

  assert {
    condition     = azurerm_network_security_rule.this["ping"].protocol == "Icmp" && azurerm_network_security_rule.this["ping"].source_application_security_group_ids == null
    error_message = "A rule without labels must have addresses."
  }
}

run "subnets_get_the_group_and_are_recorded" {
  command = plan

  variables {
    delete_lock_enabled        = true
    subnet_ids                 = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
    network_interface_ids      = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/nic"]
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    flow_logs                  = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", retention_days = 0 }
  }

  assert {
    condition     = length(azurerm_subnet_network_security_group_association.this) == 1 && length(azurerm_network_interface_security_group_association.this) == 1 && length(azurerm_management_lock.this) == 1
    error_message = "Subnet and network card must have the group, and the group a lock."
  }

  assert {
    condition     = alltrue([for subnet, log in azurerm_network_watcher_flow_log.this : log.target_resource_id == subnet && log.version == 2 && !log.retention_policy[0].enabled]) && length(azurerm_network_watcher_flow_log.this) == 1
    error_message = "The subnet's traffic must be recorded, for good."
  }

  assert {
    condition     = toset(azurerm_monitor_diagnostic_setting.this[0].enabled_log[*].category) == toset(["NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"])
    error_message = "Events and counters must go to the workspace."
  }
}
