mock_provider "google" {}

variables {
  name = "web"
}

run "names_are_lowercase" {
  command = plan

  variables {
    name = "Web"
  }

  expect_failures = [var.name]
}

run "blocking_by_itself_needs_learning" {
  command = plan

  variables {
    adaptive_protection_enabled  = false
    adaptive_auto_deploy_enabled = true
  }

  expect_failures = [var.adaptive_auto_deploy_enabled]
}

run "confidence_is_at_most_one" {
  command = plan

  variables {
    adaptive_confidence = 2
  }

  expect_failures = [var.adaptive_confidence]
}

run "allowed_networks_are_ranges" {
  command = plan

  variables {
    allowed_ip_ranges = ["office"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "not_everybody_is_trusted" {
  command = plan

  variables {
    allowed_ip_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.allowed_ip_ranges]
}

run "allowed_countries_have_two_letters" {
  command = plan

  variables {
    allowed_regions = ["Germany"]
  }

  expect_failures = [var.allowed_regions]
}

run "countries_are_allowed_or_denied" {
  command = plan

  variables {
    allowed_regions = ["DE"]
    denied_regions  = ["KP"]
  }

  expect_failures = [var.allowed_regions]
}

run "backends_are_names" {
  command = plan

  variables {
    backend_services = ["projects/acme/global/backendServices/web"]
  }

  expect_failures = [var.backend_services]
}

run "rules_have_names" {
  command = plan

  variables {
    custom_rules = [{ name = "", priority = 1000, expression = "true" }]
  }

  expect_failures = [var.custom_rules]
}

run "priorities_are_in_bounds" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1, expression = "true" }]
  }

  expect_failures = [var.custom_rules]
}

run "priorities_differ" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, expression = "true" }, { name = "b", priority = 1000, expression = "true" }]
  }

  expect_failures = [var.custom_rules]
}

run "actions_are_known" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, expression = "true", action = "drop" }]
  }

  expect_failures = [var.custom_rules]
}

run "rules_are_for_something" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000 }]
  }

  expect_failures = [var.custom_rules]
}

run "rule_networks_are_ranges" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, ip_ranges = ["office"] }]
  }

  expect_failures = [var.custom_rules]
}

run "expressions_are_not_empty" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, expression = " " }]
  }

  expect_failures = [var.custom_rules]
}

run "only_redirects_have_a_target" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, expression = "true", redirect_target = "https://example.com/" }]
  }

  expect_failures = [var.custom_rules]
}

run "only_allowing_rules_add_headers" {
  command = plan

  variables {
    custom_rules = [{ name = "a", priority = 1000, expression = "true", request_headers = { x = "1" } }]
  }

  expect_failures = [var.custom_rules]
}

run "edge_policies_do_not_redirect" {
  command = plan

  variables {
    type         = "CLOUD_ARMOR_EDGE"
    custom_rules = [{ name = "a", priority = 1000, expression = "true", action = "redirect" }]
  }

  expect_failures = [var.custom_rules]
}

run "defaults_are_known" {
  command = plan

  variables {
    default_action = "drop"
  }

  expect_failures = [var.default_action]
}

run "denied_networks_are_ranges" {
  command = plan

  variables {
    denied_ip_ranges = ["office"]
  }

  expect_failures = [var.denied_ip_ranges]
}

run "denied_countries_have_two_letters" {
  command = plan

  variables {
    denied_regions = ["kp"]
  }

  expect_failures = [var.denied_regions]
}

run "descriptions_are_bounded" {
  command = plan

  variables {
    description = join("", [for i in range(257) : "12345678"])
  }

  expect_failures = [var.description]
}

run "json_is_read_in_known_ways" {
  command = plan

  variables {
    json_parsing = "FULL"
  }

  expect_failures = [var.json_parsing]
}

run "logs_have_known_detail" {
  command = plan

  variables {
    log_level = "DEBUG"
  }

  expect_failures = [var.log_level]
}

run "exceptions_are_from_rules_in_use" {
  command = plan

  variables {
    owasp_exclusions = [{ rule_set = "java", part = "cookie", value = "a" }]
  }

  expect_failures = [var.owasp_exclusions]
}

run "exceptions_are_of_known_parts" {
  command = plan

  variables {
    owasp_exclusions = [{ rule_set = "sqli", part = "body", value = "a" }]
  }

  expect_failures = [var.owasp_exclusions]
}

run "exceptions_have_a_name" {
  command = plan

  variables {
    owasp_exclusions = [{ rule_set = "sqli", part = "cookie" }]
  }

  expect_failures = [var.owasp_exclusions]
}

run "edge_policies_have_no_exceptions" {
  command = plan

  variables {
    type             = "CLOUD_ARMOR_EDGE"
    owasp_exclusions = [{ rule_set = "sqli", part = "cookie", value = "a" }]
  }

  expect_failures = [var.owasp_exclusions]
}

run "left_out_rules_are_of_the_version" {
  command = plan

  variables {
    owasp_opt_out_rule_ids = ["owasp-crs-v030301-id942251-sqli"]
  }

  expect_failures = [var.owasp_opt_out_rule_ids]
}

run "rule_sets_are_known" {
  command = plan

  variables {
    owasp_rule_sets = ["spam"]
  }

  expect_failures = [var.owasp_rule_sets]
}

run "nodejs_is_in_the_older_version" {
  command = plan

  variables {
    owasp_rule_sets = ["nodejs"]
  }

  expect_failures = [var.owasp_rule_sets]
}

run "generic_is_in_the_newer_version" {
  command = plan

  variables {
    owasp_rule_sets = ["generic"]
    owasp_version   = "3.3"
  }

  expect_failures = [var.owasp_rule_sets]
}

run "edge_policies_have_no_owasp_rules" {
  command = plan

  variables {
    type            = "CLOUD_ARMOR_EDGE"
    owasp_rule_sets = ["sqli"]
  }

  expect_failures = [var.owasp_rule_sets]
}

run "sensitivities_are_one_to_four" {
  command = plan

  variables {
    owasp_sensitivity = 5
  }

  expect_failures = [var.owasp_sensitivity]
}

run "owasp_versions_are_known" {
  command = plan

  variables {
    owasp_version = "2"
  }

  expect_failures = [var.owasp_version]
}

run "edge_policies_have_no_rate_limit" {
  command = plan

  variables {
    type       = "CLOUD_ARMOR_EDGE"
    rate_limit = { requests = 100 }
  }

  expect_failures = [var.rate_limit]
}

run "rate_limits_allow" {
  command = plan

  variables {
    default_action = "deny(403)"
    rate_limit     = { requests = 100 }
  }

  expect_failures = [var.rate_limit]
}

run "limits_are_whole_numbers" {
  command = plan

  variables {
    rate_limit = { requests = 0 }
  }

  expect_failures = [var.rate_limit]
}

run "intervals_are_known" {
  command = plan

  variables {
    rate_limit = { requests = 100, interval_seconds = 5 }
  }

  expect_failures = [var.rate_limit]
}

run "clients_are_told_apart_by_known_keys" {
  command = plan

  variables {
    rate_limit = { requests = 100, key = "BROWSER" }
  }

  expect_failures = [var.rate_limit]
}

run "headers_have_a_name" {
  command = plan

  variables {
    rate_limit = { requests = 100, key = "HTTP_HEADER" }
  }

  expect_failures = [var.rate_limit]
}

run "bans_last_a_minute" {
  command = plan

  variables {
    rate_limit = { requests = 100, ban_seconds = 10 }
  }

  expect_failures = [var.rate_limit]
}

run "site_keys_are_long" {
  command = plan

  variables {
    recaptcha_site_key = "key"
  }

  expect_failures = [var.recaptcha_site_key]
}

run "edge_policies_do_not_ask" {
  command = plan

  variables {
    type               = "CLOUD_ARMOR_EDGE"
    recaptcha_site_key = "6LeIxAcTAAAAAJcZVRqyHh71UMIE"
  }

  expect_failures = [var.recaptcha_site_key]
}

run "bodies_are_read_in_known_sizes" {
  command = plan

  variables {
    request_body_inspection_size = "1MB"
  }

  expect_failures = [var.request_body_inspection_size]
}

run "types_are_known" {
  command = plan

  variables {
    type = "FIREWALL"
  }

  expect_failures = [var.type]
}

run "header_names_are_plain" {
  command = plan

  variables {
    user_ip_request_headers = ["True Client"]
  }

  expect_failures = [var.user_ip_request_headers]
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
