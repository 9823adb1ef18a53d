mock_provider "google" {}

variables {
  name    = "assets"
  domains = ["assets.example.com"]
}

run "names_are_lowercase" {
  command = plan

  variables {
    name = "Assets"
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

run "domains_have_no_wildcard" {
  command = plan

  variables {
    domains = ["*.example.com"]
  }

  expect_failures = [var.domains]
}

run "access_is_known" {
  command = plan

  variables {
    access = "private"
  }

  expect_failures = [var.access]
}

run "locations_are_known" {
  command = plan

  variables {
    bucket_location = "Mars"
  }

  expect_failures = [var.bucket_location]
}

run "buckets_are_names" {
  command = plan

  variables {
    bucket_name = "gs://acme"
  }

  expect_failures = [var.bucket_name]
}

run "bypassing_headers_are_names" {
  command = plan

  variables {
    bypass_cache_headers = ["Pragma: no-cache"]
  }

  expect_failures = [var.bypass_cache_headers]
}

run "key_headers_are_five_at_most" {
  command = plan

  variables {
    cache_key_headers = ["a", "b", "c", "d", "e", "f"]
  }

  expect_failures = [var.cache_key_headers]
}

run "key_headers_do_not_differ_for_all" {
  command = plan

  variables {
    cache_key_headers = ["User-Agent"]
  }

  expect_failures = [var.cache_key_headers]
}

run "parameters_are_names" {
  command = plan

  variables {
    cache_key_query_parameters = ["a=b"]
  }

  expect_failures = [var.cache_key_query_parameters]
}

run "cache_modes_are_known" {
  command = plan

  variables {
    cache_mode = "ALL"
  }

  expect_failures = [var.cache_mode]
}

run "certificates_have_full_names" {
  command = plan

  variables {
    certificate_ids = ["assets"]
  }

  expect_failures = [var.certificate_ids]
}

run "browsers_keep_a_year_at_most" {
  command = plan

  variables {
    client_ttl_seconds = 40000000
  }

  expect_failures = [var.client_ttl_seconds]
}

run "the_bucket_tells_browsers" {
  command = plan

  variables {
    cache_mode         = "USE_ORIGIN_HEADERS"
    client_ttl_seconds = 60
  }

  expect_failures = [var.client_ttl_seconds]
}

run "browsers_keep_no_longer_than_the_cache" {
  command = plan

  variables {
    max_ttl_seconds    = 60
    client_ttl_seconds = 120
  }

  expect_failures = [var.client_ttl_seconds]
}

run "sites_have_a_protocol" {
  command = plan

  variables {
    cors_origins = ["www.example.com"]
  }

  expect_failures = [var.cors_origins]
}

run "headers_have_a_value" {
  command = plan

  variables {
    custom_response_headers = ["X-Frame-Options"]
  }

  expect_failures = [var.custom_response_headers]
}

run "the_cache_keeps_a_year_at_most" {
  command = plan

  variables {
    default_ttl_seconds = -1
  }

  expect_failures = [var.default_ttl_seconds]
}

run "the_bucket_tells_the_cache" {
  command = plan

  variables {
    cache_mode          = "USE_ORIGIN_HEADERS"
    default_ttl_seconds = 60
  }

  expect_failures = [var.default_ttl_seconds]
}

run "the_usual_time_is_not_the_longest" {
  command = plan

  variables {
    max_ttl_seconds     = 60
    default_ttl_seconds = 120
  }

  expect_failures = [var.default_ttl_seconds]
}

run "zones_are_names" {
  command = plan

  variables {
    dns_zone_name = "example.com."
  }

  expect_failures = [var.dns_zone_name]
}

run "policies_have_full_names" {
  command = plan

  variables {
    edge_security_policy_id = "edge"
  }

  expect_failures = [var.edge_security_policy_id]
}

run "index_pages_are_files" {
  command = plan

  variables {
    index_page = "a/index.html"
  }

  expect_failures = [var.index_page]
}

run "the_longest_time_is_a_year" {
  command = plan

  variables {
    max_ttl_seconds = 40000000
  }

  expect_failures = [var.max_ttl_seconds]
}

run "few_modes_have_a_longest_time" {
  command = plan

  variables {
    cache_mode      = "FORCE_CACHE_ALL"
    max_ttl_seconds = 60
  }

  expect_failures = [var.max_ttl_seconds]
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

run "times_of_failures_need_keeping" {
  command = plan

  variables {
    negative_caching_enabled = false
    negative_caching_seconds = { "404" = 60 }
  }

  expect_failures = [var.negative_caching_seconds]
}

run "codes_of_failures_are_known" {
  command = plan

  variables {
    negative_caching_seconds = { "500" = 60 }
  }

  expect_failures = [var.negative_caching_seconds]
}

run "pages_for_nothing_are_files" {
  command = plan

  variables {
    not_found_page = "/404.html"
  }

  expect_failures = [var.not_found_page]
}

run "old_answers_are_a_week_old_at_most" {
  command = plan

  variables {
    serve_while_stale_seconds = 700000
  }

  expect_failures = [var.serve_while_stale_seconds]
}

run "signed_answers_are_kept_a_year_at_most" {
  command = plan

  variables {
    signed_url_cache_seconds = 40000000
  }

  expect_failures = [var.signed_url_cache_seconds]
}

run "keys_have_plain_names" {
  command = plan

  variables {
    signed_url_key_names = ["Key 1"]
  }

  expect_failures = [var.signed_url_key_names]
}

run "signing_needs_a_key" {
  command = plan

  variables {
    signed_url_key_names = []
  }

  expect_failures = [var.signed_url_key_names]
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
