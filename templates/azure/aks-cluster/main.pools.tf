resource "azurerm_kubernetes_cluster_node_pool" "this" {
  for_each = var.user_node_pools

  name                        = each.key
  temporary_name_for_rotation = "${substr(each.key, 0, each.value.os_type == "Windows" ? 3 : 9)}tmp"
  kubernetes_cluster_id       = azurerm_kubernetes_cluster.this.id
  mode                        = "User"
  vm_size                     = each.value.vm_size
  os_type                     = each.value.os_type
  os_sku                      = each.value.os_type == "Windows" ? null : var.node_os_sku # each Kubernetes version has its Windows
  auto_scaling_enabled        = each.value.auto_scaling_enabled
  node_count                  = each.value.auto_scaling_enabled ? null : each.value.node_count
  min_count                   = each.value.auto_scaling_enabled ? each.value.min_count : null
  max_count                   = each.value.auto_scaling_enabled ? each.value.max_count : null
  max_pods                    = each.value.max_pods
  os_disk_type                = each.value.os_disk_type
  os_disk_size_gb             = each.value.os_disk_size_gb
  zones                       = each.value.zones
  vnet_subnet_id              = var.vnet_subnet_id
  host_encryption_enabled     = var.host_encryption_enabled
  node_public_ip_enabled      = false
  priority                    = each.value.spot_enabled ? "Spot" : "Regular"
  eviction_policy             = each.value.spot_enabled ? "Delete" : null
  spot_max_price              = each.value.spot_enabled ? each.value.spot_max_price : null
  tags                        = local.tags

  # Azure marks spot nodes itself; without the same words here every plan would take the marks away.
  node_labels = merge(each.value.labels, each.value.spot_enabled ? { "kubernetes.azure.com/scalesetpriority" = "spot" } : {})
  node_taints = concat(each.value.taints, each.value.spot_enabled ? ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"] : [])

  dynamic "upgrade_settings" {
    for_each = each.value.spot_enabled ? [] : [var.node_max_surge]

    content {
      max_surge = upgrade_settings.value
    }
  }
}
