mock_provider "azurerm" {}

variables {
  name     = "acme-orders"
  location = "westeurope"
}

run "name_has_no_capitals" {
  command = plan

  variables {
    name = "Acme"
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

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "allowed_ranges_are_addresses" {
  command = plan

  variables {
    network_access    = "selected"
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "the_whole_internet_is_no_range" {
  command = plan

  variables {
    network_access    = "selected"
    allowed_ip_ranges = ["128.0.0.0/1"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "private_addresses_are_not_public" {
  command = plan

  variables {
    network_access    = "selected"
    allowed_ip_ranges = ["192.168.1.1"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    network_access     = "selected"
    allowed_subnet_ids = ["app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "private_endpoint_needs_a_subnet_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "dns_zones_are_resource_ids" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_id = "privatelink" }
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

run "further_regions_are_the_short_form" {
  command = plan

  variables {
    capacity_mode        = "provisioned"
    additional_locations = [{ location = "North Europe" }]
  }

  expect_failures = [var.additional_locations]
}

run "regions_differ" {
  command = plan

  variables {
    capacity_mode        = "provisioned"
    additional_locations = [{ location = "westeurope" }]
  }

  expect_failures = [var.additional_locations]
}

run "serverless_lives_in_one_region" {
  command = plan

  variables {
    additional_locations = [{ location = "northeurope" }]
  }

  expect_failures = [var.additional_locations]
}

run "api_is_known" {
  command = plan

  variables {
    api = "SQL"
  }

  expect_failures = [var.api]
}

run "backups_are_an_hour_apart" {
  command = plan

  variables {
    backup_interval_minutes = 30
  }

  expect_failures = [var.backup_interval_minutes]
}

run "backup_redundancy_is_known" {
  command = plan

  variables {
    backup_redundancy = "GeoZone"
  }

  expect_failures = [var.backup_redundancy]
}

run "backups_are_kept_for_hours" {
  command = plan

  variables {
    backup_retention_hours  = 4
    backup_interval_minutes = 60
  }

  expect_failures = [var.backup_retention_hours]
}

run "there_are_two_backups" {
  command = plan

  variables {
    backup_retention_hours  = 8
    backup_interval_minutes = 300
  }

  expect_failures = [var.backup_retention_hours]
}

run "backup_type_is_known" {
  command = plan

  variables {
    backup_type = "Continuous"
  }

  expect_failures = [var.backup_type]
}

run "cassandra_has_periodic_backups" {
  command = plan

  variables {
    api         = "Cassandra"
    backup_type = "Continuous7Days"
  }

  expect_failures = [var.backup_type]
}

run "serverless_saves_nothing_up" {
  command = plan

  variables {
    burst_capacity_enabled = true
  }

  expect_failures = [var.burst_capacity_enabled]
}

run "capacity_is_known" {
  command = plan

  variables {
    capacity_mode = "manual"
  }

  expect_failures = [var.capacity_mode]
}

run "consistency_is_known" {
  command = plan

  variables {
    consistency_level = "Weak"
  }

  expect_failures = [var.consistency_level]
}

run "web_sites_have_no_star" {
  command = plan

  variables {
    cors_allowed_origins = ["*"]
  }

  expect_failures = [var.cors_allowed_origins]
}

run "web_sites_are_for_nosql" {
  command = plan

  variables {
    api                  = "MongoDB"
    cors_allowed_origins = ["https://www.example.com"]
  }

  expect_failures = [var.cors_allowed_origins]
}

run "own_key_has_no_version" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/cosmos/1", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/cosmos", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "principals_are_object_ids" {
  command = plan

  variables {
    data_access = [{ principal_id = "ada@example.com" }]
  }

  expect_failures = [var.data_access]
}

run "data_roles_are_known" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "owner" }]
  }

  expect_failures = [var.data_access]
}

run "grants_name_databases_of_the_list" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", database = "shop" }]
  }

  expect_failures = [var.data_access]
}

run "grants_differ" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111" }, { principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.data_access]
}

run "grants_are_for_nosql" {
  command = plan

  variables {
    api         = "Gremlin"
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.data_access]
}

run "database_names_have_no_slash" {
  command = plan

  variables {
    databases = [{ name = "a/b" }]
  }

  expect_failures = [var.databases]
}

run "database_names_differ" {
  command = plan

  variables {
    databases = [{ name = "a" }, { name = "a" }]
  }

  expect_failures = [var.databases]
}

run "serverless_takes_no_throughput" {
  command = plan

  variables {
    databases = [{ name = "a", throughput = 400 }]
  }

  expect_failures = [var.databases]
}

run "throughput_comes_in_hundreds" {
  command = plan

  variables {
    capacity_mode = "provisioned"
    databases     = [{ name = "a", throughput = 450 }]
  }

  expect_failures = [var.databases]
}

run "containers_have_a_partition_key" {
  command = plan

  variables {
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = [] }] }]
  }

  expect_failures = [var.databases]
}

run "paths_begin_with_a_slash" {
  command = plan

  variables {
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = ["id"] }] }]
  }

  expect_failures = [var.databases]
}

run "graphs_are_not_spread_by_id" {
  command = plan

  variables {
    api       = "Gremlin"
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = ["/id"] }] }]
  }

  expect_failures = [var.databases]
}

run "items_live_for_a_second" {
  command = plan

  variables {
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = ["/id"], ttl_seconds = 0 }] }]
  }

  expect_failures = [var.databases]
}

run "indexes_are_for_mongodb" {
  command = plan

  variables {
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = ["/id"], indexes = [{ keys = ["a"] }] }] }]
  }

  expect_failures = [var.databases]
}

run "the_table_api_has_no_databases" {
  command = plan

  variables {
    api       = "Table"
    databases = [{ name = "a" }]
  }

  expect_failures = [var.databases]
}

run "keyspaces_have_no_containers" {
  command = plan

  variables {
    api       = "Cassandra"
    databases = [{ name = "shop", containers = [{ name = "orders", partition_key_paths = ["/id"] }] }]
  }

  expect_failures = [var.databases]
}

run "the_free_amount_is_provisioned" {
  command = plan

  variables {
    free_tier_enabled = true
  }

  expect_failures = [var.free_tier_enabled]
}

run "mongodb_needs_keys" {
  command = plan

  variables {
    api                        = "MongoDB"
    key_authentication_enabled = false
  }

  expect_failures = [var.key_authentication_enabled]
}

run "mongodb_version_is_known" {
  command = plan

  variables {
    mongo_server_version = "3.6"
  }

  expect_failures = [var.mongo_server_version]
}

run "several_writers_need_several_regions" {
  command = plan

  variables {
    capacity_mode                    = "provisioned"
    multiple_write_locations_enabled = true
  }

  expect_failures = [var.multiple_write_locations_enabled]
}

run "several_writers_are_not_strong" {
  command = plan

  variables {
    capacity_mode                    = "provisioned"
    multiple_write_locations_enabled = true
    consistency_level                = "Strong"
    additional_locations             = [{ location = "northeurope" }]
  }

  expect_failures = [var.multiple_write_locations_enabled]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "all"
  }

  expect_failures = [var.network_access]
}

run "addresses_need_selected_networks" {
  command = plan

  variables {
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.network_access]
}

run "selected_networks_are_listed" {
  command = plan

  variables {
    network_access = "selected"
  }

  expect_failures = [var.network_access]
}

run "some_changes_may_be_missed" {
  command = plan

  variables {
    staleness_operations = 1
  }

  expect_failures = [var.staleness_operations]
}

run "regions_may_miss_many_changes" {
  command = plan

  variables {
    capacity_mode        = "provisioned"
    consistency_level    = "BoundedStaleness"
    staleness_operations = 100
    additional_locations = [{ location = "northeurope" }]
  }

  expect_failures = [var.staleness_operations]
}

run "reads_may_be_behind" {
  command = plan

  variables {
    staleness_seconds = 1
  }

  expect_failures = [var.staleness_seconds]
}

run "regions_may_be_behind" {
  command = plan

  variables {
    capacity_mode        = "provisioned"
    consistency_level    = "BoundedStaleness"
    staleness_seconds    = 10
    additional_locations = [{ location = "northeurope" }]
  }

  expect_failures = [var.staleness_seconds]
}

run "table_names_are_plain" {
  command = plan

  variables {
    api    = "Table"
    tables = [{ name = "1orders" }]
  }

  expect_failures = [var.tables]
}

run "serverless_tables_take_no_throughput" {
  command = plan

  variables {
    api    = "Table"
    tables = [{ name = "Orders", throughput = 400 }]
  }

  expect_failures = [var.tables]
}

run "tables_are_for_the_table_api" {
  command = plan

  variables {
    tables = [{ name = "Orders" }]
  }

  expect_failures = [var.tables]
}

run "autoscale_comes_in_thousands" {
  command = plan

  variables {
    capacity_mode = "autoscale"
    throughput    = 1500
  }

  expect_failures = [var.throughput]
}

run "serverless_has_no_usual_throughput" {
  command = plan

  variables {
    throughput = 400
  }

  expect_failures = [var.throughput]
}

run "the_limit_is_not_too_low" {
  command = plan

  variables {
    capacity_mode          = "provisioned"
    total_throughput_limit = 100
  }

  expect_failures = [var.total_throughput_limit]
}

run "serverless_has_no_limit" {
  command = plan

  variables {
    total_throughput_limit = 1000
  }

  expect_failures = [var.total_throughput_limit]
}

run "vectors_are_for_nosql" {
  command = plan

  variables {
    api                   = "Table"
    vector_search_enabled = true
  }

  expect_failures = [var.vector_search_enabled]
}
