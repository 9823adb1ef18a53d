locals {
  failover     = var.failover_group != null
  server_roles = local.failover ? ["primary", "secondary"] : ["primary"]
  server_ids   = merge({ primary = azurerm_mssql_server.this.id }, { for server in azurerm_mssql_server.secondary[*] : "secondary" => server.id })
}

resource "azurerm_mssql_server" "secondary" {
  count = local.failover ? 1 : 0

  name                = "${var.name}-secondary"
  resource_group_name = local.resource_group_name
  location            = var.failover_group.secondary_location
  version             = "12.0"
  tags                = local.tags

  administrator_login                     = var.sql_admin_login
  administrator_login_password_wo         = var.entra_only_authentication ? null : var.sql_admin_password
  administrator_login_password_wo_version = var.entra_only_authentication ? null : var.sql_admin_secret_version

  minimum_tls_version                      = "1.2"
  public_network_access_enabled            = var.network_access == "selected"
  outbound_network_restriction_enabled     = var.outbound_fqdns != null
  connection_policy                        = var.connection_policy
  express_vulnerability_assessment_enabled = var.vulnerability_assessment_enabled

  primary_user_assigned_identity_id            = try(var.customer_managed_key.user_assigned_identity_id, null)
  transparent_data_encryption_key_vault_key_id = try(var.customer_managed_key.key_vault_key_id, null)

  azuread_administrator {
    login_username              = var.entra_admin_name
    object_id                   = var.entra_admin_object_id
    azuread_authentication_only = var.entra_only_authentication
  }

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }
}

resource "azurerm_mssql_failover_group" "this" {
  count = local.failover ? 1 : 0

  name      = coalesce(var.failover_group.name, "fog-${var.name}")
  server_id = azurerm_mssql_server.this.id
  databases = [azurerm_mssql_database.this.id]
  tags      = local.tags

  readonly_endpoint_failover_policy_enabled = var.failover_group.automatic

  partner_server {
    id = azurerm_mssql_server.secondary[0].id
  }

  read_write_endpoint_failover_policy {
    mode          = var.failover_group.automatic ? "Automatic" : "Manual"
    grace_minutes = var.failover_group.automatic ? var.failover_group.grace_minutes : null
  }
}

resource "azurerm_private_endpoint" "secondary" {
  count = try(var.failover_group.subnet_id, null) == null ? 0 : 1

  name                = "pep-${var.name}-secondary"
  resource_group_name = local.resource_group_name
  location            = var.failover_group.secondary_location
  subnet_id           = var.failover_group.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = "${var.name}-secondary"
    private_connection_resource_id = azurerm_mssql_server.secondary[0].id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = try(var.private_endpoint.private_dns_zone_id, null) == null ? [] : [var.private_endpoint.private_dns_zone_id]

    content {
      name                 = "default"
      private_dns_zone_ids = [private_dns_zone_group.value]
    }
  }
}
