mock_provider "azurerm" {}

variables {
  name     = "acmefiles01"
  location = "westeurope"
}

run "an_existing_group_is_used" {
  command = plan

  variables {
    create_resource_group = false
    resource_group_name   = "rg-there"
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_storage_account.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "contents_are_created" {
  command = plan

  variables {
    containers  = [{ name = "logs" }]
    file_shares = [{ name = "team", quota_gb = 50 }]
    queues      = ["orders"]
    tables      = ["Orders"]

    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = sort(keys(azurerm_monitor_diagnostic_setting.this)) == tolist(["blob", "file", "queue", "table"])
    error_message = "Each service must log who reads and writes."
  }

  assert {
    condition     = azurerm_storage_container.this["logs"].container_access_type == "private" && azurerm_storage_share.this["team"].quota == 50
    error_message = "Container and share must be created as asked."
  }

  assert {
    condition     = length(azurerm_storage_queue.this) == 1 && length(azurerm_storage_table.this) == 1
    error_message = "Queue and table must be created."
  }
}

run "only_private_endpoints_close_the_public_one" {
  command = plan

  variables {
    network_access = "private"
    private_endpoint = {
      subnet_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
      services             = ["blob", "file"]
      private_dns_zone_ids = { blob = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net" }
    }
  }

  assert {
    condition     = !azurerm_storage_account.this.public_network_access_enabled
    error_message = "The public endpoint must be closed."
  }

  assert {
    condition     = length(azurerm_private_endpoint.this) == 2 && length(azurerm_private_endpoint.this["blob"].private_dns_zone_group) == 1 && length(azurerm_private_endpoint.this["file"].private_dns_zone_group) == 0
    error_message = "Each service must have its endpoint, with DNS where given."
  }
}

run "premium_files_have_no_blob_settings" {
  command = plan

  variables {
    account_kind               = "FileStorage"
    account_tier               = "Premium"
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = length(azurerm_storage_account.this.blob_properties) == 0 && length(azurerm_storage_account.this.share_properties) == 1
    error_message = "An account for files takes no blob settings."
  }

  assert {
    condition     = sort(keys(azurerm_monitor_diagnostic_setting.this)) == tolist(["file"])
    error_message = "Logs of files must be collected."
  }
}

run "nfs_shares_turn_https_only_off" {
  command = plan

  variables {
    account_kind = "FileStorage"
    account_tier = "Premium"
    file_shares  = [{ name = "team", protocol = "NFS" }]
  }

  assert {
    condition     = !azurerm_storage_account.this.https_traffic_only_enabled
    error_message = "NFS does not work while only HTTPS is accepted."
  }
}

run "a_data_lake_has_no_versions_and_may_have_sftp" {
  command = plan

  variables {
    hierarchical_namespace_enabled = true
    sftp_enabled                   = true
  }

  assert {
    condition     = azurerm_storage_account.this.is_hns_enabled && azurerm_storage_account.this.local_user_enabled && !azurerm_storage_account.this.blob_properties[0].versioning_enabled
    error_message = "A data lake needs local users for SFTP and has no versions."
  }
}

run "protection_is_passed_on" {
  command = plan

  variables {
    blob_soft_delete_days      = 30
    blob_change_feed_enabled   = true
    point_in_time_restore_days = 14
    immutability_policy        = { period_days = 7 }
    delete_lock_enabled        = true
    lifecycle_rules            = [{ name = "old", cool_after_days = 30, delete_versions_days = 90 }]
  }

  assert {
    condition     = azurerm_storage_account.this.blob_properties[0].restore_policy[0].days == 14 && azurerm_storage_account.this.immutability_policy[0].state == "Unlocked"
    error_message = "Restore and immutability must be set."
  }

  assert {
    condition     = azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "The lock must be there."
  }

  assert {
    condition     = azurerm_storage_management_policy.this[0].rule[0].actions[0].version[0].delete_after_days_since_creation == 90
    error_message = "The lifecycle rule must delete versions."
  }
}

run "an_own_key_brings_its_identity" {
  command = plan

  variables {
    customer_managed_key = {
      key_vault_key_id          = "https://acme.vault.azure.net/keys/storage"
      user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key"
    }
  }

  assert {
    condition     = azurerm_storage_account.this.identity[0].type == "SystemAssigned, UserAssigned" && length(azurerm_storage_account.this.customer_managed_key) == 1
    error_message = "The identity that may use the key must be attached."
  }
}

run "a_web_site_is_served" {
  command = plan

  variables {
    static_website = { error_404_document = "404.html" }
  }

  assert {
    condition     = azurerm_storage_account_static_website.this[0].index_document == "index.html" && azurerm_storage_account_static_website.this[0].error_404_document == "404.html"
    error_message = "The pages of the site must be set."
  }
}
