locals {
  # What Pub/Sub itself acts as in the project.
  agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  pushes = { for name, subscription in var.subscriptions : name => subscription.push if subscription.push != null }
  tables = { for name, subscription in var.subscriptions : name => merge(
    subscription.bigquery,
    { names = regex("^(?P<project>.+)\\.(?P<dataset>[^.]+)\\.(?P<table>[^.]+)$", subscription.bigquery.table) }
  ) if subscription.bigquery != null }
  buckets = { for name, subscription in var.subscriptions : name => subscription.cloud_storage if subscription.cloud_storage != null }

  create_push_account = anytrue([for push in values(local.pushes) : push.service_account_email == null])
  push_accounts = { for name, push in local.pushes : name =>
    push.service_account_email != null ? push.service_account_email : google_service_account.push[0].email
  }

  # Writing files takes the right to see the bucket, too.
  bucket_grants = merge([for name, target in local.buckets : {
    for role in ["roles/storage.objectCreator", "roles/storage.legacyBucketReader"] : "${name} ${role}" => { target = target, role = role }
  }]...)

  pulls = [for name, subscription in var.subscriptions : name if subscription.type == "pull"]
  subscriber_grants = { for pair in setproduct(local.pulls, var.subscribers) :
    "${pair[0]} ${pair[1]}" => { subscription = pair[0], member = pair[1] }
  }
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_kms_crypto_key_iam_member" "agent" {
  count = var.kms_key_name == null ? 0 : 1

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.agent
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = var.publishers

  project = var.project_id
  topic   = google_pubsub_topic.this.name
  role    = "roles/pubsub.publisher"
  member  = each.value
}

resource "google_pubsub_subscription_iam_member" "subscriber" {
  for_each = local.subscriber_grants

  project      = var.project_id
  subscription = google_pubsub_subscription.this[each.value.subscription].name
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}

# Moving a message takes two rights: to publish it there, and to acknowledge it here.
resource "google_pubsub_topic_iam_member" "dead_letter" {
  count = var.dead_letter_enabled ? 1 : 0

  project = var.project_id
  topic   = google_pubsub_topic.dead_letter[0].name
  role    = "roles/pubsub.publisher"
  member  = local.agent
}

resource "google_pubsub_subscription_iam_member" "dead_letter" {
  for_each = { for name, subscription in var.subscriptions : name => subscription.type if var.dead_letter_enabled }

  project      = var.project_id
  subscription = google_pubsub_subscription.this[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.agent
}

resource "google_service_account" "push" {
  count = local.create_push_account ? 1 : 0

  account_id   = "pubsub-push-${substr(sha256(var.name), 0, 8)}"
  project      = var.project_id
  display_name = "Pushes messages of ${var.name}"
}

resource "google_service_account_iam_member" "push" {
  count = local.create_push_account ? 1 : 0

  service_account_id = google_service_account.push[0].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.agent
}

resource "google_bigquery_table_iam_member" "writer" {
  for_each = local.tables

  project    = each.value.names.project
  dataset_id = each.value.names.dataset
  table_id   = each.value.names.table
  role       = "roles/bigquery.dataEditor"
  member     = each.value.service_account_email == null ? local.agent : "serviceAccount:${each.value.service_account_email}"
}

resource "google_storage_bucket_iam_member" "writer" {
  for_each = local.bucket_grants

  bucket = each.value.target.bucket
  role   = each.value.role
  member = each.value.target.service_account_email == null ? local.agent : "serviceAccount:${each.value.target.service_account_email}"
}
