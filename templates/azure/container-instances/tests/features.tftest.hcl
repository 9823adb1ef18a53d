mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
  image    = "acme.azurecr.io/shop:1.4"
}

run "a_public_container_has_a_name_that_nobody_else_gets" {
  command = plan

  variables {
    ip_address_type       = "Public"
    dns_name_label        = "acme-shop"
    ports                 = [{ port = 443 }]
    create_resource_group = false
    resource_group_name   = "rg-there"
  }

  assert {
    condition     = azurerm_container_group.this.dns_name_label_reuse_policy == "TenantReuse" && one(azurerm_container_group.this.container[0].ports).port == 443
    error_message = "Name and port must be set."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_container_group.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "the_reuse_of_the_name_is_chosen" {
  command = plan

  variables {
    ip_address_type             = "Public"
    dns_name_label              = "acme-shop"
    dns_name_label_reuse_policy = "Noreuse"
    registry                    = { server = "acme.azurecr.io", username = "acme" }
    registry_password           = "not-a-real-password"
  }

  assert {
    condition     = azurerm_container_group.this.dns_name_label_reuse_policy == "Noreuse" && azurerm_container_group.this.image_registry_credential[0].password == "not-a-real-password"
    error_message = "The policy and the sign-in must be passed on."
  }
}

run "a_subnet_makes_the_address_private" {
  command = plan

  variables {
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/jobs"
    registry = {
      server                    = "acme.azurecr.io"
      user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull"
    }
    liveness_probe = { path = "/healthz", port = 8080 }
  }

  assert {
    condition     = azurerm_container_group.this.ip_address_type == "Private" && length(azurerm_container_group.this.subnet_ids) == 1
    error_message = "The address must be private."
  }

  assert {
    condition     = azurerm_container_group.this.identity[0].type == "SystemAssigned, UserAssigned" && length(azurerm_container_group.this.identity[0].identity_ids) == 1
    error_message = "The identity that pulls must be attached."
  }

  assert {
    condition     = azurerm_container_group.this.container[0].liveness_probe[0].http_get[0].path == "/healthz"
    error_message = "The container must be asked whether it is alive."
  }
}

run "a_job_runs_on_spare_capacity" {
  command = plan

  variables {
    spot_enabled   = true
    restart_policy = "Never"
  }

  assert {
    condition     = azurerm_container_group.this.priority == "Spot" && azurerm_container_group.this.restart_policy == "Never" && azurerm_container_group.this.ip_address_type == "None"
    error_message = "A spot job must end and have no address."
  }
}

run "containers_share_folders_and_secrets_as_asked" {
  command = plan

  variables {
    additional_containers = [
      { name = "logs", image = "acme.azurecr.io/logs:1.0", mount_volumes = true },
      { name = "proxy", image = "acme.azurecr.io/proxy:1.0", use_secure_variables = true },
    ]
    volumes = [
      { name = "data", mount_path = "/data", share_name = "data", storage_account_name = "acme" },
      { name = "cache", mount_path = "/cache" },
    ]
    volume_storage_keys          = { acme = "bm90LWEtcmVhbC1rZXk=" }
    secret_files                 = { token = "not-a-real-token" }
    secure_environment_variables = { PASSWORD = "not-a-real-password" }
  }

  assert {
    condition     = [for volume in azurerm_container_group.this.container[0].volume : volume.name] == ["data-0", "cache", "secrets-0"] && [for volume in azurerm_container_group.this.container[1].volume : volume.name] == ["data-1", "cache", "secrets-1"] && length(azurerm_container_group.this.container[2].volume) == 0
    error_message = "Volumes must be mounted where asked, each share under a name of its own."
  }

  assert {
    condition     = azurerm_container_group.this.container[0].volume[2].secret["token"] == base64encode("not-a-real-token")
    error_message = "Secret files must be encoded."
  }

  assert {
    condition     = length(azurerm_container_group.this.container[1].secure_environment_variables) == 0 && length(azurerm_container_group.this.container[2].secure_environment_variables) == 1
    error_message = "Secret variables must go only where asked."
  }
}
