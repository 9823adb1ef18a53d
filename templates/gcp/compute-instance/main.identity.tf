locals {
  create_service_account = var.service_account_email == null
  service_account_email  = local.create_service_account ? google_service_account.this[0].email : var.service_account_email

  agent_roles           = var.ops_agent_enabled ? ["roles/logging.logWriter", "roles/monitoring.metricWriter"] : []
  service_account_roles = local.create_service_account ? setunion(var.service_account_roles, local.agent_roles) : []
}

resource "google_service_account" "this" {
  count = local.create_service_account ? 1 : 0

  account_id   = "vm-${var.name}"
  project      = var.project_id
  display_name = "Virtual machine ${var.name}"
}

resource "google_project_iam_member" "service_account" {
  for_each = local.service_account_roles

  project = google_service_account.this[0].project
  role    = each.value
  member  = "serviceAccount:${google_service_account.this[0].email}"
}

resource "google_compute_instance_iam_member" "login" {
  for_each = var.ssh_members

  project       = google_compute_instance.this.project
  zone          = var.zone
  instance_name = google_compute_instance.this.name
  role          = "roles/compute.osAdminLogin"
  member        = each.value
}

resource "google_iap_tunnel_instance_iam_member" "login" {
  for_each = var.iap_enabled ? var.ssh_members : []

  project  = google_compute_instance.this.project
  zone     = var.zone
  instance = google_compute_instance.this.name
  role     = "roles/iap.tunnelResourceAccessor"
  member   = each.value
}

# Whoever signs in to a machine can act as its service account, so Google asks for this right as well.
resource "google_service_account_iam_member" "login" {
  for_each = local.create_service_account ? var.ssh_members : []

  service_account_id = google_service_account.this[0].name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}
