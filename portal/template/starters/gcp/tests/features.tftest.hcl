mock_provider "google" {}

variables {
  name       = "acme-events"
  project_id = "acme-demo"
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "events"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_pubsub_topic.this.labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "events" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }
}

run "messages_are_kept_and_pulled" {
  command = plan

  variables {
    retention_days       = 7
    subscription_enabled = true
  }

  assert {
    condition     = google_pubsub_topic.this.message_retention_duration == "604800s"
    error_message = "Seven days are 604800 seconds."
  }

  assert {
    condition     = google_pubsub_subscription.this[0].name == "acme-events-pull" && google_pubsub_subscription.this[0].project == "acme-demo"
    error_message = "The subscription must be beside the topic."
  }
}
