output "id" {
  description = "Id of the instance."
  value       = google_sql_database_instance.this.id
}

output "name" {
  description = "Name of the instance."
  value       = google_sql_database_instance.this.name
}

output "project" {
  description = "Project that holds the instance."
  value       = google_sql_database_instance.this.project
}

output "region" {
  description = "Region of the instance."
  value       = google_sql_database_instance.this.region
}

output "connection_name" {
  description = "Name by which connectors and Cloud Run find the instance: `project:region:name`."
  value       = google_sql_database_instance.this.connection_name
}

output "private_ip" {
  description = "Private address, or null without one."
  value       = var.connection == "private" ? google_sql_database_instance.this.private_ip_address : null
}

output "public_ip" {
  description = "Public address, or null without one."
  value       = var.connection == "public" ? google_sql_database_instance.this.public_ip_address : null
}

output "psc_service_attachment" {
  description = "Service attachment for endpoints of Private Service Connect, or null without it."
  value       = var.connection == "psc" ? google_sql_database_instance.this.psc_service_attachment_link : null
}

output "network" {
  description = "Network that the private address is reached from, or null without one."
  value       = var.connection == "private" ? local.network : null
}

output "databases" {
  description = "Names of the databases."
  value       = sort([for database in google_sql_database.this : database.name])
}

output "users" {
  description = "Name by which each user signs in."
  value       = local.user_names
}

output "replica_connection_names" {
  description = "Connection name of each replica by its name."
  value       = { for name, replica in google_sql_database_instance.replica : name => replica.connection_name }
}

output "service_account_email" {
  description = "Service account of the instance, for rights to buckets at import and export."
  value       = google_sql_database_instance.this.service_account_email_address
}

output "proxy_command" {
  description = "Command that opens a safe way to the instance on localhost, with your own account."
  value = join(" ", compact([
    "cloud-sql-proxy",
    var.connection == "private" ? "--private-ip" : "",
    var.connection == "psc" ? "--psc" : "",
    local.sql_server || !var.iam_authentication_enabled ? "" : "--auto-iam-authn",
    google_sql_database_instance.this.connection_name,
  ]))
}

output "console_url" {
  description = "The instance in the Google Cloud console."
  value       = "https://console.cloud.google.com/sql/instances/${var.name}/overview?project=${google_sql_database_instance.this.project}"
}
