mock_provider "azurerm" {}

variables {
  name     = "acme-messages"
  location = "westeurope"
}

run "name_has_no_underscore" {
  command = plan

  variables {
    name = "acme_messages"
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
    allowed_ip_ranges = ["office"]
    sku               = "Premium"
    network_access    = "selected"
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "the_whole_internet_is_no_range" {
  command = plan

  variables {
    allowed_ip_ranges = ["128.0.0.0/1"]
    sku               = "Premium"
    network_access    = "selected"
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "private_addresses_are_not_public" {
  command = plan

  variables {
    allowed_ip_ranges = ["192.168.1.1"]
    sku               = "Premium"
    network_access    = "selected"
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    allowed_subnet_ids = ["app"]
    sku                = "Premium"
    network_access     = "selected"
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "private_endpoint_needs_a_subnet_id" {
  command = plan

  variables {
    sku              = "Premium"
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "dns_zones_are_resource_ids" {
  command = plan

  variables {
    sku              = "Premium"
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_id = "privatelink" }
  }

  expect_failures = [var.private_endpoint]
}

run "private_endpoints_are_premium" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
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

run "units_are_known" {
  command = plan

  variables {
    sku      = "Premium"
    capacity = 3
  }

  expect_failures = [var.capacity]
}

run "each_partition_has_a_unit" {
  command = plan

  variables {
    sku                          = "Premium"
    premium_messaging_partitions = 2
  }

  expect_failures = [var.capacity]
}

run "collecting_queues_have_plain_names" {
  command = plan

  variables {
    collecting_queues = ["-dead"]
  }

  expect_failures = [var.collecting_queues]
}

run "own_key_is_an_address" {
  command = plan

  variables {
    sku                  = "Premium"
    customer_managed_key = { key_vault_key_id = "bus", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    sku                  = "Premium"
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/bus", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_is_premium" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/bus", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
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

run "roles_are_known" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "admin" }]
  }

  expect_failures = [var.data_access]
}

run "grants_name_entities_of_the_lists" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", entity = "orders" }]
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

run "the_second_region_is_another" {
  command = plan

  variables {
    sku               = "Premium"
    disaster_recovery = { secondary_location = "westeurope" }
  }

  expect_failures = [var.disaster_recovery]
}

run "the_alias_is_another_name" {
  command = plan

  variables {
    sku               = "Premium"
    disaster_recovery = { secondary_location = "northeurope", alias = "acme-messages" }
  }

  expect_failures = [var.disaster_recovery]
}

run "recovery_is_premium" {
  command = plan

  variables {
    disaster_recovery = { secondary_location = "northeurope" }
  }

  expect_failures = [var.disaster_recovery]
}

run "two_namespaces_need_a_short_name" {
  command = plan

  variables {
    sku               = "Premium"
    name              = "a23456789-123456789-123456789-123456789-1"
    disaster_recovery = { secondary_location = "northeurope" }
  }

  expect_failures = [var.disaster_recovery]
}

run "network_access_is_known" {
  command = plan

  variables {
    sku            = "Premium"
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "closing_is_premium" {
  command = plan

  variables {
    network_access = "private"
  }

  expect_failures = [var.network_access]
}

run "selected_networks_are_listed" {
  command = plan

  variables {
    sku            = "Premium"
    network_access = "selected"
  }

  expect_failures = [var.network_access]
}

run "addresses_need_selected_networks" {
  command = plan

  variables {
    sku               = "Premium"
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.network_access]
}

run "partitions_are_known" {
  command = plan

  variables {
    sku                          = "Premium"
    capacity                     = 4
    premium_messaging_partitions = 3
  }

  expect_failures = [var.premium_messaging_partitions]
}

run "partitions_are_premium" {
  command = plan

  variables {
    capacity                     = 2
    premium_messaging_partitions = 2
  }

  expect_failures = [var.premium_messaging_partitions]
}

run "queue_names_are_plain" {
  command = plan

  variables {
    queues = [{ name = "-orders" }]
  }

  expect_failures = [var.queues]
}

run "queue_names_differ" {
  command = plan

  variables {
    queues            = [{ name = "orders" }]
    collecting_queues = ["orders"]
  }

  expect_failures = [var.queues]
}

run "large_queues_are_premium" {
  command = plan

  variables {
    queues = [{ name = "orders", max_size_mb = 10240 }]
  }

  expect_failures = [var.queues]
}

run "large_messages_are_premium" {
  command = plan

  variables {
    queues = [{ name = "orders", max_message_size_kb = 2048 }]
  }

  expect_failures = [var.queues]
}

run "times_of_queues_are_iso" {
  command = plan

  variables {
    queues = [{ name = "orders", message_ttl = "14 days" }]
  }

  expect_failures = [var.queues]
}

run "queues_lock_for_five_minutes" {
  command = plan

  variables {
    queues = [{ name = "orders", lock_duration = "PT10M" }]
  }

  expect_failures = [var.queues]
}

run "queues_deliver_at_least_once" {
  command = plan

  variables {
    queues = [{ name = "orders", max_delivery_count = 0 }]
  }

  expect_failures = [var.queues]
}

run "queues_forward_to_collecting_ones" {
  command = plan

  variables {
    queues = [{ name = "orders", forward_to = "all" }]
  }

  expect_failures = [var.queues]
}

run "basic_has_no_sessions" {
  command = plan

  variables {
    sku    = "Basic"
    queues = [{ name = "orders", requires_session = true }]
  }

  expect_failures = [var.queues]
}

run "premium_spreads_no_single_queue" {
  command = plan

  variables {
    sku    = "Premium"
    queues = [{ name = "orders", partitioning_enabled = true }]
  }

  expect_failures = [var.queues]
}

run "policies_have_plain_names" {
  command = plan

  variables {
    sas_authentication_enabled = true
    sas_policies               = [{ name = "a b", send = true }]
  }

  expect_failures = [var.sas_policies]
}

run "policies_do_something" {
  command = plan

  variables {
    sas_authentication_enabled = true
    sas_policies               = [{ name = "app" }]
  }

  expect_failures = [var.sas_policies]
}

run "policies_need_shared_keys" {
  command = plan

  variables {
    sas_policies = [{ name = "app", send = true }]
  }

  expect_failures = [var.sas_policies]
}

run "tier_is_known" {
  command = plan

  variables {
    sku = "Gold"
  }

  expect_failures = [var.sku]
}

run "topic_names_are_plain" {
  command = plan

  variables {
    topics = [{ name = "events-" }]
  }

  expect_failures = [var.topics]
}

run "topics_are_not_named_like_queues" {
  command = plan

  variables {
    topics = [{ name = "orders" }]
    queues = [{ name = "orders" }]
  }

  expect_failures = [var.topics]
}

run "large_topics_are_premium" {
  command = plan

  variables {
    topics = [{ name = "events", max_size_mb = 10240 }]
  }

  expect_failures = [var.topics]
}

run "large_messages_of_topics_are_premium" {
  command = plan

  variables {
    topics = [{ name = "events", max_message_size_kb = 2048 }]
  }

  expect_failures = [var.topics]
}

run "times_of_topics_are_iso" {
  command = plan

  variables {
    topics = [{ name = "events", message_ttl = "PT" }]
  }

  expect_failures = [var.topics]
}

run "subscriptions_lock_for_five_minutes" {
  command = plan

  variables {
    topics = [{ name = "events", subscriptions = [{ name = "billing", lock_duration = "PT6M" }] }]
  }

  expect_failures = [var.topics]
}

run "subscription_names_are_plain" {
  command = plan

  variables {
    topics = [{ name = "events", subscriptions = [{ name = "a/b" }] }]
  }

  expect_failures = [var.topics]
}

run "subscriptions_forward_to_queues" {
  command = plan

  variables {
    topics = [{ name = "events", subscriptions = [{ name = "billing", forward_to = "all" }] }]
  }

  expect_failures = [var.topics]
}

run "rules_have_one_kind_of_condition" {
  command = plan

  variables {
    topics = [{ name = "events", subscriptions = [{ name = "billing", rules = [{ name = "large", sql = "amount > 100", subject = "order" }] }] }]
  }

  expect_failures = [var.topics]
}

run "rule_names_differ" {
  command = plan

  variables {
    topics = [{ name = "events", subscriptions = [{ name = "billing", rules = [{ name = "a", subject = "a" }, { name = "a", subject = "b" }] }] }]
  }

  expect_failures = [var.topics]
}

run "several_brokers_keep_no_order" {
  command = plan

  variables {
    topics = [{ name = "events", ordering_enabled = true, partitioning_enabled = true }]
  }

  expect_failures = [var.topics]
}

run "basic_has_no_topics" {
  command = plan

  variables {
    sku    = "Basic"
    topics = [{ name = "events", ordering_enabled = true }]
  }

  expect_failures = [var.topics]
}

run "premium_spreads_no_single_topic" {
  command = plan

  variables {
    sku    = "Premium"
    topics = [{ name = "events", partitioning_enabled = true }]
  }

  expect_failures = [var.topics]
}
