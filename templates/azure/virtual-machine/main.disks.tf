locals {
  data_disks = { for index, disk in var.data_disks : disk.name => merge(disk, { lun = disk.lun == null ? index : disk.lun }) }
}

resource "azurerm_managed_disk" "this" {
  for_each = local.data_disks

  name                          = "disk-${var.name}-${each.key}"
  resource_group_name           = local.resource_group_name
  location                      = var.location
  zone                          = endswith(each.value.storage_type, "_ZRS") ? null : var.zone
  create_option                 = "Empty"
  storage_account_type          = each.value.storage_type
  disk_size_gb                  = each.value.size_gb
  disk_encryption_set_id        = var.disk_encryption_set_id
  network_access_policy         = "DenyAll"
  public_network_access_enabled = false
  tags                          = local.tags
}

resource "azurerm_virtual_machine_data_disk_attachment" "this" {
  for_each = local.data_disks

  managed_disk_id    = azurerm_managed_disk.this[each.key].id
  virtual_machine_id = local.vm_id
  lun                = each.value.lun
  caching            = each.value.caching
}
