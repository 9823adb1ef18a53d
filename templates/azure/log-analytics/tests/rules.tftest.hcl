mock_provider "azurerm" {}

variables {
  name     = "log-acme"
  location = "westeurope"
}

run "name_has_no_dot" {
  command = plan

  variables {
    name = "log.acme"
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

run "addresses_are_addresses" {
  command = plan

  variables {
    daily_quota_gb = 1
    alert_emails   = ["ada"]
  }

  expect_failures = [var.alert_emails]
}

run "alerts_need_a_limit" {
  command = plan

  variables {
    alert_emails = ["ada@example.com"]
  }

  expect_failures = [var.alert_emails]
}

run "own_tables_end_in_cl" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop", columns = { Message = "string" } }]
  }

  expect_failures = [var.custom_tables]
}

run "own_tables_differ" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop_CL", columns = {} }, { name = "Shop_CL", columns = {} }]
  }

  expect_failures = [var.custom_tables]
}

run "columns_have_a_type" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop_CL", columns = { Message = "text" } }]
  }

  expect_failures = [var.custom_tables]
}

run "own_plan_is_known" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop_CL", columns = { Message = "string" }, plan = "Cheap" }]
  }

  expect_failures = [var.custom_tables]
}

run "own_basic_tables_keep_thirty_days" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop_CL", columns = { Message = "string" }, plan = "Basic", retention_in_days = 30 }]
  }

  expect_failures = [var.custom_tables]
}

run "own_total_is_longer" {
  command = plan

  variables {
    custom_tables = [{ name = "Shop_CL", columns = { Message = "string" }, retention_in_days = 90, total_retention_in_days = 60 }]
  }

  expect_failures = [var.custom_tables]
}

run "limit_is_possible" {
  command = plan

  variables {
    daily_quota_gb = 0
  }

  expect_failures = [var.daily_quota_gb]
}

run "export_names_are_long" {
  command = plan

  variables {
    exports = [{ name = "ex", destination_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acme", table_names = ["Heartbeat"] }]
  }

  expect_failures = [var.exports]
}

run "export_destinations_differ" {
  command = plan

  variables {
    exports = [{ name = "archive", destination_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acme", table_names = ["Heartbeat"] }, { name = "other", destination_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acme", table_names = ["Heartbeat"] }]
  }

  expect_failures = [var.exports]
}

run "export_destinations_are_resource_ids" {
  command = plan

  variables {
    exports = [{ name = "archive", destination_resource_id = "acme", table_names = ["Heartbeat"] }]
  }

  expect_failures = [var.exports]
}

run "exports_have_a_table" {
  command = plan

  variables {
    exports = [{ name = "archive", destination_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acme", table_names = [] }]
  }

  expect_failures = [var.exports]
}

run "at_most_ten_exports" {
  command = plan

  variables {
    exports = [for number in range(11) : { name = "export-${number}", destination_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acme${number}", table_names = ["Heartbeat"] }]
  }

  expect_failures = [var.exports]
}

run "purge_needs_thirty_days" {
  command = plan

  variables {
    immediate_data_purge_on_30_days_enabled = true
    retention_in_days                       = 60
  }

  expect_failures = [var.immediate_data_purge_on_30_days_enabled]
}

run "ingestion_access_is_known" {
  command = plan

  variables {
    internet_ingestion_access_type = "Off"
  }

  expect_failures = [var.internet_ingestion_access_type]
}

run "ingestion_needs_some_way" {
  command = plan

  variables {
    internet_ingestion_access_type = "Disabled"
  }

  expect_failures = [var.internet_ingestion_access_type]
}

run "query_access_is_known" {
  command = plan

  variables {
    internet_query_access_type = "Off"
  }

  expect_failures = [var.internet_query_access_type]
}

run "queries_need_some_way" {
  command = plan

  variables {
    internet_query_access_type = "Disabled"
  }

  expect_failures = [var.internet_query_access_type]
}

run "link_subnet_is_a_resource_id" {
  command = plan

  variables {
    private_link = { subnet_id = "app" }
  }

  expect_failures = [var.private_link]
}

run "link_zones_are_the_right_ones" {
  command = plan

  variables {
    private_link = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_ids = ["example.com"] }
  }

  expect_failures = [var.private_link]
}

run "link_modes_are_known" {
  command = plan

  variables {
    private_link = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", query_access_mode = "Closed" }
  }

  expect_failures = [var.private_link]
}

run "scope_is_a_resource_id" {
  command = plan

  variables {
    private_link_scope_id = "scope"
  }

  expect_failures = [var.private_link_scope_id]
}

run "one_private_link" {
  command = plan

  variables {
    private_link_scope_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Insights/privateLinkScopes/scope"
    private_link          = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
  }

  expect_failures = [var.private_link_scope_id]
}

run "warning_is_a_percentage" {
  command = plan

  variables {
    quota_alert_percent = 100
  }

  expect_failures = [var.quota_alert_percent]
}

run "reservation_is_offered" {
  command = plan

  variables {
    sku                                = "CapacityReservation"
    reservation_capacity_in_gb_per_day = 150
  }

  expect_failures = [var.reservation_capacity_in_gb_per_day]
}

run "reservation_and_class_go_together" {
  command = plan

  variables {
    reservation_capacity_in_gb_per_day = 100
  }

  expect_failures = [var.reservation_capacity_in_gb_per_day]
}

run "retention_is_within_two_years" {
  command = plan

  variables {
    retention_in_days = 7
  }

  expect_failures = [var.retention_in_days]
}

run "retention_is_in_whole_days" {
  command = plan

  variables {
    retention_in_days = 30.5
  }

  expect_failures = [var.retention_in_days]
}

run "search_names_are_plain" {
  command = plan

  variables {
    saved_searches = [{ name = "a b", display_name = "A", query = "Heartbeat" }]
  }

  expect_failures = [var.saved_searches]
}

run "search_names_differ" {
  command = plan

  variables {
    saved_searches = [{ name = "a", display_name = "A", query = "Heartbeat" }, { name = "a", display_name = "B", query = "Heartbeat" }]
  }

  expect_failures = [var.saved_searches]
}

run "searches_ask_something" {
  command = plan

  variables {
    saved_searches = [{ name = "a", display_name = "A", query = " " }]
  }

  expect_failures = [var.saved_searches]
}

run "class_is_known" {
  command = plan

  variables {
    sku = "Free"
  }

  expect_failures = [var.sku]
}

run "own_tables_stand_elsewhere" {
  command = plan

  variables {
    tables = [{ name = "Shop_CL" }]
  }

  expect_failures = [var.tables]
}

run "tables_are_named_once" {
  command = plan

  variables {
    tables = [{ name = "AppTraces" }, { name = "AppTraces" }]
  }

  expect_failures = [var.tables]
}

run "plan_is_known" {
  command = plan

  variables {
    tables = [{ name = "AppTraces", plan = "Cheap" }]
  }

  expect_failures = [var.tables]
}

run "basic_tables_keep_thirty_days" {
  command = plan

  variables {
    tables = [{ name = "AppTraces", plan = "Basic", retention_in_days = 60 }]
  }

  expect_failures = [var.tables]
}

run "table_retention_is_within_two_years" {
  command = plan

  variables {
    tables = [{ name = "AppTraces", retention_in_days = 731 }]
  }

  expect_failures = [var.tables]
}

run "total_is_in_whole_years" {
  command = plan

  variables {
    tables = [{ name = "AppTraces", total_retention_in_days = 1000 }]
  }

  expect_failures = [var.tables]
}

run "machines_are_measured_often" {
  command = plan

  variables {
    virtual_machine_rule = { performance_interval_seconds = 5 }
  }

  expect_failures = [var.virtual_machine_rule]
}

run "facilities_exist" {
  command = plan

  variables {
    virtual_machine_rule = { syslog_facilities = ["web"] }
  }

  expect_failures = [var.virtual_machine_rule]
}

run "syslog_level_is_known" {
  command = plan

  variables {
    virtual_machine_rule = { syslog_level = "Loud" }
  }

  expect_failures = [var.virtual_machine_rule]
}

run "event_level_is_known" {
  command = plan

  variables {
    virtual_machine_rule = { windows_event_level = "Loud" }
  }

  expect_failures = [var.virtual_machine_rule]
}

run "access_is_by_object_id" {
  command = plan

  variables {
    workspace_access = [{ principal_id = "ada@example.com" }]
  }

  expect_failures = [var.workspace_access]
}

run "access_is_given_once" {
  command = plan

  variables {
    workspace_access = [{ principal_id = "11111111-1111-1111-1111-111111111111" }, { principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.workspace_access]
}

run "access_is_not_ownership" {
  command = plan

  variables {
    workspace_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "Owner" }]
  }

  expect_failures = [var.workspace_access]
}
