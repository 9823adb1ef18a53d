mock_provider "azurerm" {}

variables {
  name            = "acme-api"
  location        = "westeurope"
  publisher_name  = "Acme"
  publisher_email = "api@example.com"
}

run "name_begins_with_a_letter" {
  command = plan

  variables {
    name = "1api"
  }

  expect_failures = [var.name]
}

run "name_is_not_reserved" {
  command = plan

  variables {
    name = "shopmicrosoft"
  }

  expect_failures = [var.name]
}

run "location_is_the_short_form" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "an_existing_group_has_a_name" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_name_has_no_slash" {
  command = plan

  variables {
    resource_group_name = "rg/web"
  }

  expect_failures = [var.resource_group_name]
}

run "tag_names_have_no_slash" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "publisher_has_an_address" {
  command = plan

  variables {
    publisher_email = "ada"
  }

  expect_failures = [var.publisher_email]
}

run "publisher_has_a_name" {
  command = plan

  variables {
    publisher_name = " "
  }

  expect_failures = [var.publisher_name]
}

run "further_regions_need_premium" {
  command = plan

  variables {
    additional_locations = [{ location = "northeurope" }]
  }

  expect_failures = [var.additional_locations]
}

run "further_regions_are_others" {
  command = plan

  variables {
    sku_name             = "Premium_1"
    additional_locations = [{ location = "westeurope" }]
  }

  expect_failures = [var.additional_locations]
}

run "further_regions_have_units" {
  command = plan

  variables {
    sku_name             = "Premium_1"
    additional_locations = [{ location = "northeurope", capacity = 0 }]
  }

  expect_failures = [var.additional_locations]
}

run "further_regions_are_in_the_network" {
  command = plan

  variables {
    sku_name             = "Premium_1"
    virtual_network_type = "Internal"
    subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    additional_locations = [{ location = "northeurope" }]
  }

  expect_failures = [var.additional_locations]
}

run "allowed_ranges_are_addresses" {
  command = plan

  variables {
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "api_names_are_plain" {
  command = plan

  variables {
    apis = [{ name = "shop_api", path = "shop", service_url = "https://shop.example.com" }]
  }

  expect_failures = [var.apis]
}

run "api_paths_differ" {
  command = plan

  variables {
    apis = [{ name = "a", path = "shop", service_url = "https://shop.example.com" }, { name = "b", path = "shop", service_url = "https://shop.example.com" }]
  }

  expect_failures = [var.apis]
}

run "api_addresses_are_encrypted" {
  command = plan

  variables {
    apis = [{ name = "a", path = "shop", service_url = "http://shop.example.com" }]
  }

  expect_failures = [var.apis]
}

run "apis_have_something_behind_them" {
  command = plan

  variables {
    apis = [{ name = "a", path = "shop" }]
  }

  expect_failures = [var.apis]
}

run "client_certificates_are_for_consumption" {
  command = plan

  variables {
    client_certificate_enabled = true
  }

  expect_failures = [var.client_certificate_enabled]
}

run "host_names_are_whole" {
  command = plan

  variables {
    key_vault_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    custom_domains = [{ host_name = "api", key_vault_certificate_id = "https://acme.vault.azure.net/secrets/api" }]
  }

  expect_failures = [var.custom_domains]
}

run "host_names_have_a_use" {
  command = plan

  variables {
    key_vault_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    custom_domains = [{ host_name = "api.example.com", key_vault_certificate_id = "https://acme.vault.azure.net/secrets/api", use = "scm" }]
  }

  expect_failures = [var.custom_domains]
}

run "certificates_are_secrets" {
  command = plan

  variables {
    key_vault_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    custom_domains = [{ host_name = "api.example.com", key_vault_certificate_id = "api" }]
  }

  expect_failures = [var.custom_domains]
}

run "certificates_need_the_vault" {
  command = plan

  variables {
    custom_domains = [{ host_name = "api.example.com", key_vault_certificate_id = "https://acme.vault.azure.net/secrets/api" }]
  }

  expect_failures = [var.custom_domains]
}

run "consumption_has_no_portal" {
  command = plan

  variables {
    key_vault_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    sku_name       = "Consumption_0"
    custom_domains = [{ host_name = "api.example.com", key_vault_certificate_id = "https://acme.vault.azure.net/secrets/api", use = "developer_portal" }]
  }

  expect_failures = [var.custom_domains]
}

run "vault_is_a_resource_id" {
  command = plan

  variables {
    key_vault_id = "acme"
  }

  expect_failures = [var.key_vault_id]
}

run "old_management_is_refused" {
  command = plan

  variables {
    min_api_version = "2020-12-01"
  }

  expect_failures = [var.min_api_version]
}

run "value_names_are_plain" {
  command = plan

  variables {
    named_values = [{ name = "my value", value = "x" }]
  }

  expect_failures = [var.named_values]
}

run "a_value_has_one_source" {
  command = plan

  variables {
    named_values = [{ name = "a" }]
  }

  expect_failures = [var.named_values]
}

run "secrets_need_the_vault" {
  command = plan

  variables {
    named_values = [{ name = "a", key_vault_secret_id = "https://acme.vault.azure.net/secrets/a" }]
  }

  expect_failures = [var.named_values]
}

run "endpoint_subnet_is_a_resource_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "consumption_has_no_endpoint" {
  command = plan

  variables {
    sku_name         = "Consumption_0"
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
  }

  expect_failures = [var.private_endpoint]
}

run "inside_a_network_is_no_endpoint" {
  command = plan

  variables {
    virtual_network_type = "Internal"
    subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    private_endpoint     = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
  }

  expect_failures = [var.private_endpoint]
}

run "product_names_are_plain" {
  command = plan

  variables {
    products = [{ name = "my product" }]
  }

  expect_failures = [var.products]
}

run "products_hold_known_apis" {
  command = plan

  variables {
    products = [{ name = "shop", apis = ["shop"] }]
  }

  expect_failures = [var.products]
}

run "groups_are_known" {
  command = plan

  variables {
    products = [{ name = "shop", groups = ["friends"] }]
  }

  expect_failures = [var.products]
}

run "approval_needs_a_limit" {
  command = plan

  variables {
    products = [{ name = "shop", approval_required = true }]
  }

  expect_failures = [var.products]
}

run "a_limit_needs_keys" {
  command = plan

  variables {
    products = [{ name = "shop", subscription_required = false, subscriptions_limit = 1 }]
  }

  expect_failures = [var.products]
}

run "public_address_is_a_resource_id" {
  command = plan

  variables {
    virtual_network_type = "Internal"
    subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    public_ip_address_id = "pip"
  }

  expect_failures = [var.public_ip_address_id]
}

run "public_address_needs_a_network" {
  command = plan

  variables {
    public_ip_address_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip"
  }

  expect_failures = [var.public_ip_address_id]
}

run "a_way_in_is_left" {
  command = plan

  variables {
    public_network_access_enabled = false
  }

  expect_failures = [var.public_network_access_enabled]
}

run "limits_are_whole" {
  command = plan

  variables {
    rate_limit_calls_per_minute = 0
  }

  expect_failures = [var.rate_limit_calls_per_minute]
}

run "consumption_does_not_count" {
  command = plan

  variables {
    sku_name                    = "Consumption_0"
    rate_limit_calls_per_minute = 10
  }

  expect_failures = [var.rate_limit_calls_per_minute]
}

run "sampling_is_a_share" {
  command = plan

  variables {
    sampling_percentage = 101
  }

  expect_failures = [var.sampling_percentage]
}

run "tier_is_known" {
  command = plan

  variables {
    sku_name = "Basic_3"
  }

  expect_failures = [var.sku_name]
}

run "subnet_is_a_resource_id" {
  command = plan

  variables {
    virtual_network_type = "Internal"
    subnet_id            = "app"
  }

  expect_failures = [var.subnet_id]
}

run "a_network_needs_a_subnet" {
  command = plan

  variables {
    virtual_network_type = "Internal"
  }

  expect_failures = [var.subnet_id]
}

run "identities_are_resource_ids" {
  command = plan

  variables {
    user_assigned_identity_ids = ["api"]
  }

  expect_failures = [var.user_assigned_identity_ids]
}

run "network_type_is_known" {
  command = plan

  variables {
    subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    virtual_network_type = "Private"
  }

  expect_failures = [var.virtual_network_type]
}

run "basic_stays_outside" {
  command = plan

  variables {
    sku_name             = "Basic_1"
    virtual_network_type = "Internal"
    subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.virtual_network_type]
}

run "zones_are_known" {
  command = plan

  variables {
    sku_name = "Premium_1"
    zones    = ["4"]
  }

  expect_failures = [var.zones]
}

run "zones_have_the_same_units" {
  command = plan

  variables {
    sku_name = "Premium_2"
    zones    = ["1", "2", "3"]
  }

  expect_failures = [var.zones]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}
