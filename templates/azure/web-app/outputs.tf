output "id" {
  description = "Resource id of the app."
  value       = local.app.id
}

output "name" {
  description = "Name of the app."
  value       = local.app.name
}

output "resource_group_name" {
  description = "Resource group that holds the app."
  value       = local.resource_group_name
}

output "default_hostname" {
  description = "Host name that Azure gives the app; a CNAME record of your own points here."
  value       = local.app.hostname
}

output "url" {
  description = "Address of the app."
  value       = "https://${length(var.custom_domains) == 0 ? local.app.hostname : var.custom_domains[0].hostname}"
}

output "deployment_url" {
  description = "Address of the deployment service (Kudu)."
  value       = "https://${replace(local.app.hostname, ".azurewebsites.net", ".scm.azurewebsites.net")}"
}

output "slot_urls" {
  description = "Address of each slot by its name."
  value = merge(
    { for name, slot in azurerm_linux_web_app_slot.this : name => "https://${slot.default_hostname}" },
    { for name, slot in azurerm_windows_web_app_slot.this : name => "https://${slot.default_hostname}" },
  )
}

output "principal_id" {
  description = "Object id of the app's own identity in Microsoft Entra ID."
  value       = local.app.principal
}

output "outbound_ip_addresses" {
  description = "Addresses that the app's connections come from now."
  value       = local.app.addresses
}

output "possible_outbound_ip_addresses" {
  description = "All addresses that they may come from after a change of plan; allow these in firewalls."
  value       = local.app.possible
}

output "private_ip_address" {
  description = "Private address of the app, or null when it has no private endpoint."
  value       = one([for endpoint in azurerm_private_endpoint.this : endpoint.private_service_connection[0].private_ip_address])
}

output "service_plan_id" {
  description = "Resource id of the plan that the app runs on."
  value       = local.service_plan_id
}

output "log_analytics_workspace_id" {
  description = "Workspace that holds logs and telemetry, or null."
  value       = local.workspace_id
}

output "custom_domain_verification_id" {
  description = "Value of the TXT record `asuid.<host>` that proves that a host name is yours."
  value       = local.app.verification
  sensitive   = true
}

output "portal_url" {
  description = "The app in the Azure portal."
  value       = "https://portal.azure.com/#resource${local.app.id}"
}
