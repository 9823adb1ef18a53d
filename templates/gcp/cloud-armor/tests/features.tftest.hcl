mock_provider "google" {}

variables {
  name = "web"
}

run "lists_are_split_and_asked_first" {
  command = plan

  variables {
    project_id        = "acme-demo"
    description       = "The shop"
    allowed_ip_ranges = [for i in range(12) : "203.0.113.${i}/32"]
    denied_ip_ranges  = ["198.51.100.0/24"]
    allowed_regions   = ["DE", "AT"]
    preview_enabled   = true
    owasp_rule_sets   = []
    backend_services  = ["web-backend"]
  }

  assert {
    condition     = output.rule_summary == ["100 allow Trusted networks", "101 allow Trusted networks", "400 deny(403) Denied networks (only logged)", "900 deny(403) Other countries (only logged)", "2147483647 allow Default"]
    error_message = "Ten networks make a rule, and the trusted ones are never only logged."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : rule.match[0].expr[0].expression if rule.priority == 900]) == "!'[AT,DE]'.contains(origin.region_code)" && length(one([for rule in google_compute_security_policy.this.rule : rule.match[0].config[0].src_ip_ranges if rule.priority == 101])) == 2
    error_message = "All others must be kept out."
  }
}

run "owasp_rules_can_be_tuned" {
  command = plan

  variables {
    owasp_rule_sets              = ["sqli", "nodejs"]
    owasp_version                = "3.3"
    owasp_sensitivity            = 2
    owasp_opt_out_rule_ids       = ["owasp-crs-v030301-id942251-sqli"]
    owasp_exclusions             = [{ rule_set = "sqli", part = "cookie", operator = "STARTS_WITH", value = "session" }, { rule_set = "sqli", part = "uri", operator = "EQUALS_ANY" }]
    json_parsing                 = "STANDARD_WITH_GRAPHQL"
    log_level                    = "NORMAL"
    request_body_inspection_size = "64KB"
    user_ip_request_headers      = ["True-Client-IP"]
    denied_regions               = ["KP"]
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : rule.match[0].expr[0].expression if rule.priority == 10000]) == "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 2, 'opt_out_rule_ids': ['owasp-crs-v030301-id942251-sqli']})"
    error_message = "Single rules must be left out."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : rule.preconfigured_waf_config[0].exclusion if rule.priority == 10000])[0].request_cookie[0].value == "session" && one([for rule in google_compute_security_policy.this.rule : rule.preconfigured_waf_config[0].exclusion if rule.priority == 10000])[1].target_rule_set == "sqli-v33-stable" && length(one([for rule in google_compute_security_policy.this.rule : rule.preconfigured_waf_config if rule.priority == 10110])) == 0
    error_message = "Exceptions must be made for their own rules."
  }

  assert {
    condition     = google_compute_security_policy.this.advanced_options_config[0].request_body_inspection_size == "64KB" && google_compute_security_policy.this.advanced_options_config[0].user_ip_request_headers == toset(["True-Client-IP"])
    error_message = "Each setting must reach the policy."
  }
}

run "floods_are_slowed_down_and_blocked" {
  command = plan

  variables {
    owasp_rule_sets              = []
    rate_limit                   = { requests = 100, key = "HTTP_HEADER", key_name = "X-Api-Client", ban_seconds = 600, ban_requests = 500 }
    adaptive_auto_deploy_enabled = true
    adaptive_confidence          = 0.9
    recaptcha_site_key           = "6LeIxAcTAAAAAJcZVRqyHh71UMIE"
    custom_rules = [
      { name = "Ask at the door", priority = 1000, action = "redirect", expression = "request.path.startsWith('/login')" },
      { name = "Moved", priority = 1001, action = "redirect", redirect_target = "https://example.com/", ip_ranges = ["198.51.100.0/24"] },
      { name = "Mark", priority = 1002, action = "allow", expression = "request.path == '/'", request_headers = { X-Seen = "yes" }, preview = true },
    ]
  }

  assert {
    condition     = output.rule_summary == ["1000 redirect Ask at the door", "1001 redirect Moved", "1002 allow Mark (only logged)", "20000 deny(403) Attacks that were learnt", "30000 rate_based_ban Rate limit", "2147483647 allow Default"]
    error_message = "The limit is asked last, as it lets others in."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : rule.rate_limit_options[0].ban_threshold[0].count if rule.priority == 30000]) == 500 && one([for rule in google_compute_security_policy.this.rule : rule.redirect_options[0].type if rule.priority == 1000]) == "GOOGLE_RECAPTCHA" && one([for rule in google_compute_security_policy.this.rule : rule.redirect_options[0].target if rule.priority == 1001]) == "https://example.com/"
    error_message = "Bans and redirects must be set."
  }

  assert {
    condition     = google_compute_security_policy.this.adaptive_protection_config[0].layer_7_ddos_defense_config[0].threshold_configs[0].auto_deploy_confidence_threshold == 0.9 && google_compute_security_policy.this.recaptcha_options_config[0].redirect_site_key == "6LeIxAcTAAAAAJcZVRqyHh71UMIE"
    error_message = "What was learnt must be blocked from the given confidence on."
  }
}

run "a_policy_at_the_edge_has_what_the_edge_knows" {
  command = plan

  variables {
    type                        = "CLOUD_ARMOR_EDGE"
    denied_regions              = ["KP"]
    adaptive_protection_enabled = false
    backend_services            = ["assets"]
  }

  assert {
    condition     = length(google_compute_security_policy.this.rule) == 2 && length(google_compute_security_policy.this.advanced_options_config) == 0 && length(google_compute_security_policy.this.adaptive_protection_config) == 0
    error_message = "There are no OWASP rules at the edge."
  }
}
