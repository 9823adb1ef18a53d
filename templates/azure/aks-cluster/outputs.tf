output "id" {
  description = "Resource id of the cluster."
  value       = azurerm_kubernetes_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = azurerm_kubernetes_cluster.this.name
}

output "resource_group_name" {
  description = "Resource group that holds the cluster."
  value       = local.resource_group_name
}

output "node_resource_group" {
  description = "Resource group in which Azure keeps the nodes, disks and load balancers of the cluster."
  value       = azurerm_kubernetes_cluster.this.node_resource_group
}

output "kubernetes_version" {
  description = "Version of Kubernetes that runs now."
  value       = azurerm_kubernetes_cluster.this.current_kubernetes_version
}

output "fqdn" {
  description = "Address of the API server, or null when the cluster is private."
  value       = var.private_cluster_enabled ? null : azurerm_kubernetes_cluster.this.fqdn
}

output "private_fqdn" {
  description = "Address of the API server inside the virtual network, or null when the cluster is not private."
  value       = var.private_cluster_enabled ? azurerm_kubernetes_cluster.this.private_fqdn : null
}

output "oidc_issuer_url" {
  description = "Issuer of the tokens of service accounts, for federated credentials of workload identities."
  value       = azurerm_kubernetes_cluster.this.oidc_issuer_url
}

output "kubelet_identity_object_id" {
  description = "Object id of the identity with which nodes pull images."
  value       = one(azurerm_kubernetes_cluster.this.kubelet_identity[*].object_id)
}

output "kubelet_identity_client_id" {
  description = "Client id of the identity with which nodes pull images."
  value       = one(azurerm_kubernetes_cluster.this.kubelet_identity[*].client_id)
}

output "key_vault_identity_client_id" {
  description = "Client id of the identity with which pods read secrets from Key Vault, or null while that is off."
  value       = var.key_vault_secrets_provider_enabled ? one(azurerm_kubernetes_cluster.this.key_vault_secrets_provider[0].secret_identity[*].client_id) : null
}

output "principal_id" {
  description = "Object id of the cluster's own identity, or null when it was given one."
  value       = var.user_assigned_identity_id == null ? azurerm_kubernetes_cluster.this.identity[0].principal_id : null
}

output "node_pool_ids" {
  description = "Resource id of each additional node pool by its name."
  value       = { for name, pool in azurerm_kubernetes_cluster_node_pool.this : name => pool.id }
}

output "connect_command" {
  description = "Command that sets kubectl up for this cluster; sign-in is with Microsoft Entra ID."
  value       = "az aks get-credentials --resource-group ${local.resource_group_name} --name ${azurerm_kubernetes_cluster.this.name}"
}

output "run_command" {
  description = "Command that runs kubectl inside Azure, which reaches a private cluster from anywhere, or null when that is turned off."
  value       = var.run_command_enabled ? "az aks command invoke --resource-group ${local.resource_group_name} --name ${azurerm_kubernetes_cluster.this.name} --command \"kubectl get nodes\"" : null
}

output "portal_url" {
  description = "The cluster in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_kubernetes_cluster.this.id}"
}
