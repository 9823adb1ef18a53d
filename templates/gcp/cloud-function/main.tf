locals {
  project = split("/", data.google_project.this.id)[1]

  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  # The sample answers requests with one function and events with another.
  entry_point = coalesce(var.entry_point, var.trigger_kind == "http" ? "hello" : "hello_event")
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_cloudfunctions2_function" "this" {
  name         = var.name
  project      = local.project
  location     = var.region
  description  = var.description
  labels       = local.labels
  kms_key_name = var.kms_key_name

  build_config {
    runtime               = var.runtime
    entry_point           = local.entry_point
    environment_variables = length(var.build_environment_variables) > 0 ? var.build_environment_variables : null
    docker_repository     = var.docker_repository
    service_account       = local.build_service_account

    source {
      dynamic "storage_source" {
        for_each = var.source_kind == "repository" ? [] : [local.source]

        content {
          bucket     = storage_source.value.bucket
          object     = storage_source.value.object
          generation = var.source_kind == "archive" ? var.source_generation : null
        }
      }

      dynamic "repo_source" {
        for_each = var.source_kind == "repository" ? [var.source_repository] : []

        content {
          project_id  = coalesce(repo_source.value.project, local.project)
          repo_name   = repo_source.value.name
          branch_name = repo_source.value.tag == null && repo_source.value.commit == null ? repo_source.value.branch : null
          tag_name    = repo_source.value.commit == null ? repo_source.value.tag : null
          commit_sha  = repo_source.value.commit
          dir         = repo_source.value.directory
        }
      }
    }
  }

  service_config {
    available_memory                 = "${var.memory_mb}M"
    available_cpu                    = var.cpu == null ? null : tostring(var.cpu)
    timeout_seconds                  = var.timeout_seconds
    min_instance_count               = var.min_instances
    max_instance_count               = var.max_instances
    max_instance_request_concurrency = var.concurrency
    environment_variables            = var.environment_variables
    ingress_settings                 = var.ingress
    service_account_email            = local.service_account_email
    all_traffic_on_latest_revision   = true

    vpc_connector                 = var.vpc_connector
    vpc_connector_egress_settings = var.vpc_connector == null ? null : var.vpc_egress
    direct_vpc_egress             = var.vpc_subnetwork == null ? null : "VPC_EGRESS_${var.vpc_egress}"

    dynamic "direct_vpc_network_interface" {
      for_each = var.vpc_subnetwork == null ? [] : [var.vpc_subnetwork]

      content {
        subnetwork = direct_vpc_network_interface.value
        tags       = length(var.vpc_network_tags) > 0 ? sort(var.vpc_network_tags) : null
      }
    }

    dynamic "secret_environment_variables" {
      for_each = var.secret_environment_variables

      content {
        key        = secret_environment_variables.key
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
        project_id = coalesce(secret_environment_variables.value.project, local.project)
      }
    }

    dynamic "secret_volumes" {
      for_each = var.secret_volumes

      content {
        mount_path = secret_volumes.value.mount_path
        secret     = secret_volumes.value.secret
        project_id = coalesce(secret_volumes.value.project, local.project)

        versions {
          version = secret_volumes.value.version
          path    = secret_volumes.value.file_name
        }
      }
    }
  }

  dynamic "event_trigger" {
    for_each = var.trigger_kind == "http" ? [] : [var.trigger_kind]

    content {
      trigger_region        = coalesce(var.trigger_region, var.region)
      event_type            = local.event_type
      pubsub_topic          = var.trigger_kind == "pubsub" ? var.pubsub_topic : null
      retry_policy          = var.retry_enabled ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY"
      service_account_email = local.service_account_email

      dynamic "event_filters" {
        for_each = local.event_filters

        content {
          attribute = event_filters.key
          value     = event_filters.value
          operator  = strcontains(event_filters.value, "*") ? "match-path-pattern" : null
        }
      }
    }
  }

  # A function that may not read its secrets, or be called by its trigger, is not made.
  depends_on = [
    google_project_iam_member.builder,
    google_project_iam_member.service_account,
    google_project_iam_member.storage_agent,
    google_secret_manager_secret_iam_member.this,
    google_kms_crypto_key_iam_member.agent,
  ]
}
