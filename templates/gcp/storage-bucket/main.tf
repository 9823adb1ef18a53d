locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  seconds_per_day = 86400
}

resource "google_storage_bucket" "this" {
  name          = var.name
  project       = var.project_id
  location      = upper(var.location)
  storage_class = var.storage_class
  labels        = local.labels
  force_destroy = var.force_destroy

  public_access_prevention    = var.public_access_allowed ? "inherited" : "enforced"
  uniform_bucket_level_access = true

  default_event_based_hold = var.event_based_hold_enabled
  enable_object_retention  = var.object_retention_enabled
  requester_pays           = var.requester_pays
  rpo                      = var.rpo

  versioning {
    enabled = var.versioning_enabled
  }

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_retention_days * local.seconds_per_day
  }

  dynamic "autoclass" {
    for_each = var.autoclass_enabled ? [var.autoclass_terminal_storage_class] : []

    content {
      enabled                = true
      terminal_storage_class = autoclass.value
    }
  }

  dynamic "cors" {
    for_each = var.cors_rules

    content {
      origin          = cors.value.origins
      method          = cors.value.methods
      response_header = cors.value.response_headers
      max_age_seconds = cors.value.max_age_seconds
    }
  }

  dynamic "custom_placement_config" {
    for_each = length(var.custom_dual_regions) == 0 ? [] : [var.custom_dual_regions]

    content {
      data_locations = [for region in custom_placement_config.value : upper(region)]
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]

    content {
      # Objects cannot be encrypted before Google's storage agent may use the key.
      default_kms_key_name = google_kms_crypto_key_iam_member.storage_agent[0].crypto_key_id
    }
  }

  dynamic "hierarchical_namespace" {
    for_each = var.hierarchical_namespace_enabled ? [true] : []

    content {
      enabled = true
    }
  }

  dynamic "ip_filter" {
    for_each = var.ip_filter == null ? [] : [var.ip_filter]

    content {
      mode                           = "Enabled"
      allow_all_service_agent_access = ip_filter.value.allow_service_agents
      allow_cross_org_vpcs           = length(ip_filter.value.vpc_networks) == 0 ? null : ip_filter.value.allow_other_org_networks

      dynamic "public_network_source" {
        for_each = length(ip_filter.value.public_ranges) == 0 ? [] : [ip_filter.value.public_ranges]

        content {
          allowed_ip_cidr_ranges = public_network_source.value
        }
      }

      dynamic "vpc_network_sources" {
        for_each = ip_filter.value.vpc_networks

        content {
          network                = vpc_network_sources.key
          allowed_ip_cidr_ranges = vpc_network_sources.value
        }
      }
    }
  }

  dynamic "lifecycle_rule" {
    for_each = var.lifecycle_rules

    content {
      action {
        type          = lifecycle_rule.value.action
        storage_class = lifecycle_rule.value.storage_class
      }

      condition {
        age                        = lifecycle_rule.value.age_days
        send_age_if_zero           = lifecycle_rule.value.age_days == 0
        days_since_noncurrent_time = lifecycle_rule.value.days_since_noncurrent_time
        num_newer_versions         = lifecycle_rule.value.num_newer_versions
        created_before             = lifecycle_rule.value.created_before
        with_state                 = lifecycle_rule.value.with_state
        matches_prefix             = lifecycle_rule.value.prefixes
        matches_suffix             = lifecycle_rule.value.suffixes
        matches_storage_class      = lifecycle_rule.value.storage_classes
      }
    }
  }

  dynamic "logging" {
    for_each = var.log_bucket == null ? [] : [var.log_bucket]

    content {
      log_bucket        = logging.value
      log_object_prefix = var.log_object_prefix
    }
  }

  dynamic "retention_policy" {
    for_each = var.retention_period_days == null ? [] : [var.retention_period_days]

    content {
      retention_period = tostring(retention_policy.value * local.seconds_per_day)
      is_locked        = var.retention_policy_locked
    }
  }

  dynamic "website" {
    for_each = var.website == null ? [] : [var.website]

    content {
      main_page_suffix = website.value.main_page_suffix
      not_found_page   = website.value.not_found_page
    }
  }
}
