mock_provider "azurerm" {}

variables {
  name            = "acme-api"
  location        = "westeurope"
  publisher_name  = "Acme"
  publisher_email = "api@example.com"
}

run "required_values_make_a_hardened_service" {
  command = plan

  assert {
    condition     = azurerm_api_management.this.sku_name == "Developer_1" && azurerm_api_management.this.min_api_version == "2021-08-01" && azurerm_api_management.this.identity[0].type == "SystemAssigned"
    error_message = "The service must have an identity and refuse old management."
  }

  assert {
    condition     = !azurerm_api_management.this.security[0].frontend_tls10_enabled && !azurerm_api_management.this.security[0].backend_tls11_enabled && !azurerm_api_management.this.security[0].triple_des_ciphers_enabled
    error_message = "Old TLS and weak ciphers must be off."
  }

  assert {
    condition     = azurerm_api_management.this.sign_in[0].enabled && azurerm_api_management.this.protocols[0].http2_enabled
    error_message = "The portal must ask for a sign-in, and HTTP/2 be spoken."
  }

  assert {
    condition     = !azurerm_application_insights.this[0].local_authentication_enabled && azurerm_api_management_logger.this[0].application_insights[0].identity_client_id == "SystemAssigned" && azurerm_api_management_diagnostic.this[0].always_log_errors
    error_message = "Telemetry must be sent without keys."
  }

  assert {
    condition     = length(azurerm_api_management_policy.this) == 0
    error_message = "Without limits there is nothing to say for all APIs."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "api"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_api_management.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "api" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
