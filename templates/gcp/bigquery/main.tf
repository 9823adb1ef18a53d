locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  milliseconds_per_day = 86400000
}

resource "google_bigquery_dataset" "this" {
  dataset_id    = var.name
  project       = var.project_id
  location      = var.location
  friendly_name = var.friendly_name
  description   = var.description
  labels        = local.labels

  default_table_expiration_ms     = var.default_table_expiration_days == null ? null : var.default_table_expiration_days * local.milliseconds_per_day
  default_partition_expiration_ms = var.default_partition_expiration_days == null ? null : var.default_partition_expiration_days * local.milliseconds_per_day
  max_time_travel_hours           = tostring(var.max_time_travel_hours)
  storage_billing_model           = var.storage_billing_model
  default_collation               = var.default_collation
  is_case_insensitive             = var.case_insensitive_enabled
  delete_contents_on_destroy      = var.delete_contents_on_destroy

  dynamic "default_encryption_configuration" {
    # Nothing can be encrypted before BigQuery may use the key.
    for_each = google_kms_crypto_key_iam_member.agent[*].crypto_key_id

    content {
      kms_key_name = default_encryption_configuration.value
    }
  }
}

data "google_bigquery_default_service_account" "this" {
  count = var.kms_key_name == null ? 0 : 1

  project = var.project_id
}

resource "google_kms_crypto_key_iam_member" "agent" {
  count = var.kms_key_name == null ? 0 : 1

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_bigquery_default_service_account.this[0].email}"
}

resource "google_bigquery_dataset_iam_member" "this" {
  for_each = { for grant in var.iam_members : "${grant.role} ${grant.member}" => grant }

  project    = google_bigquery_dataset.this.project
  dataset_id = google_bigquery_dataset.this.dataset_id
  role       = each.value.role
  member     = each.value.member
}
