output "id" {
  description = "Id of the backend bucket, which holds the settings of the cache: `projects/…/global/backendBuckets/…`."
  value       = google_compute_backend_bucket.this.id
}

output "name" {
  description = "Name of the site."
  value       = google_compute_backend_bucket.this.name
}

output "project" {
  description = "Project that holds the site."
  value       = google_compute_backend_bucket.this.project
}

output "urls" {
  description = "Address of the site for each domain."
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
  description = "Records that the domains need; they are there already when a zone was named."
  value = flatten([for domain in var.domains : [for key, address in google_compute_global_address.this :
    "${domain}. ${key == "ipv4" ? "A" : "AAAA"} ${address.address}"
  ]])
}

output "bucket_name" {
  description = "Bucket with the contents."
  value       = local.bucket_name
}

output "url_map_id" {
  description = "Id of the URL map, for which the cache is emptied."
  value       = google_compute_url_map.this.id
}

output "certificate_command" {
  description = "Command that tells how far Google's certificate is, `ACTIVE` in the end. Null for certificates of your own."
  value       = local.create_certificate ? "gcloud compute ssl-certificates describe ${google_compute_managed_ssl_certificate.site[0].name} --global --project=${google_compute_backend_bucket.this.project} --format='value(managed.status,managed.domainStatus)'" : null
}

output "upload_command" {
  description = "Command that uploads a folder."
  value       = "gcloud storage rsync --recursive ./site gs://${local.bucket_name}"
}

output "invalidate_command" {
  description = "Command that empties the cache."
  value       = "gcloud compute url-maps invalidate-cdn-cache ${google_compute_url_map.this.name} --path='/*' --global --project=${google_compute_backend_bucket.this.project}"
}

output "signed_url_keys" {
  description = "Key that signs addresses, by its name. Empty when the contents are public."
  value       = { for name, key in google_compute_backend_bucket_signed_url_key.this : name => key.key_value }
  sensitive   = true
}

output "sign_command" {
  description = "Command that signs an address for an hour, with a key in the file `key.txt`. Null when the contents are public."
  value       = var.access == "signed" ? "gcloud compute sign-url https://${var.domains[0]}/file --key-name=${sort(var.signed_url_key_names)[0]} --key-file=key.txt --expires-in=1h" : null
}

output "console_url" {
  description = "The cache in the Google Cloud console."
  value       = "https://console.cloud.google.com/net-services/cdn/list?project=${google_compute_backend_bucket.this.project}"
}
