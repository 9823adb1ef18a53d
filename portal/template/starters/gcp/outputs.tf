output "id" {
  description = "Id of the topic: `projects/<project>/topics/<name>`."
  value       = google_pubsub_topic.this.id
}

output "name" {
  description = "Name of the topic."
  value       = google_pubsub_topic.this.name
}

output "subscription_id" {
  description = "Id of the subscription, or null when there is none."
  value       = one(google_pubsub_subscription.this[*].id)
}

output "publish_command" {
  description = "Command that publishes a message."
  value       = "gcloud pubsub topics publish ${google_pubsub_topic.this.id} --message=hello"
}
