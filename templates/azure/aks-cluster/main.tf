data "azurerm_client_config" "current" {}

locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  # Cilium enforces policies itself; the plain data plane needs Calico for it.
  network_policy = var.network_data_plane == "cilium" ? "cilium" : "calico"
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_kubernetes_cluster" "this" {
  name                   = var.name
  resource_group_name    = local.resource_group_name
  location               = var.location
  dns_prefix             = var.name
  kubernetes_version     = var.kubernetes_version
  sku_tier               = var.sku_tier
  support_plan           = var.support_plan
  node_resource_group    = coalesce(var.node_resource_group, "rg-${var.name}-nodes")
  disk_encryption_set_id = var.disk_encryption_set_id
  tags                   = local.tags

  local_account_disabled            = true
  role_based_access_control_enabled = true
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true
  azure_policy_enabled              = var.azure_policy_enabled
  run_command_enabled               = var.run_command_enabled
  cost_analysis_enabled             = var.cost_analysis_enabled

  private_cluster_enabled             = var.private_cluster_enabled
  private_cluster_public_fqdn_enabled = false
  private_dns_zone_id                 = var.private_dns_zone_id

  automatic_upgrade_channel    = var.automatic_upgrade_channel
  node_os_upgrade_channel      = var.node_os_upgrade_channel
  image_cleaner_enabled        = var.image_cleaner_interval_hours != null
  image_cleaner_interval_hours = var.image_cleaner_interval_hours

  identity {
    type         = var.user_assigned_identity_id == null ? "SystemAssigned" : "UserAssigned"
    identity_ids = var.user_assigned_identity_id == null ? null : [var.user_assigned_identity_id]
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = true
    tenant_id              = data.azurerm_client_config.current.tenant_id
    admin_group_object_ids = var.admin_group_object_ids
  }

  default_node_pool {
    name                         = "system"
    temporary_name_for_rotation  = "systemtmp"
    vm_size                      = var.node_vm_size
    auto_scaling_enabled         = var.auto_scaling_enabled
    node_count                   = var.auto_scaling_enabled ? null : var.node_count
    min_count                    = var.auto_scaling_enabled ? var.node_min_count : null
    max_count                    = var.auto_scaling_enabled ? var.node_max_count : null
    max_pods                     = var.node_max_pods
    os_sku                       = var.node_os_sku
    os_disk_type                 = var.node_os_disk_type
    os_disk_size_gb              = var.node_os_disk_size_gb
    zones                        = var.zones
    vnet_subnet_id               = var.vnet_subnet_id
    host_encryption_enabled      = var.host_encryption_enabled
    node_public_ip_enabled       = false
    only_critical_addons_enabled = var.only_critical_addons_enabled
    tags                         = local.tags

    upgrade_settings {
      max_surge = var.node_max_surge
    }
  }

  node_provisioning_profile {
    mode               = var.node_auto_provisioning_enabled ? "Auto" : "Manual"
    default_node_pools = "Auto"
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = var.network_plugin_mode
    network_data_plane  = var.network_data_plane
    network_policy      = local.network_policy
    load_balancer_sku   = "standard"
    outbound_type       = var.outbound_type
    pod_cidr            = var.network_plugin_mode == "overlay" ? var.pod_cidr : null
    service_cidr        = var.service_cidr
    dns_service_ip      = cidrhost(var.service_cidr, 10)

    dynamic "load_balancer_profile" {
      for_each = var.outbound_type == "loadBalancer" && var.outbound_ip_count != null ? [var.outbound_ip_count] : []

      content {
        managed_outbound_ip_count = load_balancer_profile.value
      }
    }

    dynamic "nat_gateway_profile" {
      for_each = var.outbound_type == "managedNATGateway" && var.outbound_ip_count != null ? [var.outbound_ip_count] : []

      content {
        managed_outbound_ip_count = nat_gateway_profile.value
      }
    }

    dynamic "advanced_networking" {
      for_each = var.advanced_networking_enabled ? [true] : []

      content {
        observability_enabled = true
        security_enabled      = true
      }
    }
  }

  dynamic "api_server_access_profile" {
    for_each = length(var.authorized_ip_ranges) == 0 ? [] : [var.authorized_ip_ranges]

    content {
      authorized_ip_ranges = api_server_access_profile.value
    }
  }

  dynamic "auto_scaler_profile" {
    for_each = var.auto_scaler == null ? [] : [var.auto_scaler]

    content {
      expander                      = auto_scaler_profile.value.expander
      balance_similar_node_groups   = auto_scaler_profile.value.balance_similar_node_groups
      scale_down_unneeded           = auto_scaler_profile.value.scale_down_unneeded
      skip_nodes_with_system_pods   = true
      skip_nodes_with_local_storage = false
    }
  }

  dynamic "maintenance_window_auto_upgrade" {
    for_each = var.maintenance_window == null || var.automatic_upgrade_channel == null ? [] : [var.maintenance_window]

    content {
      frequency   = "Weekly"
      interval    = 1
      day_of_week = maintenance_window_auto_upgrade.value.day_of_week
      start_time  = maintenance_window_auto_upgrade.value.start_time
      utc_offset  = maintenance_window_auto_upgrade.value.utc_offset
      duration    = maintenance_window_auto_upgrade.value.duration_hours
    }
  }

  dynamic "maintenance_window_node_os" {
    for_each = var.maintenance_window == null || contains(["None", "Unmanaged"], var.node_os_upgrade_channel) ? [] : [var.maintenance_window]

    content {
      frequency   = "Weekly"
      interval    = 1
      day_of_week = maintenance_window_node_os.value.day_of_week
      start_time  = maintenance_window_node_os.value.start_time
      utc_offset  = maintenance_window_node_os.value.utc_offset
      duration    = maintenance_window_node_os.value.duration_hours
    }
  }

  dynamic "key_vault_secrets_provider" {
    for_each = var.key_vault_secrets_provider_enabled ? [true] : []

    content {
      secret_rotation_enabled  = true
      secret_rotation_interval = "2m"
    }
  }

  dynamic "oms_agent" {
    for_each = var.log_analytics_workspace_id == null ? [] : [var.log_analytics_workspace_id]

    content {
      log_analytics_workspace_id      = oms_agent.value
      msi_auth_for_monitoring_enabled = true
    }
  }

  dynamic "microsoft_defender" {
    for_each = var.defender_enabled ? [var.log_analytics_workspace_id] : []

    content {
      log_analytics_workspace_id = microsoft_defender.value
    }
  }

  dynamic "web_app_routing" {
    for_each = var.app_routing == null ? [] : [var.app_routing]

    content {
      dns_zone_ids             = web_app_routing.value.dns_zone_ids
      default_nginx_controller = web_app_routing.value.ingress
    }
  }

  dynamic "workload_autoscaler_profile" {
    for_each = var.keda_enabled || var.vertical_pod_autoscaler_enabled ? [true] : []

    content {
      keda_enabled                    = var.keda_enabled
      vertical_pod_autoscaler_enabled = var.vertical_pod_autoscaler_enabled
    }
  }

  storage_profile {
    blob_driver_enabled = var.blob_driver_enabled
  }
}
