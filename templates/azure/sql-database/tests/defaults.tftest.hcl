mock_provider "azurerm" {}

variables {
  name                  = "acme-orders"
  location              = "westeurope"
  entra_admin_name      = "dba-team"
  entra_admin_object_id = "11111111-1111-1111-1111-111111111111"
}

run "required_values_make_a_closed_database" {
  command = plan

  assert {
    condition     = !azurerm_mssql_server.this.public_network_access_enabled && length(azurerm_mssql_firewall_rule.this) == 0
    error_message = "Nobody may reach the server over the internet."
  }

  assert {
    condition     = azurerm_mssql_server.this.azuread_administrator[0].azuread_authentication_only && azurerm_mssql_server.this.minimum_tls_version == "1.2"
    error_message = "Only Microsoft Entra ID and TLS 1.2 may be accepted."
  }

  assert {
    condition     = azurerm_mssql_server_extended_auditing_policy.this["primary"].log_monitoring_enabled && azurerm_mssql_server.this.express_vulnerability_assessment_enabled
    error_message = "Audit and scan must be on."
  }

  assert {
    condition     = azurerm_mssql_database.this.min_capacity == 0.5 && azurerm_mssql_database.this.auto_pause_delay_in_minutes == 60 && azurerm_mssql_database.this.storage_account_type == "Geo"
    error_message = "The database must be serverless, pause and have its backups in two regions."
  }

  assert {
    condition     = azurerm_mssql_database.this.name == "acme-orders" && azurerm_resource_group.this[0].name == "rg-acme-orders"
    error_message = "Names must follow the server's."
  }

  assert {
    condition     = length(azurerm_mssql_failover_group.this) == 0 && output.read_only_fqdn == null
    error_message = "There must be one server."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "orders"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_mssql_database.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "orders" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
