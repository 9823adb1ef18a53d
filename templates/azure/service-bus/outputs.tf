output "id" {
  description = "Resource id of the namespace."
  value       = azurerm_servicebus_namespace.this.id
}

output "name" {
  description = "Name of the namespace."
  value       = azurerm_servicebus_namespace.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the namespace."
  value       = local.resource_group_name
}

output "endpoint" {
  description = "Address of the namespace for management."
  value       = azurerm_servicebus_namespace.this.endpoint
}

output "hostname" {
  description = "Full name of the namespace, as clients that sign in with Microsoft Entra ID want it; with disaster recovery the name that moves."
  value       = "${var.disaster_recovery == null ? azurerm_servicebus_namespace.this.name : azurerm_servicebus_namespace_disaster_recovery_config.this[0].name}.servicebus.windows.net"
}

output "queue_ids" {
  description = "Resource id of each queue by its name."
  value       = { for name, queue in merge(azurerm_servicebus_queue.this, azurerm_servicebus_queue.collecting) : name => queue.id }
}

output "topic_ids" {
  description = "Resource id of each topic by its name."
  value       = { for name, topic in azurerm_servicebus_topic.this : name => topic.id }
}

output "subscription_ids" {
  description = "Resource id of each subscription by topic and name."
  value       = { for name, subscription in azurerm_servicebus_subscription.this : name => subscription.id }
}

output "private_ip_address" {
  description = "Private address of the namespace, or null without a private endpoint."
  value       = one(azurerm_private_endpoint.this[*].private_service_connection[0].private_ip_address)
}

output "principal_id" {
  description = "Object id of the namespace's own identity in Microsoft Entra ID."
  value       = azurerm_servicebus_namespace.this.identity[0].principal_id
}

output "connection_string" {
  description = "Connection string with all rights, or null while shared keys are off."
  value       = var.sas_authentication_enabled ? azurerm_servicebus_namespace.this.default_primary_connection_string : null
  sensitive   = true
}

output "policy_connection_strings" {
  description = "Connection string of each policy by its name."
  value       = { for name, policy in azurerm_servicebus_namespace_authorization_rule.this : name => policy.primary_connection_string }
  sensitive   = true
}

output "portal_url" {
  description = "The namespace in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_servicebus_namespace.this.id}"
}
