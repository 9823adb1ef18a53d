locals {
  syslog_levels = ["Debug", "Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency"]
  event_levels  = { Critical = [1], Error = [1, 2], Warning = [1, 2, 3], Information = [1, 2, 3, 4, 0] }

  # Azure takes 44 characters for an endpoint's name and 64 for a rule's; the last one may not be a dash.
  endpoint_name = replace(substr("dce-${var.name}", 0, 44), "/-+$/", "")
  rule_prefix   = replace(substr("dcr-${var.name}", 0, 53), "/-+$/", "")

  has_syslog = var.virtual_machine_rule == null ? false : length(var.virtual_machine_rule.syslog_facilities) > 0
  has_events = var.virtual_machine_rule == null ? false : length(var.virtual_machine_rule.windows_event_logs) > 0
}

resource "azurerm_monitor_data_collection_endpoint" "this" {
  count = var.data_collection_endpoint_enabled ? 1 : 0

  name                          = local.endpoint_name
  resource_group_name           = local.resource_group_name
  location                      = var.location
  public_network_access_enabled = var.internet_ingestion_access_type == "Enabled"
  tags                          = local.tags
}

resource "azurerm_monitor_data_collection_rule" "virtual_machines" {
  count = var.virtual_machine_rule == null ? 0 : 1

  name                        = "${local.rule_prefix}-vm"
  resource_group_name         = local.resource_group_name
  location                    = var.location
  description                 = "Performance and system logs of machines."
  data_collection_endpoint_id = one(azurerm_monitor_data_collection_endpoint.this[*].id)
  tags                        = local.tags

  destinations {
    log_analytics {
      name                  = "workspace"
      workspace_resource_id = azurerm_log_analytics_workspace.this.id
    }
  }

  data_sources {
    performance_counter {
      name                          = "performance"
      streams                       = ["Microsoft-InsightsMetrics"]
      sampling_frequency_in_seconds = var.virtual_machine_rule.performance_interval_seconds
      counter_specifiers            = ["\\VmInsights\\DetailedMetrics"]
    }

    dynamic "syslog" {
      for_each = local.has_syslog ? [var.virtual_machine_rule] : []

      content {
        name           = "syslog"
        streams        = ["Microsoft-Syslog"]
        facility_names = sort(syslog.value.syslog_facilities)
        log_levels     = slice(local.syslog_levels, index(local.syslog_levels, syslog.value.syslog_level), length(local.syslog_levels))
      }
    }

    dynamic "windows_event_log" {
      for_each = local.has_events ? [var.virtual_machine_rule] : []

      content {
        name    = "events"
        streams = ["Microsoft-Event"]
        x_path_queries = [for log in sort(windows_event_log.value.windows_event_logs) :
          "${log}!*[System[(${join(" or ", [for level in local.event_levels[windows_event_log.value.windows_event_level] : "Level=${level}"])})]]"
        ]
      }
    }
  }

  data_flow {
    streams = concat(
      ["Microsoft-InsightsMetrics"],
      local.has_syslog ? ["Microsoft-Syslog"] : [],
      local.has_events ? ["Microsoft-Event"] : [],
    )
    destinations = ["workspace"]
  }
}

resource "azurerm_monitor_data_collection_rule" "containers" {
  count = var.container_rule_enabled ? 1 : 0

  name                        = "${local.rule_prefix}-containers"
  resource_group_name         = local.resource_group_name
  location                    = var.location
  description                 = "Logs, events and inventory of clusters."
  data_collection_endpoint_id = one(azurerm_monitor_data_collection_endpoint.this[*].id)
  tags                        = local.tags

  destinations {
    log_analytics {
      name                  = "workspace"
      workspace_resource_id = azurerm_log_analytics_workspace.this.id
    }
  }

  data_sources {
    extension {
      name           = "ContainerInsightsExtension"
      extension_name = "ContainerInsights"
      streams        = ["Microsoft-ContainerInsights-Group-Default"]
      extension_json = jsonencode({
        dataCollectionSettings = {
          interval               = "1m"
          namespaceFilteringMode = "Off"
          enableContainerLogV2   = true
        }
      })
    }
  }

  data_flow {
    streams      = ["Microsoft-ContainerInsights-Group-Default"]
    destinations = ["workspace"]
  }
}

resource "azurerm_monitor_diagnostic_setting" "audit" {
  count = var.query_audit_enabled ? 1 : 0

  name                       = "query-audit"
  target_resource_id         = azurerm_log_analytics_workspace.this.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category = "Audit"
  }
}

resource "azurerm_monitor_action_group" "this" {
  count = length(var.alert_emails) == 0 ? 0 : 1

  name                = "ag-${var.name}"
  resource_group_name = local.resource_group_name
  short_name          = substr(var.name, 0, 12)
  tags                = local.tags

  dynamic "email_receiver" {
    for_each = var.alert_emails

    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "near_quota" {
  count = length(var.alert_emails) == 0 ? 0 : 1

  name                  = "alert-${var.name}-near-quota"
  resource_group_name   = local.resource_group_name
  location              = var.location
  description           = "More than ${var.quota_alert_percent} percent of the daily limit came in within a day."
  scopes                = [azurerm_log_analytics_workspace.this.id]
  severity              = 2
  evaluation_frequency  = "PT1H"
  window_duration       = "P1D"
  skip_query_validation = true
  tags                  = local.tags

  criteria {
    query                   = "Usage | where IsBillable | project TimeGenerated, GB = Quantity / 1000.0"
    metric_measure_column   = "GB"
    time_aggregation_method = "Total"
    operator                = "GreaterThan"
    threshold               = var.daily_quota_gb * var.quota_alert_percent / 100
  }

  action {
    action_groups = [azurerm_monitor_action_group.this[0].id]
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "over_quota" {
  count = length(var.alert_emails) == 0 ? 0 : 1

  name                  = "alert-${var.name}-over-quota"
  resource_group_name   = local.resource_group_name
  location              = var.location
  description           = "The daily limit is reached: nothing more is taken in today."
  scopes                = [azurerm_log_analytics_workspace.this.id]
  severity              = 1
  evaluation_frequency  = "PT15M"
  window_duration       = "PT15M"
  skip_query_validation = true
  tags                  = local.tags

  criteria {
    query                   = "_LogOperation | where Category =~ \"Ingestion\" and Detail contains \"OverQuota\""
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [azurerm_monitor_action_group.this[0].id]
  }
}
