output "id" {
  description = "Id of the service: `projects/…/locations/…/services/…`."
  value       = google_cloud_run_v2_service.this.id
}

output "name" {
  description = "Name of the service."
  value       = google_cloud_run_v2_service.this.name
}

output "project" {
  description = "Project that holds the service."
  value       = google_cloud_run_v2_service.this.project
}

output "region" {
  description = "Region that the service runs in."
  value       = google_cloud_run_v2_service.this.location
}

output "uri" {
  description = "Address of the service, or null when its own address is off."
  value       = var.default_uri_enabled ? google_cloud_run_v2_service.this.uri : null
}

output "latest_ready_revision" {
  description = "Revision that was made last and is ready."
  value       = google_cloud_run_v2_service.this.latest_ready_revision
}

output "service_account_email" {
  description = "Service account that the program acts as."
  value       = local.service_account_email
}

output "domain_records" {
  description = "DNS records to create for each domain."
  value       = { for domain, mapping in google_cloud_run_domain_mapping.this : domain => flatten(mapping.status[*].resource_records) }
}

output "invoke_command" {
  description = "Command that calls the service as yourself. It works from where the field *Who can reach it* lets you in."
  value       = "curl -H \"Authorization: Bearer $(gcloud auth print-identity-token)\" ${google_cloud_run_v2_service.this.uri}"
}

output "describe_command" {
  description = "Command that shows the service and its revisions."
  value       = "gcloud run services describe ${var.name} --region=${var.region} --project=${google_cloud_run_v2_service.this.project}"
}

output "console_url" {
  description = "The service in the Google Cloud console."
  value       = "https://console.cloud.google.com/run/detail/${var.region}/${var.name}/metrics?project=${google_cloud_run_v2_service.this.project}"
}
