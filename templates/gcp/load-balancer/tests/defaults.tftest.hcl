mock_provider "google" {}

variables {
  name     = "web"
  domains  = ["b.example.com", "a.example.com"]
  backends = { web = { kind = "serverless", region = "europe-west1", service = "web" } }
}

run "required_values_make_an_encrypted_site" {
  command = plan

  assert {
    condition     = google_compute_ssl_policy.this.profile == "MODERN" && google_compute_ssl_policy.this.min_tls_version == "TLS_1_2" && google_compute_global_forwarding_rule.https["ipv4"].load_balancing_scheme == "EXTERNAL_MANAGED" && google_compute_url_map.redirect[0].default_url_redirect[0].https_redirect
    error_message = "Visitors must be led to encryption."
  }

  assert {
    condition     = google_compute_managed_ssl_certificate.this[0].managed[0].domains == tolist(["a.example.com", "b.example.com"]) && length(google_certificate_manager_certificate.this) == 0 && length(google_dns_record_set.domain) == 0
    error_message = "One certificate must hold all domains."
  }

  assert {
    condition     = google_compute_region_network_endpoint_group.this["web"].cloud_run[0].service == "web" && google_compute_backend_service.this["web"].log_config[0].enable && google_compute_backend_service.this["web"].log_config[0].sample_rate == 1 && !google_compute_backend_service.this["web"].iap[0].enabled && length(google_compute_health_check.this) == 0
    error_message = "The service must answer, and all requests be logged."
  }

  assert {
    condition     = length(google_compute_url_map.this.host_rule) == 0 && length(google_compute_firewall.health_checks) == 0 && length(google_iap_web_backend_service_iam_member.this) == 0
    error_message = "Nothing else may be made unasked."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment           = "test"
    owner                 = "Ada@Example.com"
    cost_center           = "CC 1815"
    terrace_deployment    = "web"
    labels                = { team = "web", environment = "mine" }
    http_redirect_enabled = false
  }

  assert {
    condition     = google_compute_global_address.this["ipv4"].labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "web" }) && google_compute_global_forwarding_rule.https["ipv4"].labels == google_compute_global_address.this["ipv4"].labels
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.http) == 0 && length(google_compute_url_map.redirect) == 0
    error_message = "Without the redirect nothing may listen on port 80."
  }
}
