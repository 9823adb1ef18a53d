locals {
  create_service_account = var.service_account_email == null
  service_account_email  = local.create_service_account ? google_service_account.this[0].email : var.service_account_email

  # Triggers and schedules call the function in the name of its own account.
  calls_itself = var.trigger_kind != "http" ? true : var.schedule != null

  trigger_roles         = var.trigger_kind == "http" ? [] : ["roles/eventarc.eventReceiver"]
  service_account_roles = local.create_service_account ? setunion(var.service_account_roles, local.trigger_roles) : toset(local.trigger_roles)

  create_builder        = var.build_service_account_email == null
  build_service_account = local.create_builder ? google_service_account.builder[0].id : "projects/${local.project}/serviceAccounts/${var.build_service_account_email}"

  secrets = { for grant in concat(
    [for variable in var.secret_environment_variables : { project = coalesce(variable.project, local.project), secret = variable.secret }],
    [for volume in var.secret_volumes : { project = coalesce(volume.project, local.project), secret = volume.secret }]
  ) : "${grant.project} ${grant.secret}" => grant... }

  # Everyone who touches the source, the image or the events: https://cloud.google.com/functions/docs/securing/cmek
  key_agents = var.kms_key_name == null ? [] : [
    "gcf-admin-robot", "serverless-robot-prod", "gcp-sa-artifactregistry", "gcp-sa-eventarc", "gs-project-accounts"
  ]
}

resource "google_service_account" "this" {
  count = local.create_service_account ? 1 : 0

  account_id   = "fn-${var.name}"
  project      = local.project
  display_name = "Function ${var.name}"
}

resource "google_project_iam_member" "service_account" {
  for_each = local.service_account_roles

  project = local.project
  role    = each.value
  member  = "serviceAccount:${local.service_account_email}"
}

resource "google_service_account" "builder" {
  count = local.create_builder ? 1 : 0

  account_id   = "fnb-${var.name}"
  project      = local.project
  display_name = "Builds of the function ${var.name}"
}

resource "google_project_iam_member" "builder" {
  for_each = local.create_builder ? toset(["roles/logging.logWriter", "roles/artifactregistry.writer", "roles/storage.objectViewer"]) : []

  project = local.project
  role    = each.value
  member  = "serviceAccount:${google_service_account.builder[0].email}"
}

resource "google_secret_manager_secret_iam_member" "this" {
  for_each = local.secrets

  project   = each.value[0].project
  secret_id = each.value[0].secret
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.service_account_email}"
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = toset(local.key_agents)

  crypto_key_id = var.kms_key_name
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@${each.value}.iam.gserviceaccount.com"
}
