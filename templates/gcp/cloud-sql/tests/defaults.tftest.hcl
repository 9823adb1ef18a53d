mock_provider "google" {}

variables {
  name   = "orders"
  region = "europe-west1"
}

run "required_values_make_a_private_instance" {
  command = plan

  assert {
    condition     = google_sql_database_instance.this.database_version == "POSTGRES_17" && google_sql_database_instance.this.settings[0].tier == "db-custom-1-3840" && google_sql_database_instance.this.settings[0].edition == "ENTERPRISE" && google_sql_database_instance.this.settings[0].availability_type == "REGIONAL"
    error_message = "PostgreSQL must run with a copy in another zone."
  }

  assert {
    condition     = !google_sql_database_instance.this.settings[0].ip_configuration[0].ipv4_enabled && google_sql_database_instance.this.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY" && google_sql_database_instance.this.settings[0].connector_enforcement == "REQUIRED"
    error_message = "There must be no public address, and no way in without rights."
  }

  assert {
    condition     = google_compute_network.this[0].name == "orders-network" && google_compute_global_address.services[0].purpose == "VPC_PEERING" && length(google_service_networking_connection.this) == 1
    error_message = "The private address needs a network with a range for services."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].backup_configuration[0].enabled && google_sql_database_instance.this.settings[0].backup_configuration[0].point_in_time_recovery_enabled && google_sql_database_instance.this.settings[0].backup_configuration[0].backup_retention_settings[0].retained_backups == 14 && google_sql_database_instance.this.settings[0].retain_backups_on_delete
    error_message = "Every moment must be brought back, after a deletion too."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].password_validation_policy[0].min_length == 12 && tomap({ for flag in google_sql_database_instance.this.settings[0].database_flags : flag.name => flag.value }) == tomap({ "cloudsql.iam_authentication" = "on", log_checkpoints = "on", log_connections = "on", log_disconnections = "on", log_lock_waits = "on" })
    error_message = "Passwords must be long, Google accounts known, and the log must tell who came and what waited."
  }

  assert {
    condition     = !google_sql_database_instance.this.deletion_protection && google_sql_database_instance.this.settings[0].disk_autoresize && google_sql_database_instance.this.settings[0].disk_autoresize_limit == 500
    error_message = "Development is not protected, and the disk grows within bounds."
  }
}

run "labels_are_merged_and_production_is_protected" {
  command = plan

  variables {
    environment        = "production"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "orders"
    labels             = { team = "web", environment = "mine" }
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].user_labels == tomap({ team = "web", environment = "production", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "orders" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = google_sql_database_instance.this.deletion_protection && google_sql_database_instance.this.settings[0].deletion_protection_enabled
    error_message = "Production must be protected, in the console too."
  }
}
