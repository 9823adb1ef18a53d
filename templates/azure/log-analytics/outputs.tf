output "id" {
  description = "Resource id of the workspace, for diagnostic settings and other templates."
  value       = azurerm_log_analytics_workspace.this.id
}

output "name" {
  description = "Name of the workspace."
  value       = azurerm_log_analytics_workspace.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the workspace."
  value       = local.resource_group_name
}

output "workspace_id" {
  description = "Id of the workspace for agents and for queries on the command line."
  value       = azurerm_log_analytics_workspace.this.workspace_id
}

output "principal_id" {
  description = "Object id of the workspace's own identity in Microsoft Entra ID."
  value       = azurerm_log_analytics_workspace.this.identity[0].principal_id
}

output "data_collection_rule_ids" {
  description = "Resource id of each data collection rule, to associate machines (`virtual_machines`) and clusters (`containers`) with."
  value = merge(
    { for rule in azurerm_monitor_data_collection_rule.virtual_machines : "virtual_machines" => rule.id },
    { for rule in azurerm_monitor_data_collection_rule.containers : "containers" => rule.id },
  )
}

output "data_collection_endpoint_id" {
  description = "Resource id of the data collection endpoint, or null without one."
  value       = one(azurerm_monitor_data_collection_endpoint.this[*].id)
}

output "logs_ingestion_endpoint" {
  description = "Address to which programs send logs of their own, or null without a data collection endpoint."
  value       = one(azurerm_monitor_data_collection_endpoint.this[*].logs_ingestion_endpoint)
}

output "custom_table_ids" {
  description = "Resource id of each table of your own by its name."
  value       = { for name, table in azurerm_log_analytics_workspace_table_custom_log.this : name => table.id }
}

output "private_link_scope_id" {
  description = "Resource id of the private link scope that was made or joined, or null without one."
  value       = var.private_link == null ? var.private_link_scope_id : azurerm_monitor_private_link_scope.this[0].id
}

output "query_command" {
  description = "Command that runs a query: what came in during the last day, by table."
  value       = "az monitor log-analytics query --workspace ${azurerm_log_analytics_workspace.this.workspace_id} --analytics-query \"Usage | where TimeGenerated > ago(1d) | summarize sum(Quantity) by DataType\""
}

output "portal_url" {
  description = "The workspace in the Azure portal, where queries are written."
  value       = "https://portal.azure.com/#resource${azurerm_log_analytics_workspace.this.id}/logs"
}
