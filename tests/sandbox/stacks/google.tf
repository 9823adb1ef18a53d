terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

provider "google" {
  region = "europe-west1"
  zone   = "europe-west1-b"

  default_labels = {
    owner = "team"
  }
}

variable "name" {
  type = string
}

variable "labels" {
  type    = map(string)
  default = { environment = "test" }
}

variable "machine_type" {
  type    = string
  default = "e2-medium"
}

data "google_project" "this" {}

data "google_client_config" "this" {}

data "google_compute_zones" "this" {
  region = "europe-west1"
}

data "google_compute_image" "debian" {
  family  = "debian-12"
  project = "debian-cloud"
}

data "google_storage_project_service_account" "this" {}

resource "google_compute_network" "this" {
  name                    = "net-${var.name}"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  name          = "sub-${var.name}"
  network       = google_compute_network.this.id
  ip_cidr_range = "10.40.0.0/24"

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = "10.50.0.0/16"
  }
  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "iap" {
  name          = "iap-${var.name}"
  network       = google_compute_network.this.name
  source_ranges = ["35.235.240.0/20"]

  allow {
    protocol = "tcp"
    ports    = ["22", "3389"]
  }
}

resource "google_compute_router" "this" {
  name    = "router-${var.name}"
  network = google_compute_network.this.id
}

resource "google_compute_router_nat" "this" {
  name                               = "nat"
  router                             = google_compute_router.this.name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}

resource "google_service_account" "this" {
  account_id   = "sa-${var.name}"
  display_name = "Application"
}

resource "google_compute_disk" "data" {
  count = 2
  name  = "data-${count.index}-${var.name}"
  size  = 20
  type  = "pd-balanced"
}

resource "google_compute_address" "this" {
  name = "ip-${var.name}"
}

resource "google_compute_instance" "this" {
  name                      = "vm-${var.name}"
  machine_type              = var.machine_type
  allow_stopping_for_update = true
  labels                    = var.labels
  tags                      = ["ssh", "web"]

  boot_disk {
    initialize_params {
      image = data.google_compute_image.debian.self_link
      size  = 20
      type  = "pd-balanced"
    }
  }
  dynamic "attached_disk" {
    for_each = google_compute_disk.data
    content {
      source = attached_disk.value.id
    }
  }
  network_interface {
    subnetwork = google_compute_subnetwork.this.id
    access_config {}
  }
  network_interface {
    subnetwork = google_compute_subnetwork.this.id
    access_config {
      nat_ip = google_compute_address.this.address
    }
  }
  service_account {
    email  = google_service_account.this.email
    scopes = ["cloud-platform"]
  }
  shielded_instance_config {
    enable_secure_boot = true
  }
}

resource "google_storage_bucket" "this" {
  name                        = "bucket-${var.name}"
  location                    = "eu"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  labels                      = var.labels

  versioning {
    enabled = true
  }
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "NEARLINE"
    }
    condition {
      age = 30
    }
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 3
      with_state         = "ARCHIVED"
    }
  }
}

resource "google_storage_bucket_iam_member" "this" {
  bucket = google_storage_bucket.this.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.this.member
}

resource "google_storage_bucket_object" "this" {
  name    = "hello.txt"
  bucket  = google_storage_bucket.this.name
  content = "hello"
}

resource "google_pubsub_topic" "this" {
  name                       = "topic-${var.name}"
  message_retention_duration = "86400s"
}

resource "google_pubsub_subscription" "this" {
  name  = "subscription-${var.name}"
  topic = google_pubsub_topic.this.id

  retry_policy {
    minimum_backoff = "15s"
  }
  expiration_policy {
    ttl = ""
  }
}

resource "google_secret_manager_secret" "this" {
  secret_id           = "secret-${var.name}"
  deletion_protection = false
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "this" {
  secret                 = google_secret_manager_secret.this.id
  secret_data_wo         = "never stored 4711"
  secret_data_wo_version = "1"
}

resource "google_sql_database_instance" "this" {
  name                = "sql-${var.name}"
  database_version    = "POSTGRES_17"
  deletion_protection = false

  settings {
    tier    = "db-perf-optimized-N-2"
    edition = "ENTERPRISE_PLUS"
    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
    }
  }
}

resource "google_container_cluster" "this" {
  name                = "gke-${var.name}"
  location            = "europe-west1"
  network             = google_compute_network.this.id
  subnetwork          = google_compute_subnetwork.this.id
  enable_autopilot    = true
  deletion_protection = false
}

output "address" {
  value = {
    internal   = google_compute_instance.this.network_interface[0].network_ip
    second     = google_compute_instance.this.network_interface[1].network_ip
    external   = google_compute_instance.this.network_interface[0].access_config[0].nat_ip
    reserved   = google_compute_instance.this.network_interface[1].access_config[0].nat_ip
    address    = google_compute_address.this.address
    url        = google_storage_bucket.this.url
    location   = google_storage_bucket.this.location
    account    = google_service_account.this.email
    project    = data.google_project.this.project_id
    zones      = data.google_compute_zones.this.names
    ca         = google_container_cluster.this.master_auth[0].cluster_ca_certificate
    sql        = google_sql_database_instance.this.connection_name
    sql_ip     = google_sql_database_instance.this.private_ip_address
    sql_public = google_sql_database_instance.this.public_ip_address
    self_link  = google_compute_instance.this.self_link
    labels     = google_compute_instance.this.effective_labels
    agent      = data.google_storage_project_service_account.this.email_address
  }
  sensitive = true
}
