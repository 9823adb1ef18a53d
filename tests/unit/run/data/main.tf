variable "password" {
  type      = string
  sensitive = true
}
variable "size" {
  type    = number
  default = 1
}
variable "names" {
  type    = set(string)
  default = ["a", "b"]
}
variable "region" {
  type    = string
  default = "north"
}
resource "terraform_data" "plain" {
  input = {
    size     = var.size
    tags     = { environment = "test", "cost.center" = "42" }
    ports    = [80, 443]
    password = var.password
  }
}
resource "terraform_data" "secret" {
  input = var.password
}
resource "terraform_data" "replaced" {
  input            = "same"
  triggers_replace = [var.region]
}
resource "terraform_data" "each" {
  for_each = var.names
  input    = each.key
}
resource "terraform_data" "depends" {
  input = terraform_data.replaced.id
}
output "size" {
  value = var.size
}
output "password" {
  value     = var.password
  sensitive = true
}
output "id" {
  value = terraform_data.plain.id
}
output "extra" { value = 1 }
