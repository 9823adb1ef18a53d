mock_provider "azurerm" {}

variables {
  name          = "web"
  location      = "westeurope"
  admin_ssh_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvr8RtKNhSxvEidPHZpSOuXAs8sQx+qvtpMpNMB8owx demo@example.com"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Web"
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

run "gateway_pools_are_resource_ids" {
  command = plan

  variables {
    application_gateway_backend_pool_ids = ["web"]
  }

  expect_failures = [var.application_gateway_backend_pool_ids]
}

run "system_upgrades_need_uniform_machines" {
  command = plan

  variables {
    orchestration_mode           = "Flexible"
    automatic_os_upgrade_enabled = true
  }

  expect_failures = [var.automatic_os_upgrade_enabled]
}

run "system_upgrades_need_a_followed_image" {
  command = plan

  variables {
    linux_image                  = "debian-12"
    automatic_os_upgrade_enabled = true
  }

  expect_failures = [var.automatic_os_upgrade_enabled]
}

run "limits_are_in_order" {
  command = plan

  variables {
    autoscale = { minimum = 5, maximum = 2 }
    instances = 3
  }

  expect_failures = [var.autoscale]
}

run "load_limits_are_apart" {
  command = plan

  variables {
    autoscale = { cpu_in_percent = 65 }
  }

  expect_failures = [var.autoscale]
}

run "memory_limits_come_in_pairs" {
  command = plan

  variables {
    autoscale = { free_memory_out_gb = 1 }
  }

  expect_failures = [var.autoscale]
}

run "steps_are_whole" {
  command = plan

  variables {
    autoscale = { step = 0 }
  }

  expect_failures = [var.autoscale]
}

run "told_addresses_are_emails" {
  command = plan

  variables {
    autoscale = { notify_emails = ["ada"] }
  }

  expect_failures = [var.autoscale]
}

run "schedules_have_times" {
  command = plan

  variables {
    autoscale = { schedules = [{ name = "day", days = ["Mon"], time = "08:00", minimum = 2, maximum = 4 }] }
  }

  expect_failures = [var.autoscale]
}

run "schedule_names_differ" {
  command = plan

  variables {
    autoscale = { schedules = [{ name = "Everyday", days = ["Monday"], time = "08:00", minimum = 2, maximum = 4 }] }
  }

  expect_failures = [var.autoscale]
}

run "custom_data_is_bounded" {
  command = plan

  variables {
    custom_data = join("", [for i in range(1024) : join("", [for j in range(8) : "12345678"])])
  }

  expect_failures = [var.custom_data]
}

run "disk_sizes_are_in_bounds" {
  command = plan

  variables {
    data_disks = [{ size_gb = 0 }]
  }

  expect_failures = [var.data_disks]
}

run "disk_kinds_are_known" {
  command = plan

  variables {
    data_disks = [{ size_gb = 10, storage_type = "Tape" }]
  }

  expect_failures = [var.data_disks]
}

run "disk_numbers_differ" {
  command = plan

  variables {
    data_disks = [{ size_gb = 10 }, { size_gb = 10, lun = 0 }]
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

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "health_protocols_are_known" {
  command = plan

  variables {
    health = { protocol = "http" }
  }

  expect_failures = [var.health]
}

run "web_health_has_a_path" {
  command = plan

  variables {
    health = { protocol = "Http", port = 80 }
  }

  expect_failures = [var.health]
}

run "health_ports_are_in_bounds" {
  command = plan

  variables {
    health = { port = 70000 }
  }

  expect_failures = [var.health]
}

run "probes_are_resource_ids" {
  command = plan

  variables {
    health_probe_id                = "probe"
    load_balancer_backend_pool_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/backendAddressPools/web"]
  }

  expect_failures = [var.health_probe_id]
}

run "probes_need_their_pool" {
  command = plan

  variables {
    health_probe_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/probes/web"
  }

  expect_failures = [var.health_probe_id]
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

run "instances_are_bounded" {
  command = plan

  variables {
    instances = 1001
  }

  expect_failures = [var.instances]
}

run "instances_start_within_limits" {
  command = plan

  variables {
    instances = 1
    autoscale = {}
  }

  expect_failures = [var.instances]
}

run "licences_are_known" {
  command = plan

  variables {
    os_type        = "Windows"
    admin_ssh_key  = null
    admin_password = "Correct-Horse-1"
    license_type   = "RHEL_BYOS"
  }

  expect_failures = [var.license_type]
}

run "licences_are_for_windows" {
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

run "balancers_are_known" {
  command = plan

  variables {
    load_balancer = "private"
  }

  expect_failures = [var.load_balancer]
}

run "pools_are_resource_ids" {
  command = plan

  variables {
    load_balancer_backend_pool_ids = ["web"]
  }

  expect_failures = [var.load_balancer_backend_pool_ids]
}

run "balancer_rule_names_differ" {
  command = plan

  variables {
    load_balancer_rules = [{ name = "a", frontend_port = 80 }, { name = "A", frontend_port = 81 }]
  }

  expect_failures = [var.load_balancer_rules]
}

run "balancer_ports_differ" {
  command = plan

  variables {
    load_balancer_rules = [{ name = "a", frontend_port = 80 }, { name = "b", frontend_port = 80 }]
  }

  expect_failures = [var.load_balancer_rules]
}

run "balancer_pages_begin_with_a_slash" {
  command = plan

  variables {
    load_balancer_rules = [{ name = "a", frontend_port = 80, probe_path = "health" }]
  }

  expect_failures = [var.load_balancer_rules]
}

run "nat_needs_the_new_network" {
  command = plan

  variables {
    nat_gateway_enabled = true
    subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.nat_gateway_enabled]
}

run "modes_are_known" {
  command = plan

  variables {
    orchestration_mode = "Loose"
  }

  expect_failures = [var.orchestration_mode]
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

run "grace_is_bounded" {
  command = plan

  variables {
    repair_grace_minutes = 5
  }

  expect_failures = [var.repair_grace_minutes]
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

run "batches_are_no_larger_than_what_may_be_ill" {
  command = plan

  variables {
    rolling_upgrade = { batch_percent = 50 }
  }

  expect_failures = [var.rolling_upgrade]
}

run "upgrade_shares_are_bounded" {
  command = plan

  variables {
    rolling_upgrade = { unhealthy_upgraded_percent = 101 }
  }

  expect_failures = [var.rolling_upgrade]
}

run "scale_in_is_known" {
  command = plan

  variables {
    scale_in_policy = "Random"
  }

  expect_failures = [var.scale_in_policy]
}

run "scale_in_needs_uniform_machines" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    scale_in_policy    = "OldestVM"
  }

  expect_failures = [var.scale_in_policy]
}

run "sizes_have_full_names" {
  command = plan

  variables {
    size = "B2s"
  }

  expect_failures = [var.size]
}

run "mixes_have_several_sizes" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    size_mix           = { sizes = ["Standard_D2s_v5"] }
  }

  expect_failures = [var.size_mix]
}

run "mix_strategies_are_known" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    size_mix           = { sizes = ["Standard_D2s_v5", "Standard_D2as_v5"], allocation_strategy = "Best" }
  }

  expect_failures = [var.size_mix]
}

run "mixes_need_flexible_machines" {
  command = plan

  variables {
    size_mix = { sizes = ["Standard_D2s_v5", "Standard_D2as_v5"] }
  }

  expect_failures = [var.size_mix]
}

run "images_are_resource_ids" {
  command = plan

  variables {
    source_image_id = "ubuntu"
  }

  expect_failures = [var.source_image_id]
}

run "spot_prices_are_positive" {
  command = plan

  variables {
    spot = { max_bid_price = 0 }
  }

  expect_failures = [var.spot]
}

run "spot_evictions_are_known" {
  command = plan

  variables {
    spot = { eviction_policy = "Stop" }
  }

  expect_failures = [var.spot]
}

run "spot_shares_are_bounded" {
  command = plan

  variables {
    orchestration_mode = "Flexible"
    spot               = { regular_percentage_above_base = 101 }
  }

  expect_failures = [var.spot]
}

run "spot_mixes_need_flexible_machines" {
  command = plan

  variables {
    spot = { base_regular_count = 1 }
  }

  expect_failures = [var.spot]
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

run "notices_are_bounded" {
  command = plan

  variables {
    termination_notice_minutes = 4
  }

  expect_failures = [var.termination_notice_minutes]
}

run "time_zones_are_named" {
  command = plan

  variables {
    time_zone = "Z"
  }

  expect_failures = [var.time_zone]
}

run "upgrades_are_known" {
  command = plan

  variables {
    upgrade_mode = "Fast"
  }

  expect_failures = [var.upgrade_mode]
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

run "balance_needs_zones" {
  command = plan

  variables {
    zone_balance_enabled = true
  }

  expect_failures = [var.zone_balance_enabled]
}

run "zones_are_known" {
  command = plan

  variables {
    zones = ["4"]
  }

  expect_failures = [var.zones]
}
