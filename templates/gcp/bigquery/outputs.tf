output "id" {
  description = "Id of the dataset: `projects/…/datasets/…`."
  value       = google_bigquery_dataset.this.id
}

output "name" {
  description = "Name of the dataset."
  value       = google_bigquery_dataset.this.dataset_id
}

output "self_link" {
  description = "Address of the dataset in the API."
  value       = google_bigquery_dataset.this.self_link
}

output "project" {
  description = "Project that holds the dataset."
  value       = google_bigquery_dataset.this.project
}

output "location" {
  description = "Where the data lives."
  value       = google_bigquery_dataset.this.location
}

output "table_ids" {
  description = "Name of each table as queries write it, `project.dataset.table`, by its name."
  value       = { for name, table in google_bigquery_table.this : name => "${table.project}.${table.dataset_id}.${name}" }
}

output "view_ids" {
  description = "Name of each view as queries write it, by its name."
  value       = { for name, view in merge(google_bigquery_table.view, google_bigquery_table.materialized_view) : name => "${view.project}.${view.dataset_id}.${name}" }
}

output "routine_ids" {
  description = "Name of each routine as queries write it, by its name."
  value       = { for name, routine in google_bigquery_routine.this : name => "${routine.project}.${routine.dataset_id}.${name}" }
}

output "query_command" {
  description = "Command that lists the tables of the dataset with a query."
  value       = "bq query --project_id=${google_bigquery_dataset.this.project} --location=${var.location} --use_legacy_sql=false 'SELECT table_name FROM `${google_bigquery_dataset.this.project}.${var.name}`.INFORMATION_SCHEMA.TABLES'"
}

output "console_url" {
  description = "The dataset in the Google Cloud console."
  value       = "https://console.cloud.google.com/bigquery?project=${google_bigquery_dataset.this.project}&p=${google_bigquery_dataset.this.project}&d=${var.name}&page=dataset"
}
