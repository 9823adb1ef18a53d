mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  name   = "orders"
  region = "europe-west1"
}

run "sql_server_has_its_own_ways" {
  command = plan

  variables {
    database_version        = "SQLSERVER_2022_ENTERPRISE"
    tier                    = "db-custom-4-26624"
    root_password           = "Invented-Pa55word"
    root_credential_version = 2
    sql_server_collation    = "SQL_Latin1_General_CP1_CI_AS"
    sql_server_time_zone    = "W. Europe Standard Time"
    connection              = "public"
    connectors_required     = false
    authorized_networks     = { office = "203.0.113.0/24" }
    disk_autoresize_enabled = false
    disk_size_gb            = 200
  }

  assert {
    condition     = google_sql_database_instance.this.root_password_wo_version == "2" && google_sql_database_instance.this.settings[0].collation == "SQL_Latin1_General_CP1_CI_AS" && length(google_sql_database_instance.this.settings[0].password_validation_policy) == 0 && length(google_sql_database_instance.this.settings[0].database_flags) == 0
    error_message = "The administrator must have the password."
  }

  assert {
    condition     = one(google_sql_database_instance.this.settings[0].ip_configuration[0].authorized_networks).value == "203.0.113.0/24" && google_sql_database_instance.this.settings[0].ip_configuration[0].ipv4_enabled && length(google_compute_network.this) == 0 && google_sql_database_instance.this.settings[0].connector_enforcement == "NOT_REQUIRED"
    error_message = "Only the office may connect."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].disk_size == 200 && !google_sql_database_instance.this.settings[0].disk_autoresize
    error_message = "The disk must have its size."
  }
}

run "mysql_has_users_and_databases" {
  command = plan

  variables {
    database_version = "MYSQL_8_4"
    connection       = "psc"
    databases        = { orders = { charset = "utf8mb4" } }
    users = {
      app               = { host = "10.%", credential_version = 3 }
      "ada@example.com" = { type = "CLOUD_IAM_USER" }
    }
    user_passwords       = { app = "Invented-Pa55word-1" }
    psc_allowed_projects = ["acme-shop"]
    database_flags       = { max_connections = "200", local_infile = "on" }
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].backup_configuration[0].binary_log_enabled && !google_sql_database_instance.this.settings[0].backup_configuration[0].point_in_time_recovery_enabled && tomap({ for flag in google_sql_database_instance.this.settings[0].database_flags : flag.name => flag.value }) == tomap({ cloudsql_iam_authentication = "on", max_connections = "200", local_infile = "on" })
    error_message = "MySQL keeps binary logs, and flags of one's own count."
  }

  assert {
    condition     = google_sql_user.this["app"].host == "10.%" && google_sql_user.this["app"].password_wo_version == 3 && google_sql_user.this["ada@example.com"].type == "CLOUD_IAM_USER" && google_project_iam_member.user["roles/cloudsql.client ada@example.com"].member == "user:ada@example.com" && length(google_project_iam_member.user) == 2
    error_message = "Google accounts must get the rights to sign in."
  }

  assert {
    condition     = google_sql_database.this["orders"].charset == "utf8mb4" && one(google_sql_database_instance.this.settings[0].ip_configuration[0].psc_config).allowed_consumer_projects == toset(["acme-shop"])
    error_message = "The database and the endpoints must be there."
  }
}

run "postgresql_knows_service_accounts_by_a_shorter_name" {
  command = plan

  variables {
    users                         = { "loader@acme-demo.iam.gserviceaccount.com" = { type = "CLOUD_IAM_SERVICE_ACCOUNT" } }
    network                       = "projects/acme-demo/global/networks/shop"
    create_private_service_access = true
    allocated_range_name          = "orders-services"
    encryption_key                = "projects/acme-demo/locations/europe-west1/keyRings/sql/cryptoKeys/orders"
    ssl_mode                      = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    zone                          = "europe-west1-b"
    secondary_zone                = "europe-west1-c"
  }

  assert {
    condition     = google_sql_user.this["loader@acme-demo.iam.gserviceaccount.com"].name == "loader@acme-demo.iam" && google_project_iam_member.user["roles/cloudsql.instanceUser loader@acme-demo.iam.gserviceaccount.com"].member == "serviceAccount:loader@acme-demo.iam.gserviceaccount.com"
    error_message = "The account must be named as PostgreSQL does, and get its rights."
  }

  assert {
    condition     = length(google_compute_network.this) == 0 && google_compute_global_address.services[0].project == "acme-demo" && google_sql_database_instance.this.settings[0].ip_configuration[0].private_network == "projects/acme-demo/global/networks/shop"
    error_message = "The existing network must be used."
  }

  assert {
    condition     = google_kms_crypto_key_iam_member.sql_agent[0].member == "serviceAccount:service-123456789012@gcp-sa-cloud-sql.iam.gserviceaccount.com" && google_sql_database_instance.this.settings[0].location_preference[0].secondary_zone == "europe-west1-c"
    error_message = "Cloud SQL must be allowed to use the key, in the zones asked for."
  }
}

run "replicas_follow" {
  command = plan

  variables {
    edition                        = "ENTERPRISE_PLUS"
    tier                           = "db-perf-optimized-N-4"
    data_cache_enabled             = true
    transaction_log_retention_days = 14
    read_replicas                  = { reports = {}, far = { region = "europe-west4", tier = "db-perf-optimized-N-8", zone = "europe-west4-a" } }
    query_insights_enabled         = false
    deletion_protection            = true
    deny_maintenance_period        = { start_date = "11-15", end_date = "01-05" }
    final_backup_retention_days    = 30
  }

  assert {
    condition     = google_sql_database_instance.replica["reports"].name == "orders-reports" && google_sql_database_instance.replica["reports"].master_instance_name == "orders" && google_sql_database_instance.replica["far"].region == "europe-west4" && google_sql_database_instance.replica["far"].settings[0].tier == "db-perf-optimized-N-8" && !google_sql_database_instance.replica["far"].settings[0].ip_configuration[0].ipv4_enabled
    error_message = "Replicas must be like the instance, where they were asked for."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].data_cache_config[0].data_cache_enabled && google_sql_database_instance.this.settings[0].deny_maintenance_period[0].start_date == "11-15" && google_sql_database_instance.this.settings[0].final_backup_config[0].retention_days == 30 && google_sql_database_instance.replica["far"].deletion_protection
    error_message = "Cache, quiet days and the last backup must be set."
  }
}

run "an_instance_may_stand_still_in_one_zone" {
  command = plan

  variables {
    availability_type              = "ZONAL"
    running                        = false
    backups_enabled                = false
    point_in_time_recovery_enabled = false
    iam_authentication_enabled     = false
    backups_kept_after_deletion    = false
    disk_type                      = "PD_HDD"
    disk_autoresize_limit_gb       = 0
    maintenance_day                = 1
    maintenance_hour               = 0
    maintenance_track              = "canary"
    backup_start_time              = "23:00"
    backup_location                = "eu"
    retained_backups               = 7
    credential_min_length          = 20
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].activation_policy == "NEVER" && google_sql_database_instance.this.settings[0].availability_type == "ZONAL" && !google_sql_database_instance.this.settings[0].backup_configuration[0].enabled && google_sql_database_instance.this.settings[0].disk_type == "PD_HDD" && !contains([for flag in google_sql_database_instance.this.settings[0].database_flags : flag.name], "cloudsql.iam_authentication")
    error_message = "Each switch must reach the instance."
  }
}
