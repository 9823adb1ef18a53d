locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  # Policies at the edge know neither bodies nor backends.
  backend = var.type == "CLOUD_ARMOR"
}

resource "google_compute_security_policy" "this" {
  name        = var.name
  project     = var.project_id
  type        = var.type
  description = var.description
  labels      = local.labels

  dynamic "adaptive_protection_config" {
    for_each = local.backend ? [var.adaptive_protection_enabled] : []

    content {
      layer_7_ddos_defense_config {
        enable          = adaptive_protection_config.value
        rule_visibility = adaptive_protection_config.value ? "STANDARD" : null

        dynamic "threshold_configs" {
          for_each = var.adaptive_auto_deploy_enabled ? [var.adaptive_confidence] : []

          content {
            name                             = "auto-deploy"
            auto_deploy_confidence_threshold = threshold_configs.value
          }
        }
      }
    }
  }

  dynamic "advanced_options_config" {
    for_each = local.backend ? [var.json_parsing] : []

    content {
      json_parsing                 = advanced_options_config.value
      log_level                    = var.log_level
      request_body_inspection_size = var.request_body_inspection_size
      user_ip_request_headers      = length(var.user_ip_request_headers) == 0 ? null : var.user_ip_request_headers
    }
  }

  dynamic "recaptcha_options_config" {
    for_each = var.recaptcha_site_key == null ? [] : [var.recaptcha_site_key]

    content {
      redirect_site_key = recaptcha_options_config.value
    }
  }

  dynamic "rule" {
    for_each = local.rules

    content {
      priority    = rule.value.priority
      action      = rule.value.action
      description = rule.value.description
      preview     = rule.value.preview

      match {
        versioned_expr = rule.value.expression == null ? "SRC_IPS_V1" : null

        dynamic "config" {
          for_each = rule.value.expression == null ? [rule.value.ranges] : []

          content {
            src_ip_ranges = config.value
          }
        }

        dynamic "expr" {
          for_each = rule.value.expression == null ? [] : [rule.value.expression]

          content {
            expression = expr.value
          }
        }
      }

      dynamic "redirect_options" {
        for_each = rule.value.action == "redirect" ? [rule.value.redirect_target] : []

        content {
          type   = redirect_options.value == null ? "GOOGLE_RECAPTCHA" : "EXTERNAL_302"
          target = redirect_options.value
        }
      }

      dynamic "header_action" {
        for_each = length(rule.value.headers) == 0 ? [] : [rule.value.headers]

        content {
          dynamic "request_headers_to_adds" {
            for_each = header_action.value

            content {
              header_name  = request_headers_to_adds.key
              header_value = request_headers_to_adds.value
            }
          }
        }
      }

      dynamic "preconfigured_waf_config" {
        for_each = length(rule.value.exclusions) == 0 ? [] : [rule.value.exclusions]

        content {
          dynamic "exclusion" {
            for_each = preconfigured_waf_config.value

            content {
              target_rule_set = rule.value.rule_set

              dynamic "request_header" {
                for_each = exclusion.value.part == "header" ? [exclusion.value] : []

                content {
                  operator = request_header.value.operator
                  value    = request_header.value.value
                }
              }

              dynamic "request_cookie" {
                for_each = exclusion.value.part == "cookie" ? [exclusion.value] : []

                content {
                  operator = request_cookie.value.operator
                  value    = request_cookie.value.value
                }
              }

              dynamic "request_query_param" {
                for_each = exclusion.value.part == "query_param" ? [exclusion.value] : []

                content {
                  operator = request_query_param.value.operator
                  value    = request_query_param.value.value
                }
              }

              dynamic "request_uri" {
                for_each = exclusion.value.part == "uri" ? [exclusion.value] : []

                content {
                  operator = request_uri.value.operator
                  value    = request_uri.value.value
                }
              }
            }
          }
        }
      }

      dynamic "rate_limit_options" {
        for_each = rule.value.limit == null ? [] : [rule.value.limit]

        content {
          conform_action      = "allow"
          exceed_action       = "deny(429)"
          enforce_on_key      = rate_limit_options.value.key
          enforce_on_key_name = rate_limit_options.value.key_name
          ban_duration_sec    = rate_limit_options.value.ban_seconds

          rate_limit_threshold {
            count        = rate_limit_options.value.requests
            interval_sec = rate_limit_options.value.interval_seconds
          }

          dynamic "ban_threshold" {
            for_each = rate_limit_options.value.ban_requests == null ? [] : [rate_limit_options.value]

            content {
              count        = ban_threshold.value.ban_requests
              interval_sec = ban_threshold.value.interval_seconds
            }
          }
        }
      }
    }
  }
}
