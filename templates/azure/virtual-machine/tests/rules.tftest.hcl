mock_provider "azurerm" {}

variables {
  name          = "web01"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Web_01"
  }

  expect_failures = [var.name]
}

run "location_is_the_short_form" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "linux_needs_a_public_key" {
  command = plan

  variables {
    admin_ssh_key = null
  }

  expect_failures = [var.admin_ssh_key]
}

run "windows_needs_a_password" {
  command = plan

  variables {
    os_type = "Windows"
  }

  expect_failures = [var.admin_password]
}

run "password_is_long" {
  command = plan

  variables {
    os_type        = "Windows"
    admin_password = "Short-1"
  }

  expect_failures = [var.admin_password]
}

run "password_is_mixed" {
  command = plan

  variables {
    os_type        = "Windows"
    admin_password = "onlylowercase"
  }

  expect_failures = [var.admin_password]
}

run "user_names_begin_with_a_letter" {
  command = plan

  variables {
    admin_username = "1ada"
  }

  expect_failures = [var.admin_username]
}

run "reserved_user_names_are_refused" {
  command = plan

  variables {
    admin_username = "administrator"
  }

  expect_failures = [var.admin_username]
}

run "management_networks_are_ranges" {
  command = plan

  variables {
    allowed_management_cidrs = ["office"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "management_is_never_open_to_all" {
  command = plan

  variables {
    allowed_management_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "half_the_internet_is_too_much" {
  command = plan

  variables {
    allowed_management_cidrs = ["128.0.0.0/1"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "ipv6_is_no_way_around" {
  command = plan

  variables {
    allowed_management_cidrs = ["::/0"]
  }

  expect_failures = [var.allowed_management_cidrs]
}

run "shutdown_mail_is_an_address" {
  command = plan

  variables {
    auto_shutdown_email = "ada"
  }

  expect_failures = [var.auto_shutdown_email]
}

run "shutdown_time_has_four_digits" {
  command = plan

  variables {
    auto_shutdown_time = "19:30"
  }

  expect_failures = [var.auto_shutdown_time]
}

run "backups_are_kept_a_week" {
  command = plan

  variables {
    backup_retention_days = 6
  }

  expect_failures = [var.backup_retention_days]
}

run "backups_are_kept_whole_days" {
  command = plan

  variables {
    backup_retention_days = 7.5
  }

  expect_failures = [var.backup_retention_days]
}

run "backup_time_is_on_the_half_hour" {
  command = plan

  variables {
    backup_time = "23:15"
  }

  expect_failures = [var.backup_time]
}

run "bastion_kind_is_known" {
  command = plan

  variables {
    bastion_sku = "Premium"
  }

  expect_failures = [var.bastion_sku]
}

run "bastion_needs_the_new_network" {
  command = plan

  variables {
    bastion_sku = "Basic"
    subnet_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.bastion_sku]
}

run "bastion_subnet_is_large_enough" {
  command = plan

  variables {
    bastion_subnet_prefix = "10.0.255.0/27"
  }

  expect_failures = [var.bastion_subnet_prefix]
}

run "host_names_are_plain" {
  command = plan

  variables {
    computer_name = "web_01"
  }

  expect_failures = [var.computer_name]
}

run "windows_host_names_are_short" {
  command = plan

  variables {
    os_type        = "Windows"
    admin_password = "Correct-Horse-1"
    computer_name  = "a-name-that-is-long"
  }

  expect_failures = [var.computer_name]
}

run "custom_data_is_bounded" {
  command = plan

  variables {
    custom_data = join("", [for i in range(1024) : join("", [for j in range(8) : "12345678"])])
  }

  expect_failures = [var.custom_data]
}

run "disk_names_are_lowercase" {
  command = plan

  variables {
    data_disks = [{ name = "Data", size_gb = 10 }]
  }

  expect_failures = [var.data_disks]
}

run "disk_names_differ" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10 }, { name = "a", size_gb = 10 }]
  }

  expect_failures = [var.data_disks]
}

run "disk_sizes_are_in_bounds" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 0 }]
  }

  expect_failures = [var.data_disks]
}

run "disk_types_are_known" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10, storage_type = "Tape" }]
  }

  expect_failures = [var.data_disks]
}

run "disk_caching_is_known" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10, caching = "Write" }]
  }

  expect_failures = [var.data_disks]
}

run "disk_numbers_are_in_bounds" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10, lun = 64 }]
  }

  expect_failures = [var.data_disks]
}

run "disk_numbers_differ" {
  command = plan

  variables {
    data_disks = [{ name = "a", size_gb = 10 }, { name = "b", size_gb = 10, lun = 0 }]
  }

  expect_failures = [var.data_disks]
}

run "encryption_set_is_a_resource_id" {
  command = plan

  variables {
    disk_encryption_set_id = "disks"
  }

  expect_failures = [var.disk_encryption_set_id]
}

run "dns_labels_begin_with_a_letter" {
  command = plan

  variables {
    public_ip_enabled = true
    domain_name_label = "1web"
  }

  expect_failures = [var.domain_name_label]
}

run "dns_labels_need_a_public_address" {
  command = plan

  variables {
    domain_name_label = "acme-web"
  }

  expect_failures = [var.domain_name_label]
}

run "login_principals_are_object_ids" {
  command = plan

  variables {
    entra_login_enabled       = true
    entra_login_principal_ids = ["ada@example.com"]
  }

  expect_failures = [var.entra_login_principal_ids]
}

run "login_principals_need_the_switch" {
  command = plan

  variables {
    entra_login_principal_ids = ["11111111-1111-1111-1111-111111111111"]
  }

  expect_failures = [var.entra_login_principal_ids]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "rule_names_are_lowercase" {
  command = plan

  variables {
    inbound_rules = [{ name = "Web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_names_differ" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }, { name = "web", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_protocols_are_known" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", protocol = "*", ports = ["443"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_ports_are_numbers" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["70000"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rules_have_ports" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = [], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "rule_networks_are_ranges" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["443"], source_cidrs = ["*"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "no_rule_opens_ssh_to_all" {
  command = plan

  variables {
    inbound_rules = [{ name = "web", ports = ["20-30"], source_cidrs = ["0.0.0.0/0"] }]
  }

  expect_failures = [var.inbound_rules]
}

run "licences_fit_the_system" {
  command = plan

  variables {
    license_type = "Windows_Server"
  }

  expect_failures = [var.license_type]
}

run "linux_images_are_known" {
  command = plan

  variables {
    linux_image = "slackware"
  }

  expect_failures = [var.linux_image]
}

run "nat_needs_the_new_network" {
  command = plan

  variables {
    nat_gateway_enabled = true
    subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.nat_gateway_enabled]
}

run "system_disks_hold_the_system" {
  command = plan

  variables {
    os_disk_size_gb = 20
  }

  expect_failures = [var.os_disk_size_gb]
}

run "system_disk_sizes_are_whole" {
  command = plan

  variables {
    os_disk_size_gb = 40.5
  }

  expect_failures = [var.os_disk_size_gb]
}

run "system_disk_types_are_known" {
  command = plan

  variables {
    os_disk_type = "UltraSSD_LRS"
  }

  expect_failures = [var.os_disk_type]
}

run "systems_are_known" {
  command = plan

  variables {
    os_type = "BeOS"
  }

  expect_failures = [var.os_type]
}

run "private_addresses_are_addresses" {
  command = plan

  variables {
    private_ip_address = "10.0.1"
  }

  expect_failures = [var.private_ip_address]
}

run "existing_groups_are_named" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_names_do_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "sizes_have_full_names" {
  command = plan

  variables {
    size = "B2s"
  }

  expect_failures = [var.size]
}

run "images_are_resource_ids" {
  command = plan

  variables {
    source_image_id = "ubuntu"
  }

  expect_failures = [var.source_image_id]
}

run "eviction_policies_are_known" {
  command = plan

  variables {
    spot_eviction_policy = "Sleep"
  }

  expect_failures = [var.spot_eviction_policy]
}

run "spot_prices_are_positive" {
  command = plan

  variables {
    spot_max_bid_price = 0
  }

  expect_failures = [var.spot_max_bid_price]
}

run "subnet_ranges_are_ranges" {
  command = plan

  variables {
    subnet_address_prefix = "10.0.1.0"
  }

  expect_failures = [var.subnet_address_prefix]
}

run "subnets_lie_in_the_network" {
  command = plan

  variables {
    subnet_address_prefix = "192.168.0.0/24"
  }

  expect_failures = [var.subnet_address_prefix]
}

run "subnets_are_resource_ids" {
  command = plan

  variables {
    subnet_id = "app"
  }

  expect_failures = [var.subnet_id]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "time_zones_are_named" {
  command = plan

  variables {
    time_zone = "Z"
  }

  expect_failures = [var.time_zone]
}

run "identities_are_resource_ids" {
  command = plan

  variables {
    user_assigned_identity_ids = ["app"]
  }

  expect_failures = [var.user_assigned_identity_ids]
}

run "network_ranges_are_ranges" {
  command = plan

  variables {
    virtual_network_address_space = "10.0.0.0/4"
  }

  expect_failures = [var.virtual_network_address_space]
}

run "windows_images_are_known" {
  command = plan

  variables {
    windows_image = "windows-95"
  }

  expect_failures = [var.windows_image]
}

run "zones_are_numbers" {
  command = plan

  variables {
    zone = "a"
  }

  expect_failures = [var.zone]
}
