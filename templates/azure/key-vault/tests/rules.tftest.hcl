mock_provider "azurerm" {}

variables {
  name     = "acme-vault"
  location = "westeurope"
}

run "name_has_no_double_dash" {
  command = plan

  variables {
    name = "acme--vault"
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

run "allowed_ranges_are_addresses" {
  command = plan

  variables {
    network_access    = "selected"
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "private_addresses_are_not_public" {
  command = plan

  variables {
    network_access    = "selected"
    allowed_ip_ranges = ["10.1.2.3"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "addresses_need_selected_networks" {
  command = plan

  variables {
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    network_access     = "selected"
    allowed_subnet_ids = ["app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "subnets_need_selected_networks" {
  command = plan

  variables {
    allowed_subnet_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"]
  }

  expect_failures = [var.allowed_subnet_ids]
}

run "certificate_names_have_no_dots" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www.example.com", subject = "CN=www.example.com" }]
  }

  expect_failures = [var.certificates]
}

run "certificate_names_differ" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=a" }, { name = "WWW", subject = "CN=b" }]
  }

  expect_failures = [var.certificates]
}

run "subjects_are_distinguished_names" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "www.example.com" }]
  }

  expect_failures = [var.certificates]
}

run "certificate_keys_are_long" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www", key_size = 1024 }]
  }

  expect_failures = [var.certificates]
}

run "certificates_end_some_day" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www", validity_in_months = 121 }]
  }

  expect_failures = [var.certificates]
}

run "renewal_is_within_validity" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www", validity_in_months = 1 }]
  }

  expect_failures = [var.certificates]
}

run "certificate_content_is_known" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www", content_type = "pfx" }]
  }

  expect_failures = [var.certificates]
}

run "contacts_have_an_address" {
  command = plan

  variables {
    network_access = "all"
    contacts       = [{ email = "ada" }]
  }

  expect_failures = [var.contacts]
}

run "contacts_differ" {
  command = plan

  variables {
    network_access = "all"
    contacts       = [{ email = "ada@example.com" }, { email = "Ada@example.com" }]
  }

  expect_failures = [var.contacts]
}

run "key_names_have_no_underscore" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "my_key" }]
  }

  expect_failures = [var.keys]
}

run "keys_and_certificates_share_names" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www" }]
    keys           = [{ name = "www" }]
  }

  expect_failures = [var.keys]
}

run "key_type_is_known" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", type = "AES" }]
  }

  expect_failures = [var.keys]
}

run "hardware_needs_premium" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", type = "RSA-HSM" }]
  }

  expect_failures = [var.keys]
}

run "key_size_is_known" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", size = 1024 }]
  }

  expect_failures = [var.keys]
}

run "elliptic_keys_do_not_wrap" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", type = "EC", operations = ["wrapKey"] }]
  }

  expect_failures = [var.keys]
}

run "key_durations_are_iso" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", rotate_after = "1 year" }]
  }

  expect_failures = [var.keys]
}

run "a_notice_needs_an_end" {
  command = plan

  variables {
    network_access = "all"
    keys           = [{ name = "k", notify_before_expiry = "P30D" }]
  }

  expect_failures = [var.keys]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "keys_need_a_way_in" {
  command = plan

  variables {
    keys = [{ name = "k" }]
  }

  expect_failures = [var.keys]
}

run "certificates_need_a_way_in" {
  command = plan

  variables {
    certificates = [{ name = "www", subject = "CN=www" }]
  }

  expect_failures = [var.certificates]
}

run "contacts_need_a_way_in" {
  command = plan

  variables {
    contacts = [{ email = "ada@example.com" }]
  }

  expect_failures = [var.contacts]
}

run "secrets_need_a_way_in" {
  command = plan

  variables {
    network_access = "selected"
    secrets        = [{ name = "db" }]
    secret_values  = { db = "invented" }
  }

  expect_failures = [var.secrets]
}

run "endpoint_subnet_is_a_resource_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "endpoint_zone_is_the_vaults" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net" }
  }

  expect_failures = [var.private_endpoint]
}

run "one_zone_is_enough" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", create_private_dns_zone = true, private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net" }
  }

  expect_failures = [var.private_endpoint]
}

run "principals_are_object_ids" {
  command = plan

  variables {
    role_assignments = [{ principal_id = "ada@example.com" }]
  }

  expect_failures = [var.role_assignments]
}

run "roles_are_for_contents" {
  command = plan

  variables {
    role_assignments = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "Owner" }]
  }

  expect_failures = [var.role_assignments]
}

run "grants_differ" {
  command = plan

  variables {
    role_assignments = [{ principal_id = "11111111-1111-1111-1111-111111111111" }, { principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.role_assignments]
}

run "each_secret_has_a_value" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db" }]
  }

  expect_failures = [var.secret_values]
}

run "each_value_has_a_secret" {
  command = plan

  variables {
    secret_values = { db = "invented" }
  }

  expect_failures = [var.secret_values]
}

run "values_are_not_empty" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db" }]
    secret_values  = { db = "" }
  }

  expect_failures = [var.secret_values]
}

run "secret_names_have_no_slash" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db/admin" }]
    secret_values  = { "db/admin" = "invented" }
  }

  expect_failures = [var.secrets]
}

run "secret_names_differ" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db" }, { name = "DB" }]
    secret_values  = { db = "invented", DB = "invented" }
  }

  expect_failures = [var.secrets]
}

run "versions_are_counted" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db", value_version = 0 }]
    secret_values  = { db = "invented" }
  }

  expect_failures = [var.secrets]
}

run "dates_are_in_utc" {
  command = plan

  variables {
    network_access = "all"
    secrets        = [{ name = "db", expiration_date = "2027-12-31" }]
    secret_values  = { db = "invented" }
  }

  expect_failures = [var.secrets]
}

run "certificates_hold_secrets" {
  command = plan

  variables {
    network_access = "all"
    certificates   = [{ name = "www", subject = "CN=www" }]
    secrets        = [{ name = "www" }]
    secret_values  = { www = "invented" }
  }

  expect_failures = [var.secrets]
}

run "tier_is_known" {
  command = plan

  variables {
    sku_name = "basic"
  }

  expect_failures = [var.sku_name]
}

run "retention_is_within_limits" {
  command = plan

  variables {
    soft_delete_retention_days = 6
  }

  expect_failures = [var.soft_delete_retention_days]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}
