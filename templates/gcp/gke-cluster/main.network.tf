locals {
  create_network = var.subnetwork == null
  network        = local.create_network ? google_compute_network.this[0].self_link : data.google_compute_subnetwork.existing[0].network
  subnetwork     = local.create_network ? google_compute_subnetwork.this[0].self_link : var.subnetwork
  create_nat     = local.create_network && var.nat_enabled
}

data "google_compute_subnetwork" "existing" {
  count = local.create_network ? 0 : 1

  project = split("/", var.subnetwork)[1]
  region  = split("/", var.subnetwork)[3]
  name    = split("/", var.subnetwork)[5]
}

resource "google_compute_network" "this" {
  count = local.create_network ? 1 : 0

  name                    = "${var.name}-network"
  project                 = local.project
  auto_create_subnetworks = false
  routing_mode            = "REGIONAL"
}

resource "google_compute_subnetwork" "this" {
  count = local.create_network ? 1 : 0

  name                     = "${var.name}-subnet"
  project                  = local.project
  region                   = local.region
  network                  = google_compute_network.this[0].self_link
  ip_cidr_range            = var.subnet_cidr
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = var.pods_cidr
  }

  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = var.services_cidr
  }

  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_router" "this" {
  count = local.create_nat ? 1 : 0

  name    = "${var.name}-router"
  project = local.project
  region  = local.region
  network = google_compute_network.this[0].self_link
}

resource "google_compute_router_nat" "this" {
  count = local.create_nat ? 1 : 0

  name                               = "${var.name}-nat"
  project                            = local.project
  region                             = local.region
  router                             = google_compute_router.this[0].name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
