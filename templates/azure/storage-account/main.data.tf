resource "azurerm_storage_container" "this" {
  for_each = { for container in var.containers : container.name => container }

  name                  = each.value.name
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = each.value.access_type
  metadata              = each.value.metadata
}

resource "azurerm_storage_share" "this" {
  for_each = { for share in var.file_shares : share.name => share }

  name               = each.value.name
  storage_account_id = azurerm_storage_account.this.id
  quota              = each.value.quota_gb
  enabled_protocol   = each.value.protocol
  access_tier        = each.value.access_tier
}

resource "azurerm_storage_queue" "this" {
  for_each = var.queues

  name               = each.value
  storage_account_id = azurerm_storage_account.this.id
}

resource "azurerm_storage_table" "this" {
  for_each = var.tables

  name               = each.value
  storage_account_id = azurerm_storage_account.this.id
}

resource "azurerm_storage_account_static_website" "this" {
  count = var.static_website == null ? 0 : 1

  storage_account_id = azurerm_storage_account.this.id
  index_document     = var.static_website.index_document
  error_404_document = var.static_website.error_404_document
}

resource "azurerm_storage_management_policy" "this" {
  count = length(var.lifecycle_rules) == 0 ? 0 : 1

  storage_account_id = azurerm_storage_account.this.id

  dynamic "rule" {
    for_each = var.lifecycle_rules

    content {
      name    = rule.value.name
      enabled = rule.value.enabled

      filters {
        blob_types   = ["blockBlob"]
        prefix_match = rule.value.prefixes
      }

      actions {
        base_blob {
          tier_to_cool_after_days_since_modification_greater_than    = rule.value.cool_after_days
          tier_to_cold_after_days_since_modification_greater_than    = rule.value.cold_after_days
          tier_to_archive_after_days_since_modification_greater_than = rule.value.archive_after_days
          delete_after_days_since_modification_greater_than          = rule.value.delete_after_days
        }

        dynamic "snapshot" {
          for_each = rule.value.delete_versions_days == null ? [] : [rule.value.delete_versions_days]

          content {
            delete_after_days_since_creation_greater_than = snapshot.value
          }
        }

        dynamic "version" {
          for_each = rule.value.delete_versions_days == null ? [] : [rule.value.delete_versions_days]

          content {
            delete_after_days_since_creation = version.value
          }
        }
      }
    }
  }
}
