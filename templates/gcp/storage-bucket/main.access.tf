locals {
  needs_storage_agent = var.kms_key_name != null ? true : length(var.notifications) > 0
}

resource "google_storage_bucket_iam_member" "this" {
  for_each = { for grant in var.iam_members : "${grant.role} ${grant.member}" => grant }

  bucket = google_storage_bucket.this.name
  role   = each.value.role
  member = each.value.member
}

data "google_storage_project_service_account" "this" {
  count = local.needs_storage_agent ? 1 : 0

  project = var.project_id
}

resource "google_kms_crypto_key_iam_member" "storage_agent" {
  count = var.kms_key_name == null ? 0 : 1

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_storage_project_service_account.this[0].email_address}"
}

resource "google_pubsub_topic_iam_member" "storage_agent" {
  for_each = toset(var.notifications[*].topic)

  project = split("/", each.value)[1]
  topic   = split("/", each.value)[3]
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${data.google_storage_project_service_account.this[0].email_address}"
}

resource "google_storage_notification" "this" {
  for_each = { for index, notification in var.notifications : tostring(index) => notification }

  bucket             = google_storage_bucket.this.name
  topic              = each.value.topic
  payload_format     = each.value.payload_format
  event_types        = each.value.event_types
  object_name_prefix = each.value.object_prefix
  custom_attributes  = each.value.attributes

  depends_on = [google_pubsub_topic_iam_member.storage_agent]
}
