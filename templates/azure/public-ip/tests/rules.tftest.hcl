mock_provider "azurerm" {}

variables {
  name     = "pip-shop"
  location = "westeurope"
}

run "name_ends_well" {
  command = plan

  variables {
    name = "pip-"
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

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "an_existing_group_has_a_name" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "a_group_name_does_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "tags_have_no_slash" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "some_addresses" {
  command = plan

  variables {
    address_count = 0
  }

  expect_failures = [var.address_count]
}

run "addresses_fit_into_the_range" {
  command = plan

  variables {
    address_count = 3
    prefix_length = 31
  }

  expect_failures = [var.address_count]
}

run "protection_is_known" {
  command = plan

  variables {
    ddos_protection_mode = "On"
  }

  expect_failures = [var.ddos_protection_mode]
}

run "plan_is_a_resource_id" {
  command = plan

  variables {
    ddos_protection_mode    = "Enabled"
    ddos_protection_plan_id = "plan"
  }

  expect_failures = [var.ddos_protection_plan_id]
}

run "plan_needs_protection" {
  command = plan

  variables {
    ddos_protection_plan_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/ddosProtectionPlans/plan"
  }

  expect_failures = [var.ddos_protection_plan_id]
}

run "label_is_lowercase" {
  command = plan

  variables {
    domain_name_label = "Shop"
  }

  expect_failures = [var.domain_name_label]
}

run "label_scope_is_known" {
  command = plan

  variables {
    domain_name_label_scope = "Unsecure"
  }

  expect_failures = [var.domain_name_label_scope]
}

run "timeout_is_possible" {
  command = plan

  variables {
    idle_timeout_in_minutes = 31
  }

  expect_failures = [var.idle_timeout_in_minutes]
}

run "routing_is_no_tag" {
  command = plan

  variables {
    ip_tags = { RoutingPreference = "Internet" }
  }

  expect_failures = [var.ip_tags]
}

run "version_is_known" {
  command = plan

  variables {
    ip_version = "4"
  }

  expect_failures = [var.ip_version]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "range_has_a_possible_length" {
  command = plan

  variables {
    prefix_length = 24
  }

  expect_failures = [var.prefix_length]
}

run "one_range" {
  command = plan

  variables {
    prefix_length       = 28
    public_ip_prefix_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPPrefixes/range"
  }

  expect_failures = [var.prefix_length]
}

run "range_is_a_resource_id" {
  command = plan

  variables {
    public_ip_prefix_id = "range"
  }

  expect_failures = [var.public_ip_prefix_id]
}

run "reverse_name_is_whole" {
  command = plan

  variables {
    reverse_fqdn = "mail"
  }

  expect_failures = [var.reverse_fqdn]
}

run "one_address_leads_back" {
  command = plan

  variables {
    reverse_fqdn  = "mail.example.com"
    address_count = 2
  }

  expect_failures = [var.reverse_fqdn]
}

run "routing_is_known" {
  command = plan

  variables {
    routing_preference = "Fast"
  }

  expect_failures = [var.routing_preference]
}

run "internet_routing_is_ipv4" {
  command = plan

  variables {
    routing_preference = "Internet"
    ip_version         = "IPv6"
  }

  expect_failures = [var.routing_preference]
}

run "tier_is_known" {
  command = plan

  variables {
    sku_tier = "World"
  }

  expect_failures = [var.sku_tier]
}

run "global_has_no_zone" {
  command = plan

  variables {
    sku_tier = "Global"
    zones    = ["1"]
  }

  expect_failures = [var.sku_tier]
}

run "zones_exist" {
  command = plan

  variables {
    zones = ["4"]
  }

  expect_failures = [var.zones]
}

run "zones_are_one_or_all" {
  command = plan

  variables {
    zones = ["1", "2"]
  }

  expect_failures = [var.zones]
}
