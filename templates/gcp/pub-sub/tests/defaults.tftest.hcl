mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "123456789012"
    }
  }
}

variables {
  name = "orders"
}

run "a_name_makes_a_topic_that_loses_nothing" {
  command = plan

  assert {
    condition     = keys(google_pubsub_subscription.this) == ["pull"] && google_pubsub_subscription.this["pull"].name == "orders-pull" && google_pubsub_subscription.this["pull"].expiration_policy[0].ttl == "" && google_pubsub_subscription.this["pull"].message_retention_duration == "604800s"
    error_message = "One subscription must be there that does not expire."
  }

  assert {
    condition     = google_pubsub_topic.dead_letter[0].name == "orders-dead-letter" && google_pubsub_subscription.dead_letter[0].message_retention_duration == "1209600s" && google_pubsub_subscription.this["pull"].dead_letter_policy[0].max_delivery_attempts == 5
    error_message = "Undeliverable messages must be set aside and kept."
  }

  assert {
    condition     = google_pubsub_topic_iam_member.dead_letter[0].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" && google_pubsub_subscription_iam_member.dead_letter["pull"].role == "roles/pubsub.subscriber"
    error_message = "Pub/Sub must be allowed to move messages."
  }

  assert {
    condition     = length(google_pubsub_topic_iam_member.publisher) == 0 && length(google_pubsub_subscription_iam_member.subscriber) == 0 && length(google_service_account.push) == 0
    error_message = "Nobody may get a right unasked."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment         = "test"
    owner               = "Ada@Example.com"
    cost_center         = "CC 1815"
    terrace_deployment  = "orders"
    labels              = { team = "shop", environment = "mine" }
    dead_letter_enabled = false
  }

  assert {
    condition     = google_pubsub_topic.this.labels == tomap({ team = "shop", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "orders" }) && google_pubsub_subscription.this["pull"].labels == google_pubsub_topic.this.labels
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = length(google_pubsub_topic.dead_letter) == 0 && length(google_pubsub_subscription.this["pull"].dead_letter_policy) == 0 && length(google_pubsub_subscription_iam_member.dead_letter) == 0
    error_message = "Without a place for undeliverable messages nothing of it may be left."
  }
}
