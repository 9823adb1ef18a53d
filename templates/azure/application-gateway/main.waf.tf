resource "azurerm_web_application_firewall_policy" "this" {
  name                = "waf-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags

  policy_settings {
    enabled                          = true
    mode                             = var.waf_mode
    request_body_check               = true
    max_request_body_size_in_kb      = var.waf_max_request_body_size_kb
    request_body_inspect_limit_in_kb = min(128, var.waf_max_request_body_size_kb)
    file_upload_limit_in_mb          = 100
  }

  managed_rules {
    managed_rule_set {
      type    = split(" ", var.waf_rule_set)[0]
      version = split(" ", var.waf_rule_set)[1]
    }

    dynamic "managed_rule_set" {
      for_each = var.waf_bot_protection_enabled ? ["1.1"] : []

      content {
        type    = "Microsoft_BotManagerRuleSet"
        version = managed_rule_set.value
      }
    }

    dynamic "exclusion" {
      for_each = var.waf_exclusions

      content {
        match_variable          = exclusion.value.match_variable
        selector_match_operator = exclusion.value.operator
        selector                = exclusion.value.selector
      }
    }
  }

  dynamic "custom_rules" {
    for_each = var.waf_rules

    content {
      name                 = custom_rules.value.name
      priority             = custom_rules.value.priority
      action               = custom_rules.value.action
      rule_type            = custom_rules.value.rate_limit == null ? "MatchRule" : "RateLimitRule"
      rate_limit_duration  = custom_rules.value.rate_limit == null ? null : "OneMin"
      rate_limit_threshold = custom_rules.value.rate_limit
      group_rate_limit_by  = custom_rules.value.rate_limit == null ? null : "ClientAddr"

      # A rate limit needs somebody to count: no visitor comes from the broadcast address, so "not from there" is all.
      dynamic "match_conditions" {
        for_each = concat(
          length(custom_rules.value.ip_ranges) > 0 ? [{ operator = "IPMatch", values = custom_rules.value.ip_ranges, negate = custom_rules.value.negate }] : [],
          length(custom_rules.value.countries) > 0 ? [{ operator = "GeoMatch", values = custom_rules.value.countries, negate = custom_rules.value.negate }] : [],
          length(custom_rules.value.ip_ranges) + length(custom_rules.value.countries) == 0 ? [{ operator = "IPMatch", values = ["255.255.255.255/32"], negate = true }] : [],
        )

        content {
          operator           = match_conditions.value.operator
          match_values       = match_conditions.value.values
          negation_condition = match_conditions.value.negate

          match_variables {
            variable_name = "RemoteAddr"
          }
        }
      }
    }
  }
}

resource "azurerm_monitor_diagnostic_setting" "this" {
  count = var.log_analytics_workspace_id == null ? 0 : 1

  name                       = "requests"
  target_resource_id         = azurerm_application_gateway.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category = "ApplicationGatewayAccessLog"
  }

  enabled_log {
    category = "ApplicationGatewayFirewallLog"
  }

  enabled_metric {
    category = "AllMetrics"
  }
}
