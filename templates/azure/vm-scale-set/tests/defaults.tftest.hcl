mock_provider "azurerm" {}

variables {
  name          = "web"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "required_values_make_hardened_machines" {
  command = plan

  assert {
    condition     = azurerm_linux_virtual_machine_scale_set.this[0].instances == 2 && length(azurerm_windows_virtual_machine_scale_set.this) == 0 && length(azurerm_orchestrated_virtual_machine_scale_set.this) == 0 && azurerm_resource_group.this[0].name == "rg-web"
    error_message = "Two uniform Linux machines are the default."
  }

  assert {
    condition     = azurerm_linux_virtual_machine_scale_set.this[0].disable_password_authentication && azurerm_linux_virtual_machine_scale_set.this[0].secure_boot_enabled && azurerm_linux_virtual_machine_scale_set.this[0].vtpm_enabled && azurerm_linux_virtual_machine_scale_set.this[0].encryption_at_host_enabled && azurerm_linux_virtual_machine_scale_set.this[0].identity[0].type == "SystemAssigned"
    error_message = "Machines must be hardened and have an identity."
  }

  assert {
    condition     = azurerm_linux_virtual_machine_scale_set.this[0].upgrade_mode == "Rolling" && azurerm_linux_virtual_machine_scale_set.this[0].automatic_os_upgrade_policy[0].automatic_os_upgrade_enabled && azurerm_linux_virtual_machine_scale_set.this[0].automatic_instance_repair[0].enabled && azurerm_linux_virtual_machine_scale_set.this[0].automatic_instance_repair[0].grace_period == "PT30M"
    error_message = "Machines must be upgraded batch by batch, and repaired."
  }

  assert {
    condition     = one(azurerm_linux_virtual_machine_scale_set.this[0].extension[*].settings) == jsonencode({ port = 22, protocol = "tcp" }) && length(azurerm_linux_virtual_machine_scale_set.this[0].network_interface[0].ip_configuration[0].public_ip_address) == 0
    error_message = "Health must be asked for, and no machine may have a public address."
  }

  assert {
    condition     = length(azurerm_public_ip.this) == 0 && azurerm_lb.this[0].frontend_ip_configuration[0].public_ip_address_id == null && length(azurerm_network_security_rule.allow) == 0 && azurerm_network_security_rule.deny.priority == 4096 && !azurerm_subnet.this[0].default_outbound_access_enabled
    error_message = "Nothing may be reached from outside."
  }

  assert {
    condition     = length(azurerm_monitor_autoscale_setting.this.profile) == 1 && azurerm_monitor_autoscale_setting.this.profile[0].capacity[0].minimum == 2 && azurerm_monitor_autoscale_setting.this.profile[0].capacity[0].maximum == 2 && length(azurerm_monitor_autoscale_setting.this.profile[0].rule) == 0
    error_message = "The number of machines must be held."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "web"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_linux_virtual_machine_scale_set.this[0].tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "web" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
