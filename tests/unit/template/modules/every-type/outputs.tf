output "all" {
  description = "Every value as Terraform received it, as JSON."
  value       = jsonencode(terraform_data.this.output)
}

output "token_hash" {
  description = "SHA-256 of the token."
  value       = one(terraform_data.secret[*].output)
  sensitive   = true
}
