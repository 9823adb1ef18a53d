locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  address = coalesce(var.ip_address_type, var.subnet_id == null ? "None" : "Private")

  containers = concat(
    [{
      name                  = var.name
      image                 = var.image
      cpu                   = var.cpu
      memory_gb             = var.memory_gb
      commands              = var.commands
      environment_variables = var.environment_variables
      use_secure_variables  = true
      mount_volumes         = true
    }],
    var.additional_containers
  )

  identity_ids = setunion(var.user_assigned_identity_ids, toset(compact([
    try(var.registry.user_assigned_identity_id, null),
    try(var.customer_managed_key.user_assigned_identity_id, null),
  ])))

  # Whether there are secrets is none itself, and decides how many volumes there are.
  secret_folders = nonsensitive(length(var.secret_files) > 0) ? [{ path = var.secret_files_path }] : []
  workspace      = try(split("/", var.log_analytics_workspace_id), null)
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

# The group sends its logs with the workspace's key, which nobody should have to copy.
data "azurerm_log_analytics_workspace" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                = local.workspace[8]
  resource_group_name = local.workspace[4]
}

resource "azurerm_container_group" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  os_type             = var.os_type
  sku                 = var.sku
  priority            = var.spot_enabled ? "Spot" : "Regular"
  restart_policy      = var.restart_policy
  zones               = var.zone == null ? null : [var.zone]
  tags                = local.tags

  ip_address_type             = local.address
  subnet_ids                  = var.subnet_id == null ? null : [var.subnet_id]
  dns_name_label              = var.dns_name_label
  dns_name_label_reuse_policy = var.dns_name_label == null ? null : var.dns_name_label_reuse_policy

  key_vault_key_id                    = var.customer_managed_key == null ? null : var.customer_managed_key.key_vault_key_id
  key_vault_user_assigned_identity_id = var.customer_managed_key == null ? null : var.customer_managed_key.user_assigned_identity_id

  identity {
    type         = length(local.identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = length(local.identity_ids) == 0 ? null : local.identity_ids
  }

  dynamic "container" {
    for_each = local.containers

    content {
      name                         = container.value.name
      image                        = container.value.image
      cpu                          = container.value.cpu
      memory                       = container.value.memory_gb
      commands                     = length(container.value.commands) == 0 ? null : container.value.commands
      environment_variables        = container.value.environment_variables
      secure_environment_variables = container.value.use_secure_variables ? var.secure_environment_variables : {}

      dynamic "ports" {
        for_each = container.key == 0 && local.address != "None" ? var.ports : []

        content {
          port     = ports.value.port
          protocol = ports.value.protocol
        }
      }

      # Azure wants the name of a mounted share once in a group, that of an empty folder in each container that shares it.
      dynamic "volume" {
        for_each = container.value.mount_volumes ? var.volumes : []

        content {
          name                 = volume.value.share_name == null ? volume.value.name : "${volume.value.name}-${container.key}"
          mount_path           = volume.value.mount_path
          read_only            = volume.value.read_only
          empty_dir            = volume.value.share_name == null
          share_name           = volume.value.share_name
          storage_account_name = volume.value.storage_account_name
          storage_account_key  = volume.value.storage_account_name == null ? null : var.volume_storage_keys[volume.value.storage_account_name]
        }
      }

      dynamic "volume" {
        for_each = container.value.mount_volumes ? local.secret_folders : []

        content {
          name       = "secrets-${container.key}"
          mount_path = volume.value.path
          secret     = { for name, content in var.secret_files : name => base64encode(content) }
        }
      }

      dynamic "liveness_probe" {
        for_each = container.key == 0 && var.liveness_probe != null ? [var.liveness_probe] : []

        content {
          exec                  = length(liveness_probe.value.exec) == 0 ? null : liveness_probe.value.exec
          initial_delay_seconds = liveness_probe.value.initial_delay_seconds
          period_seconds        = liveness_probe.value.period_seconds
          failure_threshold     = liveness_probe.value.failure_threshold
          timeout_seconds       = liveness_probe.value.timeout_seconds

          dynamic "http_get" {
            for_each = liveness_probe.value.path == null ? [] : [liveness_probe.value]

            content {
              path   = http_get.value.path
              port   = http_get.value.port
              scheme = http_get.value.scheme
            }
          }
        }
      }

      dynamic "readiness_probe" {
        for_each = container.key == 0 && var.readiness_probe != null ? [var.readiness_probe] : []

        content {
          exec                  = length(readiness_probe.value.exec) == 0 ? null : readiness_probe.value.exec
          initial_delay_seconds = readiness_probe.value.initial_delay_seconds
          period_seconds        = readiness_probe.value.period_seconds
          failure_threshold     = readiness_probe.value.failure_threshold
          timeout_seconds       = readiness_probe.value.timeout_seconds

          dynamic "http_get" {
            for_each = readiness_probe.value.path == null ? [] : [readiness_probe.value]

            content {
              path   = http_get.value.path
              port   = http_get.value.port
              scheme = http_get.value.scheme
            }
          }
        }
      }
    }
  }

  dynamic "init_container" {
    for_each = var.init_containers

    content {
      name                         = init_container.value.name
      image                        = init_container.value.image
      commands                     = length(init_container.value.commands) == 0 ? null : init_container.value.commands
      environment_variables        = init_container.value.environment_variables
      secure_environment_variables = init_container.value.use_secure_variables ? var.secure_environment_variables : {}

      dynamic "volume" {
        for_each = var.volumes

        content {
          name                 = volume.value.share_name == null ? volume.value.name : "${volume.value.name}-init-${init_container.key}"
          mount_path           = volume.value.mount_path
          read_only            = volume.value.read_only
          empty_dir            = volume.value.share_name == null
          share_name           = volume.value.share_name
          storage_account_name = volume.value.storage_account_name
          storage_account_key  = volume.value.storage_account_name == null ? null : var.volume_storage_keys[volume.value.storage_account_name]
        }
      }
    }
  }

  dynamic "image_registry_credential" {
    for_each = var.registry == null ? [] : [var.registry]

    content {
      server                    = image_registry_credential.value.server
      user_assigned_identity_id = image_registry_credential.value.user_assigned_identity_id
      username                  = image_registry_credential.value.username
      password                  = image_registry_credential.value.username == null ? null : var.registry_password
    }
  }

  dynamic "dns_config" {
    for_each = var.dns_config == null ? [] : [var.dns_config]

    content {
      nameservers    = dns_config.value.nameservers
      search_domains = dns_config.value.search_domains
      options        = dns_config.value.options
    }
  }

  dynamic "diagnostics" {
    for_each = data.azurerm_log_analytics_workspace.this

    content {
      log_analytics {
        workspace_id  = diagnostics.value.workspace_id
        workspace_key = diagnostics.value.primary_shared_key
        log_type      = "ContainerInsights"
      }
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_container_group.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."
}
