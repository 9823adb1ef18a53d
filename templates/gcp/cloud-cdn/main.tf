locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  cache_key = length(var.cache_key_headers) + length(var.cache_key_query_parameters) == 0 ? [] : [{
    headers    = length(var.cache_key_headers) == 0 ? null : var.cache_key_headers
    parameters = length(var.cache_key_query_parameters) == 0 ? null : var.cache_key_query_parameters
  }]

  # What counts when nothing is said; USE_ORIGIN_HEADERS takes no time at all, and only one mode has a longest time.
  keeps_times = var.cache_mode != "USE_ORIGIN_HEADERS"
  max_ttl     = var.cache_mode != "CACHE_ALL_STATIC" ? null : var.max_ttl_seconds != null ? var.max_ttl_seconds : max(86400, coalesce(var.default_ttl_seconds, 0), coalesce(var.client_ttl_seconds, 0))
  default_ttl = local.keeps_times ? min(coalesce(var.default_ttl_seconds, 3600), coalesce(local.max_ttl, 31622400)) : null
  client_ttl  = local.keeps_times ? min(coalesce(var.client_ttl_seconds, 3600), coalesce(local.max_ttl, 31622400)) : null
}

resource "google_compute_backend_bucket" "this" {
  name                    = var.name
  project                 = var.project_id
  bucket_name             = local.bucket_name
  enable_cdn              = true
  compression_mode        = var.compression_enabled ? "AUTOMATIC" : "DISABLED"
  custom_response_headers = var.custom_response_headers
  edge_security_policy    = var.edge_security_policy_id

  cdn_policy {
    cache_mode                   = var.cache_mode
    default_ttl                  = local.default_ttl
    client_ttl                   = local.client_ttl
    max_ttl                      = local.max_ttl
    negative_caching             = var.negative_caching_enabled
    request_coalescing           = var.request_coalescing_enabled
    serve_while_stale            = var.serve_while_stale_seconds
    signed_url_cache_max_age_sec = var.signed_url_cache_seconds

    dynamic "negative_caching_policy" {
      for_each = var.negative_caching_seconds

      content {
        code = tonumber(negative_caching_policy.key)
        ttl  = negative_caching_policy.value
      }
    }

    dynamic "cache_key_policy" {
      for_each = local.cache_key

      content {
        include_http_headers   = cache_key_policy.value.headers
        query_string_whitelist = cache_key_policy.value.parameters
      }
    }

    dynamic "bypass_cache_on_request_headers" {
      for_each = var.bypass_cache_headers

      content {
        header_name = bypass_cache_on_request_headers.value
      }
    }
  }
}

# Made up once, when the key is created: 122 random bits in the 16 bytes that Cloud CDN takes, written for addresses.
resource "google_compute_backend_bucket_signed_url_key" "this" {
  for_each = var.access == "signed" ? var.signed_url_key_names : []

  name           = each.value
  project        = var.project_id
  backend_bucket = google_compute_backend_bucket.this.name
  key_value      = "${substr(replace(replace(base64sha256(uuid()), "+", "-"), "/", "_"), 0, 21)}A=="

  lifecycle {
    ignore_changes = [key_value]
  }
}
