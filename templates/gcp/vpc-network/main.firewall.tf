locals {
  everything = "0.0.0.0/0"

  # Google's tunnel: https://cloud.google.com/iap/docs/using-tcp-forwarding
  iap_range = "35.235.240.0/20"
  # Health checks and load balancers: https://cloud.google.com/load-balancing/docs/firewall-rules
  health_check_ranges = ["35.191.0.0/16", "130.211.0.0/22"]
  # private.googleapis.com and restricted.googleapis.com: https://cloud.google.com/vpc/docs/configure-private-google-access
  google_api_ranges = ["199.36.153.4/30", "199.36.153.8/30"]

  ingress_presets = { for name, rule in {
    allow-iap = {
      used     = var.iap_enabled
      text     = "Google's tunnel may connect"
      protocol = "tcp"
      ports    = [for port in var.iap_ports : tostring(port)]
      ranges   = [local.iap_range]
    }
    allow-internal = {
      used     = var.internal_traffic_enabled && length(local.machine_ranges) > 0
      text     = "The network's own machines may connect"
      protocol = "all"
      ports    = null
      ranges   = local.machine_ranges
    }
    allow-health-checks = {
      used     = var.health_checks_enabled
      text     = "Load balancers and their health checks may connect"
      protocol = "tcp"
      ports    = null
      ranges   = concat(local.health_check_ranges, local.proxy_ranges)
    }
  } : name => rule if rule.used }

  egress_presets = { for name, rule in {
    allow-google-apis = {
      used     = var.egress_denied
      text     = "Google's services may be reached privately"
      protocol = "tcp"
      ports    = ["443"]
      ranges   = local.google_api_ranges
    }
    allow-internal-egress = {
      used     = var.egress_denied && length(local.machine_ranges) > 0
      text     = "The network's own machines may be reached"
      protocol = "all"
      ports    = null
      ranges   = local.machine_ranges
    }
  } : name => rule if rule.used }
}

resource "google_compute_firewall" "ingress" {
  for_each = local.ingress_presets

  name          = "${var.name}-${each.key}"
  project       = google_compute_network.this.project
  network       = google_compute_network.this.self_link
  description   = "${each.value.text}. ${local.label_text}"
  direction     = "INGRESS"
  priority      = 65000
  source_ranges = each.value.ranges

  allow {
    protocol = each.value.protocol
    ports    = each.value.ports
  }

  dynamic "log_config" {
    for_each = each.key == "allow-iap" ? [true] : []

    content {
      metadata = "INCLUDE_ALL_METADATA"
    }
  }
}

resource "google_compute_firewall" "egress" {
  for_each = local.egress_presets

  name               = "${var.name}-${each.key}"
  project            = google_compute_network.this.project
  network            = google_compute_network.this.self_link
  description        = "${each.value.text}. ${local.label_text}"
  direction          = "EGRESS"
  priority           = 65000
  destination_ranges = each.value.ranges

  allow {
    protocol = each.value.protocol
    ports    = each.value.ports
  }
}

# Google denies what no rule allows, but without a word in the log: these two rules say so.
resource "google_compute_firewall" "deny_ingress" {
  name          = "${var.name}-deny-ingress"
  project       = google_compute_network.this.project
  network       = google_compute_network.this.self_link
  description   = "Nobody else may connect. ${local.label_text}"
  direction     = "INGRESS"
  priority      = 65534
  source_ranges = [local.everything]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "deny_egress" {
  count = var.egress_denied ? 1 : 0

  name               = "${var.name}-deny-egress"
  project            = google_compute_network.this.project
  network            = google_compute_network.this.self_link
  description        = "Nothing else may be reached. ${local.label_text}"
  direction          = "EGRESS"
  priority           = 65534
  destination_ranges = [local.everything]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "rule" {
  for_each = var.firewall_rules

  name                    = "${var.name}-${each.key}"
  project                 = google_compute_network.this.project
  network                 = google_compute_network.this.self_link
  description             = join(" ", compact([each.value.description, local.label_text]))
  direction               = each.value.direction
  priority                = each.value.priority
  disabled                = !each.value.enabled
  source_ranges           = each.value.direction == "INGRESS" && length(each.value.ranges) > 0 ? each.value.ranges : null
  destination_ranges      = each.value.direction == "EGRESS" && length(each.value.ranges) > 0 ? each.value.ranges : null
  source_tags             = length(each.value.source_tags) > 0 ? each.value.source_tags : null
  target_tags             = length(each.value.target_tags) > 0 ? each.value.target_tags : null
  target_service_accounts = length(each.value.target_service_accounts) > 0 ? each.value.target_service_accounts : null

  dynamic "allow" {
    for_each = each.value.action == "allow" ? [each.value] : []

    content {
      protocol = allow.value.protocol
      ports    = length(allow.value.ports) > 0 ? allow.value.ports : null
    }
  }

  dynamic "deny" {
    for_each = each.value.action == "deny" ? [each.value] : []

    content {
      protocol = deny.value.protocol
      ports    = length(deny.value.ports) > 0 ? deny.value.ports : null
    }
  }

  dynamic "log_config" {
    for_each = each.value.logged ? [true] : []

    content {
      metadata = "INCLUDE_ALL_METADATA"
    }
  }
}
