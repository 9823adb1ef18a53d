mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
}

run "a_public_server_answers_the_listed_addresses" {
  command = plan

  variables {
    private_cluster_enabled = false
    authorized_ip_ranges    = ["198.51.100.0/24"]
    auto_scaling_enabled    = false
    node_count              = 3
    create_resource_group   = false
    resource_group_name     = "rg-there"
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.api_server_access_profile[0].authorized_ip_ranges == toset(["198.51.100.0/24"])
    error_message = "Only the listed addresses may connect."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].node_count == 3 && azurerm_kubernetes_cluster.this.default_node_pool[0].min_count == null
    error_message = "Without auto scaling the number is fixed."
  }

  assert {
    condition     = length(azurerm_resource_group.this) == 0 && azurerm_kubernetes_cluster.this.resource_group_name == "rg-there"
    error_message = "The existing resource group must be used."
  }
}

run "pools_are_windows_or_spot" {
  command = plan

  variables {
    network_data_plane = "azure"
    user_node_pools = {
      win  = { os_type = "Windows", zones = ["1"] }
      jobs = { spot_enabled = true, min_count = 0, labels = { kind = "batch" } }
    }
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["win"].os_type == "Windows" && azurerm_kubernetes_cluster_node_pool.this["win"].temporary_name_for_rotation == "wintmp" && azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "calico"
    error_message = "Windows nodes need their own system and Calico."
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["jobs"].priority == "Spot" && azurerm_kubernetes_cluster_node_pool.this["jobs"].eviction_policy == "Delete" && length(azurerm_kubernetes_cluster_node_pool.this["jobs"].upgrade_settings) == 0
    error_message = "Spot nodes must be marked as such."
  }

  assert {
    condition     = azurerm_kubernetes_cluster_node_pool.this["jobs"].node_labels == tomap({ kind = "batch", "kubernetes.azure.com/scalesetpriority" = "spot" }) && azurerm_kubernetes_cluster_node_pool.this["jobs"].node_taints == tolist(["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"])
    error_message = "Azure's marks of spot nodes must be kept."
  }
}

run "nodes_are_provisioned_by_what_pods_ask_for" {
  command = plan

  variables {
    node_auto_provisioning_enabled = true
    auto_scaling_enabled           = false
    only_critical_addons_enabled   = true
    outbound_type                  = "managedNATGateway"
    outbound_ip_count              = 2
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.node_provisioning_profile[0].mode == "Auto" && azurerm_kubernetes_cluster.this.default_node_pool[0].only_critical_addons_enabled
    error_message = "Azure must choose the nodes."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].nat_gateway_profile[0].managed_outbound_ip_count == 2 && length(azurerm_kubernetes_cluster.this.network_profile[0].load_balancer_profile) == 0
    error_message = "The NAT gateway must have two addresses."
  }
}

run "an_own_subnet_brings_its_role" {
  command = plan

  variables {
    vnet_subnet_id      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
    cluster_access      = [{ principal_id = "11111111-1111-1111-1111-111111111111" }]
    delete_lock_enabled = true
  }

  assert {
    condition     = azurerm_role_assignment.subnet[0].role_definition_name == "Network Contributor"
    error_message = "The cluster must reach the subnet."
  }

  assert {
    condition     = one(values(azurerm_role_assignment.access)).role_definition_name == "Azure Kubernetes Service RBAC Reader" && azurerm_management_lock.this[0].lock_level == "CanNotDelete"
    error_message = "Role and lock must be there."
  }
}

run "logs_and_defender_go_to_the_workspace" {
  command = plan

  variables {
    log_analytics_workspace_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
    defender_enabled           = true
    app_routing                = {}
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.oms_agent[0].msi_auth_for_monitoring_enabled && length(azurerm_kubernetes_cluster.this.microsoft_defender) == 1 && length(azurerm_monitor_diagnostic_setting.this[0].enabled_log) == 4
    error_message = "Logs must be collected without keys."
  }

  assert {
    condition     = azurerm_monitor_data_collection_rule.this[0].location == "westeurope" && azurerm_monitor_data_collection_rule_association.this[0].name == "ContainerInsightsExtension"
    error_message = "A rule must tell the agents what to send."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.web_app_routing[0].default_nginx_controller == "Internal"
    error_message = "The ingress must stay inside."
  }
}
