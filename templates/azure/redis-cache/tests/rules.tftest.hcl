mock_provider "azurerm" {}

variables {
  name     = "acme-cache"
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

run "clustering_is_known" {
  command = plan

  variables {
    clustering_policy = "Sharded"
  }

  expect_failures = [var.clustering_policy]
}

run "one_server_holds_24_gigabytes" {
  command = plan

  variables {
    sku_name          = "Balanced_B50"
    clustering_policy = "NoCluster"
  }

  expect_failures = [var.clustering_policy]
}

run "own_key_has_a_version" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/redis", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/redis/0123456789abcdef0123456789abcdef", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "users_are_object_ids" {
  command = plan

  variables {
    data_access_object_ids = ["ada@example.com"]
  }

  expect_failures = [var.data_access_object_ids]
}

run "eviction_is_known" {
  command = plan

  variables {
    eviction_policy = "Oldest"
  }

  expect_failures = [var.eviction_policy]
}

run "group_name_is_plain" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    geo_replication = { group_name = "a b", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "copies_are_one_to_four" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    geo_replication = { group_name = "orders", replicas = [] }
  }

  expect_failures = [var.geo_replication]
}

run "copies_are_in_other_regions" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    geo_replication = { group_name = "orders", replicas = [{ location = "westeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "subnets_of_copies_are_resource_ids" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    geo_replication = { group_name = "orders", replicas = [{ location = "northeurope", subnet_id = "app" }] }
  }

  expect_failures = [var.geo_replication]
}

run "small_sizes_are_not_copied" {
  command = plan

  variables {
    geo_replication = { group_name = "orders", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "copies_need_high_availability" {
  command = plan

  variables {
    sku_name                  = "Balanced_B3"
    high_availability_enabled = false
    geo_replication           = { group_name = "orders", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "copies_exclude_saving" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    persistence     = "rdb-1h"
    geo_replication = { group_name = "orders", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "copies_need_a_short_name" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    name            = "a23456789-123456789-123456789-123456789-1"
    geo_replication = { group_name = "orders", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.geo_replication]
}

run "modules_are_known" {
  command = plan

  variables {
    modules = [{ name = "RedisGraph" }]
  }

  expect_failures = [var.modules]
}

run "search_evicts_nothing" {
  command = plan

  variables {
    modules = [{ name = "RediSearch" }]
  }

  expect_failures = [var.modules]
}

run "flash_has_json_only" {
  command = plan

  variables {
    sku_name = "FlashOptimized_A250"
    modules  = [{ name = "RedisBloom" }]
  }

  expect_failures = [var.modules]
}

run "filters_are_not_copied" {
  command = plan

  variables {
    sku_name        = "Balanced_B3"
    modules         = [{ name = "RedisBloom" }]
    geo_replication = { group_name = "orders", replicas = [{ location = "northeurope" }] }
  }

  expect_failures = [var.modules]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "saving_is_known" {
  command = plan

  variables {
    persistence = "daily"
  }

  expect_failures = [var.persistence]
}

run "plaintext_stays_inside" {
  command = plan

  variables {
    plaintext_enabled = true
    network_access    = "all"
  }

  expect_failures = [var.plaintext_enabled]
}

run "size_is_known" {
  command = plan

  variables {
    sku_name = "Premium_P1"
  }

  expect_failures = [var.sku_name]
}
