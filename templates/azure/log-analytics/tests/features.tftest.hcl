mock_provider "azurerm" {}

variables {
  name     = "log-acme"
  location = "westeurope"
}

run "an_existing_scope_is_joined_from_an_existing_group" {
  command = plan

  variables {
    create_resource_group            = false
    resource_group_name              = "rg-there"
    private_link_scope_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/providers/Microsoft.Insights/privateLinkScopes/hub"
    internet_ingestion_access_type   = "Disabled"
    data_collection_endpoint_enabled = true
  }

  assert {
    condition     = azurerm_monitor_private_link_scoped_service.workspace[0].scope_name == "hub" && azurerm_monitor_private_link_scoped_service.workspace[0].resource_group_name == "rg-hub" && length(azurerm_monitor_private_link_scoped_service.endpoint) == 1
    error_message = "Workspace and endpoint must join the scope."
  }

  assert {
    condition     = !azurerm_monitor_data_collection_endpoint.this[0].public_network_access_enabled && length(azurerm_private_endpoint.this) == 0 && length(azurerm_resource_group.this) == 0
    error_message = "Nothing may be sent over the internet."
  }
}

run "a_private_link_is_made" {
  command = plan

  variables {
    private_link = {
      subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
      private_dns_zone_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.monitor.azure.com"]
    }
  }

  assert {
    condition     = azurerm_monitor_private_link_scope.this[0].ingestion_access_mode == "PrivateOnly" && azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["azuremonitor"]) && length(azurerm_private_endpoint.this[0].private_dns_zone_group) == 1
    error_message = "Scope and endpoint must be there, with DNS."
  }
}

run "machines_and_clusters_are_collected" {
  command = plan

  variables {
    name                             = "log-shop-and-warehouse-of-the-north--production-and-all-its-c01"
    virtual_machine_rule             = { syslog_level = "Critical", windows_event_logs = ["System"], windows_event_level = "Error" }
    container_rule_enabled           = true
    data_collection_endpoint_enabled = true
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.virtual_machines[0].data_sources[0].syslog[0].log_levels == tolist(["Critical", "Alert", "Emergency"]) && azurerm_monitor_data_collection_rule.virtual_machines[0].data_sources[0].windows_event_log[0].x_path_queries == tolist(["System!*[System[(Level=1 or Level=2)]]"])
    error_message = "Levels must reach from the chosen one upwards."
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.virtual_machines[0].data_flow[0].streams == tolist(["Microsoft-InsightsMetrics", "Microsoft-Syslog", "Microsoft-Event"]) && azurerm_monitor_data_collection_rule.containers[0].data_sources[0].extension[0].extension_name == "ContainerInsights"
    error_message = "Machines and clusters must have their rules."
  }

  assert {
    condition     = azurerm_monitor_data_collection_endpoint.this[0].name == "dce-log-shop-and-warehouse-of-the-north--pro" && length(azurerm_monitor_data_collection_rule.containers[0].name) <= 64
    error_message = "Long names must be cut to what Azure takes."
  }
}

run "a_daily_limit_warns" {
  command = plan

  variables {
    daily_quota_gb = 10
    alert_emails   = ["ada@example.com"]
  }

  assert {
    condition     = azurerm_monitor_scheduled_query_rules_alert_v2.near_quota[0].criteria[0].threshold == 8 && azurerm_monitor_action_group.this[0].short_name == "log-acme" && length(azurerm_monitor_scheduled_query_rules_alert_v2.over_quota) == 1
    error_message = "A mail must be sent at 80 percent, and at the limit."
  }
}

run "tables_and_searches_are_made" {
  command = plan

  variables {
    tables              = [{ name = "AppTraces", plan = "Basic", total_retention_in_days = 365 }]
    custom_tables       = [{ name = "Orders_CL", columns = { Amount = "real" } }]
    saved_searches      = [{ name = "silent", display_name = "Silent machines", query = "Heartbeat" }]
    workspace_access    = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
    delete_lock_enabled = true
  }

  assert {
    condition     = azurerm_log_analytics_workspace_table.this["AppTraces"].plan == "Basic" && azurerm_log_analytics_workspace_table.this["AppTraces"].total_retention_in_days == 365
    error_message = "The table of Azure must be set."
  }

  assert {
    condition     = [for column in azurerm_log_analytics_workspace_table_custom_log.this["Orders_CL"].column : column.name] == ["TimeGenerated", "Amount"]
    error_message = "A table of one's own must have a time."
  }

  assert {
    condition     = one(values(azurerm_role_assignment.access)).role_definition_name == "Log Analytics Reader" && azurerm_management_lock.this[0].lock_level == "CanNotDelete" && length(azurerm_log_analytics_saved_search.this) == 1
    error_message = "Role, lock and search must be there."
  }
}
