mock_provider "azurerm" {}

variables {
  name          = "web01"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "required_values_make_a_whole_stack" {
  command = plan

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-web01" && azurerm_virtual_network.this[0].name == "vnet-web01" && azurerm_subnet.this[0].name == "snet-web01"
    error_message = "Resource group, network and subnet must be named after the machine."
  }

  assert {
    condition     = length(azurerm_linux_virtual_machine.this) == 1 && length(azurerm_windows_virtual_machine.this) == 0
    error_message = "Linux is the default."
  }
}

run "nobody_can_connect_from_outside" {
  command = plan

  assert {
    condition     = length(azurerm_public_ip.this) == 0 && length(azurerm_network_security_rule.allow) == 0
    error_message = "There must be no public address and no open port."
  }

  assert {
    condition     = azurerm_network_security_rule.deny.access == "Deny" && azurerm_network_security_rule.deny.priority == 4096 && length(azurerm_subnet_network_security_group_association.this) == 1
    error_message = "Everything else must be denied, on the subnet."
  }

  assert {
    condition     = !azurerm_subnet.this[0].default_outbound_access_enabled
    error_message = "The subnet must not reach the internet by Azure's default."
  }
}

run "the_machine_is_hardened" {
  command = plan

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].disable_password_authentication && azurerm_linux_virtual_machine.this[0].secure_boot_enabled && azurerm_linux_virtual_machine.this[0].vtpm_enabled
    error_message = "Passwords must be off, secure boot and TPM on."
  }

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].encryption_at_host_enabled && azurerm_linux_virtual_machine.this[0].patch_mode == "AutomaticByPlatform" && azurerm_linux_virtual_machine.this[0].patch_assessment_mode == "AutomaticByPlatform"
    error_message = "Disks must be encrypted at the host and updates installed."
  }

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].identity[0].type == "SystemAssigned"
    error_message = "The machine must have an identity of its own."
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
    condition     = azurerm_linux_virtual_machine.this[0].tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "web" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
