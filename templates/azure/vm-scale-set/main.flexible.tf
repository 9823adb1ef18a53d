# Flexible scale sets take no identity of their own: they get one that is made for them.
resource "azurerm_user_assigned_identity" "this" {
  count = local.uniform ? 0 : 1

  name                = "id-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "this" {
  count = local.uniform ? 0 : 1

  name                        = var.name
  resource_group_name         = local.resource_group_name
  location                    = var.location
  sku_name                    = var.size_mix == null ? var.size : "Mix"
  instances                   = var.instances
  zones                       = local.zones
  zone_balance                = var.zone_balance_enabled
  platform_fault_domain_count = local.fault_domains
  source_image_id             = var.source_image_id
  license_type                = var.license_type
  encryption_at_host_enabled  = var.encryption_at_host_enabled
  upgrade_mode                = var.upgrade_mode
  tags                        = local.tags

  priority        = var.spot == null ? "Regular" : "Spot"
  eviction_policy = try(var.spot.eviction_policy, null)
  max_bid_price   = try(var.spot.max_bid_price, null)

  os_profile {
    custom_data = local.custom_data

    dynamic "linux_configuration" {
      for_each = local.linux ? [true] : []

      content {
        admin_username                  = var.admin_username
        computer_name_prefix            = local.computer_name_prefix
        disable_password_authentication = true
        patch_mode                      = local.followed_image ? "AutomaticByPlatform" : "ImageDefault"
        patch_assessment_mode           = "AutomaticByPlatform"
        provision_vm_agent              = true

        admin_ssh_key {
          username   = var.admin_username
          public_key = trimspace(var.admin_ssh_key)
        }
      }
    }

    dynamic "windows_configuration" {
      for_each = local.linux ? [] : [true]

      content {
        admin_username            = var.admin_username
        admin_password            = var.admin_password
        computer_name_prefix      = local.computer_name_prefix
        automatic_updates_enabled = true
        patch_mode                = local.followed_image ? "AutomaticByPlatform" : "AutomaticByOS"
        patch_assessment_mode     = "AutomaticByPlatform"
        provision_vm_agent        = true
        timezone                  = var.time_zone
      }
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = setunion([azurerm_user_assigned_identity.this[0].id], var.user_assigned_identity_ids)
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

  automatic_instance_repair {
    enabled      = var.automatic_instance_repair_enabled
    grace_period = "PT${var.repair_grace_minutes}M"
    action       = "Replace"
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

  dynamic "priority_mix" {
    for_each = var.spot == null ? [] : [var.spot]

    content {
      base_regular_count            = priority_mix.value.base_regular_count
      regular_percentage_above_base = priority_mix.value.regular_percentage_above_base
    }
  }

  dynamic "sku_profile" {
    for_each = var.size_mix == null ? [] : [var.size_mix]

    content {
      allocation_strategy = sku_profile.value.allocation_strategy

      dynamic "virtual_machine_size" {
        for_each = sku_profile.value.sizes

        content {
          name = virtual_machine_size.value
          rank = sku_profile.value.allocation_strategy == "Prioritized" ? virtual_machine_size.key + 1 : null
        }
      }
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
      name                               = "health"
      publisher                          = "Microsoft.ManagedServices"
      type                               = extension.value.type
      type_handler_version               = "1.0"
      auto_upgrade_minor_version_enabled = true
      settings                           = extension.value.settings
    }
  }

  lifecycle {
    ignore_changes = [instances]
  }

  depends_on = [azurerm_lb_rule.this, azurerm_network_security_rule.deny]
}
