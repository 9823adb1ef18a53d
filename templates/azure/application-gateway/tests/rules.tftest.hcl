mock_provider "azurerm" {}

variables {
  name              = "agw-shop"
  location          = "westeurope"
  backend_addresses = ["acme-shop.azurewebsites.net"]
}

run "name_begins_with_a_letter_or_digit" {
  command = plan

  variables {
    name = "-gateway"
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

run "servers_are_names_or_addresses" {
  command = plan

  variables {
    backend_addresses = ["https://shop.example.com"]
  }

  expect_failures = [var.backend_addresses]
}

run "servers_differ" {
  command = plan

  variables {
    backend_addresses = ["a.example.com", "a.example.com"]
  }

  expect_failures = [var.backend_addresses]
}

run "allowed_ranges_are_addresses" {
  command = plan

  variables {
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "the_whole_internet_is_no_range" {
  command = plan

  variables {
    allowed_ip_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "allowed_ranges_need_selected" {
  command = plan

  variables {
    network_access    = "all"
    allowed_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "backend_host_name_is_whole" {
  command = plan

  variables {
    backend_host_name = "shop"
  }

  expect_failures = [var.backend_host_name]
}

run "addresses_have_no_certificate" {
  command = plan

  variables {
    backend_addresses = ["10.1.2.3"]
  }

  expect_failures = [var.backend_host_name]
}

run "port_is_a_port" {
  command = plan

  variables {
    backend_port = 0
  }

  expect_failures = [var.backend_port]
}

run "protocol_is_known" {
  command = plan

  variables {
    backend_protocol = "Tcp"
  }

  expect_failures = [var.backend_protocol]
}

run "root_certificate_is_a_secret" {
  command = plan

  variables {
    key_vault_id                       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    backend_root_certificate_secret_id = "root"
  }

  expect_failures = [var.backend_root_certificate_secret_id]
}

run "root_certificate_needs_a_reader" {
  command = plan

  variables {
    backend_root_certificate_secret_id = "https://acme.vault.azure.net/secrets/root"
  }

  expect_failures = [var.backend_root_certificate_secret_id]
}

run "draining_is_within_an_hour" {
  command = plan

  variables {
    connection_draining_seconds = 3601
  }

  expect_failures = [var.connection_draining_seconds]
}

run "an_address_is_needed" {
  command = plan

  variables {
    create_public_ip = false
  }

  expect_failures = [var.create_public_ip]
}

run "label_is_lowercase" {
  command = plan

  variables {
    domain_name_label = "Acme"
  }

  expect_failures = [var.domain_name_label]
}

run "label_needs_a_new_address" {
  command = plan

  variables {
    create_public_ip     = false
    public_ip_address_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip"
    domain_name_label    = "acme"
  }

  expect_failures = [var.domain_name_label]
}

run "health_path_has_a_slash" {
  command = plan

  variables {
    health_path = "healthz"
  }

  expect_failures = [var.health_path]
}

run "timeout_is_within_the_interval" {
  command = plan

  variables {
    health_probe = { interval_seconds = 10, timeout_seconds = 20 }
  }

  expect_failures = [var.health_probe]
}

run "threshold_is_within_limits" {
  command = plan

  variables {
    health_probe = { unhealthy_threshold = 21 }
  }

  expect_failures = [var.health_probe]
}

run "status_codes_are_codes" {
  command = plan

  variables {
    health_probe = { status_codes = ["ok"] }
  }

  expect_failures = [var.health_probe]
}

run "host_names_are_whole" {
  command = plan

  variables {
    host_names = ["www"]
  }

  expect_failures = [var.host_names]
}

run "vault_is_a_resource_id" {
  command = plan

  variables {
    key_vault_id = "acme"
  }

  expect_failures = [var.key_vault_id]
}

run "certificate_is_a_secret" {
  command = plan

  variables {
    key_vault_id        = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    key_vault_secret_id = "https://acme.vault.azure.net/certificates/www"
  }

  expect_failures = [var.key_vault_secret_id]
}

run "certificate_needs_a_reader" {
  command = plan

  variables {
    key_vault_secret_id = "https://acme.vault.azure.net/secrets/www"
  }

  expect_failures = [var.key_vault_secret_id]
}

run "largest_is_within_limits" {
  command = plan

  variables {
    max_capacity = 126
  }

  expect_failures = [var.max_capacity]
}

run "smallest_is_within_limits" {
  command = plan

  variables {
    max_capacity = 125
    min_capacity = 101
  }

  expect_failures = [var.min_capacity]
}

run "smallest_is_below_the_largest" {
  command = plan

  variables {
    max_capacity = 3
    min_capacity = 4
  }

  expect_failures = [var.min_capacity]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "private"
  }

  expect_failures = [var.network_access]
}

run "network_has_room" {
  command = plan

  variables {
    network_address_space = "10.80.0.0/27"
  }

  expect_failures = [var.network_address_space]
}

run "path_rules_have_names" {
  command = plan

  variables {
    path_rules = [{ name = "default", paths = ["/api/*"], backend_addresses = ["api.example.com"] }]
  }

  expect_failures = [var.path_rules]
}

run "paths_begin_with_a_slash" {
  command = plan

  variables {
    path_rules = [{ name = "api", paths = ["api/*"], backend_addresses = ["api.example.com"] }]
  }

  expect_failures = [var.path_rules]
}

run "path_rules_have_servers" {
  command = plan

  variables {
    path_rules = [{ name = "api", paths = ["/api/*"], backend_addresses = [] }]
  }

  expect_failures = [var.path_rules]
}

run "private_address_is_an_address" {
  command = plan

  variables {
    subnet_id          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    private_ip_address = "10.80.0"
  }

  expect_failures = [var.private_ip_address]
}

run "private_address_is_in_the_network" {
  command = plan

  variables {
    private_ip_address = "10.81.0.10"
  }

  expect_failures = [var.private_ip_address]
}

run "public_address_is_a_resource_id" {
  command = plan

  variables {
    create_public_ip     = false
    public_ip_address_id = "pip"
  }

  expect_failures = [var.public_ip_address_id]
}

run "answers_come_within_a_day" {
  command = plan

  variables {
    request_timeout_seconds = 0
  }

  expect_failures = [var.request_timeout_seconds]
}

run "tls_policy_is_new" {
  command = plan

  variables {
    ssl_policy_name = "AppGwSslPolicy20150501"
  }

  expect_failures = [var.ssl_policy_name]
}

run "subnet_is_a_resource_id" {
  command = plan

  variables {
    subnet_id = "gateways"
  }

  expect_failures = [var.subnet_id]
}

run "identity_is_a_resource_id" {
  command = plan

  variables {
    user_assigned_identity_id = "gateway"
  }

  expect_failures = [var.user_assigned_identity_id]
}

run "an_own_identity_has_its_rights" {
  command = plan

  variables {
    key_vault_id              = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/acme"
    user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway"
  }

  expect_failures = [var.user_assigned_identity_id]
}

run "exclusions_are_of_a_known_part" {
  command = plan

  variables {
    waf_exclusions = [{ match_variable = "Body", selector = "x" }]
  }

  expect_failures = [var.waf_exclusions]
}

run "exclusions_compare" {
  command = plan

  variables {
    waf_exclusions = [{ match_variable = "RequestArgNames", operator = "Like", selector = "x" }]
  }

  expect_failures = [var.waf_exclusions]
}

run "bodies_are_within_limits" {
  command = plan

  variables {
    waf_max_request_body_size_kb = 2001
  }

  expect_failures = [var.waf_max_request_body_size_kb]
}

run "mode_is_known" {
  command = plan

  variables {
    waf_mode = "Off"
  }

  expect_failures = [var.waf_mode]
}

run "rule_set_is_known" {
  command = plan

  variables {
    waf_rule_set = "OWASP 2.2.9"
  }

  expect_failures = [var.waf_rule_set]
}

run "rule_names_are_plain" {
  command = plan

  variables {
    waf_rules = [{ name = "block-it", priority = 1, countries = ["SE"] }]
  }

  expect_failures = [var.waf_rules]
}

run "rule_priorities_are_small" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 101, countries = ["SE"] }]
  }

  expect_failures = [var.waf_rules]
}

run "rule_action_is_known" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 1, ip_ranges = ["198.51.100.7"], action = "Redirect" }]
  }

  expect_failures = [var.waf_rules]
}

run "rules_are_about_somebody" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 1 }]
  }

  expect_failures = [var.waf_rules]
}

run "rule_ranges_are_addresses" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 1, ip_ranges = ["office"] }]
  }

  expect_failures = [var.waf_rules]
}

run "countries_are_two_letters" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 1, countries = ["Sweden"] }]
  }

  expect_failures = [var.waf_rules]
}

run "rates_block_or_log" {
  command = plan

  variables {
    waf_rules = [{ name = "a", priority = 1, ip_ranges = ["198.51.100.7"], action = "Allow", rate_limit = 100 }]
  }

  expect_failures = [var.waf_rules]
}

run "zones_are_known" {
  command = plan

  variables {
    zones = ["4"]
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
