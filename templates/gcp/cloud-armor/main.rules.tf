# The rules in the order in which they are asked: trusted networks, denied ones, countries, rules of your own,
# OWASP, attacks that were learnt, the rate limit, the default.
locals {
  plain = { ranges = null, expression = null, preview = false, redirect_target = null, headers = {}, exclusions = [], rule_set = null, limit = null }

  # A rule takes ten networks.
  allow_rules = [for index, ranges in chunklist(var.allowed_ip_ranges, 10) : merge(local.plain, {
    priority = 100 + index, action = "allow", description = "Trusted networks", ranges = ranges
  })]

  deny_rules = [for index, ranges in chunklist(var.denied_ip_ranges, 10) : merge(local.plain, {
    priority = 400 + index, action = "deny(403)", description = "Denied networks", ranges = ranges, preview = var.preview_enabled
  })]

  region_rules = concat(
    [for regions in [join(",", sort(var.allowed_regions))] : merge(local.plain, {
      priority   = 900, action = "deny(403)", description = "Other countries", preview = var.preview_enabled
      expression = "!'[${regions}]'.contains(origin.region_code)"
    }) if regions != ""],
    [for regions in [join(",", sort(var.denied_regions))] : merge(local.plain, {
      priority   = 901, action = "deny(403)", description = "Denied countries", preview = var.preview_enabled
      expression = "'[${regions}]'.contains(origin.region_code)"
    }) if regions != ""],
  )

  custom_rules = [for rule in var.custom_rules : merge(local.plain, {
    priority        = rule.priority, action = rule.action, description = rule.name, preview = rule.preview
    ranges          = rule.ip_ranges, expression = rule.expression
    redirect_target = rule.redirect_target, headers = rule.request_headers
  })]

  # What Google calls each set; the place in the list decides the priority, so new ones go to the end.
  rule_sets = [
    { key = "sqli", title = "SQL injection" },
    { key = "xss", title = "Cross-site scripting" },
    { key = "lfi", title = "Local files" },
    { key = "rfi", title = "Remote files" },
    { key = "rce", title = "Remote code" },
    { key = "methodenforcement", title = "Unusual methods" },
    { key = "scannerdetection", title = "Scanners" },
    { key = "protocolattack", title = "Attacks on the protocol" },
    { key = "php", title = "PHP injection" },
    { key = "sessionfixation", title = "Session fixation" },
    { key = "java", title = "Attacks on Java" },
    { key = "nodejs", title = "Attacks on Node.js" },
    { key = "cve", title = "Known holes", name = "cve-canary" },
    { key = "json-sqli", title = "SQL injection in JSON", name = "json-sqli-canary" },
    { key = "generic", title = "Attacks on Node.js, Ruby and Perl" },
  ]

  usual_rule_sets = ["sqli", "xss", "lfi", "rfi", "rce", "scannerdetection", "protocolattack", "sessionfixation", "cve"]
  used_rule_sets  = !local.backend ? toset([]) : var.owasp_rule_sets == null ? toset(local.usual_rule_sets) : var.owasp_rule_sets

  owasp_rules = [for index, set in local.rule_sets : merge(local.plain, {
    priority    = 10000 + index * 10
    action      = "deny(403)"
    description = "OWASP: ${set.title}"
    preview     = var.preview_enabled
    rule_set    = local.rule_set_names[set.key]
    exclusions  = [for exclusion in var.owasp_exclusions : exclusion if exclusion.rule_set == set.key]
    expression = "evaluatePreconfiguredWaf('${local.rule_set_names[set.key]}', {'sensitivity': ${var.owasp_sensitivity}${
      length(local.opt_outs[set.key]) == 0 ? "" : ", 'opt_out_rule_ids': ['${join("', '", local.opt_outs[set.key])}']"
    }})"
  }) if contains(local.used_rule_sets, set.key)]

  rule_set_names = { for set in local.rule_sets : set.key => try(set.name, "${set.key}-v${replace(var.owasp_version, ".", "")}-stable") }
  opt_outs       = { for set in local.rule_sets : set.key => sort([for id in var.owasp_opt_out_rule_ids : id if endswith(id, "-${set.key}")]) }

  adaptive_rules = var.adaptive_auto_deploy_enabled ? [merge(local.plain, {
    priority   = 20000, action = "deny(403)", description = "Attacks that were learnt"
    expression = "evaluateAdaptiveProtectionAutoDeploy()", preview = var.preview_enabled
  })] : []

  limit_rules = [for limit in var.rate_limit == null ? [] : [var.rate_limit] : merge(local.plain, {
    priority = 30000, action = limit.ban_seconds == null ? "throttle" : "rate_based_ban", description = "Rate limit"
    ranges   = ["*"], limit = limit, preview = var.preview_enabled
  })]

  # Google wants the last rule at this place, for everybody.
  default_rules = [merge(local.plain, {
    priority = 2147483647, action = var.default_action, description = "Default", ranges = ["*"]
  })]

  rules = concat(
    local.allow_rules, local.deny_rules, local.region_rules, local.custom_rules,
    local.owasp_rules, local.adaptive_rules, local.limit_rules, local.default_rules,
  )
}
