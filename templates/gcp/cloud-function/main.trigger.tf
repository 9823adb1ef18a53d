locals {
  event_type = lookup({
    pubsub  = "google.cloud.pubsub.topic.v1.messagePublished"
    storage = "google.cloud.storage.object.v1.${var.storage_event}"
  }, var.trigger_kind, var.event_type)

  event_filters = lookup({
    pubsub  = {}
    storage = { bucket = var.storage_bucket }
  }, var.trigger_kind, var.event_filters)
}

# Google's storage service tells Pub/Sub what happens in buckets.
data "google_storage_project_service_account" "this" {
  count = var.trigger_kind == "storage" ? 1 : 0

  project = local.project
}

resource "google_project_iam_member" "storage_agent" {
  count = var.trigger_kind == "storage" ? 1 : 0

  project = local.project
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${data.google_storage_project_service_account.this[0].email_address}"
}

# The function's service below has the function's name; whoever may call it is said there.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = merge(
    { for member in var.invokers : member => member },
    { for member in ["allUsers"] : member => member if var.public_access_allowed },
    { for caller in ["itself"] : caller => "serviceAccount:${local.service_account_email}" if local.calls_itself }
  )

  project  = local.project
  location = var.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.value
}

resource "google_cloud_scheduler_job" "this" {
  count = var.schedule == null ? 0 : 1

  name             = "${var.name}-schedule"
  project          = local.project
  region           = var.region
  description      = "Calls the function ${var.name}."
  schedule         = var.schedule
  time_zone        = var.schedule_time_zone
  attempt_deadline = "${max(15, min(var.timeout_seconds, 1800))}s"

  retry_config {
    retry_count = var.retry_enabled ? 3 : 0
  }

  http_target {
    http_method = "POST"
    uri         = google_cloudfunctions2_function.this.service_config[0].uri

    oidc_token {
      service_account_email = local.service_account_email
      audience              = google_cloudfunctions2_function.this.service_config[0].uri
    }
  }
}
