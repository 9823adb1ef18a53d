locals {
  # A failover group has a name of its own that always leads to the primary.
  host = local.failover ? "${azurerm_mssql_failover_group.this[0].name}.database.windows.net" : azurerm_mssql_server.this.fully_qualified_domain_name
}

output "id" {
  description = "Resource id of the database."
  value       = azurerm_mssql_database.this.id
}

output "name" {
  description = "Name of the database."
  value       = azurerm_mssql_database.this.name
}

output "server_id" {
  description = "Resource id of the logical server."
  value       = azurerm_mssql_server.this.id
}

output "server_name" {
  description = "Name of the logical server."
  value       = azurerm_mssql_server.this.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "fqdn" {
  description = "Address to connect to, port 1433; with a failover group the name that follows the primary."
  value       = local.host
}

output "read_only_fqdn" {
  description = "Address of the readable copy in the other region, or null without a failover group."
  value       = local.failover ? "${azurerm_mssql_failover_group.this[0].name}.secondary.database.windows.net" : null
}

output "secondary_server_fqdn" {
  description = "Address of the second server itself, or null without a failover group."
  value       = one(azurerm_mssql_server.secondary[*].fully_qualified_domain_name)
}

output "ado_net" {
  description = "Connection string for .NET that signs in with Microsoft Entra ID; there is no password in it."
  value       = "Server=tcp:${local.host},1433;Database=${local.database_name};Encrypt=True;TrustServerCertificate=False;Connection Timeout=30;Authentication=Active Directory Default;"
}

output "jdbc_url" {
  description = "Address for Java that signs in with Microsoft Entra ID; there is no password in it."
  value       = "jdbc:sqlserver://${local.host}:1433;database=${local.database_name};encrypt=true;trustServerCertificate=false;hostNameInCertificate=*.database.windows.net;loginTimeout=30;authentication=ActiveDirectoryDefault"
}

output "connect_command" {
  description = "Command that opens a prompt on the database with Microsoft Entra ID."
  value       = "sqlcmd -S ${local.host} -d ${local.database_name} --authentication-method=ActiveDirectoryDefault"
}

output "private_ip_address" {
  description = "Private address of the server, or null without a private endpoint."
  value       = one(azurerm_private_endpoint.this[*].private_service_connection[0].private_ip_address)
}

output "principal_id" {
  description = "Object id of the server's own identity in Microsoft Entra ID."
  value       = azurerm_mssql_server.this.identity[0].principal_id
}

output "portal_url" {
  description = "The database in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_mssql_database.this.id}"
}
