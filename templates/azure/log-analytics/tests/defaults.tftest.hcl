mock_provider "azurerm" {}

variables {
  name     = "log-acme"
  location = "westeurope"
}

run "required_values_make_a_workspace_without_keys" {
  command = plan

  assert {
    condition     = !azurerm_log_analytics_workspace.this.local_authentication_enabled && azurerm_log_analytics_workspace.this.identity[0].type == "SystemAssigned"
    error_message = "Keys must be off."
  }

  assert {
    condition     = azurerm_log_analytics_workspace.this.sku == "PerGB2018" && azurerm_log_analytics_workspace.this.retention_in_days == 30 && azurerm_log_analytics_workspace.this.daily_quota_gb == -1
    error_message = "The workspace must cost what comes in, and keep it for 30 days."
  }

  assert {
    condition     = azurerm_log_analytics_workspace.this.allow_resource_only_permissions && length(azurerm_monitor_diagnostic_setting.audit) == 1
    error_message = "Rights by resource and the audit of queries must be on."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-log-acme" && azurerm_log_analytics_workspace.this.resource_group_name == "rg-log-acme" && output.private_link_scope_id == null
    error_message = "The workspace must be in the new resource group."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "logs"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_log_analytics_workspace.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "logs" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
