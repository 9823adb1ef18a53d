output "id" {
  description = "Id of the topic: `projects/…/topics/…`."
  value       = google_pubsub_topic.this.id
}

output "name" {
  description = "Name of the topic."
  value       = google_pubsub_topic.this.name
}

output "project" {
  description = "Project that holds the topic."
  value       = google_pubsub_topic.this.project
}

output "subscription_ids" {
  description = "Id of each subscription by its name in the form."
  value       = { for name, subscription in google_pubsub_subscription.this : name => subscription.id }
}

output "dead_letter_topic_id" {
  description = "Id of the topic for undeliverable messages, or null."
  value       = one(google_pubsub_topic.dead_letter[*].id)
}

output "dead_letter_subscription_id" {
  description = "Id of the subscription in which undeliverable messages wait, or null."
  value       = one(google_pubsub_subscription.dead_letter[*].id)
}

output "schema_id" {
  description = "Id of the schema that messages must have, or null."
  value       = var.schema == null ? null : local.create_schema ? google_pubsub_schema.this[0].id : var.schema.id
}

output "push_service_account_email" {
  description = "Service account that signs pushed messages; give it the right to call the address, such as `roles/run.invoker`. Null when none was created."
  value       = one(google_service_account.push[*].email)
}

output "publish_command" {
  description = "Command that publishes a message."
  value       = "gcloud pubsub topics publish ${var.name} --project=${google_pubsub_topic.this.project} --message='{}'"
}

output "pull_commands" {
  description = "Command that fetches a message from each pull subscription, by its name in the form."
  value       = { for name in local.pulls : name => "gcloud pubsub subscriptions pull ${google_pubsub_subscription.this[name].name} --project=${google_pubsub_topic.this.project} --auto-ack" }
}

output "dead_letter_command" {
  description = "Command that shows undeliverable messages without removing them, or null."
  value       = var.dead_letter_enabled ? "gcloud pubsub subscriptions pull ${google_pubsub_subscription.dead_letter[0].name} --project=${google_pubsub_topic.this.project}" : null
}

output "console_url" {
  description = "The topic in the Google Cloud console."
  value       = "https://console.cloud.google.com/cloudpubsub/topic/detail/${var.name}?project=${google_pubsub_topic.this.project}"
}
