mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "123456789012"
      id     = "projects/acme-demo"
    }
  }
}

variables {
  name    = "assets"
  domains = ["b.example.com", "a.example.com"]
}

run "required_values_make_an_encrypted_site" {
  command = plan

  assert {
    condition     = google_storage_bucket.this[0].name == "acme-demo-assets" && google_storage_bucket.this[0].public_access_prevention == "enforced" && google_storage_bucket.this[0].uniform_bucket_level_access && !google_storage_bucket.this[0].force_destroy
    error_message = "The bucket must be closed."
  }

  assert {
    condition     = keys(google_compute_backend_bucket_signed_url_key.this) == ["key-1"] && google_storage_bucket_iam_member.cache[0].member == "serviceAccount:service-123456789012@cloud-cdn-fill.iam.gserviceaccount.com" && length(google_storage_bucket_iam_member.everybody) == 0
    error_message = "The cache alone must read the bucket, and answer signed addresses."
  }

  assert {
    condition     = google_compute_ssl_policy.this.profile == "MODERN" && google_compute_ssl_policy.this.min_tls_version == "TLS_1_2" && google_compute_global_forwarding_rule.https["ipv4"].load_balancing_scheme == "EXTERNAL_MANAGED" && google_compute_url_map.redirect[0].default_url_redirect[0].https_redirect && google_compute_target_https_proxy.this.quic_override == "ENABLE"
    error_message = "Visitors must be led to encryption."
  }

  assert {
    condition     = google_compute_managed_ssl_certificate.site[0].managed[0].domains == tolist(["a.example.com", "b.example.com"]) && length(google_dns_record_set.site) == 0
    error_message = "One certificate must hold all domains."
  }

  assert {
    condition     = google_compute_backend_bucket.this.enable_cdn && google_compute_backend_bucket.this.cdn_policy[0].default_ttl == 3600 && google_compute_backend_bucket.this.cdn_policy[0].max_ttl == 86400 && google_compute_backend_bucket.this.compression_mode == "AUTOMATIC"
    error_message = "Static files must be kept for an hour, a day at most."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment           = "test"
    owner                 = "Ada@Example.com"
    cost_center           = "CC 1815"
    terrace_deployment    = "assets"
    labels                = { team = "web", environment = "mine" }
    http_redirect_enabled = false
  }

  assert {
    condition     = google_storage_bucket.this[0].labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "assets" }) && google_compute_global_address.this["ipv4"].labels == google_storage_bucket.this[0].labels
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.http) == 0 && length(google_compute_url_map.redirect) == 0
    error_message = "Without the redirect nothing may listen on port 80."
  }
}
