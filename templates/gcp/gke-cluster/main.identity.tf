locals {
  create_service_account = var.service_account_email == null
  service_account_email  = local.create_service_account ? google_service_account.this[0].email : var.service_account_email

  # What a node needs to report logs and figures: https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts
  node_roles            = ["roles/container.defaultNodeServiceAccount"]
  service_account_roles = local.create_service_account ? setunion(local.node_roles, var.service_account_roles) : []
}

resource "google_service_account" "this" {
  count = local.create_service_account ? 1 : 0

  account_id   = "gke-${var.name}"
  project      = local.project
  display_name = "Nodes of the cluster ${var.name}"
}

resource "google_project_iam_member" "service_account" {
  for_each = local.service_account_roles

  project = local.project
  role    = each.value
  member  = "serviceAccount:${google_service_account.this[0].email}"
}

# The service agent of GKE encrypts the secrets of the cluster.
resource "google_kms_crypto_key_iam_member" "gke_agent" {
  count = var.database_encryption_key == null ? 0 : 1

  crypto_key_id = var.database_encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@container-engine-robot.iam.gserviceaccount.com"
}

# The service agent of Compute Engine encrypts the disks of the nodes.
resource "google_kms_crypto_key_iam_member" "compute_agent" {
  count = var.disk_kms_key == null ? 0 : 1

  crypto_key_id = var.disk_kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this.number}@compute-system.iam.gserviceaccount.com"
}
