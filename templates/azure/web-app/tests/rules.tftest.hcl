mock_provider "azurerm" {}

variables {
  name     = "acme-shop"
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

run "setting_names_are_plain" {
  command = plan

  variables {
    app_settings = { "my setting" = "x" }
  }

  expect_failures = [var.app_settings]
}

run "telemetry_is_not_yours" {
  command = plan

  variables {
    app_settings = { APPLICATIONINSIGHTS_CONNECTION_STRING = "x" }
  }

  expect_failures = [var.app_settings]
}

run "bounds_of_autoscale_fit" {
  command = plan

  variables {
    autoscale = { minimum = 4, maximum = 3 }
  }

  expect_failures = [var.autoscale]
}

run "autoscale_does_not_flap" {
  command = plan

  variables {
    autoscale = { cpu_out = 50, cpu_in = 45 }
  }

  expect_failures = [var.autoscale]
}

run "basic_plans_do_not_scale" {
  command = plan

  variables {
    plan_sku  = "B1"
    autoscale = {}
  }

  expect_failures = [var.autoscale]
}

run "existing_plans_scale_elsewhere" {
  command = plan

  variables {
    service_plan_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Web/serverFarms/asp"
    autoscale       = {}
  }

  expect_failures = [var.autoscale]
}

run "backup_unit_is_known" {
  command = plan

  variables {
    backup_storage_sas_url = "https://acme.blob.core.windows.net/backup?sv=1&sig=invented"
    backup                 = { unit = "Week" }
  }

  expect_failures = [var.backup]
}

run "backup_needs_a_place" {
  command = plan

  variables {
    backup = {}
  }

  expect_failures = [var.backup]
}

run "backup_place_is_signed" {
  command = plan

  variables {
    backup_storage_sas_url = "https://acme.blob.core.windows.net/backup"
  }

  expect_failures = [var.backup_storage_sas_url]
}

run "certificate_mode_is_known" {
  command = plan

  variables {
    client_certificate_mode = "Always"
  }

  expect_failures = [var.client_certificate_mode]
}

run "each_connection_has_a_value" {
  command = plan

  variables {
    connection_strings = [{ name = "Shop" }]
  }

  expect_failures = [var.connection_string_values]
}

run "each_value_has_a_connection" {
  command = plan

  variables {
    connection_string_values = { Shop = "invented" }
  }

  expect_failures = [var.connection_string_values]
}

run "connection_type_is_known" {
  command = plan

  variables {
    connection_strings       = [{ name = "Shop", type = "Oracle" }]
    connection_string_values = { Shop = "invented" }
  }

  expect_failures = [var.connection_strings]
}

run "connection_names_differ" {
  command = plan

  variables {
    connection_strings       = [{ name = "Shop" }, { name = "Shop" }]
    connection_string_values = { Shop = "invented" }
  }

  expect_failures = [var.connection_strings]
}

run "a_container_needs_an_image" {
  command = plan

  variables {
    stack = "container"
  }

  expect_failures = [var.container]
}

run "an_image_has_a_tag" {
  command = plan

  variables {
    stack     = "container"
    container = { image = "shop/web", registry_url = "https://mcr.microsoft.com" }
  }

  expect_failures = [var.container]
}

run "an_image_is_in_one_registry" {
  command = plan

  variables {
    stack     = "container"
    container = { image = "shop/web:1" }
  }

  expect_failures = [var.container]
}

run "a_registry_has_no_path" {
  command = plan

  variables {
    stack     = "container"
    container = { image = "shop/web:1", registry_url = "https://mcr.microsoft.com/shop" }
  }

  expect_failures = [var.container]
}

run "a_registry_is_a_resource_id" {
  command = plan

  variables {
    stack     = "container"
    container = { image = "shop/web:1", registry_id = "acme" }
  }

  expect_failures = [var.container]
}

run "origins_are_listed" {
  command = plan

  variables {
    cors_allowed_origins = ["*"]
  }

  expect_failures = [var.cors_allowed_origins]
}

run "domains_are_whole" {
  command = plan

  variables {
    custom_domains = [{ hostname = "www" }]
  }

  expect_failures = [var.custom_domains]
}

run "domains_differ" {
  command = plan

  variables {
    custom_domains = [{ hostname = "www.example.com" }, { hostname = "www.example.com" }]
  }

  expect_failures = [var.custom_domains]
}

run "deployment_is_not_for_everybody" {
  command = plan

  variables {
    deployment_ip_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.deployment_ip_ranges]
}

run "eviction_is_within_limits" {
  command = plan

  variables {
    health_check_eviction_minutes = 11
  }

  expect_failures = [var.health_check_eviction_minutes]
}

run "health_path_has_a_slash" {
  command = plan

  variables {
    health_check_path = "healthz"
  }

  expect_failures = [var.health_check_path]
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

run "log_level_is_known" {
  command = plan

  variables {
    log_level = "Debug"
  }

  expect_failures = [var.log_level]
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

run "os_is_known" {
  command = plan

  variables {
    os_type = "BSD"
  }

  expect_failures = [var.os_type]
}

run "plan_is_known" {
  command = plan

  variables {
    plan_sku = "F1"
  }

  expect_failures = [var.plan_sku]
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

run "plan_is_a_resource_id" {
  command = plan

  variables {
    service_plan_id = "asp"
  }

  expect_failures = [var.service_plan_id]
}

run "slot_names_are_short" {
  command = plan

  variables {
    slots = [{ name = "production" }]
  }

  expect_failures = [var.slots]
}

run "slot_names_differ" {
  command = plan

  variables {
    slots = [{ name = "staging" }, { name = "staging" }]
  }

  expect_failures = [var.slots]
}

run "basic_plans_have_no_slots" {
  command = plan

  variables {
    plan_sku = "B1"
    slots    = [{ name = "staging" }]
  }

  expect_failures = [var.slots]
}

run "stack_is_known" {
  command = plan

  variables {
    stack = "ruby"
  }

  expect_failures = [var.stack]
}

run "python_needs_linux" {
  command = plan

  variables {
    os_type = "Windows"
    stack   = "python"
  }

  expect_failures = [var.stack]
}

run "version_belongs_to_the_stack" {
  command = plan

  variables {
    stack         = "node"
    stack_version = "3.13"
  }

  expect_failures = [var.stack_version]
}

run "start_commands_are_for_linux" {
  command = plan

  variables {
    os_type         = "Windows"
    startup_command = "npm start"
  }

  expect_failures = [var.startup_command]
}

run "tomcat_is_known" {
  command = plan

  variables {
    stack          = "java"
    tomcat_version = "8.5"
  }

  expect_failures = [var.tomcat_version]
}

run "tomcat_needs_java" {
  command = plan

  variables {
    tomcat_version = "10.1"
  }

  expect_failures = [var.tomcat_version]
}

run "identities_are_resource_ids" {
  command = plan

  variables {
    user_assigned_identity_ids = ["shop"]
  }

  expect_failures = [var.user_assigned_identity_ids]
}

run "way_out_is_a_resource_id" {
  command = plan

  variables {
    virtual_network_subnet_id = "app"
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

run "zones_need_premium" {
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
    zone_balancing_enabled = true
  }

  expect_failures = [var.zone_balancing_enabled]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}
