locals {
  create_service_account = var.service_account_email == null
  service_account_email  = local.create_service_account ? google_service_account.this[0].email : var.service_account_email

  sql_roles             = length(var.cloud_sql_instances) > 0 ? ["roles/cloudsql.client"] : []
  service_account_roles = local.create_service_account ? setunion(var.service_account_roles, local.sql_roles) : []

  secrets = toset(concat(
    [for variable in var.secret_environment_variables : variable.secret],
    [for volume in var.secret_volumes : volume.secret]
  ))

  needs_project = var.iap_enabled ? true : var.encryption_key != null

  invokers = setunion(
    var.invokers,
    var.public_access_allowed ? ["allUsers"] : [],
    var.iap_enabled ? ["serviceAccount:service-${data.google_project.this[0].number}@gcp-sa-iap.iam.gserviceaccount.com"] : []
  )
}

data "google_project" "this" {
  count = local.needs_project ? 1 : 0

  project_id = var.project_id
}

resource "google_service_account" "this" {
  count = local.create_service_account ? 1 : 0

  account_id   = "run-${var.name}"
  project      = var.project_id
  display_name = "Cloud Run service ${var.name}"
}

resource "google_project_iam_member" "service_account" {
  for_each = local.service_account_roles

  project = google_service_account.this[0].project
  role    = each.value
  member  = "serviceAccount:${google_service_account.this[0].email}"
}

resource "google_secret_manager_secret_iam_member" "this" {
  for_each = local.secrets

  project   = var.project_id
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.service_account_email}"
}

resource "google_storage_bucket_iam_member" "this" {
  for_each = { for name, volume in var.bucket_volumes : name => volume }

  bucket = each.value.bucket
  role   = each.value.read_only ? "roles/storage.objectViewer" : "roles/storage.objectUser"
  member = "serviceAccount:${local.service_account_email}"
}

# Cloud Run's service agent encrypts the image and its disks.
resource "google_kms_crypto_key_iam_member" "run_agent" {
  count = var.encryption_key == null ? 0 : 1

  crypto_key_id = var.encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this[0].number}@serverless-robot-prod.iam.gserviceaccount.com"
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = local.invokers

  project  = google_cloud_run_v2_service.this.project
  location = google_cloud_run_v2_service.this.location
  name     = google_cloud_run_v2_service.this.name
  role     = "roles/run.invoker"
  member   = each.value
}

resource "google_iap_web_cloud_run_service_iam_member" "user" {
  for_each = var.iap_enabled ? var.iap_members : []

  project                = google_cloud_run_v2_service.this.project
  location               = google_cloud_run_v2_service.this.location
  cloud_run_service_name = google_cloud_run_v2_service.this.name
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value
}
