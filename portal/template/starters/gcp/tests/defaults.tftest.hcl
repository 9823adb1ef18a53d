mock_provider "google" {}

variables {
  name = "acme-events"
}

run "a_name_alone_makes_a_topic_and_nothing_else" {
  command = plan

  assert {
    condition     = google_pubsub_topic.this.labels == tomap({ environment = "dev" }) && google_pubsub_topic.this.message_retention_duration == null
    error_message = "Without further values the topic has the label of its environment, and keeps no messages."
  }

  assert {
    condition     = length(google_pubsub_subscription.this) == 0
    error_message = "Nobody asked for a subscription."
  }
}
