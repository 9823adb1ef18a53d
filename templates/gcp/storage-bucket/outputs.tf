output "id" {
  description = "Id of the bucket, which is its name."
  value       = google_storage_bucket.this.id
}

output "name" {
  description = "Name of the bucket."
  value       = google_storage_bucket.this.name
}

output "url" {
  description = "Path of the bucket for `gcloud storage` and other programs: `gs://<name>`."
  value       = google_storage_bucket.this.url
}

output "self_link" {
  description = "Address of the bucket in the API."
  value       = google_storage_bucket.this.self_link
}

output "project" {
  description = "Project that holds the bucket."
  value       = google_storage_bucket.this.project
}

output "location" {
  description = "Where the data lives."
  value       = google_storage_bucket.this.location
}

output "public_url" {
  description = "Address under which objects are read over HTTPS. Without public access it needs a signed-in user."
  value       = "https://storage.googleapis.com/${google_storage_bucket.this.name}"
}

output "upload_command" {
  description = "Command that uploads a file."
  value       = "gcloud storage cp ./file ${google_storage_bucket.this.url}/"
}

output "notification_ids" {
  description = "Id of each notification, in the order of the list."
  value       = [for index, notification in var.notifications : google_storage_notification.this[tostring(index)].notification_id]
}

output "console_url" {
  description = "The bucket in the Google Cloud console."
  value       = "https://console.cloud.google.com/storage/browser/${google_storage_bucket.this.name}"
}
