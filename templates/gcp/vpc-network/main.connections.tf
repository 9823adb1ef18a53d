resource "google_compute_network_peering" "this" {
  for_each = var.peerings

  name                                = "${var.name}-${each.key}"
  network                             = google_compute_network.this.self_link
  peer_network                        = "https://www.googleapis.com/compute/v1/${each.value.network}"
  export_custom_routes                = each.value.export_custom_routes
  import_custom_routes                = each.value.import_custom_routes
  import_subnet_routes_with_public_ip = false
  export_subnet_routes_with_public_ip = false
  stack_type                          = each.value.stack_type
}

# Addresses for Google's managed services (Cloud SQL, Memorystore, …), which join the network by a peering of their own.
resource "google_compute_global_address" "services" {
  count = var.private_service_access == null ? 0 : 1

  name          = "${var.name}-services"
  project       = google_compute_network.this.project
  network       = google_compute_network.this.self_link
  address_type  = "INTERNAL"
  purpose       = "VPC_PEERING"
  address       = var.private_service_access.address
  prefix_length = var.private_service_access.prefix_length
  labels        = local.labels
}

resource "google_service_networking_connection" "services" {
  count = var.private_service_access == null ? 0 : 1

  network                 = google_compute_network.this.self_link
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services[0].name]
}

resource "google_compute_network_peering_routes_config" "services" {
  count = var.private_service_access == null ? 0 : 1

  project              = google_compute_network.this.project
  peering              = google_service_networking_connection.services[0].peering
  network              = google_compute_network.this.name
  export_custom_routes = var.private_service_access.export_custom_routes
  import_custom_routes = var.private_service_access.import_custom_routes
}

resource "google_vpc_access_connector" "this" {
  for_each = var.serverless_connectors

  name          = each.key
  project       = google_compute_network.this.project
  region        = coalesce(each.value.region, var.region)
  network       = google_compute_network.this.name
  ip_cidr_range = each.value.cidr
  machine_type  = each.value.machine_type
  min_instances = each.value.min_instances
  max_instances = each.value.max_instances
}

resource "google_compute_shared_vpc_host_project" "this" {
  count = var.shared_vpc_host_enabled ? 1 : 0

  project = google_compute_network.this.project
}

resource "google_compute_shared_vpc_service_project" "this" {
  for_each = var.shared_vpc_service_projects

  host_project    = google_compute_shared_vpc_host_project.this[0].project
  service_project = each.value
}
