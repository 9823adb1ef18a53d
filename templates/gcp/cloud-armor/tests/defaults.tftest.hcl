mock_provider "google" {}

variables {
  name = "web"
}

run "a_name_makes_a_policy_against_the_usual_attacks" {
  command = plan

  assert {
    condition     = length(google_compute_security_policy.this.rule) == 10 && length([for rule in google_compute_security_policy.this.rule : rule if startswith(rule.description, "OWASP") && rule.action == "deny(403)" && !rule.preview]) == 9
    error_message = "Nine sets of OWASP rules must deny, and the default follow."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : rule.match[0].expr[0].expression if rule.priority == 10000]) == "evaluatePreconfiguredWaf('sqli-v422-stable', {'sensitivity': 1})" && one([for rule in google_compute_security_policy.this.rule : rule.match[0].expr[0].expression if rule.priority == 10120]) == "evaluatePreconfiguredWaf('cve-canary', {'sensitivity': 1})"
    error_message = "The rules must be called by the names that Google gave them."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.this.rule : "${rule.action} ${join(",", rule.match[0].config[0].src_ip_ranges)}" if rule.priority == 2147483647]) == "allow *"
    error_message = "The default must be there explicitly."
  }

  assert {
    condition     = google_compute_security_policy.this.advanced_options_config[0].json_parsing == "STANDARD" && google_compute_security_policy.this.advanced_options_config[0].log_level == "VERBOSE" && google_compute_security_policy.this.adaptive_protection_config[0].layer_7_ddos_defense_config[0].enable
    error_message = "JSON must be read, matches be logged, and floods be reported."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "web"
    labels             = { team = "web", environment = "mine" }
    owasp_rule_sets    = []
    default_action     = "deny(404)"
  }

  assert {
    condition     = google_compute_security_policy.this.labels == tomap({ team = "web", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "web" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = output.rule_summary == ["2147483647 deny(404) Default"]
    error_message = "Without OWASP rules the default alone must be left."
  }
}
