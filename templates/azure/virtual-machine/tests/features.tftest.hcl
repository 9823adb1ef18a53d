mock_provider "azurerm" {}

variables {
  name          = "web01"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "windows_uses_a_password_and_a_short_name" {
  command = plan

  variables {
    name           = "a-windows-machine-with-a-long-name"
    os_type        = "Windows"
    admin_ssh_key  = null
    admin_password = "Correct-Horse-1"
    windows_image  = "windows-server-2025"
    license_type   = "Windows_Server"
  }

  assert {
    condition     = length(azurerm_linux_virtual_machine.this) == 0 && azurerm_windows_virtual_machine.this[0].computer_name == "a-windows-machi"
    error_message = "Windows takes host names of 15 characters."
  }

  assert {
    condition     = azurerm_windows_virtual_machine.this[0].source_image_reference[0].sku == "2025-datacenter-azure-edition" && azurerm_windows_virtual_machine.this[0].secure_boot_enabled && azurerm_windows_virtual_machine.this[0].encryption_at_host_enabled
    error_message = "The chosen Windows must be as hardened as Linux."
  }
}

run "an_existing_subnet_keeps_its_rules" {
  command = plan

  variables {
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  assert {
    condition     = length(azurerm_virtual_network.this) == 0 && length(azurerm_network_interface_security_group_association.this) == 1 && length(azurerm_subnet_network_security_group_association.this) == 0
    error_message = "No network may be made, and the rules belong to the network card."
  }
}

run "an_image_of_ones_own_replaces_the_preset" {
  command = plan

  variables {
    source_image_id            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Compute/images/web"
    automatic_patching_enabled = false
    trusted_launch_enabled     = false
  }

  assert {
    condition     = length(azurerm_linux_virtual_machine.this[0].source_image_reference) == 0 && azurerm_linux_virtual_machine.this[0].patch_mode == "ImageDefault"
    error_message = "The image must be used without Azure's patching."
  }
}

run "open_ports_have_sources_and_priorities" {
  command = plan

  variables {
    public_ip_enabled        = true
    domain_name_label        = "acme-web"
    allowed_management_cidrs = ["203.0.113.0/24"]
    inbound_rules            = [{ name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  assert {
    condition     = azurerm_network_security_rule.allow["allow-management"].destination_port_ranges == toset(["22"]) && azurerm_network_security_rule.allow["allow-management"].source_address_prefixes == toset(["203.0.113.0/24"])
    error_message = "Only SSH from the named network may be allowed."
  }

  assert {
    condition     = length(distinct([for rule in azurerm_network_security_rule.allow : rule.priority])) == 2
    error_message = "Rules must have priorities of their own."
  }

  assert {
    condition     = azurerm_public_ip.this[0].sku == "Standard" && azurerm_public_ip.this[0].allocation_method == "Static" && azurerm_public_ip.this[0].domain_name_label == "acme-web"
    error_message = "The public address must be standard and static."
  }
}

run "a_hosted_bastion_has_its_subnet" {
  command = plan

  variables {
    bastion_sku = "Standard"
  }

  assert {
    condition     = azurerm_subnet.bastion[0].name == "AzureBastionSubnet" && azurerm_bastion_host.this[0].tunneling_enabled && azurerm_network_security_rule.allow["allow-bastion"].source_address_prefixes == toset(["10.0.255.0/26"])
    error_message = "The Bastion must have a subnet that the rules let in."
  }
}

run "a_free_bastion_needs_no_subnet" {
  command = plan

  variables {
    bastion_sku = "Developer"
  }

  assert {
    condition     = length(azurerm_subnet.bastion) == 0 && length(azurerm_bastion_host.this[0].ip_configuration) == 0 && azurerm_network_security_rule.allow["allow-bastion"].source_address_prefixes == toset(["168.63.129.16/32"])
    error_message = "The free Bastion comes from Azure's own address."
  }
}

run "nat_gives_a_way_out" {
  command = plan

  variables {
    nat_gateway_enabled = true
    zone                = "2"
  }

  assert {
    condition     = length(azurerm_subnet_nat_gateway_association.this) == 1 && azurerm_nat_gateway.this[0].zones == toset(["2"])
    error_message = "The gateway must serve the subnet from the machine's zone."
  }
}

run "disks_are_attached_in_order" {
  command = plan

  variables {
    zone       = "1"
    data_disks = [{ name = "data", size_gb = 128 }, { name = "logs", size_gb = 32, storage_type = "Premium_ZRS", lun = 5 }]
  }

  assert {
    condition     = azurerm_virtual_machine_data_disk_attachment.this["data"].lun == 0 && azurerm_virtual_machine_data_disk_attachment.this["logs"].lun == 5
    error_message = "Disks must keep their numbers."
  }

  assert {
    condition     = azurerm_managed_disk.this["data"].zone == "1" && azurerm_managed_disk.this["logs"].zone == null && !azurerm_managed_disk.this["data"].public_network_access_enabled
    error_message = "Disks must be in the machine's zone and closed to the network."
  }
}

run "spot_machines_have_a_price_and_a_policy" {
  command = plan

  variables {
    spot_enabled = true
  }

  assert {
    condition     = azurerm_linux_virtual_machine.this[0].priority == "Spot" && azurerm_linux_virtual_machine.this[0].eviction_policy == "Deallocate" && azurerm_linux_virtual_machine.this[0].max_bid_price == -1
    error_message = "The machine must use spare capacity."
  }
}

run "operations_are_set_up" {
  command = plan

  variables {
    auto_shutdown_time        = "1930"
    auto_shutdown_email       = "ada@example.com"
    backup_enabled            = true
    backup_time               = "04:30"
    backup_retention_days     = 14
    time_zone                 = "W. Europe Standard Time"
    delete_lock_enabled       = true
    entra_login_enabled       = true
    entra_login_principal_ids = ["11111111-1111-1111-1111-111111111111"]
  }

  assert {
    condition     = azurerm_dev_test_global_vm_shutdown_schedule.this[0].daily_recurrence_time == "1930" && azurerm_dev_test_global_vm_shutdown_schedule.this[0].notification_settings[0].enabled
    error_message = "The machine must be shut down with a warning."
  }

  assert {
    condition     = azurerm_backup_policy_vm.this[0].policy_type == "V2" && azurerm_backup_policy_vm.this[0].retention_daily[0].count == 14 && length(azurerm_backup_protected_vm.this) == 1
    error_message = "The machine must be backed up."
  }

  assert {
    condition     = azurerm_virtual_machine_extension.entra_login[0].type == "AADSSHLoginForLinux" && length(azurerm_role_assignment.login) == 1 && length(azurerm_management_lock.this) == 1
    error_message = "Sign-in and lock must be set up."
  }
}
