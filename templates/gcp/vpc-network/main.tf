locals {
  # Networks cannot carry labels: what can (fixed addresses) gets them, and the firewall tells them in its descriptions.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels     = merge(var.labels, local.own_labels)
  label_text = join(", ", [for key, value in local.labels : "${key}=${value}"])

  subnets = { for name, subnet in var.subnets : name => merge(subnet, { region = coalesce(subnet.region, var.region) }) }

  # Subnetworks for machines; the others hold Google's proxies and published services.
  machine_subnets = { for name, subnet in local.subnets : name => subnet if subnet.purpose == "PRIVATE" }
  machine_regions = toset([for subnet in local.machine_subnets : subnet.region])

  machine_ranges = distinct(concat(
    [for subnet in local.machine_subnets : subnet.cidr],
    flatten([for subnet in local.machine_subnets : values(subnet.secondary_ranges)])
  ))
  proxy_ranges = [for subnet in local.subnets : subnet.cidr if subnet.purpose == "REGIONAL_MANAGED_PROXY"]
}

resource "google_compute_network" "this" {
  name                                      = var.name
  project                                   = var.project_id
  description                               = "Network ${var.name}"
  auto_create_subnetworks                   = false
  routing_mode                              = var.routing_mode
  mtu                                       = var.mtu
  bgp_best_path_selection_mode              = var.bgp_best_path_selection_mode
  delete_default_routes_on_create           = var.delete_default_routes
  enable_ula_internal_ipv6                  = var.internal_ipv6_enabled
  network_firewall_policy_enforcement_order = var.firewall_policy_order
}

resource "google_compute_subnetwork" "this" {
  for_each = local.subnets

  name                             = "${var.name}-${each.key}"
  project                          = google_compute_network.this.project
  region                           = each.value.region
  network                          = google_compute_network.this.self_link
  ip_cidr_range                    = each.value.cidr
  purpose                          = each.value.purpose
  role                             = each.value.purpose == "REGIONAL_MANAGED_PROXY" ? "ACTIVE" : null
  private_ip_google_access         = each.value.purpose == "PRIVATE" ? each.value.private_google_access : null
  stack_type                       = each.value.purpose == "PRIVATE" ? each.value.stack_type : null
  ipv6_access_type                 = each.value.stack_type == "IPV4_ONLY" ? null : each.value.ipv6_access_type
  send_secondary_ip_range_if_empty = true

  dynamic "secondary_ip_range" {
    for_each = each.value.secondary_ranges

    content {
      range_name    = secondary_ip_range.key
      ip_cidr_range = secondary_ip_range.value
    }
  }

  # Only machines' subnetworks can keep flow logs.
  dynamic "log_config" {
    for_each = each.value.purpose == "PRIVATE" && each.value.flow_log_sampling > 0 ? [each.value.flow_log_sampling] : []

    content {
      flow_sampling        = log_config.value
      aggregation_interval = var.flow_log_interval
      metadata             = var.flow_log_metadata
      filter_expr          = var.flow_log_filter
    }
  }
}

resource "google_compute_subnetwork_iam_member" "users" {
  for_each = merge([for name, subnet in local.machine_subnets : {
    for member in subnet.users : "${name} ${member}" => { subnet = name, member = member }
  }]...)

  project    = google_compute_network.this.project
  region     = google_compute_subnetwork.this[each.value.subnet].region
  subnetwork = google_compute_subnetwork.this[each.value.subnet].name
  role       = "roles/compute.networkUser"
  member     = each.value.member
}
