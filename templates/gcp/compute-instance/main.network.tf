locals {
  create_network  = var.subnetwork == null
  subnetwork      = local.create_network ? google_compute_subnetwork.this[0].self_link : var.subnetwork
  network         = local.create_network ? google_compute_network.this[0].self_link : data.google_compute_subnetwork.existing[0].network
  network_project = local.create_network ? var.project_id : split("/", var.subnetwork)[1]

  management_port = local.windows ? "3389" : "22"

  # Google's tunnel connects from this range: https://cloud.google.com/iap/docs/using-tcp-forwarding
  iap_range = "35.235.240.0/20"

  allow_rules = concat(
    var.iap_enabled ? [{ name = "iap", protocol = "tcp", ports = [local.management_port], source_cidrs = [local.iap_range] }] : [],
    length(var.allowed_management_cidrs) > 0 ? [{ name = "management", protocol = "tcp", ports = [local.management_port], source_cidrs = var.allowed_management_cidrs }] : [],
    [for rule in var.inbound_rules : { name = "in-${rule.name}", protocol = rule.protocol, ports = rule.ports, source_cidrs = rule.source_cidrs }]
  )
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
  project                 = var.project_id
  auto_create_subnetworks = false
  routing_mode            = "REGIONAL"
}

resource "google_compute_subnetwork" "this" {
  count = local.create_network ? 1 : 0

  name                     = "${var.name}-subnet"
  project                  = var.project_id
  region                   = local.region
  network                  = google_compute_network.this[0].self_link
  ip_cidr_range            = var.subnet_cidr
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# What no rule allows is denied: every VPC network ends with that rule.
resource "google_compute_firewall" "allow" {
  for_each = { for rule in local.allow_rules : rule.name => rule }

  name          = "${var.name}-${each.key}"
  project       = local.network_project
  network       = local.network
  direction     = "INGRESS"
  source_ranges = each.value.source_cidrs
  target_tags   = [var.name]

  allow {
    protocol = each.value.protocol
    ports    = each.value.ports
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_address" "this" {
  count = var.external_ip == "static" ? 1 : 0

  name         = "${var.name}-address"
  project      = var.project_id
  region       = local.region
  address_type = "EXTERNAL"
  network_tier = var.network_tier
  labels       = local.labels
}

resource "google_compute_router" "this" {
  count = var.nat_enabled ? 1 : 0

  name    = "${var.name}-router"
  project = var.project_id
  region  = local.region
  network = google_compute_network.this[0].self_link
}

resource "google_compute_router_nat" "this" {
  count = var.nat_enabled ? 1 : 0

  name                               = "${var.name}-nat"
  project                            = var.project_id
  region                             = local.region
  router                             = google_compute_router.this[0].name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
