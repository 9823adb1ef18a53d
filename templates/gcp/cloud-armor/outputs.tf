output "id" {
  description = "Id of the policy: `projects/…/global/securityPolicies/…`."
  value       = google_compute_security_policy.this.id
}

output "name" {
  description = "Name of the policy."
  value       = google_compute_security_policy.this.name
}

output "self_link" {
  description = "Address of the policy in the API, which a backend service names."
  value       = google_compute_security_policy.this.self_link
}

output "project" {
  description = "Project that holds the policy."
  value       = google_compute_security_policy.this.project
}

output "rule_summary" {
  description = "What the policy does, rule by rule in the order in which they are asked."
  value       = [for rule in local.rules : "${rule.priority} ${rule.action} ${rule.description}${rule.preview ? " (only logged)" : ""}"]
}

output "attach_commands" {
  description = "Command that puts each named backend under the policy, by the name of the backend."
  value = { for backend in var.backend_services : backend => local.backend
    ? "gcloud compute backend-services update ${backend} --global --security-policy=${var.name} --project=${google_compute_security_policy.this.project}"
    : "gcloud compute backend-buckets update ${backend} --edge-security-policy=${var.name} --project=${google_compute_security_policy.this.project}"
  }
}

output "logs_query" {
  description = "Query for the Logs Explorer that shows what the policy matched."
  value       = "resource.type=\"http_load_balancer\" AND (jsonPayload.enforcedSecurityPolicy.name=\"${var.name}\" OR jsonPayload.previewSecurityPolicy.name=\"${var.name}\")"
}

output "console_url" {
  description = "The policy in the Google Cloud console."
  value       = "https://console.cloud.google.com/net-security/securitypolicies/details/${var.name}?project=${google_compute_security_policy.this.project}"
}
