mock_provider "azurerm" {}

variables {
  name     = "acme-pipelines"
  location = "westeurope"
}

run "name_has_no_underscore" {
  command = plan

  variables {
    name = "acme_pipelines"
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

run "existing_groups_are_named" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_names_do_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "action_group_is_a_resource_id" {
  command = plan

  variables {
    alert_action_group_id = "on-call"
  }

  expect_failures = [var.alert_action_group_id]
}

run "one_repository_is_enough" {
  command = plan

  variables {
    azure_devops = { organisation = "acme", project_name = "data", repository_name = "pipelines", tenant_id = "11111111-1111-1111-1111-111111111111", root_folder = "/" }
    github       = { account_name = "acme", repository_name = "pipelines" }
  }

  expect_failures = [var.azure_devops]
}

run "tenant_is_an_id" {
  command = plan

  variables {
    azure_devops = { organisation = "acme", project_name = "data", repository_name = "pipelines", tenant_id = "acme", root_folder = "/" }
  }

  expect_failures = [var.azure_devops]
}

run "folder_of_devops_begins_with_a_slash" {
  command = plan

  variables {
    azure_devops = { organisation = "acme", project_name = "data", repository_name = "pipelines", tenant_id = "11111111-1111-1111-1111-111111111111", root_folder = "src" }
  }

  expect_failures = [var.azure_devops]
}

run "contributors_are_object_ids" {
  command = plan

  variables {
    contributor_object_ids = ["ada@example.com"]
  }

  expect_failures = [var.contributor_object_ids]
}

run "own_key_is_an_address" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "adf", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "own_key_needs_an_identity" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/adf", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "folder_of_github_begins_with_a_slash" {
  command = plan

  variables {
    github = { account_name = "acme", repository_name = "pipelines", root_folder = "src" }
  }

  expect_failures = [var.github]
}

run "github_server_is_an_address" {
  command = plan

  variables {
    github = { account_name = "acme", repository_name = "pipelines", git_url = "github.example.com" }
  }

  expect_failures = [var.github]
}

run "parameter_names_are_plain" {
  command = plan

  variables {
    global_parameters = [{ name = "1st", value = "a" }]
  }

  expect_failures = [var.global_parameters]
}

run "parameter_types_are_known" {
  command = plan

  variables {
    global_parameters = [{ name = "first", type = "Date", value = "a" }]
  }

  expect_failures = [var.global_parameters]
}

run "parameter_values_have_their_type" {
  command = plan

  variables {
    global_parameters = [{ name = "first", type = "Int", value = "a" }]
  }

  expect_failures = [var.global_parameters]
}

run "runtime_names_are_plain" {
  command = plan

  variables {
    integration_runtimes = [{ name = "a_b" }]
  }

  expect_failures = [var.integration_runtimes]
}

run "machines_are_known" {
  command = plan

  variables {
    integration_runtimes = [{ name = "flows", compute_type = "Gpu" }]
  }

  expect_failures = [var.integration_runtimes]
}

run "cores_are_known" {
  command = plan

  variables {
    integration_runtimes = [{ name = "flows", core_count = 12 }]
  }

  expect_failures = [var.integration_runtimes]
}

run "machines_wait_for_a_day" {
  command = plan

  variables {
    integration_runtimes = [{ name = "flows", time_to_live_minutes = 2000 }]
  }

  expect_failures = [var.integration_runtimes]
}

run "previews_need_the_managed_network" {
  command = plan

  variables {
    integration_runtimes            = [{ name = "flows", interactive_authoring_minutes = 60 }]
    managed_virtual_network_enabled = false
  }

  expect_failures = [var.integration_runtimes]
}

run "key_vault_is_a_resource_id" {
  command = plan

  variables {
    key_vault_id = "https://acme.vault.azure.net"
  }

  expect_failures = [var.key_vault_id]
}

run "managed_endpoints_have_plain_names" {
  command = plan

  variables {
    managed_private_endpoints = [{ name = "1st", target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata" }]
  }

  expect_failures = [var.managed_private_endpoints]
}

run "managed_endpoints_have_a_target" {
  command = plan

  variables {
    managed_private_endpoints = [{ name = "data", target_resource_id = "acmedata" }]
  }

  expect_failures = [var.managed_private_endpoints]
}

run "managed_endpoints_need_the_managed_network" {
  command = plan

  variables {
    managed_virtual_network_enabled = false
    managed_private_endpoints       = [{ name = "data", target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata", subresource_name = "blob" }]
  }

  expect_failures = [var.managed_private_endpoints]
}

run "network_access_is_known" {
  command = plan

  variables {
    network_access = "open"
  }

  expect_failures = [var.network_access]
}

run "private_endpoint_needs_a_subnet_id" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "app" }
  }

  expect_failures = [var.private_endpoint]
}

run "private_endpoint_has_known_services" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", services = ["studio"] }
  }

  expect_failures = [var.private_endpoint]
}

run "dns_zones_belong_to_services" {
  command = plan

  variables {
    private_endpoint = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app", private_dns_zone_ids = { portal = "/zone" } }
  }

  expect_failures = [var.private_endpoint]
}

run "purview_is_a_resource_id" {
  command = plan

  variables {
    purview_id = "purview"
  }

  expect_failures = [var.purview_id]
}

run "own_runtimes_have_plain_names" {
  command = plan

  variables {
    self_hosted_runtimes = ["a_b"]
  }

  expect_failures = [var.self_hosted_runtimes]
}

run "own_runtimes_have_other_names" {
  command = plan

  variables {
    self_hosted_runtimes = ["Managed"]
  }

  expect_failures = [var.self_hosted_runtimes]
}

run "database_connections_have_plain_names" {
  command = plan

  variables {
    sql_databases = [{ name = "a-b", server_fqdn = "acme.database.windows.net", database = "orders" }]
  }

  expect_failures = [var.sql_databases]
}

run "servers_are_full_names" {
  command = plan

  variables {
    sql_databases = [{ name = "orders", server_fqdn = "acme", database = "orders" }]
  }

  expect_failures = [var.sql_databases]
}

run "databases_connect_with_runtimes_of_the_list" {
  command = plan

  variables {
    sql_databases = [{ name = "orders", server_fqdn = "acme.database.windows.net", database = "orders", integration_runtime = "other" }]
  }

  expect_failures = [var.sql_databases]
}

run "storage_connections_have_plain_names" {
  command = plan

  variables {
    storage_accounts = [{ name = "a-b", storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata" }]
  }

  expect_failures = [var.storage_accounts]
}

run "storage_accounts_are_resource_ids" {
  command = plan

  variables {
    storage_accounts = [{ name = "data", storage_account_id = "acmedata" }]
  }

  expect_failures = [var.storage_accounts]
}

run "storage_roles_are_small" {
  command = plan

  variables {
    storage_accounts = [{ name = "data", storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata", role = "Owner" }]
  }

  expect_failures = [var.storage_accounts]
}

run "storage_connects_with_runtimes_of_the_list" {
  command = plan

  variables {
    storage_accounts = [{ name = "data", storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmedata", integration_runtime = "other" }]
  }

  expect_failures = [var.storage_accounts]
}

run "identities_are_resource_ids" {
  command = plan

  variables {
    user_assigned_identity_ids = ["key"]
  }

  expect_failures = [var.user_assigned_identity_ids]
}
