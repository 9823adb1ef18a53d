mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
}

run "name_has_no_capitals" {
  command = plan

  variables {
    name = "Shop_1"
  }

  expect_failures = [var.name]
}

run "name_is_not_reserved" {
  command = plan

  variables {
    name = "shopmicrosoft"
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

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "an_existing_group_has_a_name" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "a_group_name_does_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "tags_have_no_slash" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "admin_groups_are_object_ids" {
  command = plan

  variables {
    admin_group_object_ids = ["admins@example.com"]
  }

  expect_failures = [var.admin_group_object_ids]
}

run "advanced_networking_needs_cilium" {
  command = plan

  variables {
    advanced_networking_enabled = true
    network_data_plane          = "azure"
  }

  expect_failures = [var.advanced_networking_enabled]
}

run "ingress_is_known" {
  command = plan

  variables {
    app_routing = { ingress = "Public" }
  }

  expect_failures = [var.app_routing]
}

run "dns_zones_are_resource_ids" {
  command = plan

  variables {
    app_routing = { dns_zone_ids = ["example.com"] }
  }

  expect_failures = [var.app_routing]
}

run "ranges_are_addresses" {
  command = plan

  variables {
    private_cluster_enabled = false
    authorized_ip_ranges    = ["office"]
  }

  expect_failures = [var.authorized_ip_ranges]
}

run "a_private_server_has_no_ranges" {
  command = plan

  variables {
    authorized_ip_ranges = ["198.51.100.7"]
  }

  expect_failures = [var.authorized_ip_ranges]
}

run "a_public_server_has_ranges" {
  command = plan

  variables {
    private_cluster_enabled = false
  }

  expect_failures = [var.authorized_ip_ranges]
}

run "expander_is_known" {
  command = plan

  variables {
    auto_scaler = { expander = "cheapest" }
  }

  expect_failures = [var.auto_scaler]
}

run "scale_down_is_a_duration" {
  command = plan

  variables {
    auto_scaler = { scale_down_unneeded = "ten" }
  }

  expect_failures = [var.auto_scaler]
}

run "one_kind_of_scaling" {
  command = plan

  variables {
    node_auto_provisioning_enabled = true
  }

  expect_failures = [var.auto_scaling_enabled]
}

run "channel_is_known" {
  command = plan

  variables {
    automatic_upgrade_channel = "fast"
  }

  expect_failures = [var.automatic_upgrade_channel]
}

run "stable_chooses_the_version" {
  command = plan

  variables {
    automatic_upgrade_channel = "stable"
    kubernetes_version        = "1.35"
  }

  expect_failures = [var.kubernetes_version]
}

run "access_is_by_object_id" {
  command = plan

  variables {
    cluster_access = [{ principal_id = "ada@example.com" }]
  }

  expect_failures = [var.cluster_access]
}

run "access_is_given_once" {
  command = plan

  variables {
    cluster_access = [{ principal_id = "11111111-1111-1111-1111-111111111111" }, { principal_id = "11111111-1111-1111-1111-111111111111" }]
  }

  expect_failures = [var.cluster_access]
}

run "access_is_not_ownership" {
  command = plan

  variables {
    cluster_access = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "Owner" }]
  }

  expect_failures = [var.cluster_access]
}

run "registries_are_resource_ids" {
  command = plan

  variables {
    container_registry_ids = ["acme"]
  }

  expect_failures = [var.container_registry_ids]
}

run "cost_analysis_is_not_free" {
  command = plan

  variables {
    cost_analysis_enabled = true
    sku_tier              = "Free"
  }

  expect_failures = [var.cost_analysis_enabled]
}

run "defender_needs_a_workspace" {
  command = plan

  variables {
    defender_enabled = true
  }

  expect_failures = [var.defender_enabled]
}

run "encryption_set_is_a_resource_id" {
  command = plan

  variables {
    disk_encryption_set_id = "disks"
  }

  expect_failures = [var.disk_encryption_set_id]
}

run "image_cleaner_runs_daily_at_most" {
  command = plan

  variables {
    image_cleaner_interval_hours = 12
  }

  expect_failures = [var.image_cleaner_interval_hours]
}

run "version_is_a_number" {
  command = plan

  variables {
    kubernetes_version = "latest"
  }

  expect_failures = [var.kubernetes_version]
}

run "patches_have_no_patch_number" {
  command = plan

  variables {
    kubernetes_version = "1.35.1"
  }

  expect_failures = [var.kubernetes_version]
}

run "workspace_region_is_the_short_form" {
  command = plan

  variables {
    log_analytics_location = "West Europe"
  }

  expect_failures = [var.log_analytics_location]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "maintenance_day_is_known" {
  command = plan

  variables {
    maintenance_window = { day_of_week = "Sun" }
  }

  expect_failures = [var.maintenance_window]
}

run "maintenance_time_is_a_time" {
  command = plan

  variables {
    maintenance_window = { start_time = "2 am" }
  }

  expect_failures = [var.maintenance_window]
}

run "maintenance_takes_four_hours" {
  command = plan

  variables {
    maintenance_window = { duration_hours = 2 }
  }

  expect_failures = [var.maintenance_window]
}

run "data_plane_is_known" {
  command = plan

  variables {
    network_data_plane = "ebpf"
  }

  expect_failures = [var.network_data_plane]
}

run "plugin_mode_is_known" {
  command = plan

  variables {
    network_plugin_mode = "flat"
    vnet_subnet_id      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
  }

  expect_failures = [var.network_plugin_mode]
}

run "auto_provisioning_needs_cilium" {
  command = plan

  variables {
    node_auto_provisioning_enabled = true
    auto_scaling_enabled           = false
    network_data_plane             = "azure"
  }

  expect_failures = [var.node_auto_provisioning_enabled]
}

run "some_nodes" {
  command = plan

  variables {
    node_count = 0
  }

  expect_failures = [var.node_count]
}

run "upper_bound_is_possible" {
  command = plan

  variables {
    node_max_count = 1001
  }

  expect_failures = [var.node_max_count]
}

run "upper_bound_is_above_the_lower" {
  command = plan

  variables {
    node_max_count = 1
  }

  expect_failures = [var.node_max_count]
}

run "pods_fit_on_a_node" {
  command = plan

  variables {
    node_max_pods = 251
  }

  expect_failures = [var.node_max_pods]
}

run "surge_is_a_number_or_percentage" {
  command = plan

  variables {
    node_max_surge = "many"
  }

  expect_failures = [var.node_max_surge]
}

run "lower_bound_is_possible" {
  command = plan

  variables {
    node_min_count = 0
  }

  expect_failures = [var.node_min_count]
}

run "system_disk_is_large_enough" {
  command = plan

  variables {
    node_os_disk_size_gb = 10
  }

  expect_failures = [var.node_os_disk_size_gb]
}

run "system_disk_is_known" {
  command = plan

  variables {
    node_os_disk_type = "Premium"
  }

  expect_failures = [var.node_os_disk_type]
}

run "system_is_known" {
  command = plan

  variables {
    node_os_sku = "Debian"
  }

  expect_failures = [var.node_os_sku]
}

run "node_updates_are_known" {
  command = plan

  variables {
    node_os_upgrade_channel = "Weekly"
  }

  expect_failures = [var.node_os_upgrade_channel]
}

run "node_image_goes_with_node_image" {
  command = plan

  variables {
    automatic_upgrade_channel = "node-image"
    node_os_upgrade_channel   = "SecurityPatch"
  }

  expect_failures = [var.node_os_upgrade_channel]
}

run "node_group_does_not_end_in_a_dot" {
  command = plan

  variables {
    node_resource_group = "nodes."
  }

  expect_failures = [var.node_resource_group]
}

run "node_group_is_another" {
  command = plan

  variables {
    node_resource_group = "rg-shop"
  }

  expect_failures = [var.node_resource_group]
}

run "size_is_written_as_azure_does" {
  command = plan

  variables {
    node_vm_size = "D4s"
  }

  expect_failures = [var.node_vm_size]
}

run "size_is_large_enough" {
  command = plan

  variables {
    node_vm_size = "Standard_B1s"
  }

  expect_failures = [var.node_vm_size]
}

run "own_pods_have_a_place" {
  command = plan

  variables {
    only_critical_addons_enabled = true
  }

  expect_failures = [var.only_critical_addons_enabled]
}

run "some_outgoing_addresses" {
  command = plan

  variables {
    outbound_ip_count = 0
  }

  expect_failures = [var.outbound_ip_count]
}

run "routes_have_no_addresses" {
  command = plan

  variables {
    outbound_ip_count = 2
    outbound_type     = "userDefinedRouting"
    vnet_subnet_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
  }

  expect_failures = [var.outbound_ip_count]
}

run "a_nat_gateway_has_sixteen_addresses" {
  command = plan

  variables {
    outbound_ip_count = 17
    outbound_type     = "managedNATGateway"
  }

  expect_failures = [var.outbound_ip_count]
}

run "way_out_is_known" {
  command = plan

  variables {
    outbound_type = "proxy"
  }

  expect_failures = [var.outbound_type]
}

run "own_routes_need_a_subnet" {
  command = plan

  variables {
    outbound_type = "userDefinedRouting"
  }

  expect_failures = [var.outbound_type]
}

run "a_managed_gateway_needs_no_subnet" {
  command = plan

  variables {
    outbound_type  = "managedNATGateway"
    vnet_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
  }

  expect_failures = [var.outbound_type]
}

run "pod_range_is_a_range" {
  command = plan

  variables {
    pod_cidr = "10.244.0.0/30"
  }

  expect_failures = [var.pod_cidr]
}

run "ranges_do_not_overlap" {
  command = plan

  variables {
    pod_cidr = "10.0.0.0/8"
  }

  expect_failures = [var.pod_cidr]
}

run "private_zone_is_a_resource_id" {
  command = plan

  variables {
    private_dns_zone_id       = "zone"
    user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks"
  }

  expect_failures = [var.private_dns_zone_id]
}

run "own_zone_needs_an_identity" {
  command = plan

  variables {
    private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"
  }

  expect_failures = [var.private_dns_zone_id]
}

run "service_range_is_a_range" {
  command = plan

  variables {
    service_cidr = "10.0.0.0/8"
    pod_cidr     = "192.168.0.0/16"
  }

  expect_failures = [var.service_cidr]
}

run "tier_is_known" {
  command = plan

  variables {
    sku_tier = "Basic"
  }

  expect_failures = [var.sku_tier]
}

run "support_plan_is_known" {
  command = plan

  variables {
    support_plan = "LTS"
  }

  expect_failures = [var.support_plan]
}

run "long_term_support_is_premium" {
  command = plan

  variables {
    support_plan = "AKSLongTermSupport"
  }

  expect_failures = [var.support_plan]
}

run "identity_is_a_resource_id" {
  command = plan

  variables {
    user_assigned_identity_id = "aks"
  }

  expect_failures = [var.user_assigned_identity_id]
}

run "pool_names_are_short" {
  command = plan

  variables {
    user_node_pools = { "Big-Pool" = {} }
  }

  expect_failures = [var.user_node_pools]
}

run "pool_system_is_known" {
  command = plan

  variables {
    user_node_pools = { jobs = { os_type = "BSD" } }
  }

  expect_failures = [var.user_node_pools]
}

run "windows_pools_exclude_cilium" {
  command = plan

  variables {
    user_node_pools = { win = { os_type = "Windows" } }
  }

  expect_failures = [var.user_node_pools]
}

run "pool_disk_is_known" {
  command = plan

  variables {
    user_node_pools = { jobs = { os_disk_type = "SSD" } }
  }

  expect_failures = [var.user_node_pools]
}

run "pool_bounds_are_in_order" {
  command = plan

  variables {
    user_node_pools = { jobs = { min_count = 4 } }
  }

  expect_failures = [var.user_node_pools]
}

run "pools_are_not_scaled_twice" {
  command = plan

  variables {
    user_node_pools                = { jobs = {} }
    node_auto_provisioning_enabled = true
    auto_scaling_enabled           = false
  }

  expect_failures = [var.user_node_pools]
}

run "taints_have_an_effect" {
  command = plan

  variables {
    user_node_pools = { jobs = { taints = ["gpu"] } }
  }

  expect_failures = [var.user_node_pools]
}

run "pool_zones_exist" {
  command = plan

  variables {
    user_node_pools = { jobs = { zones = ["4"] } }
  }

  expect_failures = [var.user_node_pools]
}

run "spot_price_is_positive" {
  command = plan

  variables {
    user_node_pools = { jobs = { spot_enabled = true, spot_max_price = 0 } }
  }

  expect_failures = [var.user_node_pools]
}

run "pool_pods_fit" {
  command = plan

  variables {
    user_node_pools = { jobs = { max_pods = 5 } }
  }

  expect_failures = [var.user_node_pools]
}

run "subnet_is_a_resource_id" {
  command = plan

  variables {
    vnet_subnet_id = "nodes"
  }

  expect_failures = [var.vnet_subnet_id]
}

run "flat_addresses_need_a_subnet" {
  command = plan

  variables {
    network_plugin_mode = null
  }

  expect_failures = [var.vnet_subnet_id]
}

run "zones_exist" {
  command = plan

  variables {
    zones = ["0"]
  }

  expect_failures = [var.zones]
}
