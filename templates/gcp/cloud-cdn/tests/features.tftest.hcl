mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "123456789012"
      id     = "projects/example.com:acme"
    }
  }
}

variables {
  name    = "assets"
  domains = ["assets.example.com"]
}

run "a_public_site_with_both_addresses_is_made" {
  command = plan

  variables {
    project_id           = "acme-demo"
    access               = "public"
    signed_url_key_names = []
    ipv6_enabled         = true
    http3_enabled        = false
    dns_zone_name        = "shop"
    bucket_location      = "us-central1"
    index_page           = "start.html"
    not_found_page       = "404.html"
    cors_origins         = ["https://www.example.com"]
    versioning_enabled   = true
    force_destroy        = true
  }

  assert {
    condition     = google_storage_bucket_iam_member.everybody[0].role == "roles/storage.legacyObjectReader" && google_storage_bucket.this[0].public_access_prevention == "inherited" && length(google_compute_backend_bucket_signed_url_key.this) == 0 && length(google_storage_bucket_iam_member.cache) == 0
    error_message = "Everybody must be able to read files, and no more."
  }

  assert {
    condition     = google_storage_bucket.this[0].name == "example-com-acme-assets" && google_storage_bucket.this[0].location == "US-CENTRAL1" && google_storage_bucket.this[0].website[0].not_found_page == "404.html" && google_storage_bucket.this[0].cors[0].origin == tolist(["https://www.example.com"]) && google_storage_bucket.this[0].versioning[0].enabled && google_storage_bucket.this[0].force_destroy
    error_message = "Each setting must reach the bucket."
  }

  assert {
    condition     = google_compute_global_address.this["ipv6"].ip_version == "IPV6" && length(google_compute_global_forwarding_rule.https) == 2 && google_dns_record_set.site["assets.example.com ipv6"].type == "AAAA" && google_dns_record_set.site["assets.example.com ipv4"].name == "assets.example.com."
    error_message = "Both addresses must be listened on and be found by the domains."
  }
}

run "the_cache_keeps_what_it_is_told" {
  command = plan

  variables {
    bucket_name                = "acme-assets"
    cache_mode                 = "FORCE_CACHE_ALL"
    default_ttl_seconds        = 31622400
    client_ttl_seconds         = 60
    serve_while_stale_seconds  = 0
    negative_caching_seconds   = { "404" = 30 }
    request_coalescing_enabled = false
    compression_enabled        = false
    custom_response_headers    = ["X-Cache: {cdn_cache_status}"]
    cache_key_query_parameters = ["v"]
    cache_key_headers          = ["Origin"]
    bypass_cache_headers       = ["Pragma"]
    edge_security_policy_id    = "projects/acme-demo/global/securityPolicies/edge"
    signed_url_cache_seconds   = 60
  }

  assert {
    condition     = google_compute_backend_bucket.this.bucket_name == "acme-assets" && length(google_storage_bucket.this) == 0 && google_storage_bucket_iam_member.cache[0].bucket == "acme-assets"
    error_message = "The existing bucket must be used."
  }

  assert {
    condition     = google_compute_backend_bucket.this.cdn_policy[0].default_ttl == 31622400 && google_compute_backend_bucket.this.cdn_policy[0].client_ttl == 60 && google_compute_backend_bucket.this.cdn_policy[0].serve_while_stale == 0 && google_compute_backend_bucket.this.cdn_policy[0].signed_url_cache_max_age_sec == 60
    error_message = "Each time must reach the cache."
  }

  assert {
    condition     = one(google_compute_backend_bucket.this.cdn_policy[0].negative_caching_policy).code == 404 && google_compute_backend_bucket.this.cdn_policy[0].cache_key_policy[0].query_string_whitelist == tolist(["v"]) && google_compute_backend_bucket.this.cdn_policy[0].cache_key_policy[0].include_http_headers == tolist(["Origin"]) && google_compute_backend_bucket.this.cdn_policy[0].bypass_cache_on_request_headers[0].header_name == "Pragma"
    error_message = "Codes, parameters and headers must reach the cache."
  }

  assert {
    condition     = google_compute_backend_bucket.this.compression_mode == "DISABLED" && !google_compute_backend_bucket.this.cdn_policy[0].request_coalescing && google_compute_backend_bucket.this.edge_security_policy == "projects/acme-demo/global/securityPolicies/edge"
    error_message = "Each switch must reach the cache."
  }
}

run "certificates_of_your_own_are_used" {
  command = plan

  variables {
    certificate_ids          = ["projects/acme-demo/global/sslCertificates/assets"]
    tls_profile              = "RESTRICTED"
    min_tls_version          = "TLS_1_3"
    max_ttl_seconds          = 60
    negative_caching_enabled = false
  }

  assert {
    condition     = length(google_compute_managed_ssl_certificate.site) == 0 && google_compute_target_https_proxy.this.ssl_certificates == tolist(["projects/acme-demo/global/sslCertificates/assets"]) && google_compute_ssl_policy.this.min_tls_version == "TLS_1_3"
    error_message = "The given certificates must be used, with the newest encryption alone."
  }

  assert {
    condition     = google_compute_backend_bucket.this.cdn_policy[0].default_ttl == 60 && google_compute_backend_bucket.this.cdn_policy[0].client_ttl == 60 && !google_compute_backend_bucket.this.cdn_policy[0].negative_caching
    error_message = "A short longest time must shorten the usual ones, too."
  }
}
