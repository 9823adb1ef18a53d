mock_provider "azurerm" {}

variables {
  name     = "nsg-acme"
  location = "westeurope"
}

run "name_does_not_end_in_a_dash" {
  command = plan

  variables {
    name = "nsg-"
  }

  expect_failures = [var.name]
}

run "location_is_the_short_form" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "group_labels_are_plain" {
  command = plan

  variables {
    application_security_groups = ["my web"]
  }

  expect_failures = [var.application_security_groups]
}

run "database_ports_are_numbers" {
  command = plan

  variables {
    database_ports = ["postgres"]
  }

  expect_failures = [var.database_ports]
}

run "database_sources_are_ranges" {
  command = plan

  variables {
    database_sources = ["vnet"]
  }

  expect_failures = [var.database_sources]
}

run "databases_are_not_open_to_all" {
  command = plan

  variables {
    database_sources = ["0.0.0.0/0"]
  }

  expect_failures = [var.database_sources]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "flow_logs_go_to_a_storage_account" {
  command = plan

  variables {
    subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
    flow_logs  = { storage_account_id = "acmeflows" }
  }

  expect_failures = [var.flow_logs]
}

run "flow_logs_are_kept_for_a_year_at_most" {
  command = plan

  variables {
    subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
    flow_logs  = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", retention_days = 366 }
  }

  expect_failures = [var.flow_logs]
}

run "traffic_analytics_knows_its_workspace" {
  command = plan

  variables {
    subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
    flow_logs  = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", traffic_analytics = { workspace_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs", workspace_guid = "logs" } }
  }

  expect_failures = [var.flow_logs]
}

run "traffic_analytics_has_two_speeds" {
  command = plan

  variables {
    subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
    flow_logs  = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows", traffic_analytics = { workspace_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs", workspace_guid = "11111111-1111-1111-1111-111111111111", interval_in_minutes = 30 } }
  }

  expect_failures = [var.flow_logs]
}

run "flow_logs_need_a_subnet" {
  command = plan

  variables {
    flow_logs = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeflows" }
  }

  expect_failures = [var.flow_logs]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "interfaces_are_resource_ids" {
  command = plan

  variables {
    network_interface_ids = ["nic"]
  }

  expect_failures = [var.network_interface_ids]
}

run "remote_desktop_sources_are_ranges" {
  command = plan

  variables {
    rdp_sources = ["office"]
  }

  expect_failures = [var.rdp_sources]
}

run "remote_desktop_is_not_open_to_all" {
  command = plan

  variables {
    rdp_sources = ["0.0.0.0/0"]
  }

  expect_failures = [var.rdp_sources]
}

run "existing_groups_are_named" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_names_do_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "rule_names_are_free" {
  command = plan

  variables {
    rules = [{ name = "deny-all-inbound", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "rule_names_differ" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }, { name = "API", priority = 210, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "priorities_leave_room" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 4096, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "priorities_differ" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }, { name = "web", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "directions_are_known" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"], direction = "In" }]
  }

  expect_failures = [var.rules]
}

run "accesses_are_known" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"], access = "allow" }]
  }

  expect_failures = [var.rules]
}

run "protocols_are_known" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"], protocol = "TCP" }]
  }

  expect_failures = [var.rules]
}

run "pings_have_no_ports" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"], protocol = "Icmp" }]
  }

  expect_failures = [var.rules]
}

run "rules_have_a_source" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "several_sources_are_ranges" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["VirtualNetwork", "10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"] }]
  }

  expect_failures = [var.rules]
}

run "ports_are_numbers" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["https"] }]
  }

  expect_failures = [var.rules]
}

run "management_is_not_open_to_all" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["Internet"], destinations = ["*"], destination_ports = ["20-30"] }]
  }

  expect_failures = [var.rules]
}

run "labels_are_listed" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, destinations = ["*"], destination_ports = ["443"], source_application_security_groups = ["asg-web"] }]
  }

  expect_failures = [var.rules]
}

run "descriptions_are_short" {
  command = plan

  variables {
    rules = [{ name = "api", priority = 200, sources = ["10.0.0.0/8"], destinations = ["*"], destination_ports = ["443"], description = "why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why why " }]
  }

  expect_failures = [var.rules]
}

run "ssh_sources_are_ranges" {
  command = plan

  variables {
    ssh_sources = ["office"]
  }

  expect_failures = [var.ssh_sources]
}

run "ssh_is_not_open_to_all" {
  command = plan

  variables {
    ssh_sources = ["::/0"]
  }

  expect_failures = [var.ssh_sources]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    subnet_ids = ["app"]
  }

  expect_failures = [var.subnet_ids]
}

run "gateways_take_no_group" {
  command = plan

  variables {
    subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/GatewaySubnet"]
  }

  expect_failures = [var.subnet_ids]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "web_sources_are_ranges" {
  command = plan

  variables {
    web_sources = ["Internet"]
  }

  expect_failures = [var.web_sources]
}
