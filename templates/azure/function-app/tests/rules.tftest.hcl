mock_provider "azurerm" {}

variables {
  name     = "acme-jobs"
  location = "westeurope"
}

run "name_has_no_dots" {
  command = plan

  variables {
    name = "shop.acme"
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

run "group_name_has_no_slash" {
  command = plan

  variables {
    resource_group_name = "rg/web"
  }

  expect_failures = [var.resource_group_name]
}

run "tag_names_have_no_slash" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "a_rule_has_one_source" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "198.51.100.7", service_tag = "AzureCloud" }]
  }

  expect_failures = [var.access_rules]
}

run "a_rule_has_a_range" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "office" }]
  }

  expect_failures = [var.access_rules]
}

run "nobody_is_everybody" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "0.0.0.0/0" }]
  }

  expect_failures = [var.access_rules]
}

run "a_rule_has_a_whole_subnet" {
  command = plan

  variables {
    access_rules = [{ name = "x", subnet_id = "app" }]
  }

  expect_failures = [var.access_rules]
}

run "front_door_ids_need_its_tag" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "198.51.100.7", front_door_ids = ["11111111-1111-1111-1111-111111111111"] }]
  }

  expect_failures = [var.access_rules]
}

run "a_rule_allows_or_denies" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "198.51.100.7", action = "Block" }]
  }

  expect_failures = [var.access_rules]
}

run "priorities_differ" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "198.51.100.7", priority = 110 }, { name = "y", ip_range = "198.51.100.8" }]
  }

  expect_failures = [var.access_rules]
}

run "priorities_begin_at_one" {
  command = plan

  variables {
    access_rules = [{ name = "x", ip_range = "198.51.100.7", priority = 0 }]
  }

  expect_failures = [var.access_rules]
}

run "private_apps_have_no_rules" {
  command = plan

  variables {
    network_access = "private"
    access_rules   = [{ name = "x", ip_range = "198.51.100.7" }]
  }

  expect_failures = [var.access_rules]
}

run "origins_are_listed" {
  command = plan

  variables {
    cors_allowed_origins = ["*"]
  }

  expect_failures = [var.cors_allowed_origins]
}

run "vault_is_a_resource_id" {
  command = plan

  variables {
    key_vault_id = "acme"
  }

  expect_failures = [var.key_vault_id]
}

run "secrets_have_an_address" {
  command = plan

  variables {
    key_vault_settings = { DB = "db-password" }
  }

  expect_failures = [var.key_vault_settings]
}

run "a_setting_has_one_place" {
  command = plan

  variables {
    app_settings       = { DB = "x" }
    key_vault_settings = { DB = "https://acme.vault.azure.net/secrets/db" }
  }

  expect_failures = [var.key_vault_settings]
}

run "old_tls_is_refused" {
  command = plan

  variables {
    minimum_tls_version = "1.1"
  }

  expect_failures = [var.minimum_tls_version]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "endpoint_subnet_is_a_resource_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "endpoint_and_way_out_are_apart" {
  command = plan

  variables {
    virtual_network_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    private_endpoint          = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
  }

  expect_failures = [var.private_endpoint]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "warm_groups_are_for_flex" {
  command = plan

  variables {
    plan_sku     = "EP1"
    always_ready = [{ name = "http" }]
  }

  expect_failures = [var.always_ready]
}

run "warm_groups_are_known" {
  command = plan

  variables {
    always_ready = [{ name = "queue" }]
  }

  expect_failures = [var.always_ready]
}

run "warm_groups_differ" {
  command = plan

  variables {
    always_ready = [{ name = "http" }, { name = "http" }]
  }

  expect_failures = [var.always_ready]
}

run "warm_instances_are_within_the_maximum" {
  command = plan

  variables {
    maximum_instance_count = 40
    always_ready           = [{ name = "http", instance_count = 41 }]
  }

  expect_failures = [var.always_ready]
}

run "setting_names_are_plain" {
  command = plan

  variables {
    app_settings = { "my:setting" = "x" }
  }

  expect_failures = [var.app_settings]
}

run "storage_is_not_yours" {
  command = plan

  variables {
    app_settings = { AzureWebJobsStorage = "x" }
  }

  expect_failures = [var.app_settings]
}

run "deployment_is_not_for_everybody" {
  command = plan

  variables {
    deployment_ip_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.deployment_ip_ranges]
}

run "deployment_is_over_public_addresses" {
  command = plan

  variables {
    deployment_ip_ranges = ["10.1.2.3"]
  }

  expect_failures = [var.deployment_ip_ranges]
}

run "concurrency_is_within_limits" {
  command = plan

  variables {
    http_concurrency = 1001
  }

  expect_failures = [var.http_concurrency]
}

run "concurrency_is_for_flex" {
  command = plan

  variables {
    plan_sku         = "EP1"
    http_concurrency = 10
  }

  expect_failures = [var.http_concurrency]
}

run "memory_is_known" {
  command = plan

  variables {
    instance_memory_in_mb = 1024
  }

  expect_failures = [var.instance_memory_in_mb]
}

run "premium_has_a_hundred_instances" {
  command = plan

  variables {
    plan_sku               = "EP1"
    maximum_instance_count = 101
  }

  expect_failures = [var.maximum_instance_count]
}

run "dedicated_plans_do_not_grow" {
  command = plan

  variables {
    plan_sku               = "P0v3"
    maximum_instance_count = 5
  }

  expect_failures = [var.maximum_instance_count]
}

run "minimum_is_within_the_maximum" {
  command = plan

  variables {
    plan_sku               = "EP1"
    maximum_instance_count = 3
    minimum_instance_count = 4
  }

  expect_failures = [var.minimum_instance_count]
}

run "network_has_room" {
  command = plan

  variables {
    network_address_space = "10.70.0.0/27"
  }

  expect_failures = [var.network_address_space]
}

run "network_is_private" {
  command = plan

  variables {
    network_address_space = "198.51.100.0/24"
  }

  expect_failures = [var.network_address_space]
}

run "plan_is_known" {
  command = plan

  variables {
    plan_sku = "Y1"
  }

  expect_failures = [var.plan_sku]
}

run "language_is_known" {
  command = plan

  variables {
    runtime_name = "ruby"
  }

  expect_failures = [var.runtime_name]
}

run "version_belongs_to_the_language" {
  command = plan

  variables {
    runtime_version = "3.13"
  }

  expect_failures = [var.runtime_version]
}

run "flex_has_no_slots" {
  command = plan

  variables {
    staging_slot_enabled = true
  }

  expect_failures = [var.staging_slot_enabled]
}

run "storage_name_is_plain" {
  command = plan

  variables {
    storage_account_name = "Acme-Functions"
  }

  expect_failures = [var.storage_account_name]
}

run "way_out_is_a_resource_id" {
  command = plan

  variables {
    virtual_network_subnet_id = "app"
  }

  expect_failures = [var.virtual_network_subnet_id]
}

run "flex_dislikes_underscores" {
  command = plan

  variables {
    virtual_network_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/my_app"
  }

  expect_failures = [var.virtual_network_subnet_id]
}

run "basic_plans_are_small" {
  command = plan

  variables {
    plan_sku     = "B1"
    worker_count = 4
  }

  expect_failures = [var.worker_count]
}

run "standard_plans_stay_in_a_zone" {
  command = plan

  variables {
    plan_sku               = "S1"
    worker_count           = 3
    zone_balancing_enabled = true
  }

  expect_failures = [var.zone_balancing_enabled]
}

run "zones_need_two_instances" {
  command = plan

  variables {
    plan_sku               = "EP1"
    zone_balancing_enabled = true
  }

  expect_failures = [var.zone_balancing_enabled]
}
