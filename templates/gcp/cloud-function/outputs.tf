output "id" {
  description = "Id of the function: `projects/…/locations/…/functions/…`."
  value       = google_cloudfunctions2_function.this.id
}

output "name" {
  description = "Name of the function."
  value       = google_cloudfunctions2_function.this.name
}

output "project" {
  description = "Project that holds the function."
  value       = local.project
}

output "region" {
  description = "Region that the function runs in."
  value       = google_cloudfunctions2_function.this.location
}

output "uri" {
  description = "Address of the function."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}

output "service_account_email" {
  description = "Service account that the function acts as."
  value       = local.service_account_email
}

output "build_service_account" {
  description = "Service account that builds the function."
  value       = local.build_service_account
}

output "source_object" {
  description = "Archive in Cloud Storage that the function is built from, or null when it comes from a repository."
  value       = var.source_kind == "repository" ? null : "gs://${local.source.bucket}/${local.source.object}"
}

output "trigger" {
  description = "Full name of the trigger, or null for a function that is called over HTTP."
  value       = var.trigger_kind == "http" ? null : google_cloudfunctions2_function.this.event_trigger[0].trigger
}

output "invoke_command" {
  description = "Command that calls the function as yourself. It works from where the field *Who can reach it* lets you in."
  value       = "curl -H \"Authorization: Bearer $(gcloud auth print-identity-token)\" ${google_cloudfunctions2_function.this.service_config[0].uri}"
}

output "logs_command" {
  description = "Command that shows the latest logs."
  value       = "gcloud functions logs read ${var.name} --gen2 --region=${var.region} --project=${local.project}"
}

output "console_url" {
  description = "The function in the Google Cloud console."
  value       = "https://console.cloud.google.com/functions/details/${var.region}/${var.name}?project=${local.project}"
}
