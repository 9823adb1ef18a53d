mock_provider "azurerm" {}

variables {
  name     = "acme-shop"
  location = "westeurope"
}

run "required_values_make_a_closed_app" {
  command = plan

  assert {
    condition     = azurerm_linux_web_app.this[0].https_only && !azurerm_linux_web_app.this[0].ftp_publish_basic_authentication_enabled && !azurerm_linux_web_app.this[0].webdeploy_publish_basic_authentication_enabled
    error_message = "Only HTTPS, and no publishing passwords."
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].site_config[0].ip_restriction_default_action == "Deny" && azurerm_linux_web_app.this[0].site_config[0].scm_ip_restriction_default_action == "Deny"
    error_message = "Nobody may come in unasked."
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].site_config[0].ftps_state == "Disabled" && azurerm_linux_web_app.this[0].site_config[0].minimum_tls_version == "1.2" && azurerm_linux_web_app.this[0].site_config[0].http2_enabled
    error_message = "No FTP, no old TLS."
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].site_config[0].application_stack[0].node_version == "24-lts" && azurerm_service_plan.this[0].sku_name == "P0v3" && length(azurerm_windows_web_app.this) == 0
    error_message = "The newest Node.js must run on a small plan."
  }

  assert {
    condition     = !azurerm_application_insights.this[0].local_authentication_enabled && toset(keys(azurerm_role_assignment.telemetry)) == toset(["the app"])
    error_message = "Telemetry must be sent with the app's identity."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "shop"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_linux_web_app.this[0].tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "shop" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
