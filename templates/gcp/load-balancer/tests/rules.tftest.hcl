mock_provider "google" {}

variables {
  name     = "web"
  domains  = ["www.example.com"]
  backends = { web = { kind = "serverless", region = "europe-west1", service = "web" } }
}

run "names_are_lowercase" {
  command = plan

  variables {
    name = "Web"
  }

  expect_failures = [var.name]
}

run "domains_are_named_once" {
  command = plan

  variables {
    domains = ["a.example.com", "a.example.com"]
  }

  expect_failures = [var.domains]
}

run "domains_are_lowercase" {
  command = plan

  variables {
    domains = ["WWW.example.com"]
  }

  expect_failures = [var.domains]
}

run "wildcards_need_another_certificate" {
  command = plan

  variables {
    domains = ["*.example.com"]
  }

  expect_failures = [var.domains]
}

run "there_is_a_backend" {
  command = plan

  variables {
    backends = {}
  }

  expect_failures = [var.backends]
}

run "kinds_are_known" {
  command = plan

  variables {
    backends = { web = { kind = "vm" } }
  }

  expect_failures = [var.backends]
}

run "machines_need_groups" {
  command = plan

  variables {
    backends = { web = { kind = "instance_group" } }
  }

  expect_failures = [var.backends]
}

run "groups_have_full_names" {
  command = plan

  variables {
    backends = { web = { kind = "instance_group", groups = ["projects/acme/zones/europe-west1-b/networkEndpointGroups/web"] } }
  }

  expect_failures = [var.backends]
}

run "serverless_needs_a_service" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1" } }
  }

  expect_failures = [var.backends]
}

run "protocols_are_known" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", protocol = "FTP" } }
  }

  expect_failures = [var.backends]
}

run "answers_come_in_a_day" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", timeout_seconds = 0 } }
  }

  expect_failures = [var.backends]
}

run "only_machines_keep_visitors" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", session_affinity = "CLIENT_IP" } }
  }

  expect_failures = [var.backends]
}

run "only_cookies_have_a_life" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", affinity_cookie_seconds = 60 } }
  }

  expect_failures = [var.backends]
}

run "loads_are_at_most_one" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", max_utilization = 80 } }
  }

  expect_failures = [var.backends]
}

run "health_is_asked_at_a_path" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", health_check = { path = "health" } } }
  }

  expect_failures = [var.backends]
}

run "health_is_asked_at_a_port" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", health_check = { port = 70000 } } }
  }

  expect_failures = [var.backends]
}

run "health_is_asked_in_time" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", health_check = { interval_seconds = 5, timeout_seconds = 10 } } }
  }

  expect_failures = [var.backends]
}

run "cache_modes_are_known" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", cdn_mode = "ALL" } }
  }

  expect_failures = [var.backends]
}

run "signed_in_answers_are_not_kept" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", cdn_enabled = true, iap_enabled = true } }
  }

  expect_failures = [var.backends]
}

run "policies_have_full_names" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", security_policy_id = "web" } }
  }

  expect_failures = [var.backends]
}

run "headers_have_a_value" {
  command = plan

  variables {
    backends = { web = { kind = "serverless", region = "europe-west1", service = "web", request_headers = ["X-Seen"] } }
  }

  expect_failures = [var.backends]
}

run "certificates_have_full_names" {
  command = plan

  variables {
    certificate_type = "own"
    certificate_ids  = ["web"]
  }

  expect_failures = [var.certificate_ids]
}

run "own_certificates_are_named" {
  command = plan

  variables {
    certificate_type = "own"
  }

  expect_failures = [var.certificate_ids]
}

run "certificate_kinds_are_known" {
  command = plan

  variables {
    certificate_type = "letsencrypt"
  }

  expect_failures = [var.certificate_type]
}

run "the_default_is_a_backend" {
  command = plan

  variables {
    default_backend = "api"
  }

  expect_failures = [var.default_backend]
}

run "zones_are_names" {
  command = plan

  variables {
    dns_zone_name = "example.com."
  }

  expect_failures = [var.dns_zone_name]
}

run "networks_have_full_names" {
  command = plan

  variables {
    health_check_firewall = { network = "app", ports = ["80"] }
  }

  expect_failures = [var.health_check_firewall]
}

run "ports_are_numbers" {
  command = plan

  variables {
    health_check_firewall = { network = "projects/acme/global/networks/app", ports = ["http"] }
  }

  expect_failures = [var.health_check_firewall]
}

run "members_have_a_kind" {
  command = plan

  variables {
    backends    = { web = { kind = "serverless", region = "europe-west1", service = "web", iap_enabled = true } }
    iap_members = ["ada@example.com"]
  }

  expect_failures = [var.iap_members]
}

run "members_pass_a_sign_in" {
  command = plan

  variables {
    iap_members = ["user:ada@example.com"]
  }

  expect_failures = [var.iap_members]
}

run "client_ids_are_whole" {
  command = plan

  variables {
    iap_oauth2_client_id     = "client"
    iap_oauth2_client_secret = "invented-secret"
  }

  expect_failures = [var.iap_oauth2_client_id]
}

run "clients_have_a_secret" {
  command = plan

  variables {
    iap_oauth2_client_id = "123456789012-abc.apps.googleusercontent.com"
  }

  expect_failures = [var.iap_oauth2_client_secret]
}

run "versions_are_counted_from_one" {
  command = plan

  variables {
    iap_oauth2_client_secret_version = 0
  }

  expect_failures = [var.iap_oauth2_client_secret_version]
}

run "shares_are_at_most_one" {
  command = plan

  variables {
    log_sample_rate = 50
  }

  expect_failures = [var.log_sample_rate]
}

run "old_encryption_is_refused" {
  command = plan

  variables {
    min_tls_version = "TLS_1_0"
  }

  expect_failures = [var.min_tls_version]
}

run "new_encryption_needs_its_profile" {
  command = plan

  variables {
    min_tls_version = "TLS_1_3"
  }

  expect_failures = [var.min_tls_version]
}

run "hosts_are_domains" {
  command = plan

  variables {
    routes = [{ host = "https://api.example.com", backend = "web" }]
  }

  expect_failures = [var.routes]
}

run "paths_begin_with_a_slash" {
  command = plan

  variables {
    routes = [{ paths = ["images*"], backend = "web" }]
  }

  expect_failures = [var.routes]
}

run "routes_lead_to_backends" {
  command = plan

  variables {
    routes = [{ backend = "api" }]
  }

  expect_failures = [var.routes]
}

run "routes_lead_to_one_backend" {
  command = plan

  variables {
    routes = [{ backend = "web" }, { backend = "web" }]
  }

  expect_failures = [var.routes]
}

run "profiles_are_known" {
  command = plan

  variables {
    tls_profile = "COMPATIBLE"
  }

  expect_failures = [var.tls_profile]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}
