locals {
  services   = { for name, backend in var.backends : name => backend if backend.kind != "bucket" }
  buckets    = { for name, backend in var.backends : name => backend if backend.kind == "bucket" }
  serverless = { for name, backend in var.backends : name => backend if backend.kind == "serverless" }
  checked    = { for name, backend in local.services : name => backend if backend.kind != "serverless" }

  check_protocols = { for name, backend in local.checked : name => coalesce(backend.health_check.protocol, backend.protocol) }

  iap_grants = { for pair in setproduct([for name, backend in local.services : name if backend.iap_enabled], var.iap_members) :
    "${pair[0]} ${pair[1]}" => { backend = pair[0], member = pair[1] }
  }

  # Google's load balancers and health checks come from these: https://cloud.google.com/load-balancing/docs/firewall-rules
  google_ranges = ["35.191.0.0/16", "130.211.0.0/22"]
}

resource "google_compute_region_network_endpoint_group" "this" {
  for_each = local.serverless

  name                  = "${var.name}-${each.key}-${substr(sha256("${each.value.region} ${each.value.service_kind} ${each.value.service}"), 0, 6)}"
  project               = var.project_id
  region                = each.value.region
  network_endpoint_type = "SERVERLESS"

  dynamic "cloud_run" {
    for_each = each.value.service_kind == "cloud_run" ? [each.value.service] : []

    content {
      service = cloud_run.value
    }
  }

  dynamic "cloud_function" {
    for_each = each.value.service_kind == "cloud_function" ? [each.value.service] : []

    content {
      function = cloud_function.value
    }
  }

  dynamic "app_engine" {
    for_each = each.value.service_kind == "app_engine" ? [each.value.service] : []

    content {
      service = app_engine.value
    }
  }

  # Another service makes another group, which must be there before the backend leaves the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_health_check" "this" {
  for_each = local.checked

  name                = "${var.name}-${each.key}"
  project             = var.project_id
  check_interval_sec  = each.value.health_check.interval_seconds
  timeout_sec         = each.value.health_check.timeout_seconds
  healthy_threshold   = each.value.health_check.healthy_threshold
  unhealthy_threshold = each.value.health_check.unhealthy_threshold

  dynamic "http_health_check" {
    for_each = local.check_protocols[each.key] == "HTTP" ? [each.value.health_check] : []

    content {
      request_path       = http_health_check.value.path
      host               = http_health_check.value.host
      port               = http_health_check.value.port
      port_specification = http_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
    }
  }

  dynamic "https_health_check" {
    for_each = local.check_protocols[each.key] == "HTTPS" ? [each.value.health_check] : []

    content {
      request_path       = https_health_check.value.path
      host               = https_health_check.value.host
      port               = https_health_check.value.port
      port_specification = https_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
    }
  }

  dynamic "http2_health_check" {
    for_each = local.check_protocols[each.key] == "HTTP2" ? [each.value.health_check] : []

    content {
      request_path       = http2_health_check.value.path
      host               = http2_health_check.value.host
      port               = http2_health_check.value.port
      port_specification = http2_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
    }
  }

  log_config {
    enable = true
  }
}

resource "google_compute_backend_service" "this" {
  for_each = local.services

  name                            = "${var.name}-${each.key}"
  project                         = var.project_id
  load_balancing_scheme           = "EXTERNAL_MANAGED"
  protocol                        = each.value.kind == "serverless" ? null : each.value.protocol
  port_name                       = each.value.kind == "instance_group" ? each.value.port_name : null
  timeout_sec                     = each.value.kind == "serverless" ? null : each.value.timeout_seconds
  session_affinity                = each.value.session_affinity
  affinity_cookie_ttl_sec         = each.value.session_affinity == "GENERATED_COOKIE" ? each.value.affinity_cookie_seconds : null
  connection_draining_timeout_sec = each.value.connection_draining_seconds
  health_checks                   = each.value.kind == "serverless" ? null : [google_compute_health_check.this[each.key].id]
  security_policy                 = each.value.security_policy_id
  custom_request_headers          = each.value.request_headers
  custom_response_headers         = each.value.response_headers
  enable_cdn                      = each.value.cdn_enabled

  dynamic "backend" {
    for_each = each.value.kind == "serverless" ? [google_compute_region_network_endpoint_group.this[each.key].id] : each.value.groups

    content {
      group                 = backend.value
      balancing_mode        = each.value.kind == "endpoint_group" ? "RATE" : "UTILIZATION"
      max_utilization       = each.value.kind == "instance_group" ? each.value.max_utilization : null
      max_rate_per_endpoint = each.value.kind == "endpoint_group" ? each.value.max_rate_per_endpoint : null
    }
  }

  dynamic "cdn_policy" {
    for_each = each.value.cdn_enabled ? [each.value] : []

    content {
      cache_mode                   = cdn_policy.value.cdn_mode
      default_ttl                  = cdn_policy.value.cdn_mode == "USE_ORIGIN_HEADERS" ? null : cdn_policy.value.cdn_default_ttl_seconds
      client_ttl                   = cdn_policy.value.cdn_mode == "USE_ORIGIN_HEADERS" ? null : cdn_policy.value.cdn_default_ttl_seconds
      max_ttl                      = cdn_policy.value.cdn_mode == "CACHE_ALL_STATIC" ? max(86400, cdn_policy.value.cdn_default_ttl_seconds) : null
      negative_caching             = true
      request_coalescing           = true
      serve_while_stale            = 86400
      signed_url_cache_max_age_sec = 3600
    }
  }

  iap {
    enabled                         = each.value.iap_enabled
    oauth2_client_id                = each.value.iap_enabled ? var.iap_oauth2_client_id : null
    oauth2_client_secret_wo         = each.value.iap_enabled ? var.iap_oauth2_client_secret : null
    oauth2_client_secret_wo_version = each.value.iap_enabled && var.iap_oauth2_client_id != null ? tostring(var.iap_oauth2_client_secret_version) : null
  }

  log_config {
    enable      = var.log_sample_rate > 0
    sample_rate = var.log_sample_rate > 0 ? var.log_sample_rate : null
  }
}

resource "google_compute_backend_bucket" "this" {
  for_each = local.buckets

  name                    = "${var.name}-${each.key}"
  project                 = var.project_id
  bucket_name             = each.value.bucket
  custom_response_headers = each.value.response_headers
  edge_security_policy    = each.value.security_policy_id
  enable_cdn              = each.value.cdn_enabled

  dynamic "cdn_policy" {
    for_each = each.value.cdn_enabled ? [each.value] : []

    content {
      cache_mode         = cdn_policy.value.cdn_mode
      default_ttl        = cdn_policy.value.cdn_mode == "USE_ORIGIN_HEADERS" ? null : cdn_policy.value.cdn_default_ttl_seconds
      client_ttl         = cdn_policy.value.cdn_mode == "USE_ORIGIN_HEADERS" ? null : cdn_policy.value.cdn_default_ttl_seconds
      max_ttl            = cdn_policy.value.cdn_mode == "CACHE_ALL_STATIC" ? max(86400, cdn_policy.value.cdn_default_ttl_seconds) : null
      negative_caching   = true
      request_coalescing = true
      serve_while_stale  = 86400
    }
  }
}

resource "google_iap_web_backend_service_iam_member" "this" {
  for_each = local.iap_grants

  project             = var.project_id
  web_backend_service = google_compute_backend_service.this[each.value.backend].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = each.value.member
}

resource "google_compute_firewall" "health_checks" {
  count = var.health_check_firewall == null ? 0 : 1

  name          = "${var.name}-health-checks"
  project       = split("/", var.health_check_firewall.network)[1]
  network       = var.health_check_firewall.network
  direction     = "INGRESS"
  source_ranges = local.google_ranges
  target_tags   = length(var.health_check_firewall.target_tags) == 0 ? null : var.health_check_firewall.target_tags

  allow {
    protocol = "tcp"
    ports    = var.health_check_firewall.ports
  }
}
