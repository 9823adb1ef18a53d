output "id" {
  description = "What other deployments can refer to."
  value       = "thing-${var.name}"
}

output "subnet_ids" {
  description = "The id of each subnet."
  value       = { for name, subnet in var.subnets : name => "${var.name}/${name}" }
}
