locals {
  create_network = var.connection == "private" && var.network == null
  create_access  = local.create_network || (var.connection == "private" && var.create_private_service_access)
  network        = local.create_network ? google_compute_network.this[0].self_link : var.network
}

resource "google_compute_network" "this" {
  count = local.create_network ? 1 : 0

  name                    = "${var.name}-network"
  project                 = var.project_id
  auto_create_subnetworks = false
}

# Managed services live in Google's own network, joined by a peering: this is the range that they use.
resource "google_compute_global_address" "services" {
  count = local.create_access ? 1 : 0

  name          = "${var.name}-services"
  project       = local.create_network ? var.project_id : split("/", var.network)[1]
  network       = local.network
  address_type  = "INTERNAL"
  purpose       = "VPC_PEERING"
  prefix_length = 20
  labels        = local.labels
}

resource "google_service_networking_connection" "this" {
  count = local.create_access ? 1 : 0

  network                 = local.network
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services[0].name]
}

data "google_project" "this" {
  count = var.encryption_key == null ? 0 : 1

  project_id = var.project_id
}

# The service agent of Cloud SQL encrypts the data. It is there once the project has had an instance, or was asked for.
resource "google_kms_crypto_key_iam_member" "sql_agent" {
  count = var.encryption_key == null ? 0 : 1

  crypto_key_id = var.encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.this[0].number}@gcp-sa-cloud-sql.iam.gserviceaccount.com"
}
