locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  linux   = var.os_type == "Linux"
  uniform = var.orchestration_mode == "Uniform"

  # Exactly one of the three scale sets exists.
  scale_set_id = one(concat(
    azurerm_linux_virtual_machine_scale_set.this[*].id,
    azurerm_windows_virtual_machine_scale_set.this[*].id,
    azurerm_orchestrated_virtual_machine_scale_set.this[*].id,
  ))

  images = {
    "ubuntu-24.04"        = { publisher = "Canonical", offer = "ubuntu-24_04-lts", sku = "server" }
    "ubuntu-22.04"        = { publisher = "Canonical", offer = "0001-com-ubuntu-server-jammy", sku = "22_04-lts-gen2" }
    "debian-12"           = { publisher = "Debian", offer = "debian-12", sku = "12-gen2" }
    "rhel-9"              = { publisher = "RedHat", offer = "RHEL", sku = "9-lvm-gen2" }
    "windows-server-2025" = { publisher = "MicrosoftWindowsServer", offer = "WindowsServer", sku = "2025-datacenter-azure-edition" }
    "windows-server-2022" = { publisher = "MicrosoftWindowsServer", offer = "WindowsServer", sku = "2022-datacenter-azure-edition" }
  }
  image = var.source_image_id == null ? [local.images[local.linux ? var.linux_image : var.windows_image]] : []

  # Azure follows new versions of these images by itself; the others it only replaces by hand.
  followed_image = var.source_image_id == null && (local.linux ? startswith(var.linux_image, "ubuntu-") : true)
  rolls          = var.upgrade_mode != "Manual"
  os_upgrades    = coalesce(var.automatic_os_upgrade_enabled, local.followed_image && local.rolls)

  computer_name_prefix = trimsuffix(substr(var.name, 0, min(local.linux ? 40 : 9, length(var.name))), "-")
  custom_data          = var.custom_data == null ? null : base64encode(var.custom_data)
  data_disks           = [for index, disk in var.data_disks : merge(disk, { lun = disk.lun == null ? index : disk.lun })]
  fault_domains        = length(var.zones) > 0 || !local.uniform ? 1 : null
  zones                = length(var.zones) == 0 ? null : var.zones

  identity_type = length(var.user_assigned_identity_ids) == 0 ? "SystemAssigned" : "SystemAssigned, UserAssigned"
  identity_ids  = length(var.user_assigned_identity_ids) == 0 ? null : var.user_assigned_identity_ids

  health_extension = var.health_probe_id == null ? [{
    type = local.linux ? "ApplicationHealthLinux" : "ApplicationHealthWindows"
    settings = jsonencode(merge(
      { protocol = lower(var.health.protocol), port = coalesce(var.health.port, local.linux ? 22 : 3389) },
      var.health.path == null ? {} : { requestPath = var.health.path }
    ))
  }] : []
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_linux_virtual_machine_scale_set" "this" {
  count = local.uniform && local.linux ? 1 : 0

  name                        = var.name
  computer_name_prefix        = local.computer_name_prefix
  resource_group_name         = local.resource_group_name
  location                    = var.location
  sku                         = var.size
  instances                   = var.instances
  zones                       = local.zones
  zone_balance                = var.zone_balance_enabled
  platform_fault_domain_count = local.fault_domains
  single_placement_group      = false
  overprovision               = false
  source_image_id             = var.source_image_id
  custom_data                 = local.custom_data
  tags                        = local.tags

  admin_username                  = var.admin_username
  disable_password_authentication = true
  secure_boot_enabled             = var.trusted_launch_enabled
  vtpm_enabled                    = var.trusted_launch_enabled
  encryption_at_host_enabled      = var.encryption_at_host_enabled

  upgrade_mode    = var.upgrade_mode
  health_probe_id = var.health_probe_id

  priority        = var.spot == null ? "Regular" : "Spot"
  eviction_policy = try(var.spot.eviction_policy, null)
  max_bid_price   = try(var.spot.max_bid_price, null)

  admin_ssh_key {
    username   = var.admin_username
    public_key = trimspace(var.admin_ssh_key)
  }

  identity {
    type         = local.identity_type
    identity_ids = local.identity_ids
  }

  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = var.os_disk_type
    disk_size_gb           = var.os_disk_size_gb
    disk_encryption_set_id = var.disk_encryption_set_id
  }

  dynamic "data_disk" {
    for_each = local.data_disks

    content {
      lun                    = data_disk.value.lun
      disk_size_gb           = data_disk.value.size_gb
      storage_account_type   = data_disk.value.storage_type
      caching                = data_disk.value.caching
      create_option          = "Empty"
      disk_encryption_set_id = var.disk_encryption_set_id
    }
  }

  network_interface {
    name                           = "primary"
    primary                        = true
    accelerated_networking_enabled = var.accelerated_networking_enabled
    network_security_group_id      = azurerm_network_security_group.this.id

    ip_configuration {
      name                                         = "primary"
      primary                                      = true
      subnet_id                                    = local.subnet_id
      load_balancer_backend_address_pool_ids       = local.load_balancer_pools
      application_gateway_backend_address_pool_ids = var.application_gateway_backend_pool_ids
    }
  }

  boot_diagnostics {}

  scale_in {
    rule = var.scale_in_policy
  }

  automatic_instance_repair {
    enabled      = var.automatic_instance_repair_enabled
    grace_period = "PT${var.repair_grace_minutes}M"
    action       = "Replace"
  }

  dynamic "automatic_os_upgrade_policy" {
    for_each = local.rolls ? [true] : []

    content {
      automatic_os_upgrade_enabled = local.os_upgrades
      automatic_rollback_enabled   = true
    }
  }

  dynamic "rolling_upgrade_policy" {
    for_each = local.rolls ? [var.rolling_upgrade] : []

    content {
      max_batch_instance_percent              = rolling_upgrade_policy.value.batch_percent
      max_unhealthy_instance_percent          = rolling_upgrade_policy.value.unhealthy_percent
      max_unhealthy_upgraded_instance_percent = rolling_upgrade_policy.value.unhealthy_upgraded_percent
      pause_time_between_batches              = "PT${rolling_upgrade_policy.value.pause_seconds}S"
      prioritize_unhealthy_instances_enabled  = true
    }
  }

  dynamic "termination_notification" {
    for_each = var.termination_notice_minutes == null ? [] : [var.termination_notice_minutes]

    content {
      enabled = true
      timeout = "PT${termination_notification.value}M"
    }
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

  dynamic "extension" {
    for_each = local.health_extension

    content {
      name                       = "health"
      publisher                  = "Microsoft.ManagedServices"
      type                       = extension.value.type
      type_handler_version       = "1.0"
      auto_upgrade_minor_version = true
      settings                   = extension.value.settings
    }
  }

  # How many there are is the autoscale setting's business once the first have started.
  lifecycle {
    ignore_changes = [instances]
  }

  # A probe counts only once a rule of the load balancer uses it.
  depends_on = [azurerm_lb_rule.this, azurerm_network_security_rule.deny]
}

resource "azurerm_windows_virtual_machine_scale_set" "this" {
  count = local.uniform && !local.linux ? 1 : 0

  name                        = var.name
  computer_name_prefix        = local.computer_name_prefix
  resource_group_name         = local.resource_group_name
  location                    = var.location
  sku                         = var.size
  instances                   = var.instances
  zones                       = local.zones
  zone_balance                = var.zone_balance_enabled
  platform_fault_domain_count = local.fault_domains
  single_placement_group      = false
  overprovision               = false
  source_image_id             = var.source_image_id
  custom_data                 = local.custom_data
  license_type                = var.license_type
  timezone                    = var.time_zone
  tags                        = local.tags

  admin_username             = var.admin_username
  admin_password             = var.admin_password
  secure_boot_enabled        = var.trusted_launch_enabled
  vtpm_enabled               = var.trusted_launch_enabled
  encryption_at_host_enabled = var.encryption_at_host_enabled

  # Azure refuses both at once: either it replaces the system disk, or Windows updates itself.
  automatic_updates_enabled = !local.os_upgrades

  upgrade_mode    = var.upgrade_mode
  health_probe_id = var.health_probe_id

  priority        = var.spot == null ? "Regular" : "Spot"
  eviction_policy = try(var.spot.eviction_policy, null)
  max_bid_price   = try(var.spot.max_bid_price, null)

  identity {
    type         = local.identity_type
    identity_ids = local.identity_ids
  }

  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = var.os_disk_type
    disk_size_gb           = var.os_disk_size_gb
    disk_encryption_set_id = var.disk_encryption_set_id
  }

  dynamic "data_disk" {
    for_each = local.data_disks

    content {
      lun                    = data_disk.value.lun
      disk_size_gb           = data_disk.value.size_gb
      storage_account_type   = data_disk.value.storage_type
      caching                = data_disk.value.caching
      create_option          = "Empty"
      disk_encryption_set_id = var.disk_encryption_set_id
    }
  }

  network_interface {
    name                           = "primary"
    primary                        = true
    accelerated_networking_enabled = var.accelerated_networking_enabled
    network_security_group_id      = azurerm_network_security_group.this.id

    ip_configuration {
      name                                         = "primary"
      primary                                      = true
      subnet_id                                    = local.subnet_id
      load_balancer_backend_address_pool_ids       = local.load_balancer_pools
      application_gateway_backend_address_pool_ids = var.application_gateway_backend_pool_ids
    }
  }

  boot_diagnostics {}

  scale_in {
    rule = var.scale_in_policy
  }

  automatic_instance_repair {
    enabled      = var.automatic_instance_repair_enabled
    grace_period = "PT${var.repair_grace_minutes}M"
    action       = "Replace"
  }

  dynamic "automatic_os_upgrade_policy" {
    for_each = local.rolls ? [true] : []

    content {
      automatic_os_upgrade_enabled = local.os_upgrades
      automatic_rollback_enabled   = true
    }
  }

  dynamic "rolling_upgrade_policy" {
    for_each = local.rolls ? [var.rolling_upgrade] : []

    content {
      max_batch_instance_percent              = rolling_upgrade_policy.value.batch_percent
      max_unhealthy_instance_percent          = rolling_upgrade_policy.value.unhealthy_percent
      max_unhealthy_upgraded_instance_percent = rolling_upgrade_policy.value.unhealthy_upgraded_percent
      pause_time_between_batches              = "PT${rolling_upgrade_policy.value.pause_seconds}S"
      prioritize_unhealthy_instances_enabled  = true
    }
  }

  dynamic "termination_notification" {
    for_each = var.termination_notice_minutes == null ? [] : [var.termination_notice_minutes]

    content {
      enabled = true
      timeout = "PT${termination_notification.value}M"
    }
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

  dynamic "extension" {
    for_each = local.health_extension

    content {
      name                       = "health"
      publisher                  = "Microsoft.ManagedServices"
      type                       = extension.value.type
      type_handler_version       = "1.0"
      auto_upgrade_minor_version = true
      settings                   = extension.value.settings
    }
  }

  lifecycle {
    ignore_changes = [instances]
  }

  depends_on = [azurerm_lb_rule.this, azurerm_network_security_rule.deny]
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = local.scale_set_id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [azurerm_monitor_autoscale_setting.this]
}
