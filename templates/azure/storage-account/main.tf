locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  has_blobs  = var.account_kind != "FileStorage"
  has_files  = var.account_kind == "FileStorage" ? true : var.account_kind == "StorageV2" && var.account_tier == "Standard"
  versioning = coalesce(var.blob_versioning_enabled, !var.hierarchical_namespace_enabled)

  # The services that keep something here; each has a log of its own.
  used_services = toset([for service, used in {
    blob  = local.has_blobs
    file  = !local.has_blobs || length(var.file_shares) > 0
    queue = length(var.queues) > 0
    table = length(var.tables) > 0
  } : service if used])
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_storage_account" "this" {
  name                     = var.name
  resource_group_name      = local.resource_group_name
  location                 = var.location
  account_kind             = var.account_kind
  account_tier             = var.account_tier
  account_replication_type = var.account_replication_type
  access_tier              = var.account_tier == "Standard" ? var.access_tier : null
  is_hns_enabled           = var.hierarchical_namespace_enabled
  sftp_enabled             = var.sftp_enabled
  tags                     = local.tags

  min_tls_version                   = "TLS1_2"
  https_traffic_only_enabled        = !anytrue([for share in var.file_shares : share.protocol == "NFS"])
  infrastructure_encryption_enabled = var.infrastructure_encryption_enabled
  shared_access_key_enabled         = var.shared_access_key_enabled
  default_to_oauth_authentication   = true
  local_user_enabled                = var.sftp_enabled
  allow_nested_items_to_be_public   = var.public_blob_access_enabled
  cross_tenant_replication_enabled  = false
  public_network_access_enabled     = var.network_access != "private"

  network_rules {
    default_action             = var.network_access == "all" ? "Allow" : "Deny"
    bypass                     = ["AzureServices"]
    ip_rules                   = var.allowed_ip_ranges
    virtual_network_subnet_ids = var.allowed_subnet_ids
  }

  identity {
    type         = var.customer_managed_key == null ? "SystemAssigned" : "SystemAssigned, UserAssigned"
    identity_ids = var.customer_managed_key == null ? null : [var.customer_managed_key.user_assigned_identity_id]
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]

    content {
      key_vault_key_id          = customer_managed_key.value.key_vault_key_id
      user_assigned_identity_id = customer_managed_key.value.user_assigned_identity_id
    }
  }

  dynamic "immutability_policy" {
    for_each = var.immutability_policy == null ? [] : [var.immutability_policy]

    content {
      period_since_creation_in_days = immutability_policy.value.period_days
      state                         = immutability_policy.value.state
      allow_protected_append_writes = immutability_policy.value.allow_protected_append_writes
    }
  }

  dynamic "blob_properties" {
    for_each = local.has_blobs ? [true] : []

    content {
      versioning_enabled  = local.versioning
      change_feed_enabled = var.blob_change_feed_enabled

      dynamic "delete_retention_policy" {
        for_each = var.blob_soft_delete_days == null ? [] : [var.blob_soft_delete_days]

        content {
          days = delete_retention_policy.value
        }
      }

      dynamic "container_delete_retention_policy" {
        for_each = var.container_soft_delete_days == null ? [] : [var.container_soft_delete_days]

        content {
          days = container_delete_retention_policy.value
        }
      }

      dynamic "restore_policy" {
        for_each = var.point_in_time_restore_days == null ? [] : [var.point_in_time_restore_days]

        content {
          days = restore_policy.value
        }
      }

      dynamic "cors_rule" {
        for_each = var.cors_rules

        content {
          allowed_origins    = cors_rule.value.allowed_origins
          allowed_methods    = cors_rule.value.allowed_methods
          allowed_headers    = cors_rule.value.allowed_headers
          exposed_headers    = cors_rule.value.exposed_headers
          max_age_in_seconds = cors_rule.value.max_age_in_seconds
        }
      }
    }
  }

  dynamic "share_properties" {
    for_each = local.has_files ? [true] : []

    content {
      retention_policy {
        days = 7
      }

      smb {
        versions                        = ["SMB3.0", "SMB3.1.1"]
        authentication_types            = var.shared_access_key_enabled ? ["Kerberos", "NTLMv2"] : ["Kerberos"]
        kerberos_ticket_encryption_type = ["AES-256"]
        channel_encryption_type         = ["AES-128-GCM", "AES-256-GCM"]
      }
    }
  }

  dynamic "azure_files_authentication" {
    for_each = var.file_share_identity_source == null ? [] : [var.file_share_identity_source]

    content {
      directory_type = azure_files_authentication.value
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_storage_account.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.this,
    azurerm_private_endpoint.this,
    azurerm_role_assignment.data,
    azurerm_storage_account_static_website.this,
    azurerm_storage_container.this,
    azurerm_storage_management_policy.this,
    azurerm_storage_queue.this,
    azurerm_storage_share.this,
    azurerm_storage_table.this,
  ]
}
