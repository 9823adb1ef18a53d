locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  seconds_per_day = 86400
}

resource "google_pubsub_topic" "this" {
  name                       = var.name
  project                    = var.project_id
  labels                     = local.labels
  message_retention_duration = var.retention_days == 0 ? null : "${var.retention_days * local.seconds_per_day}s"
}

resource "google_pubsub_subscription" "this" {
  count = var.subscription_enabled ? 1 : 0

  name    = "${var.name}-pull"
  project = var.project_id
  topic   = google_pubsub_topic.this.id
  labels  = local.labels
}
