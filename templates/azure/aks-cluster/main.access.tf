resource "azurerm_role_assignment" "access" {
  for_each = { for grant in var.cluster_access : "${grant.principal_id} ${grant.role}" => grant }

  scope                = azurerm_kubernetes_cluster.this.id
  principal_id         = each.value.principal_id
  role_definition_name = each.value.role
}

resource "azurerm_role_assignment" "registry" {
  for_each = var.container_registry_ids

  scope                = each.value
  principal_id         = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
  principal_type       = "ServicePrincipal"
  role_definition_name = "AcrPull"
}

# The cluster puts its internal load balancers into the subnet.
resource "azurerm_role_assignment" "subnet" {
  count = var.vnet_subnet_id != null && var.user_assigned_identity_id == null ? 1 : 0

  scope                = var.vnet_subnet_id
  principal_id         = azurerm_kubernetes_cluster.this.identity[0].principal_id
  principal_type       = "ServicePrincipal"
  role_definition_name = "Network Contributor"
}

# Without the right to a zone, the ingress cannot keep its records.
resource "azurerm_role_assignment" "dns" {
  for_each = var.app_routing == null ? toset([]) : toset(var.app_routing.dns_zone_ids)

  scope                = each.value
  principal_id         = azurerm_kubernetes_cluster.this.web_app_routing[0].web_app_routing_identity[0].object_id
  principal_type       = "ServicePrincipal"
  role_definition_name = strcontains(lower(each.value), "/privatednszones/") ? "Private DNS Zone Contributor" : "DNS Zone Contributor"
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_kubernetes_cluster.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_kubernetes_cluster_node_pool.this,
    azurerm_monitor_data_collection_rule_association.this,
    azurerm_monitor_diagnostic_setting.this,
    azurerm_role_assignment.access,
    azurerm_role_assignment.dns,
    azurerm_role_assignment.registry,
    azurerm_role_assignment.subnet,
  ]
}
