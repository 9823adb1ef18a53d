locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  linux = var.os_type == "Linux"

  # Exactly one of the two machines exists.
  vm_id       = one(concat(azurerm_linux_virtual_machine.this[*].id, azurerm_windows_virtual_machine.this[*].id))
  vm_identity = one(concat(azurerm_linux_virtual_machine.this[*].identity, azurerm_windows_virtual_machine.this[*].identity))

  images = {
    "ubuntu-24.04"        = { publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server" }
    "ubuntu-22.04"        = { publisher = "Canonical", offer = "0001-com-ubuntu-server-jammy", sku = "22_04-lts-gen2" }
    "debian-12"           = { publisher = "Debian", offer = "debian-12", sku = "12-gen2" }
    "rhel-9"              = { publisher = "RedHat", offer = "RHEL", sku = "9-lvm-gen2" }
    "windows-server-2025" = { publisher = "MicrosoftWindowsServer", offer = "WindowsServer", sku = "2025-datacenter-azure-edition" }
    "windows-server-2022" = { publisher = "MicrosoftWindowsServer", offer = "WindowsServer", sku = "2022-datacenter-azure-edition" }
  }
  image = var.source_image_id == null ? [local.images[local.linux ? var.linux_image : var.windows_image]] : []

  identity_type = length(var.user_assigned_identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
  identity_ids  = length(var.user_assigned_identity_ids) == 0 ? null : var.user_assigned_identity_ids

  windows_computer_name = coalesce(var.computer_name, trimsuffix(substr(var.name, 0, min(15, length(var.name))), "-"))
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_linux_virtual_machine" "this" {
  count = local.linux ? 1 : 0

  name                  = var.name
  computer_name         = coalesce(var.computer_name, var.name)
  resource_group_name   = local.resource_group_name
  location              = var.location
  zone                  = var.zone
  size                  = var.size
  network_interface_ids = [azurerm_network_interface.this.id]
  source_image_id       = var.source_image_id
  license_type          = var.license_type
  custom_data           = var.custom_data == null ? null : base64encode(var.custom_data)
  tags                  = local.tags

  admin_username                  = var.admin_username
  disable_password_authentication = true
  secure_boot_enabled             = var.trusted_launch_enabled
  vtpm_enabled                    = var.trusted_launch_enabled
  encryption_at_host_enabled      = var.encryption_at_host_enabled
  patch_mode                      = var.automatic_patching_enabled ? "AutomaticByPlatform" : "ImageDefault"
  patch_assessment_mode           = var.automatic_patching_enabled ? "AutomaticByPlatform" : "ImageDefault"
  reboot_setting                  = var.automatic_patching_enabled ? "IfRequired" : null
  provision_vm_agent              = true

  priority        = var.spot_enabled ? "Spot" : "Regular"
  eviction_policy = var.spot_enabled ? var.spot_eviction_policy : null
  max_bid_price   = var.spot_enabled ? var.spot_max_bid_price : null

  admin_ssh_key {
    username   = var.admin_username
    public_key = trimspace(var.admin_ssh_key)
  }

  boot_diagnostics {}

  identity {
    type         = local.identity_type
    identity_ids = local.identity_ids
  }

  os_disk {
    name                   = "osdisk-${var.name}"
    caching                = "ReadWrite"
    storage_account_type   = var.os_disk_type
    disk_size_gb           = var.os_disk_size_gb
    disk_encryption_set_id = var.disk_encryption_set_id
  }

  dynamic "source_image_reference" {
    for_each = local.image

    content {
      publisher = source_image_reference.value.publisher
      offer     = source_image_reference.value.offer
      sku       = source_image_reference.value.sku
      version   = "latest"
    }
  }
}

resource "azurerm_windows_virtual_machine" "this" {
  count = local.linux ? 0 : 1

  name                  = var.name
  computer_name         = local.windows_computer_name
  resource_group_name   = local.resource_group_name
  location              = var.location
  zone                  = var.zone
  size                  = var.size
  network_interface_ids = [azurerm_network_interface.this.id]
  source_image_id       = var.source_image_id
  license_type          = var.license_type
  custom_data           = var.custom_data == null ? null : base64encode(var.custom_data)
  tags                  = local.tags

  admin_username             = var.admin_username
  admin_password             = var.admin_password
  secure_boot_enabled        = var.trusted_launch_enabled
  vtpm_enabled               = var.trusted_launch_enabled
  encryption_at_host_enabled = var.encryption_at_host_enabled
  patch_mode                 = var.automatic_patching_enabled ? "AutomaticByPlatform" : "AutomaticByOS"
  patch_assessment_mode      = var.automatic_patching_enabled ? "AutomaticByPlatform" : "ImageDefault"
  reboot_setting             = var.automatic_patching_enabled ? "IfRequired" : null
  automatic_updates_enabled  = true
  provision_vm_agent         = true

  priority        = var.spot_enabled ? "Spot" : "Regular"
  eviction_policy = var.spot_enabled ? var.spot_eviction_policy : null
  max_bid_price   = var.spot_enabled ? var.spot_max_bid_price : null

  boot_diagnostics {}

  identity {
    type         = local.identity_type
    identity_ids = local.identity_ids
  }

  os_disk {
    name                   = "osdisk-${var.name}"
    caching                = "ReadWrite"
    storage_account_type   = var.os_disk_type
    disk_size_gb           = var.os_disk_size_gb
    disk_encryption_set_id = var.disk_encryption_set_id
  }

  dynamic "source_image_reference" {
    for_each = local.image

    content {
      publisher = source_image_reference.value.publisher
      offer     = source_image_reference.value.offer
      sku       = source_image_reference.value.sku
      version   = "latest"
    }
  }
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = local.vm_id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_backup_protected_vm.this,
    azurerm_dev_test_global_vm_shutdown_schedule.this,
    azurerm_role_assignment.login,
    azurerm_virtual_machine_data_disk_attachment.this,
    azurerm_virtual_machine_extension.entra_login,
  ]
}
