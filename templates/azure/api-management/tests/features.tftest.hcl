mock_provider "azurerm" {}

variables {
  name            = "acme-api"
  location        = "westeurope"
  publisher_name  = "Acme"
  publisher_email = "api@example.com"
}

run "apis_products_and_values_are_offered" {
  command = plan

  variables {
    apis = [
      { name = "shop", path = "shop/v1", openapi_url = "https://shop.example.com/openapi.json" },
      { name = "stock", path = "stock", service_url = "https://stock.example.com", subscription_required = false },
    ]
    products                    = [{ name = "partners", apis = ["shop", "stock"], approval_required = true, subscriptions_limit = 2 }]
    named_values                = [{ name = "currency", value = "EUR" }, { name = "stock.token", key_vault_secret_id = "https://acme.vault.azure.net/secrets/stock" }]
    key_vault_id                = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    allowed_ip_ranges           = ["198.51.100.7", "203.0.113.0/24"]
    rate_limit_calls_per_minute = 100
    custom_domains              = [{ host_name = "api.example.com", key_vault_certificate_id = "https://acme.vault.azure.net/secrets/api" }]
  }

  assert {
    condition     = azurerm_api_management_api.this["shop"].import[0].content_format == "openapi+json-link" && length(azurerm_api_management_api.this["stock"].import) == 0 && azurerm_api_management_api.this["shop"].protocols == toset(["https"])
    error_message = "APIs must come from their documents, and be called over HTTPS."
  }

  assert {
    condition     = length(azurerm_api_management_product_api.this) == 2 && azurerm_api_management_product_group.this["partners/developers"].group_name == "developers"
    error_message = "The product must hold its APIs and be seen by developers."
  }

  assert {
    condition     = azurerm_api_management_named_value.this["stock.token"].secret && azurerm_api_management_named_value.this["stock.token"].name == "stock-token" && azurerm_role_assignment.secrets[0].role_definition_name == "Key Vault Secrets User"
    error_message = "Secrets must stay in the vault, and the service read them there."
  }

  assert {
    condition     = strcontains(azurerm_api_management_policy.this[0].xml_content, "<address-range from=\"203.0.113.0\" to=\"203.0.113.255\" />") && strcontains(azurerm_api_management_policy.this[0].xml_content, "calls=\"100\"")
    error_message = "The policy must hold addresses and limit."
  }

  assert {
    condition     = azurerm_api_management_custom_domain.this[0].gateway[0].default_ssl_binding
    error_message = "The first host name must be the default."
  }
}

run "a_premium_service_is_in_networks_of_two_regions" {
  command = plan

  variables {
    create_resource_group = false
    resource_group_name   = "rg-there"
    sku_name              = "Premium_3"
    zones                 = ["1", "2", "3"]
    virtual_network_type  = "Internal"
    subnet_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    public_ip_address_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip"
    additional_locations  = [{ location = "northeurope", subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/north/subnets/api" }]
    delete_lock_enabled   = true
  }

  assert {
    condition     = azurerm_api_management.this.virtual_network_configuration[0].subnet_id == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" && azurerm_api_management.this.additional_location[0].location == "northeurope" && azurerm_api_management.this.zones == toset(["1", "2", "3"])
    error_message = "The service must be in both networks and all zones."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The existing group must be used, and the service be locked."
  }
}

run "a_private_endpoint_closes_the_public_network" {
  command = plan

  variables {
    sku_name                      = "StandardV2_1"
    private_endpoint              = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
    public_network_access_enabled = false
    application_insights_enabled  = false
  }

  assert {
    condition     = !azurerm_api_management.this.public_network_access_enabled && azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names == tolist(["Gateway"])
    error_message = "Only the private endpoint may be left."
  }

  assert {
    condition     = length(azurerm_api_management.this.sign_in) + length(azurerm_monitor_diagnostic_setting.this) + length(azurerm_api_management_logger.this) == 0
    error_message = "What the tier lacks or nobody wants must be left out."
  }
}

run "consumption_asks_for_certificates" {
  command = plan

  variables {
    sku_name                   = "Consumption_0"
    client_certificate_enabled = true
    products                   = [{ name = "open" }]
  }

  assert {
    condition     = azurerm_api_management.this.client_certificate_enabled && length(azurerm_api_management_product_group.this) == 0 && output.developer_portal_url == null
    error_message = "Consumption has certificates, but no groups and no portal."
  }
}
