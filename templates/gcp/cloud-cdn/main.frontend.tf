locals {
  ip_versions        = var.ipv6_enabled ? { ipv4 = "IPV4", ipv6 = "IPV6" } : { ipv4 = "IPV4" }
  create_certificate = length(var.certificate_ids) == 0

  records = var.dns_zone_name == null ? {} : { for pair in setproduct(var.domains, keys(local.ip_versions)) :
    "${pair[0]} ${pair[1]}" => { domain = pair[0], version = pair[1] }
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

# A certificate is for fixed domains. Others make a new one, under a new name, before the old one goes.
resource "google_compute_managed_ssl_certificate" "site" {
  count = local.create_certificate ? 1 : 0

  name    = "${var.name}-${substr(sha256(join(",", sort(var.domains))), 0, 8)}"
  project = var.project_id

  managed {
    domains = sort(var.domains)
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "this" {
  name            = var.name
  project         = var.project_id
  profile         = var.tls_profile
  min_tls_version = var.min_tls_version
}

resource "google_compute_url_map" "this" {
  name            = var.name
  project         = var.project_id
  default_service = google_compute_backend_bucket.this.id
}

resource "google_compute_target_https_proxy" "this" {
  name             = "${var.name}-https"
  project          = var.project_id
  url_map          = google_compute_url_map.this.id
  ssl_policy       = google_compute_ssl_policy.this.id
  ssl_certificates = local.create_certificate ? google_compute_managed_ssl_certificate.site[*].id : var.certificate_ids
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

resource "google_dns_record_set" "site" {
  for_each = local.records

  project      = var.project_id
  managed_zone = var.dns_zone_name
  name         = "${each.value.domain}."
  type         = each.value.version == "ipv4" ? "A" : "AAAA"
  ttl          = 300
  rrdatas      = [google_compute_global_address.this[each.value.version].address]
}
