locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  mysql      = startswith(var.database_version, "MYSQL")
  postgres   = startswith(var.database_version, "POSTGRES")
  sql_server = startswith(var.database_version, "SQLSERVER")

  # Unless told, only production is protected.
  deletion_protection = coalesce(var.deletion_protection, var.environment == "production")

  # Sign-in with Google accounts is a flag with another name in each engine.
  iam_flag = { for name, value in {
    "cloudsql.iam_authentication" = local.postgres
    "cloudsql_iam_authentication" = local.mysql
  } : name => "on" if value && var.iam_authentication_enabled }

  # Who came and went, and what waited: these cost little, and are missed when they are needed.
  usual_flags = local.postgres ? {
    log_checkpoints    = "on"
    log_connections    = "on"
    log_disconnections = "on"
    log_lock_waits     = "on"
  } : local.mysql ? { local_infile = "off" } : {}

  flags = merge(local.usual_flags, var.database_flags, local.iam_flag)
}

resource "google_sql_database_instance" "this" {
  name                = var.name
  project             = var.project_id
  region              = var.region
  database_version    = var.database_version
  encryption_key_name = var.encryption_key
  deletion_protection = local.deletion_protection

  root_password_wo         = var.root_password
  root_password_wo_version = local.sql_server ? tostring(var.root_credential_version) : null

  settings {
    edition                     = var.edition
    tier                        = var.tier
    availability_type           = var.availability_type
    activation_policy           = var.running ? "ALWAYS" : "NEVER"
    disk_type                   = var.disk_type
    disk_autoresize             = var.disk_autoresize_enabled
    disk_autoresize_limit       = var.disk_autoresize_enabled ? var.disk_autoresize_limit_gb : null
    disk_size                   = var.disk_autoresize_enabled ? null : var.disk_size_gb
    deletion_protection_enabled = local.deletion_protection
    retain_backups_on_delete    = var.backups_kept_after_deletion
    connector_enforcement       = var.connectors_required ? "REQUIRED" : "NOT_REQUIRED"
    collation                   = local.sql_server ? var.sql_server_collation : null
    time_zone                   = local.sql_server ? var.sql_server_time_zone : null
    user_labels                 = local.labels

    ip_configuration {
      ipv4_enabled                                  = var.connection == "public"
      private_network                               = var.connection == "private" ? local.network : null
      allocated_ip_range                            = var.connection == "private" ? var.allocated_range_name : null
      enable_private_path_for_google_cloud_services = var.connection == "private" && !local.sql_server
      ssl_mode                                      = var.ssl_mode

      dynamic "authorized_networks" {
        for_each = var.connection == "public" ? var.authorized_networks : {}

        content {
          name  = authorized_networks.key
          value = authorized_networks.value
        }
      }

      dynamic "psc_config" {
        for_each = var.connection == "psc" ? [var.psc_allowed_projects] : []

        content {
          psc_enabled               = true
          allowed_consumer_projects = psc_config.value
        }
      }
    }

    backup_configuration {
      enabled                        = var.backups_enabled
      start_time                     = var.backup_start_time
      location                       = var.backup_location
      point_in_time_recovery_enabled = !local.mysql && var.backups_enabled && var.point_in_time_recovery_enabled
      binary_log_enabled             = local.mysql && var.backups_enabled && var.point_in_time_recovery_enabled
      transaction_log_retention_days = var.transaction_log_retention_days

      backup_retention_settings {
        retained_backups = var.retained_backups
        retention_unit   = "COUNT"
      }
    }

    dynamic "final_backup_config" {
      for_each = var.final_backup_retention_days == null ? [] : [var.final_backup_retention_days]

      content {
        enabled        = true
        retention_days = final_backup_config.value
      }
    }

    maintenance_window {
      day          = var.maintenance_day
      hour         = var.maintenance_hour
      update_track = var.maintenance_track
    }

    dynamic "deny_maintenance_period" {
      for_each = var.deny_maintenance_period == null ? [] : [var.deny_maintenance_period]

      content {
        start_date = deny_maintenance_period.value.start_date
        end_date   = deny_maintenance_period.value.end_date
        time       = "00:00:00"
      }
    }

    insights_config {
      query_insights_enabled  = var.query_insights_enabled
      query_string_length     = 1024
      query_plans_per_minute  = 5
      record_application_tags = var.query_insights_enabled
      record_client_address   = false
    }

    dynamic "password_validation_policy" {
      for_each = local.sql_server ? [] : [var.credential_min_length]

      content {
        enable_password_policy      = true
        min_length                  = password_validation_policy.value
        complexity                  = "COMPLEXITY_DEFAULT"
        disallow_username_substring = true
      }
    }

    dynamic "data_cache_config" {
      for_each = var.data_cache_enabled ? [true] : []

      content {
        data_cache_enabled = true
      }
    }

    dynamic "location_preference" {
      for_each = var.zone == null ? [] : [var.zone]

      content {
        zone           = location_preference.value
        secondary_zone = var.availability_type == "REGIONAL" ? var.secondary_zone : null
      }
    }

    dynamic "database_flags" {
      for_each = local.flags

      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  # The address comes from a range that Google's services reach, and the key must be usable.
  depends_on = [google_service_networking_connection.this, google_kms_crypto_key_iam_member.sql_agent]
}

resource "google_sql_database_instance" "replica" {
  for_each = var.read_replicas

  name                 = "${var.name}-${each.key}"
  project              = google_sql_database_instance.this.project
  region               = coalesce(each.value.region, var.region)
  database_version     = var.database_version
  master_instance_name = google_sql_database_instance.this.name
  encryption_key_name  = each.value.encryption_key
  deletion_protection  = local.deletion_protection

  settings {
    edition                     = var.edition
    tier                        = coalesce(each.value.tier, var.tier)
    availability_type           = each.value.availability_type
    disk_type                   = var.disk_type
    disk_autoresize             = true
    deletion_protection_enabled = local.deletion_protection
    connector_enforcement       = var.connectors_required ? "REQUIRED" : "NOT_REQUIRED"
    user_labels                 = local.labels

    ip_configuration {
      ipv4_enabled    = var.connection == "public"
      private_network = var.connection == "private" ? local.network : null
      ssl_mode        = var.ssl_mode

      dynamic "psc_config" {
        for_each = var.connection == "psc" ? [var.psc_allowed_projects] : []

        content {
          psc_enabled               = true
          allowed_consumer_projects = psc_config.value
        }
      }
    }

    dynamic "database_flags" {
      for_each = local.flags

      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }

    dynamic "location_preference" {
      for_each = each.value.zone == null ? [] : [each.value.zone]

      content {
        zone = location_preference.value
      }
    }
  }
}
