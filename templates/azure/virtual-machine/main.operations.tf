locals {
  address = var.public_ip_enabled ? azurerm_public_ip.this[0].ip_address : azurerm_network_interface.this.private_ip_address

  direct_command = local.linux ? "ssh ${var.admin_username}@${local.address}" : "mstsc /v:${local.address}"
  tunnel_command = join(" ", concat(
    ["az network bastion", local.linux ? "ssh" : "rdp", "--name bas-${var.name}", "--resource-group ${local.resource_group_name}", "--target-resource-id ${local.vm_id}"],
    local.linux ? ["--auth-type ssh-key --ssh-key ~/.ssh/id_ed25519", "--username ${var.admin_username}"] : []
  ))

  # Only the Standard kind of Bastion serves a command line.
  bastion_command = var.bastion_sku == "Standard" ? local.tunnel_command : "https://portal.azure.com/#resource${local.vm_id}/bastionHost"
  connect_command = var.bastion_sku == null || var.public_ip_enabled ? local.direct_command : local.bastion_command
}

resource "azurerm_dev_test_global_vm_shutdown_schedule" "this" {
  count = var.auto_shutdown_time == null ? 0 : 1

  virtual_machine_id    = local.vm_id
  location              = var.location
  daily_recurrence_time = var.auto_shutdown_time
  timezone              = var.time_zone
  tags                  = local.tags

  notification_settings {
    enabled         = var.auto_shutdown_email != null
    email           = var.auto_shutdown_email
    time_in_minutes = 30
  }
}

resource "azurerm_recovery_services_vault" "this" {
  count = var.backup_enabled ? 1 : 0

  name                          = "rsv-${var.name}"
  resource_group_name           = local.resource_group_name
  location                      = var.location
  sku                           = "Standard"
  storage_mode_type             = "LocallyRedundant"
  public_network_access_enabled = false
  tags                          = local.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_backup_policy_vm" "this" {
  count = var.backup_enabled ? 1 : 0

  name                = "daily"
  resource_group_name = local.resource_group_name
  recovery_vault_name = azurerm_recovery_services_vault.this[0].name
  policy_type         = "V2" # V1 cannot back up machines with trusted launch.
  timezone            = var.time_zone

  backup {
    frequency = "Daily"
    time      = var.backup_time
  }

  retention_daily {
    count = var.backup_retention_days
  }
}

resource "azurerm_backup_protected_vm" "this" {
  count = var.backup_enabled ? 1 : 0

  resource_group_name = local.resource_group_name
  recovery_vault_name = azurerm_recovery_services_vault.this[0].name
  source_vm_id        = local.vm_id
  backup_policy_id    = azurerm_backup_policy_vm.this[0].id
}

resource "azurerm_virtual_machine_extension" "entra_login" {
  count = var.entra_login_enabled ? 1 : 0

  name                       = local.linux ? "AADSSHLoginForLinux" : "AADLoginForWindows"
  virtual_machine_id         = local.vm_id
  publisher                  = "Microsoft.Azure.ActiveDirectory"
  type                       = local.linux ? "AADSSHLoginForLinux" : "AADLoginForWindows"
  type_handler_version       = local.linux ? "1.0" : "2.0"
  auto_upgrade_minor_version = true
  tags                       = local.tags
}

resource "azurerm_role_assignment" "login" {
  for_each = var.entra_login_principal_ids

  scope                = local.vm_id
  principal_id         = each.value
  role_definition_name = "Virtual Machine Administrator Login"
}
