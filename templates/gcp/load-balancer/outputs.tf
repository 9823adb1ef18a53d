output "id" {
  description = "Id of the URL map, which Google shows as the load balancer: `projects/…/global/urlMaps/…`."
  value       = google_compute_url_map.this.id
}

output "name" {
  description = "Name of the load balancer."
  value       = google_compute_url_map.this.name
}

output "project" {
  description = "Project that holds the load balancer."
  value       = google_compute_url_map.this.project
}

output "urls" {
  description = "Address for each domain."
  value       = [for domain in var.domains : "https://${domain}/"]
}

output "ip_address" {
  description = "IPv4 address that the domains must lead to."
  value       = google_compute_global_address.this["ipv4"].address
}

output "ipv6_address" {
  description = "IPv6 address that the domains must lead to, or null."
  value       = var.ipv6_enabled ? google_compute_global_address.this["ipv6"].address : null
}

output "dns_records" {
  description = "Records that the domains and the certificate need; they are there already when a zone was named."
  value = concat(
    flatten([for domain in var.domains : [for key, address in google_compute_global_address.this : "${domain}. ${key == "ipv4" ? "A" : "AAAA"} ${address.address}"]]),
    flatten([for proof in google_certificate_manager_dns_authorization.this : [for record in proof.dns_resource_record : "${record.name} ${record.type} ${record.data}"]]),
  )
}

output "backend_ids" {
  description = "Id of each backend service or backend bucket, by its name."
  value       = local.targets
}

output "certificate_command" {
  description = "Command that tells how far Google's certificate is, `ACTIVE` in the end. Null for certificates of your own."
  value = {
    managed             = "gcloud compute ssl-certificates describe ${local.certificate_name} --global --project=${google_compute_url_map.this.project} --format='value(managed.status,managed.domainStatus)'"
    certificate_manager = "gcloud certificate-manager certificates describe ${local.certificate_name} --project=${google_compute_url_map.this.project} --format='value(managed.state)'"
    own                 = null
  }[var.certificate_type]
}

output "health_commands" {
  description = "Command that tells which machines are well, by the name of the backend."
  value       = { for name in keys(local.checked) : name => "gcloud compute backend-services get-health ${google_compute_backend_service.this[name].name} --global --project=${google_compute_url_map.this.project}" }
}

output "console_url" {
  description = "The load balancer in the Google Cloud console."
  value       = "https://console.cloud.google.com/net-services/loadbalancing/details/httpAdvanced/${var.name}?project=${google_compute_url_map.this.project}"
}
