mock_provider "azurerm" {}

variables {
  name     = "shop"
  location = "westeurope"
}

run "required_values_make_a_closed_cluster" {
  command = plan

  assert {
    condition     = azurerm_kubernetes_cluster.this.private_cluster_enabled && !azurerm_kubernetes_cluster.this.private_cluster_public_fqdn_enabled && !azurerm_kubernetes_cluster.this.default_node_pool[0].node_public_ip_enabled
    error_message = "API server and nodes must have no public address."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.local_account_disabled && azurerm_kubernetes_cluster.this.azure_active_directory_role_based_access_control[0].azure_rbac_enabled
    error_message = "Sign-in must be with Microsoft Entra ID alone."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.oidc_issuer_enabled && azurerm_kubernetes_cluster.this.workload_identity_enabled && azurerm_kubernetes_cluster.this.azure_policy_enabled && azurerm_kubernetes_cluster.this.image_cleaner_enabled
    error_message = "Workload identities, policies and the image cleaner must be on."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.automatic_upgrade_channel == "patch" && azurerm_kubernetes_cluster.this.node_os_upgrade_channel == "NodeImage" && azurerm_kubernetes_cluster.this.maintenance_window_auto_upgrade[0].day_of_week == "Sunday"
    error_message = "Upgrades must run by themselves on Sundays."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].network_plugin_mode == "overlay" && azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "cilium" && azurerm_kubernetes_cluster.this.network_profile[0].dns_service_ip == "10.0.0.10"
    error_message = "Pods must have an overlay network with policies."
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.default_node_pool[0].auto_scaling_enabled && azurerm_kubernetes_cluster.this.default_node_pool[0].min_count == 2 && azurerm_kubernetes_cluster.this.default_node_pool[0].os_sku == "AzureLinux"
    error_message = "Two nodes with Azure Linux must be kept."
  }

  assert {
    condition     = azurerm_resource_group.this[0].name == "rg-shop" && azurerm_kubernetes_cluster.this.node_resource_group == "rg-shop-nodes"
    error_message = "The groups must be named after the cluster."
  }
}

run "tags_are_merged_and_the_portal_wins" {
  command = plan

  variables {
    environment        = "test"
    owner              = "ada@example.com"
    cost_center        = "CC-1"
    terrace_deployment = "shop"
    tags               = { team = "web", environment = "mine" }
  }

  assert {
    condition     = azurerm_kubernetes_cluster.this.tags == tomap({ team = "web", environment = "test", owner = "ada@example.com", cost_center = "CC-1", terrace_deployment = "shop" })
    error_message = "Tags must hold the user's and the portal's."
  }
}
