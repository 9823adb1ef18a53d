locals {
  nat_regions = !var.nat_enabled ? toset([]) : length(var.nat_regions) > 0 ? var.nat_regions : local.machine_regions

  # Each fixed address by its region and number: "europe-west1-1".
  nat_addresses = merge([for region in local.nat_regions : {
    for number in range(var.nat_static_address_count) : "${region}-${number + 1}" => region
  }]...)
}

resource "google_compute_router" "nat" {
  for_each = local.nat_regions

  name        = "${var.name}-router-${each.key}"
  project     = google_compute_network.this.project
  region      = each.key
  network     = google_compute_network.this.self_link
  description = "NAT of ${var.name}. ${local.label_text}"
}

resource "google_compute_address" "nat" {
  for_each = local.nat_addresses

  name         = "${var.name}-nat-${each.key}"
  project      = google_compute_network.this.project
  region       = each.value
  address_type = "EXTERNAL"
  network_tier = "PREMIUM"
  labels       = local.labels
}

resource "google_compute_router_nat" "this" {
  for_each = google_compute_router.nat

  name                                = "${var.name}-nat-${each.key}"
  project                             = google_compute_network.this.project
  region                              = each.key
  router                              = each.value.name
  nat_ip_allocate_option              = var.nat_static_address_count > 0 ? "MANUAL_ONLY" : "AUTO_ONLY"
  nat_ips                             = var.nat_static_address_count > 0 ? [for key, region in local.nat_addresses : google_compute_address.nat[key].self_link if region == each.key] : null
  source_subnetwork_ip_ranges_to_nat  = "ALL_SUBNETWORKS_ALL_IP_RANGES"
  enable_dynamic_port_allocation      = var.nat_dynamic_ports_enabled
  enable_endpoint_independent_mapping = false
  min_ports_per_vm                    = var.nat_min_ports_per_vm
  max_ports_per_vm                    = var.nat_dynamic_ports_enabled ? var.nat_max_ports_per_vm : null
  tcp_established_idle_timeout_sec    = var.nat_tcp_idle_timeout_seconds

  log_config {
    enable = var.nat_log_filter != "NONE"
    filter = var.nat_log_filter == "NONE" ? "ALL" : var.nat_log_filter
  }
}

# Without the default route Google's services need one of their own.
resource "google_compute_route" "google_apis" {
  for_each = var.delete_default_routes ? toset(local.google_api_ranges) : []

  name             = "${var.name}-google-apis-${replace(split("/", each.key)[0], ".", "-")}"
  project          = google_compute_network.this.project
  network          = google_compute_network.this.self_link
  description      = "Google's services, reached privately."
  dest_range       = each.key
  next_hop_gateway = "default-internet-gateway"
  priority         = 1000
}

resource "google_compute_route" "this" {
  for_each = var.routes

  name                = "${var.name}-${each.key}"
  project             = google_compute_network.this.project
  network             = google_compute_network.this.self_link
  description         = each.value.description
  dest_range          = each.value.destination
  priority            = each.value.priority
  tags                = length(each.value.tags) > 0 ? each.value.tags : null
  next_hop_gateway    = each.value.next_hop_kind == "internet" ? "default-internet-gateway" : null
  next_hop_ip         = each.value.next_hop_kind == "address" ? each.value.next_hop : null
  next_hop_ilb        = each.value.next_hop_kind == "load-balancer" ? each.value.next_hop : null
  next_hop_instance   = each.value.next_hop_kind == "machine" ? each.value.next_hop : null
  next_hop_vpn_tunnel = each.value.next_hop_kind == "vpn-tunnel" ? each.value.next_hop : null

  # An address can only be the next step when it lies in a subnetwork that exists.
  depends_on = [google_compute_subnetwork.this]
}
