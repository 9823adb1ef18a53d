mock_provider "azurerm" {}

variables {
  name     = "acmefiles01"
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

run "access_tier_is_known" {
  command = plan

  variables {
    access_tier = "Frozen"
  }

  expect_failures = [var.access_tier]
}

run "account_kind_is_known" {
  command = plan

  variables {
    account_kind = "Storage"
  }

  expect_failures = [var.account_kind]
}

run "replication_is_known" {
  command = plan

  variables {
    account_replication_type = "XRS"
  }

  expect_failures = [var.account_replication_type]
}

run "premium_stays_in_one_region" {
  command = plan

  variables {
    account_tier             = "Premium"
    account_replication_type = "GRS"
  }

  expect_failures = [var.account_replication_type]
}

run "tier_is_known" {
  command = plan

  variables {
    account_tier = "Gold"
  }

  expect_failures = [var.account_tier]
}

run "premium_kinds_need_the_premium_tier" {
  command = plan

  variables {
    account_kind = "FileStorage"
  }

  expect_failures = [var.account_tier]
}

run "allowed_ranges_are_addresses" {
  command = plan

  variables {
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "single_addresses_have_no_suffix" {
  command = plan

  variables {
    allowed_ip_ranges = ["198.51.100.7/32"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "the_whole_internet_is_no_range" {
  command = plan

  variables {
    allowed_ip_ranges = ["0.0.0.0/0"]
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

run "addresses_need_selected_networks" {
  command = plan

  variables {
    network_access    = "private"
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    allowed_subnet_ids = ["app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "subnets_need_selected_networks" {
  command = plan

  variables {
    network_access     = "all"
    allowed_subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "change_feed_excludes_folders" {
  command = plan

  variables {
    blob_change_feed_enabled       = true
    hierarchical_namespace_enabled = true
  }

  expect_failures = [var.blob_change_feed_enabled]
}

run "soft_delete_is_within_a_year" {
  command = plan

  variables {
    blob_soft_delete_days = 366
  }

  expect_failures = [var.blob_soft_delete_days]
}

run "soft_delete_is_in_whole_days" {
  command = plan

  variables {
    blob_soft_delete_days = 1.5
  }

  expect_failures = [var.blob_soft_delete_days]
}

run "versions_exclude_folders" {
  command = plan

  variables {
    blob_versioning_enabled        = true
    hierarchical_namespace_enabled = true
  }

  expect_failures = [var.blob_versioning_enabled]
}

run "container_soft_delete_is_within_a_year" {
  command = plan

  variables {
    container_soft_delete_days = 0
  }

  expect_failures = [var.container_soft_delete_days]
}

run "container_names_have_no_double_dash" {
  command = plan

  variables {
    containers = [{ name = "app--logs" }]
  }

  expect_failures = [var.containers]
}

run "container_names_differ" {
  command = plan

  variables {
    containers = [{ name = "logs" }, { name = "logs" }]
  }

  expect_failures = [var.containers]
}

run "container_access_is_known" {
  command = plan

  variables {
    public_blob_access_enabled = true
    containers                 = [{ name = "logs", access_type = "public" }]
  }

  expect_failures = [var.containers]
}

run "anonymous_containers_need_the_switch" {
  command = plan

  variables {
    containers = [{ name = "logs", access_type = "blob" }]
  }

  expect_failures = [var.containers]
}

run "at_most_five_cors_rules" {
  command = plan

  variables {
    cors_rules = [{ allowed_origins = ["*"], allowed_methods = ["GET"] }, { allowed_origins = ["*"], allowed_methods = ["GET"] }, { allowed_origins = ["*"], allowed_methods = ["GET"] }, { allowed_origins = ["*"], allowed_methods = ["GET"] }, { allowed_origins = ["*"], allowed_methods = ["GET"] }, { allowed_origins = ["*"], allowed_methods = ["GET"] }]
  }

  expect_failures = [var.cors_rules]
}

run "cors_methods_are_known" {
  command = plan

  variables {
    cors_rules = [{ allowed_origins = ["*"], allowed_methods = ["get"] }]
  }

  expect_failures = [var.cors_rules]
}

run "cors_answers_are_not_remembered_for_ever" {
  command = plan

  variables {
    cors_rules = [{ allowed_origins = ["*"], allowed_methods = ["GET"], max_age_in_seconds = 2000000001 }]
  }

  expect_failures = [var.cors_rules]
}

run "cors_is_for_blobs" {
  command = plan

  variables {
    account_kind = "FileStorage"
    account_tier = "Premium"
    cors_rules   = [{ allowed_origins = ["*"], allowed_methods = ["GET"] }]
  }

  expect_failures = [var.cors_rules]
}

run "own_key_is_an_address" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "storage", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/storage", user_assigned_identity_id = "key" }
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

run "data_roles_are_for_data" {
  command = plan

  variables {
    data_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "Owner" }]
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

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "identity_source_is_known" {
  command = plan

  variables {
    file_share_identity_source = "AD"
  }

  expect_failures = [var.file_share_identity_source]
}

run "share_names_are_lowercase" {
  command = plan

  variables {
    file_shares = [{ name = "Team" }]
  }

  expect_failures = [var.file_shares]
}

run "share_names_differ" {
  command = plan

  variables {
    file_shares = [{ name = "team" }, { name = "team" }]
  }

  expect_failures = [var.file_shares]
}

run "share_quota_is_in_bounds" {
  command = plan

  variables {
    file_shares = [{ name = "team", quota_gb = 0 }]
  }

  expect_failures = [var.file_shares]
}

run "nfs_needs_premium_files" {
  command = plan

  variables {
    file_shares = [{ name = "team", protocol = "NFS" }]
  }

  expect_failures = [var.file_shares]
}

run "share_tier_is_known" {
  command = plan

  variables {
    file_shares = [{ name = "team", access_tier = "Frozen" }]
  }

  expect_failures = [var.file_shares]
}

run "shares_need_an_account_for_files" {
  command = plan

  variables {
    account_kind = "BlockBlobStorage"
    account_tier = "Premium"
    file_shares  = [{ name = "team" }]
  }

  expect_failures = [var.file_shares]
}

run "folders_are_for_blobs" {
  command = plan

  variables {
    account_kind                   = "FileStorage"
    account_tier                   = "Premium"
    hierarchical_namespace_enabled = true
  }

  expect_failures = [var.hierarchical_namespace_enabled]
}

run "immutability_has_a_period" {
  command = plan

  variables {
    immutability_policy = { period_days = 0 }
  }

  expect_failures = [var.immutability_policy]
}

run "immutability_state_is_known" {
  command = plan

  variables {
    immutability_policy = { period_days = 7, state = "On" }
  }

  expect_failures = [var.immutability_policy]
}

run "immutability_needs_versions" {
  command = plan

  variables {
    blob_versioning_enabled = false
    immutability_policy     = { period_days = 7 }
  }

  expect_failures = [var.immutability_policy]
}

run "immutability_is_for_blobs" {
  command = plan

  variables {
    account_kind        = "FileStorage"
    account_tier        = "Premium"
    immutability_policy = { period_days = 7 }
  }

  expect_failures = [var.immutability_policy]
}

run "lifecycle_names_are_plain" {
  command = plan

  variables {
    lifecycle_rules = [{ name = "old logs", delete_after_days = 7 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_names_differ" {
  command = plan

  variables {
    lifecycle_rules = [{ name = "old", delete_after_days = 7 }, { name = "old", delete_after_days = 8 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_days_are_in_bounds" {
  command = plan

  variables {
    lifecycle_rules = [{ name = "old", delete_after_days = -1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_rules_do_something" {
  command = plan

  variables {
    lifecycle_rules = [{ name = "old" }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "archive_needs_plain_replication" {
  command = plan

  variables {
    account_replication_type = "ZRS"
    lifecycle_rules          = [{ name = "old", archive_after_days = 7 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_is_for_blobs" {
  command = plan

  variables {
    account_kind    = "FileStorage"
    account_tier    = "Premium"
    lifecycle_rules = [{ name = "old", delete_after_days = 7 }]
  }

  expect_failures = [var.lifecycle_rules]
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
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "restore_goes_back_less_than_a_year" {
  command = plan

  variables {
    point_in_time_restore_days = 365
    blob_soft_delete_days      = 365
    blob_change_feed_enabled   = true
  }

  expect_failures = [var.point_in_time_restore_days]
}

run "restore_needs_the_change_feed" {
  command = plan

  variables {
    point_in_time_restore_days = 5
  }

  expect_failures = [var.point_in_time_restore_days]
}

run "restore_is_shorter_than_soft_delete" {
  command = plan

  variables {
    point_in_time_restore_days = 7
    blob_change_feed_enabled   = true
  }

  expect_failures = [var.point_in_time_restore_days]
}

run "private_endpoint_needs_a_subnet_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "private_endpoint_has_known_services" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", services = ["ftp"] }
  }

  expect_failures = [var.private_endpoint]
}

run "dns_zones_belong_to_services" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_ids = { file = "/zone" } }
  }

  expect_failures = [var.private_endpoint]
}

run "queue_names_are_lowercase" {
  command = plan

  variables {
    queues = ["Orders"]
  }

  expect_failures = [var.queues]
}

run "queues_need_a_standard_account" {
  command = plan

  variables {
    account_tier = "Premium"
    queues       = ["orders"]
  }

  expect_failures = [var.queues]
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

run "sftp_needs_folders" {
  command = plan

  variables {
    sftp_enabled = true
  }

  expect_failures = [var.sftp_enabled]
}

run "sites_are_for_blobs" {
  command = plan

  variables {
    account_kind   = "FileStorage"
    account_tier   = "Premium"
    static_website = {}
  }

  expect_failures = [var.static_website]
}

run "index_documents_have_a_name" {
  command = plan

  variables {
    static_website = { index_document = "a" }
  }

  expect_failures = [var.static_website]
}

run "table_names_begin_with_a_letter" {
  command = plan

  variables {
    tables = ["1orders"]
  }

  expect_failures = [var.tables]
}

run "tables_need_a_standard_account" {
  command = plan

  variables {
    account_tier = "Premium"
    tables       = ["orders"]
  }

  expect_failures = [var.tables]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}
