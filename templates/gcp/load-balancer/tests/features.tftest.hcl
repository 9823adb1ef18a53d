mock_provider "google" {
  mock_resource "google_certificate_manager_dns_authorization" {
    defaults = {
      dns_resource_record = [{ name = "_acme-challenge.example.com.", type = "CNAME", data = "proof.authorize.certificatemanager.goog." }]
    }
  }
}

variables {
  name     = "web"
  domains  = ["www.example.com"]
  backends = { web = { kind = "serverless", region = "europe-west1", service = "web" } }
}

run "machines_and_buckets_answer_by_route" {
  command = plan

  variables {
    project_id = "acme-demo"
    backends = {
      web    = { kind = "instance_group", groups = ["projects/acme/zones/europe-west1-b/instanceGroups/web"], protocol = "HTTPS", session_affinity = "GENERATED_COOKIE", affinity_cookie_seconds = 60, health_check = { path = "/healthz", port = 8080, protocol = "HTTP" } }
      api    = { kind = "endpoint_group", groups = ["projects/acme/zones/europe-west1-b/networkEndpointGroups/api"], protocol = "HTTP2", max_rate_per_endpoint = 50 }
      assets = { kind = "bucket", bucket = "acme-assets", cdn_enabled = true, cdn_default_ttl_seconds = 604800 }
    }
    default_backend = "web"
    routes = [
      { host = "api.example.com", backend = "api" },
      { host = "api.example.com", paths = ["/assets/*"], backend = "assets" },
      { paths = ["/static/*"], backend = "assets" },
    ]
    health_check_firewall = { network = "projects/host/global/networks/app", ports = ["8080"], target_tags = ["web"] }
    log_sample_rate       = 0
  }

  assert {
    condition     = google_compute_health_check.this["web"].http_health_check[0].port_specification == "USE_FIXED_PORT" && google_compute_health_check.this["api"].http2_health_check[0].port_specification == "USE_SERVING_PORT" && google_compute_backend_service.this["web"].affinity_cookie_ttl_sec == 60
    error_message = "Health must be asked as told."
  }

  assert {
    condition     = one(google_compute_backend_service.this["api"].backend).balancing_mode == "RATE" && one(google_compute_backend_service.this["api"].backend).max_rate_per_endpoint == 50 && one(google_compute_backend_service.this["web"].backend).max_utilization == 0.8 && !google_compute_backend_service.this["web"].log_config[0].enable
    error_message = "Each kind must be balanced in its own way."
  }

  assert {
    condition     = google_compute_backend_bucket.this["assets"].cdn_policy[0].max_ttl == 604800 && length(google_compute_backend_service.this) == 2
    error_message = "The bucket must be cached for as long as told."
  }

  assert {
    condition     = toset(flatten([for rule in google_compute_url_map.this.host_rule : tolist(rule.hosts)])) == toset(["*", "api.example.com"]) && length(google_compute_url_map.this.path_matcher) == 2 && toset(flatten([for matcher in google_compute_url_map.this.path_matcher : [for rule in matcher.path_rule : tolist(rule.paths)]])) == toset(["/assets/*", "/static/*"])
    error_message = "Each host must have its paths."
  }

  assert {
    condition     = google_compute_firewall.health_checks[0].project == "host" && google_compute_firewall.health_checks[0].source_ranges == toset(["35.191.0.0/16", "130.211.0.0/22"])
    error_message = "Google alone may reach the machines."
  }
}

run "certificates_are_proven_and_found" {
  command = plan

  variables {
    domains          = ["example.com", "*.example.com"]
    certificate_type = "certificate_manager"
    dns_zone_name    = "shop"
    ipv6_enabled     = true
    http3_enabled    = false
  }

  assert {
    condition     = keys(google_certificate_manager_dns_authorization.this) == ["example.com"] && length(google_certificate_manager_certificate_map_entry.this) == 2 && length(google_compute_managed_ssl_certificate.this) == 0
    error_message = "One proof must do for a domain and its wildcard."
  }

  assert {
    condition     = length(google_dns_record_set.domain) == 4 && keys(google_dns_record_set.proof) == ["example.com"] && google_dns_record_set.domain["*.example.com ipv6"].type == "AAAA" && google_compute_target_https_proxy.this.quic_override == "DISABLE"
    error_message = "The zone must have the records of domains and proofs."
  }
}

run "certificates_of_your_own_are_used" {
  command = plan

  variables {
    certificate_type = "own"
    certificate_ids  = ["projects/acme-demo/global/sslCertificates/web"]
    tls_profile      = "RESTRICTED"
    min_tls_version  = "TLS_1_3"
  }

  assert {
    condition     = google_compute_target_https_proxy.this.ssl_certificates == tolist(["projects/acme-demo/global/sslCertificates/web"]) && google_compute_ssl_policy.this.min_tls_version == "TLS_1_3" && output.certificate_command == null
    error_message = "The given certificates must be used, with the newest encryption alone."
  }
}

run "people_sign_in_before_they_pass" {
  command = plan

  variables {
    backends                         = { web = { kind = "serverless", region = "europe-west1", service = "web", iap_enabled = true } }
    iap_members                      = ["group:staff@example.com"]
    iap_oauth2_client_id             = "123456789012-abc.apps.googleusercontent.com"
    iap_oauth2_client_secret         = "invented-for-the-tests"
    iap_oauth2_client_secret_version = 3
  }

  assert {
    condition     = google_compute_backend_service.this["web"].iap[0].enabled && google_compute_backend_service.this["web"].iap[0].oauth2_client_secret_wo_version == "3" && google_iap_web_backend_service_iam_member.this["web group:staff@example.com"].role == "roles/iap.httpsResourceAccessor"
    error_message = "Those named must be able to pass, after they signed in."
  }
}
