mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
  image    = "mcr.microsoft.com/azuredocs/aci-helloworld:latest"
}

run "name_has_no_capitals" {
  command = plan

  variables {
    name = "Shop_1"
  }

  expect_failures = [var.name]
}

run "image_has_no_scheme" {
  command = plan

  variables {
    image = "https://acme.azurecr.io/shop:1"
  }

  expect_failures = [var.image]
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

run "a_group_name_does_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "tags_have_no_slash" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "further_containers_are_others" {
  command = plan

  variables {
    additional_containers = [{ name = "shop", image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.additional_containers]
}

run "further_images_have_no_scheme" {
  command = plan

  variables {
    additional_containers = [{ name = "log", image = "Https://x" }]
  }

  expect_failures = [var.additional_containers]
}

run "further_names_differ" {
  command = plan

  variables {
    additional_containers = [{ name = "log", image = "mcr.microsoft.com/app:1" }, { name = "log", image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.additional_containers]
}

run "further_containers_get_something" {
  command = plan

  variables {
    additional_containers = [{ name = "log", cpu = 0, image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.additional_containers]
}

run "cpu_is_possible" {
  command = plan

  variables {
    cpu = 5
  }

  expect_failures = [var.cpu]
}

run "all_cpus_fit" {
  command = plan

  variables {
    cpu                   = 3
    additional_containers = [{ name = "log", cpu = 2, image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.cpu]
}

run "key_has_its_version" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/jobs" }
  }

  expect_failures = [var.customer_managed_key]
}

run "key_identity_is_a_resource_id" {
  command = plan

  variables {
    customer_managed_key = { key_vault_key_id = "https://acme.vault.azure.net/keys/jobs/0123456789abcdef", user_assigned_identity_id = "key" }
  }

  expect_failures = [var.customer_managed_key]
}

run "name_servers_are_addresses" {
  command = plan

  variables {
    subnet_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/jobs"
    dns_config = { nameservers = ["ns1"] }
  }

  expect_failures = [var.dns_config]
}

run "name_servers_need_a_subnet" {
  command = plan

  variables {
    dns_config = { nameservers = ["10.0.0.4"] }
  }

  expect_failures = [var.dns_config]
}

run "dns_label_is_long_enough" {
  command = plan

  variables {
    ip_address_type = "Public"
    dns_name_label  = "Shop"
  }

  expect_failures = [var.dns_name_label]
}

run "dns_label_needs_a_public_address" {
  command = plan

  variables {
    dns_name_label = "acme-shop"
  }

  expect_failures = [var.dns_name_label]
}

run "dns_reuse_is_known" {
  command = plan

  variables {
    dns_name_label_reuse_policy = "Never"
  }

  expect_failures = [var.dns_name_label_reuse_policy]
}

run "variables_are_words" {
  command = plan

  variables {
    environment_variables = { "a-b" = "c" }
  }

  expect_failures = [var.environment_variables]
}

run "preparing_containers_have_images" {
  command = plan

  variables {
    init_containers = [{ name = "Migrate", image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.init_containers]
}

run "preparing_names_differ" {
  command = plan

  variables {
    init_containers = [{ name = "shop", image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.init_containers]
}

run "address_is_known" {
  command = plan

  variables {
    ip_address_type = "Internal"
  }

  expect_failures = [var.ip_address_type]
}

run "private_needs_a_subnet" {
  command = plan

  variables {
    ip_address_type = "Private"
  }

  expect_failures = [var.ip_address_type]
}

run "a_subnet_is_private" {
  command = plan

  variables {
    ip_address_type = "Public"
    subnet_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/jobs"
  }

  expect_failures = [var.ip_address_type]
}

run "liveness_asks_one_thing" {
  command = plan

  variables {
    liveness_probe = {}
  }

  expect_failures = [var.liveness_probe]
}

run "liveness_scheme_is_known" {
  command = plan

  variables {
    liveness_probe = { path = "/", scheme = "ftp" }
  }

  expect_failures = [var.liveness_probe]
}

run "liveness_waits" {
  command = plan

  variables {
    liveness_probe = { path = "/", period_seconds = 0 }
  }

  expect_failures = [var.liveness_probe]
}

run "readiness_asks_one_thing" {
  command = plan

  variables {
    readiness_probe = { path = "/", exec = ["true"] }
  }

  expect_failures = [var.readiness_probe]
}

run "readiness_port_is_possible" {
  command = plan

  variables {
    readiness_probe = { path = "/", port = 70000 }
  }

  expect_failures = [var.readiness_probe]
}

run "readiness_waits" {
  command = plan

  variables {
    readiness_probe = { path = "/", timeout_seconds = 0 }
  }

  expect_failures = [var.readiness_probe]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "memory_is_possible" {
  command = plan

  variables {
    memory_gb = 17
  }

  expect_failures = [var.memory_gb]
}

run "all_memory_fits" {
  command = plan

  variables {
    memory_gb             = 10
    additional_containers = [{ name = "log", memory_gb = 8, image = "mcr.microsoft.com/app:1" }]
  }

  expect_failures = [var.memory_gb]
}

run "system_is_known" {
  command = plan

  variables {
    os_type = "BSD"
  }

  expect_failures = [var.os_type]
}

run "ports_are_possible" {
  command = plan

  variables {
    ports = [{ port = 0 }]
  }

  expect_failures = [var.ports]
}

run "ports_differ" {
  command = plan

  variables {
    ports = [{ port = 80 }, { port = 80 }]
  }

  expect_failures = [var.ports]
}

run "an_address_has_a_port" {
  command = plan

  variables {
    ip_address_type = "Public"
    ports           = []
  }

  expect_failures = [var.ports]
}

run "management_is_not_public" {
  command = plan

  variables {
    ip_address_type = "Public"
    ports           = [{ port = 22 }]
  }

  expect_failures = [var.ports]
}

run "registry_is_an_address" {
  command = plan

  variables {
    registry = { server = "https://acme.azurecr.io", user_assigned_identity_id = "/subscriptions/s/userAssignedIdentities/pull" }
  }

  expect_failures = [var.registry]
}

run "registry_has_one_sign_in" {
  command = plan

  variables {
    registry = { server = "acme.azurecr.io" }
  }

  expect_failures = [var.registry]
}

run "registry_identity_is_a_resource_id" {
  command = plan

  variables {
    registry = { server = "acme.azurecr.io", user_assigned_identity_id = "pull" }
  }

  expect_failures = [var.registry]
}

run "user_name_needs_its_password" {
  command = plan

  variables {
    registry = { server = "acme.azurecr.io", username = "acme" }
  }

  expect_failures = [var.registry_password]
}

run "restart_is_known" {
  command = plan

  variables {
    restart_policy = "Sometimes"
  }

  expect_failures = [var.restart_policy]
}

run "secret_files_have_plain_names" {
  command = plan

  variables {
    secret_files = { "a/b" = "c" }
  }

  expect_failures = [var.secret_files]
}

run "secret_files_need_linux" {
  command = plan

  variables {
    os_type      = "Windows"
    secret_files = { token = "c" }
  }

  expect_failures = [var.secret_files]
}

run "secret_folder_is_a_path" {
  command = plan

  variables {
    secret_files_path = "secrets"
  }

  expect_failures = [var.secret_files_path]
}

run "secret_variables_are_words" {
  command = plan

  variables {
    secure_environment_variables = { "a-b" = "c" }
  }

  expect_failures = [var.secure_environment_variables]
}

run "variables_are_secret_or_not" {
  command = plan

  variables {
    secure_environment_variables = { TOKEN = "c" }
    environment_variables        = { TOKEN = "c" }
  }

  expect_failures = [var.secure_environment_variables]
}

run "kind_is_known" {
  command = plan

  variables {
    sku = "Premium"
  }

  expect_failures = [var.sku]
}

run "confidential_is_linux" {
  command = plan

  variables {
    sku     = "Confidential"
    os_type = "Windows"
  }

  expect_failures = [var.sku]
}

run "spot_has_no_address" {
  command = plan

  variables {
    spot_enabled    = true
    ip_address_type = "Public"
  }

  expect_failures = [var.spot_enabled]
}

run "spot_is_standard" {
  command = plan

  variables {
    spot_enabled = true
    sku          = "Confidential"
  }

  expect_failures = [var.spot_enabled]
}

run "subnet_is_a_resource_id" {
  command = plan

  variables {
    subnet_id = "jobs"
  }

  expect_failures = [var.subnet_id]
}

run "identities_are_resource_ids" {
  command = plan

  variables {
    user_assigned_identity_ids = ["app"]
  }

  expect_failures = [var.user_assigned_identity_ids]
}

run "shares_need_their_key" {
  command = plan

  variables {
    volumes = [{ name = "data", mount_path = "/data", share_name = "data", storage_account_name = "acme" }]
  }

  expect_failures = [var.volume_storage_keys]
}

run "volume_names_are_plain" {
  command = plan

  variables {
    volumes = [{ name = "Data", mount_path = "/data" }]
  }

  expect_failures = [var.volumes]
}

run "volume_folders_are_paths" {
  command = plan

  variables {
    volumes = [{ name = "data", mount_path = "data" }]
  }

  expect_failures = [var.volumes]
}

run "shares_need_their_account" {
  command = plan

  variables {
    volumes = [{ name = "data", mount_path = "/data", share_name = "data" }]
  }

  expect_failures = [var.volumes]
}

run "volume_folders_differ" {
  command = plan

  variables {
    volumes = [{ name = "data", mount_path = "/data" }, { name = "more", mount_path = "/data" }]
  }

  expect_failures = [var.volumes]
}

run "volumes_need_linux" {
  command = plan

  variables {
    os_type = "Windows"
    volumes = [{ name = "data", mount_path = "/data" }]
  }

  expect_failures = [var.volumes]
}

run "zone_exists" {
  command = plan

  variables {
    zone = "4"
  }

  expect_failures = [var.zone]
}
