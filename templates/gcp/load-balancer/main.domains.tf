locals {
  ip_versions = var.ipv6_enabled ? { ipv4 = "IPV4", ipv6 = "IPV6" } : { ipv4 = "IPV4" }

  # Certificates are for fixed domains. Others make a new one, under a new name, before the old one goes.
  certificate_name = "${var.name}-${substr(sha256(join(",", sort(var.domains))), 0, 8)}"

  # A proof for a domain counts for its wildcard, too.
  proofs = var.certificate_type == "certificate_manager" ? toset([for domain in var.domains : trimprefix(domain, "*.")]) : toset([])

  records = var.dns_zone_name == null ? {} : { for pair in setproduct(var.domains, keys(local.ip_versions)) :
    "${pair[0]} ${pair[1]}" => { domain = pair[0], version = pair[1] }
  }
}

resource "google_compute_managed_ssl_certificate" "this" {
  count = var.certificate_type == "managed" ? 1 : 0

  name    = local.certificate_name
  project = var.project_id

  managed {
    domains = sort(var.domains)
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_certificate_manager_dns_authorization" "this" {
  for_each = local.proofs

  name    = "${var.name}-${substr(sha256(each.value), 0, 8)}"
  project = var.project_id
  domain  = each.value
  labels  = local.labels
}

resource "google_certificate_manager_certificate" "this" {
  count = var.certificate_type == "certificate_manager" ? 1 : 0

  name    = local.certificate_name
  project = var.project_id
  labels  = local.labels

  managed {
    domains            = sort(var.domains)
    dns_authorizations = [for domain in sort(local.proofs) : google_certificate_manager_dns_authorization.this[domain].id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_certificate_manager_certificate_map" "this" {
  count = var.certificate_type == "certificate_manager" ? 1 : 0

  name    = var.name
  project = var.project_id
  labels  = local.labels
}

resource "google_certificate_manager_certificate_map_entry" "this" {
  for_each = var.certificate_type == "certificate_manager" ? toset(var.domains) : toset([])

  name         = "${var.name}-${substr(sha256(each.value), 0, 8)}"
  project      = var.project_id
  map          = google_certificate_manager_certificate_map.this[0].name
  hostname     = each.value
  certificates = [google_certificate_manager_certificate.this[0].id]
  labels       = local.labels
}

resource "google_dns_record_set" "domain" {
  for_each = local.records

  project      = var.project_id
  managed_zone = var.dns_zone_name
  name         = "${each.value.domain}."
  type         = each.value.version == "ipv4" ? "A" : "AAAA"
  ttl          = 300
  rrdatas      = [google_compute_global_address.this[each.value.version].address]
}

resource "google_dns_record_set" "proof" {
  for_each = var.dns_zone_name == null ? toset([]) : local.proofs

  project      = var.project_id
  managed_zone = var.dns_zone_name
  name         = google_certificate_manager_dns_authorization.this[each.value].dns_resource_record[0].name
  type         = google_certificate_manager_dns_authorization.this[each.value].dns_resource_record[0].type
  ttl          = 300
  rrdatas      = [google_certificate_manager_dns_authorization.this[each.value].dns_resource_record[0].data]
}
