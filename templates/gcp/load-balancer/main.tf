locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  targets = merge(
    { for name, service in google_compute_backend_service.this : name => service.id },
    { for name, bucket in google_compute_backend_bucket.this : name => bucket.id },
  )
  default_target = local.targets[var.default_backend != null ? var.default_backend : keys(var.backends)[0]]

  # By host: the backend of all of it, and the paths that lead elsewhere.
  hosts = { for host in distinct(var.routes[*].host) : host => {
    matcher = "host-${substr(sha256(host), 0, 8)}"
    whole   = one([for route in var.routes : route.backend if route.host == host && contains(route.paths, "/*")])
    rules = [for route in var.routes : { paths = setsubtract(route.paths, ["/*"]), backend = route.backend }
    if route.host == host && length(setsubtract(route.paths, ["/*"])) > 0]
  } }
}

resource "google_compute_url_map" "this" {
  name            = var.name
  project         = var.project_id
  default_service = local.default_target

  dynamic "host_rule" {
    for_each = local.hosts

    content {
      hosts        = [host_rule.key]
      path_matcher = host_rule.value.matcher
    }
  }

  dynamic "path_matcher" {
    for_each = local.hosts

    content {
      name            = path_matcher.value.matcher
      default_service = path_matcher.value.whole == null ? local.default_target : local.targets[path_matcher.value.whole]

      dynamic "path_rule" {
        for_each = path_matcher.value.rules

        content {
          paths   = path_rule.value.paths
          service = local.targets[path_rule.value.backend]
        }
      }
    }
  }
}

resource "google_compute_global_address" "this" {
  for_each = local.ip_versions

  name         = "${var.name}-${each.key}"
  project      = var.project_id
  address_type = "EXTERNAL"
  ip_version   = each.value
  labels       = local.labels
}

resource "google_compute_ssl_policy" "this" {
  name            = var.name
  project         = var.project_id
  profile         = var.tls_profile
  min_tls_version = var.min_tls_version
}

resource "google_compute_target_https_proxy" "this" {
  name             = "${var.name}-https"
  project          = var.project_id
  url_map          = google_compute_url_map.this.id
  ssl_policy       = google_compute_ssl_policy.this.id
  ssl_certificates = var.certificate_type == "managed" ? google_compute_managed_ssl_certificate.this[*].id : var.certificate_type == "own" ? var.certificate_ids : null
  certificate_map  = var.certificate_type == "certificate_manager" ? "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.this[0].id}" : null
  quic_override    = var.http3_enabled ? "ENABLE" : "DISABLE"
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = local.ip_versions

  name                  = "${var.name}-https-${each.key}"
  project               = var.project_id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_protocol           = "TCP"
  ip_address            = google_compute_global_address.this[each.key].address
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
  labels                = local.labels
}

resource "google_compute_url_map" "redirect" {
  count = var.http_redirect_enabled ? 1 : 0

  name    = "${var.name}-redirect"
  project = var.project_id

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  count = var.http_redirect_enabled ? 1 : 0

  name    = "${var.name}-http"
  project = var.project_id
  url_map = google_compute_url_map.redirect[0].id
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = { for key, version in local.ip_versions : key => version if var.http_redirect_enabled }

  name                  = "${var.name}-http-${each.key}"
  project               = var.project_id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_protocol           = "TCP"
  ip_address            = google_compute_global_address.this[each.key].address
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect[0].id
  labels                = local.labels
}
