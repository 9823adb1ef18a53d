mock_provider "azurerm" {}

variables {
  name                  = "acme-orders"
  location              = "westeurope"
  entra_admin_name      = "dba-team"
  entra_admin_object_id = "11111111-1111-1111-1111-111111111111"
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

run "the_administrator_has_a_name" {
  command = plan

  variables {
    entra_admin_name = " "
  }

  expect_failures = [var.entra_admin_name]
}

run "the_administrator_is_an_object_id" {
  command = plan

  variables {
    entra_admin_object_id = "ada@example.com"
  }

  expect_failures = [var.entra_admin_object_id]
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
    network_access     = "selected"
    allowed_subnet_ids = ["app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "subnets_need_selected_networks" {
  command = plan

  variables {
    network_access     = "private"
    allowed_subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
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

run "audits_go_to_a_storage_account" {
  command = plan

  variables {
    audit_storage = { storage_account_id = "audit" }
  }

  expect_failures = [var.audit_storage]
}

run "audits_are_kept_for_some_years" {
  command = plan

  variables {
    audit_storage = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeaudit", retention_days = 4000 }
  }

  expect_failures = [var.audit_storage]
}

run "the_audit_log_may_leave_the_server" {
  command = plan

  variables {
    outbound_fqdns = ["acmefiles.blob.core.windows.net"]
    audit_storage  = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmeaudit" }
  }

  expect_failures = [var.audit_storage]
}

run "pauses_are_not_too_short" {
  command = plan

  variables {
    auto_pause_delay_minutes = 5
  }

  expect_failures = [var.auto_pause_delay_minutes]
}

run "serverless_takes_no_licences" {
  command = plan

  variables {
    azure_hybrid_benefit_enabled = true
  }

  expect_failures = [var.azure_hybrid_benefit_enabled]
}

run "backup_redundancy_is_known" {
  command = plan

  variables {
    backup_redundancy = "GRS"
  }

  expect_failures = [var.backup_redundancy]
}

run "collation_is_a_name" {
  command = plan

  variables {
    collation = "a b"
  }

  expect_failures = [var.collation]
}

run "connection_policy_is_known" {
  command = plan

  variables {
    connection_policy = "Direct"
  }

  expect_failures = [var.connection_policy]
}

run "own_key_has_a_version" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/sql", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/sql/0123456789abcdef0123456789abcdef", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "database_name_is_not_master" {
  command = plan

  variables {
    database_name = "Master"
  }

  expect_failures = [var.database_name]
}

run "alerts_go_to_addresses" {
  command = plan

  variables {
    defender_alerts = { email_addresses = ["ada"] }
  }

  expect_failures = [var.defender_alerts]
}

run "differential_backups_are_12_or_24_hours_apart" {
  command = plan

  variables {
    differential_backup_hours = 6
  }

  expect_failures = [var.differential_backup_hours]
}

run "the_second_region_is_another" {
  command = plan

  variables {
    sku_name       = "GP_Gen5_2"
    failover_group = { secondary_location = "westeurope" }
  }

  expect_failures = [var.failover_group]
}

run "failover_group_name_has_no_capitals" {
  command = plan

  variables {
    sku_name       = "GP_Gen5_2"
    failover_group = { secondary_location = "northeurope", name = "Group" }
  }

  expect_failures = [var.failover_group]
}

run "failover_waits_an_hour" {
  command = plan

  variables {
    sku_name       = "GP_Gen5_2"
    failover_group = { secondary_location = "northeurope", grace_minutes = 30 }
  }

  expect_failures = [var.failover_group]
}

run "a_pausing_database_has_no_failover" {
  command = plan

  variables {
    failover_group = { secondary_location = "northeurope" }
  }

  expect_failures = [var.failover_group]
}

run "the_second_subnet_is_a_resource_id" {
  command = plan

  variables {
    sku_name       = "GP_Gen5_2"
    failover_group = { secondary_location = "northeurope", subnet_id = "app" }
  }

  expect_failures = [var.failover_group]
}

run "two_servers_need_a_short_name" {
  command = plan

  variables {
    sku_name       = "GP_Gen5_2"
    name           = "a23456789-123456789-123456789-123456789-123456789-123456"
    failover_group = { secondary_location = "northeurope" }
  }

  expect_failures = [var.failover_group]
}

run "long_term_backups_end" {
  command = plan

  variables {
    sku_name            = "GP_Gen5_2"
    long_term_retention = { weeks = 521 }
  }

  expect_failures = [var.long_term_retention]
}

run "long_term_backups_say_how_long" {
  command = plan

  variables {
    sku_name            = "GP_Gen5_2"
    long_term_retention = {}
  }

  expect_failures = [var.long_term_retention]
}

run "the_year_has_52_weeks" {
  command = plan

  variables {
    sku_name            = "GP_Gen5_2"
    long_term_retention = { years = 1, week_of_year = 53 }
  }

  expect_failures = [var.long_term_retention]
}

run "a_pausing_database_has_no_long_term_backups" {
  command = plan

  variables {
    long_term_retention = { weeks = 4 }
  }

  expect_failures = [var.long_term_retention]
}

run "maintenance_window_is_known" {
  command = plan

  variables {
    maintenance_window = "Sunday"
  }

  expect_failures = [var.maintenance_window]
}

run "maintenance_window_is_of_the_region" {
  command = plan

  variables {
    maintenance_window = "SQL_NorthEurope_DB_1"
  }

  expect_failures = [var.maintenance_window]
}

run "small_sizes_have_no_maintenance_window" {
  command = plan

  variables {
    sku_name           = "S0"
    maintenance_window = "SQL_WestEurope_DB_1"
  }

  expect_failures = [var.maintenance_window]
}

run "largest_size_is_in_bounds" {
  command = plan

  variables {
    sku_name    = "GP_Gen5_2"
    max_size_gb = 0
  }

  expect_failures = [var.max_size_gb]
}

run "hyperscale_grows_by_itself" {
  command = plan

  variables {
    sku_name    = "HS_Gen5_2"
    max_size_gb = 100
  }

  expect_failures = [var.max_size_gb]
}

run "basic_holds_two_gigabytes" {
  command = plan

  variables {
    sku_name    = "Basic"
    max_size_gb = 10
  }

  expect_failures = [var.max_size_gb]
}

run "few_vcores_hold_little" {
  command = plan

  variables {
    sku_name    = "GP_Gen5_2"
    max_size_gb = 2048
  }

  expect_failures = [var.max_size_gb]
}

run "least_vcores_are_a_step" {
  command = plan

  variables {
    min_vcores = 0.6
  }

  expect_failures = [var.min_vcores]
}

run "least_vcores_are_for_serverless" {
  command = plan

  variables {
    sku_name   = "GP_Gen5_2"
    min_vcores = 1
  }

  expect_failures = [var.min_vcores]
}

run "least_vcores_fit_the_size" {
  command = plan

  variables {
    min_vcores = 2
  }

  expect_failures = [var.min_vcores]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "all"
  }

  expect_failures = [var.network_access]
}

run "outbound_hosts_are_full_names" {
  command = plan

  variables {
    outbound_fqdns = ["https://example.com"]
  }

  expect_failures = [var.outbound_fqdns]
}

run "replicas_are_at_most_four" {
  command = plan

  variables {
    sku_name           = "HS_Gen5_2"
    read_replica_count = 5
  }

  expect_failures = [var.read_replica_count]
}

run "replicas_are_for_hyperscale" {
  command = plan

  variables {
    read_replica_count = 1
  }

  expect_failures = [var.read_replica_count]
}

run "reading_elsewhere_needs_a_replica" {
  command = plan

  variables {
    read_scale_enabled = true
  }

  expect_failures = [var.read_scale_enabled]
}

run "the_source_is_a_database" {
  command = plan

  variables {
    restore_from = { database_id = "orders" }
  }

  expect_failures = [var.restore_from]
}

run "the_moment_is_a_time" {
  command = plan

  variables {
    restore_from = { database_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Sql/servers/s/databases/d", point_in_time = "yesterday" }
  }

  expect_failures = [var.restore_from]
}

run "sample_data_or_another_database" {
  command = plan

  variables {
    sample_data_enabled = true
    restore_from        = { database_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Sql/servers/s/databases/d" }
  }

  expect_failures = [var.restore_from]
}

run "sample_data_excludes_ledger" {
  command = plan

  variables {
    sample_data_enabled = true
    ledger_enabled      = true
  }

  expect_failures = [var.sample_data_enabled]
}

run "restore_goes_back_35_days" {
  command = plan

  variables {
    short_term_retention_days = 36
  }

  expect_failures = [var.short_term_retention_days]
}

run "basic_keeps_seven_days" {
  command = plan

  variables {
    sku_name                  = "Basic"
    short_term_retention_days = 14
  }

  expect_failures = [var.short_term_retention_days]
}

run "size_is_known" {
  command = plan

  variables {
    sku_name = "GP_Gen4_1"
  }

  expect_failures = [var.sku_name]
}

run "passwords_need_a_login" {
  command = plan

  variables {
    entra_only_authentication = false
    sql_admin_login           = null
    sql_admin_password        = "Invented-Pa55word"
  }

  expect_failures = [var.sql_admin_login]
}

run "login_is_not_sa" {
  command = plan

  variables {
    entra_only_authentication = false
    sql_admin_login           = "sa"
    sql_admin_password        = "Invented-Pa55word"
  }

  expect_failures = [var.sql_admin_login]
}

run "a_login_needs_a_password" {
  command = plan

  variables {
    entra_only_authentication = false
    sql_admin_login           = "sqladmin"
    sql_admin_password        = null
  }

  expect_failures = [var.sql_admin_password]
}

run "password_is_long_enough" {
  command = plan

  variables {
    entra_only_authentication = false
    sql_admin_login           = "sqladmin"
    sql_admin_password        = "Ab1!"
  }

  expect_failures = [var.sql_admin_password]
}

run "password_is_mixed" {
  command = plan

  variables {
    entra_only_authentication = false
    sql_admin_login           = "sqladmin"
    sql_admin_password        = "abcdefgh12"
  }

  expect_failures = [var.sql_admin_password]
}

run "password_number_is_whole" {
  command = plan

  variables {
    sql_admin_secret_version = 0
  }

  expect_failures = [var.sql_admin_secret_version]
}

run "standard_is_in_one_zone" {
  command = plan

  variables {
    sku_name       = "S3"
    zone_redundant = true
  }

  expect_failures = [var.zone_redundant]
}

run "hyperscale_zones_need_zone_backups" {
  command = plan

  variables {
    sku_name       = "HS_Gen5_2"
    zone_redundant = true
  }

  expect_failures = [var.zone_redundant]
}
