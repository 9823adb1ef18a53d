mock_provider "azurerm" {}

variables {
  name          = "web"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "windows_machines_are_as_hardened" {
  command = plan

  variables {
    name           = "a-long-name-of-windows"
    os_type        = "Windows"
    admin_ssh_key  = null
    admin_password = "Correct-Horse-1"
    windows_image  = "windows-server-2025"
    license_type   = "Windows_Server"
    time_zone      = "W. Europe Standard Time"
    load_balancer  = "none"
  }

  assert {
    condition     = azurerm_windows_virtual_machine_scale_set.this[0].computer_name_prefix == "a-long-na" && azurerm_windows_virtual_machine_scale_set.this[0].secure_boot_enabled && azurerm_windows_virtual_machine_scale_set.this[0].encryption_at_host_enabled && azurerm_windows_virtual_machine_scale_set.this[0].source_image_reference[0].sku == "2025-datacenter-azure-edition"
    error_message = "Windows must be hardened, with a short name."
  }

  assert {
    condition     = azurerm_windows_virtual_machine_scale_set.this[0].automatic_os_upgrade_policy[0].automatic_os_upgrade_enabled && !azurerm_windows_virtual_machine_scale_set.this[0].automatic_updates_enabled && strcontains(one(azurerm_windows_virtual_machine_scale_set.this[0].extension[*].settings), "3389")
    error_message = "The system must be replaced, not updated from inside."
  }

  assert {
    condition     = length(azurerm_lb.this) == 0 && length(azurerm_lb_rule.this) == 0 && output.load_balancer_ip_address == null
    error_message = "There must be no load balancer."
  }
}

run "flexible_machines_mix_sizes_and_prices" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    linux_image        = "debian-12"
    zones              = ["1", "2", "3"]
    size_mix           = { sizes = ["Standard_D2s_v5", "Standard_D2as_v5"], allocation_strategy = "Prioritized" }
    spot               = { base_regular_count = 2, regular_percentage_above_base = 50 }
  }

  assert {
    condition     = azurerm_orchestrated_virtual_machine_scale_set.this[0].sku_name == "Mix" && length(azurerm_orchestrated_virtual_machine_scale_set.this[0].sku_profile[0].virtual_machine_size) == 2 && azurerm_orchestrated_virtual_machine_scale_set.this[0].priority_mix[0].base_regular_count == 2 && azurerm_orchestrated_virtual_machine_scale_set.this[0].priority == "Spot"
    error_message = "Sizes and prices must be mixed."
  }

  assert {
    condition     = azurerm_orchestrated_virtual_machine_scale_set.this[0].identity[0].type == "UserAssigned" && azurerm_user_assigned_identity.this[0].name == "id-web" && azurerm_orchestrated_virtual_machine_scale_set.this[0].os_profile[0].linux_configuration[0].disable_password_authentication && azurerm_orchestrated_virtual_machine_scale_set.this[0].os_profile[0].linux_configuration[0].patch_mode == "ImageDefault" && azurerm_orchestrated_virtual_machine_scale_set.this[0].encryption_at_host_enabled
    error_message = "Machines must have an identity that was made for them."
  }

  assert {
    condition     = azurerm_orchestrated_virtual_machine_scale_set.this[0].platform_fault_domain_count == 1 && azurerm_lb.this[0].frontend_ip_configuration[0].zones == toset(["1", "2", "3"])
    error_message = "Machines and address must be in all zones."
  }
}

run "flexible_windows_machines_have_a_password" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    os_type            = "Windows"
    admin_ssh_key      = null
    admin_password     = "Correct-Horse-1"
  }

  assert {
    condition     = azurerm_orchestrated_virtual_machine_scale_set.this[0].os_profile[0].windows_configuration[0].admin_username == "azureuser" && azurerm_orchestrated_virtual_machine_scale_set.this[0].os_profile[0].windows_configuration[0].patch_mode == "AutomaticByPlatform" && azurerm_orchestrated_virtual_machine_scale_set.this[0].sku_name == "Standard_B2s_v2" && length(azurerm_orchestrated_virtual_machine_scale_set.this[0].sku_profile) == 0
    error_message = "Windows must have one size, and be patched."
  }
}

run "the_number_follows_load_and_clock" {
  command = plan

  variables {
    autoscale = {
      minimum            = 2
      maximum            = 8
      free_memory_out_gb = 1
      free_memory_in_gb  = 2
      step               = 3
      notify_emails      = ["ada@example.com"]
      schedules          = [{ name = "nights", days = ["Monday"], time = "20:30", minimum = 1, maximum = 100 }]
    }
    load_balancer              = "public"
    load_balancer_rules        = [{ name = "https", frontend_port = 443, backend_port = 8443, probe_path = "/health" }]
    termination_notice_minutes = 5
    scale_in_policy            = "OldestVM"
    data_disks                 = [{ size_gb = 32 }, { size_gb = 64, lun = 5 }]
    time_zone                  = "W. Europe Standard Time"
  }

  assert {
    condition     = length(azurerm_monitor_autoscale_setting.this.profile) == 2 && length(azurerm_monitor_autoscale_setting.this.profile[0].rule) == 4 && azurerm_monitor_autoscale_setting.this.profile[0].rule[0].scale_action[0].value == 3 && azurerm_monitor_autoscale_setting.this.profile[0].rule[2].metric_trigger[0].threshold == 1073741824
    error_message = "Processor and memory must add and remove machines."
  }

  assert {
    condition     = azurerm_monitor_autoscale_setting.this.profile[1].recurrence[0].hours[0] == 20 && azurerm_monitor_autoscale_setting.this.profile[1].recurrence[0].minutes[0] == 30 && azurerm_monitor_autoscale_setting.this.profile[1].recurrence[0].timezone == "W. Europe Standard Time" && azurerm_monitor_autoscale_setting.this.profile[1].capacity[0].maximum == 100
    error_message = "The schedule must begin at its time."
  }

  assert {
    condition     = azurerm_lb_outbound_rule.this[0].allocated_outbound_ports == 640 && azurerm_lb_rule.this["https"].disable_outbound_snat && azurerm_lb_rule.this["https"].backend_port == 8443 && azurerm_lb_probe.this["https"].protocol == "Http"
    error_message = "A hundred machines share 64,000 outbound ports, and the rule has its probe."
  }

  assert {
    condition     = azurerm_linux_virtual_machine_scale_set.this[0].termination_notification[0].timeout == "PT5M" && azurerm_linux_virtual_machine_scale_set.this[0].scale_in[0].rule == "OldestVM" && azurerm_linux_virtual_machine_scale_set.this[0].data_disk[1].lun == 5
    error_message = "Notice, order and disks must be set."
  }
}

run "what_is_there_already_is_used" {
  command = plan

  variables {
    create_resource_group             = false
    resource_group_name               = "rg-web"
    subnet_id                         = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
    load_balancer                     = "none"
    load_balancer_backend_pool_ids    = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/backendAddressPools/web"]
    health_probe_id                   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/probes/web"
    source_image_id                   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/images/web"
    upgrade_mode                      = "Manual"
    automatic_instance_repair_enabled = false
    trusted_launch_enabled            = false
    delete_lock_enabled               = true
  }

  assert {
    condition     = length(azurerm_virtual_network.this) == 0 && azurerm_linux_virtual_machine_scale_set.this[0].network_interface[0].ip_configuration[0].subnet_id == var.subnet_id && length(azurerm_linux_virtual_machine_scale_set.this[0].extension) == 0 && azurerm_linux_virtual_machine_scale_set.this[0].health_probe_id == var.health_probe_id
    error_message = "Subnet and probe must be used."
  }

  assert {
    condition     = length(azurerm_linux_virtual_machine_scale_set.this[0].rolling_upgrade_policy) == 0 && length(azurerm_linux_virtual_machine_scale_set.this[0].automatic_os_upgrade_policy) == 0 && length(azurerm_linux_virtual_machine_scale_set.this[0].source_image_reference) == 0 && length(azurerm_management_lock.this) == 1
    error_message = "Upgrades by hand have no batches."
  }
}
