output "id" {
  description = "Id of the cluster: `projects/…/locations/…/clusters/…`."
  value       = google_container_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = google_container_cluster.this.name
}

output "project" {
  description = "Project that holds the cluster."
  value       = google_container_cluster.this.project
}

output "location" {
  description = "Region or zone of the cluster."
  value       = google_container_cluster.this.location
}

output "endpoint" {
  description = "Address of the control plane."
  value       = google_container_cluster.this.endpoint
}

output "dns_endpoint" {
  description = "Name of the control plane, where Google asks who you are before the cluster is reached."
  value       = google_container_cluster.this.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint
}

output "ca_certificate" {
  description = "Certificate of the cluster's authority, in Base64."
  value       = google_container_cluster.this.master_auth[0].cluster_ca_certificate
  sensitive   = true
}

output "master_version" {
  description = "Version of Kubernetes that the control plane runs."
  value       = google_container_cluster.this.master_version
}

output "workload_pool" {
  description = "Pool in which workloads have identities, for rights such as `serviceAccount:<pool>[<namespace>/<account>]`."
  value       = google_container_cluster.this.workload_identity_config[0].workload_pool
}

output "service_account_email" {
  description = "Service account of the nodes."
  value       = local.service_account_email
}

output "network" {
  description = "Network that the cluster is in."
  value       = local.network
}

output "subnetwork" {
  description = "Subnetwork that the nodes are in."
  value       = local.subnetwork
}

output "node_pool_ids" {
  description = "Id of each node pool by its name; empty with Autopilot."
  value       = { for name, pool in google_container_node_pool.this : name => pool.id }
}

output "backup_plan_id" {
  description = "Id of the backup plan, or null without one."
  value       = one(google_gke_backup_backup_plan.this[*].id)
}

output "get_credentials_command" {
  description = "Command that sets kubectl up for the cluster."
  value = join(" ", compact([
    "gcloud container clusters get-credentials ${var.name}",
    "--location=${var.location}",
    "--project=${google_container_cluster.this.project}",
    var.control_plane_access == "dns" ? "--dns-endpoint" : "",
    var.control_plane_access == "private" ? "--internal-ip" : "",
  ]))
}

output "console_url" {
  description = "The cluster in the Google Cloud console."
  value       = "https://console.cloud.google.com/kubernetes/clusters/details/${var.location}/${var.name}/details?project=${google_container_cluster.this.project}"
}
