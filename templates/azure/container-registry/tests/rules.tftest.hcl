mock_provider "azurerm" {}

variables {
  name     = "acmeimages"
  location = "westeurope"
}

run "name_has_no_dash" {
  command = plan

  variables {
    name = "acme-images"
  }

  expect_failures = [var.name]
}

run "name_is_not_reserved" {
  command = plan

  variables {
    name = "shopmicrosoft"
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

run "ranges_are_addresses" {
  command = plan

  variables {
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "ranges_are_small" {
  command = plan

  variables {
    allowed_ip_ranges = ["128.0.0.0/1"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "private_addresses_are_not_public" {
  command = plan

  variables {
    allowed_ip_ranges = ["192.168.1.1"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "at_most_a_hundred_ranges" {
  command = plan

  variables {
    allowed_ip_ranges = [for number in range(101) : "198.51.100.${number}"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "ranges_need_selected_networks" {
  command = plan

  variables {
    network_access    = "private"
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "anonymous_pull_is_not_basic" {
  command = plan

  variables {
    sku                    = "Basic"
    network_access         = "all"
    anonymous_pull_enabled = true
  }

  expect_failures = [var.anonymous_pull_enabled]
}

run "cache_rules_have_a_long_name" {
  command = plan

  variables {
    cache_rules = [{ name = "hub", source_repo = "docker.io/library/nginx", target_repo = "nginx" }]
  }

  expect_failures = [var.cache_rules]
}

run "cache_sources_name_their_registry" {
  command = plan

  variables {
    cache_rules = [{ name = "nginx", source_repo = "nginx", target_repo = "nginx" }]
  }

  expect_failures = [var.cache_rules]
}

run "cache_stars_come_in_pairs" {
  command = plan

  variables {
    cache_rules = [{ name = "dotnet", source_repo = "mcr.microsoft.com/dotnet/*", target_repo = "dotnet" }]
  }

  expect_failures = [var.cache_rules]
}

run "cache_names_differ" {
  command = plan

  variables {
    cache_rules = [{ name = "nginx", source_repo = "docker.io/library/nginx", target_repo = "nginx" }, { name = "nginx", source_repo = "docker.io/library/httpd", target_repo = "httpd" }]
  }

  expect_failures = [var.cache_rules]
}

run "own_keys_are_premium" {
  command = plan

  variables {
    sku                  = "Basic"
    network_access       = "all"
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/images", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key", identity_client_id = "22222222-2222-2222-2222-222222222222" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_keys_are_addresses" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "images", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key", identity_client_id = "22222222-2222-2222-2222-222222222222" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_keys_have_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/images", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key", identity_client_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "data_endpoints_are_premium" {
  command = plan

  variables {
    sku                   = "Basic"
    network_access        = "all"
    data_endpoint_enabled = true
  }

  expect_failures = [var.data_endpoint_enabled]
}

run "keeping_images_in_needs_private_endpoints" {
  command = plan

  variables {
    export_enabled = false
  }

  expect_failures = [var.export_enabled]
}

run "copies_are_premium" {
  command = plan

  variables {
    sku             = "Basic"
    network_access  = "all"
    georeplications = [{ location = "northeurope" }]
  }

  expect_failures = [var.georeplications]
}

run "copies_have_the_short_form" {
  command = plan

  variables {
    georeplications = [{ location = "North Europe" }]
  }

  expect_failures = [var.georeplications]
}

run "copies_are_elsewhere" {
  command = plan

  variables {
    georeplications = [{ location = "westeurope" }]
  }

  expect_failures = [var.georeplications]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "some"
  }

  expect_failures = [var.network_access]
}

run "firewalls_are_premium" {
  command = plan

  variables {
    sku = "Standard"
  }

  expect_failures = [var.network_access]
}

run "endpoint_subnets_are_resource_ids" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "endpoint_zones_are_the_right_ones" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/example.com" }
  }

  expect_failures = [var.private_endpoint]
}

run "endpoints_are_premium" {
  command = plan

  variables {
    sku              = "Basic"
    network_access   = "all"
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
  }

  expect_failures = [var.private_endpoint]
}

run "quarantine_is_premium" {
  command = plan

  variables {
    sku                       = "Basic"
    network_access            = "all"
    quarantine_policy_enabled = true
  }

  expect_failures = [var.quarantine_policy_enabled]
}

run "access_is_by_object_id" {
  command = plan

  variables {
    registry_access = [{ principal_id = "ada@example.com" }]
  }

  expect_failures = [var.registry_access]
}

run "access_is_given_once" {
  command = plan

  variables {
    registry_access = [{ principal_id = "11111111-1111-1111-1111-111111111111" }, { principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.registry_access]
}

run "access_is_not_ownership" {
  command = plan

  variables {
    registry_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "Owner" }]
  }

  expect_failures = [var.registry_access]
}

run "rights_by_repository_have_their_roles" {
  command = plan

  variables {
    registry_access      = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
    role_assignment_mode = "AbacRepositoryPermissions"
  }

  expect_failures = [var.registry_access]
}

run "retention_is_within_a_year" {
  command = plan

  variables {
    retention_policy_in_days = 366
  }

  expect_failures = [var.retention_policy_in_days]
}

run "retention_is_premium" {
  command = plan

  variables {
    sku                      = "Basic"
    network_access           = "all"
    retention_policy_in_days = 7
  }

  expect_failures = [var.retention_policy_in_days]
}

run "mode_is_known" {
  command = plan

  variables {
    role_assignment_mode = "Rbac"
  }

  expect_failures = [var.role_assignment_mode]
}

run "tier_is_known" {
  command = plan

  variables {
    sku            = "Gold"
    network_access = "all"
  }

  expect_failures = [var.sku]
}

run "webhook_names_are_long" {
  command = plan

  variables {
    webhooks = [{ name = "ci", service_uri = "https://ci.example.com" }]
  }

  expect_failures = [var.webhooks]
}

run "webhooks_are_encrypted" {
  command = plan

  variables {
    webhooks = [{ name = "build", service_uri = "http://ci.example.com" }]
  }

  expect_failures = [var.webhooks]
}

run "webhook_actions_are_known" {
  command = plan

  variables {
    webhooks = [{ name = "build", service_uri = "https://ci.example.com", actions = ["pull"] }]
  }

  expect_failures = [var.webhooks]
}

run "webhook_names_differ" {
  command = plan

  variables {
    webhooks = [{ name = "build", service_uri = "https://a.example.com" }, { name = "Build", service_uri = "https://b.example.com" }]
  }

  expect_failures = [var.webhooks]
}

run "basic_has_two_webhooks" {
  command = plan

  variables {
    sku            = "Basic"
    network_access = "all"
    webhooks       = [for name in ["first", "second", "third"] : { name = name, service_uri = "https://ci.example.com" }]
  }

  expect_failures = [var.webhooks]
}

run "zones_are_premium" {
  command = plan

  variables {
    sku                     = "Basic"
    network_access          = "all"
    zone_redundancy_enabled = true
  }

  expect_failures = [var.zone_redundancy_enabled]
}
