mock_provider "google" {}

variables {
  name   = "orders"
  region = "europe-west1"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Orders_1"
  }

  expect_failures = [var.name]
}

run "region_is_a_region" {
  command = plan

  variables {
    region = "Europe"
  }

  expect_failures = [var.region]
}

run "ranges_are_in_existing_networks" {
  command = plan

  variables {
    allocated_range_name = "services"
  }

  expect_failures = [var.allocated_range_name]
}

run "networks_are_ranges" {
  command = plan

  variables {
    connection          = "public"
    connectors_required = false
    authorized_networks = { office = "office" }
  }

  expect_failures = [var.authorized_networks]
}

run "a_database_is_never_open_to_all" {
  command = plan

  variables {
    connection          = "public"
    connectors_required = false
    authorized_networks = { all = "0.0.0.0/0" }
  }

  expect_failures = [var.authorized_networks]
}

run "networks_need_a_public_address" {
  command = plan

  variables {
    connectors_required = false
    authorized_networks = { office = "203.0.113.0/24" }
  }

  expect_failures = [var.authorized_networks]
}

run "networks_connect_directly" {
  command = plan

  variables {
    connection          = "public"
    authorized_networks = { office = "203.0.113.0/24" }
  }

  expect_failures = [var.authorized_networks]
}

run "availability_is_known" {
  command = plan

  variables {
    availability_type = "GLOBAL"
  }

  expect_failures = [var.availability_type]
}

run "a_copy_needs_backups" {
  command = plan

  variables {
    backups_enabled = false
  }

  expect_failures = [var.availability_type]
}

run "backups_are_kept_somewhere" {
  command = plan

  variables {
    backup_location = "Mars"
  }

  expect_failures = [var.backup_location]
}

run "backups_have_a_time" {
  command = plan

  variables {
    backup_start_time = "3am"
  }

  expect_failures = [var.backup_start_time]
}

run "connections_are_known" {
  command = plan

  variables {
    connection = "open"
  }

  expect_failures = [var.connection]
}

run "new_networks_have_their_range" {
  command = plan

  variables {
    create_private_service_access = true
  }

  expect_failures = [var.create_private_service_access]
}

run "passwords_are_long" {
  command = plan

  variables {
    credential_min_length = 4
  }

  expect_failures = [var.credential_min_length]
}

run "the_cache_is_for_plus" {
  command = plan

  variables {
    data_cache_enabled = true
  }

  expect_failures = [var.data_cache_enabled]
}

run "flags_have_names" {
  command = plan

  variables {
    database_flags = { "Max-Connections" = "200" }
  }

  expect_failures = [var.database_flags]
}

run "sign_in_is_a_switch" {
  command = plan

  variables {
    database_flags = { "cloudsql.iam_authentication" = "off" }
  }

  expect_failures = [var.database_flags]
}

run "versions_are_known" {
  command = plan

  variables {
    database_version = "ORACLE_23"
  }

  expect_failures = [var.database_version]
}

run "databases_have_names" {
  command = plan

  variables {
    databases = { "1 order" = {} }
  }

  expect_failures = [var.databases]
}

run "some_databases_are_the_engines" {
  command = plan

  variables {
    databases = { postgres = {} }
  }

  expect_failures = [var.databases]
}

run "quiet_days_are_dates" {
  command = plan

  variables {
    deny_maintenance_period = { start_date = "15.11.", end_date = "05.01." }
  }

  expect_failures = [var.deny_maintenance_period]
}

run "quiet_days_are_alike" {
  command = plan

  variables {
    deny_maintenance_period = { start_date = "2026-11-15", end_date = "01-05" }
  }

  expect_failures = [var.deny_maintenance_period]
}

run "limits_are_in_bounds" {
  command = plan

  variables {
    disk_autoresize_limit_gb = 5
  }

  expect_failures = [var.disk_autoresize_limit_gb]
}

run "disks_are_in_bounds" {
  command = plan

  variables {
    disk_size_gb = 5
  }

  expect_failures = [var.disk_size_gb]
}

run "disks_are_known" {
  command = plan

  variables {
    disk_type = "TAPE"
  }

  expect_failures = [var.disk_type]
}

run "plus_has_fast_disks" {
  command = plan

  variables {
    edition   = "ENTERPRISE_PLUS"
    tier      = "db-perf-optimized-N-4"
    disk_type = "PD_HDD"
  }

  expect_failures = [var.disk_type]
}

run "editions_are_known" {
  command = plan

  variables {
    edition = "HOME"
    tier    = "db-custom-1-3840"
  }

  expect_failures = [var.edition]
}

run "plus_needs_enterprise" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
    root_password    = "Invented-Pa55word"
    edition          = "ENTERPRISE_PLUS"
    tier             = "db-perf-optimized-N-4"
  }

  expect_failures = [var.edition]
}

run "keys_have_full_names" {
  command = plan

  variables {
    encryption_key = "/locations/europe-west1/key"
  }

  expect_failures = [var.encryption_key]
}

run "keys_are_in_the_region" {
  command = plan

  variables {
    encryption_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.encryption_key]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "last_backups_are_kept_whole_days" {
  command = plan

  variables {
    final_backup_retention_days = 0
  }

  expect_failures = [var.final_backup_retention_days]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "days_are_days" {
  command = plan

  variables {
    maintenance_day = 8
  }

  expect_failures = [var.maintenance_day]
}

run "hours_are_hours" {
  command = plan

  variables {
    maintenance_hour = 24
  }

  expect_failures = [var.maintenance_hour]
}

run "tracks_are_known" {
  command = plan

  variables {
    maintenance_track = "late"
  }

  expect_failures = [var.maintenance_track]
}

run "networks_have_full_names" {
  command = plan

  variables {
    network = "shop"
  }

  expect_failures = [var.network]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "endpoint_projects_are_ids" {
  command = plan

  variables {
    connection           = "psc"
    psc_allowed_projects = ["My Project"]
  }

  expect_failures = [var.psc_allowed_projects]
}

run "endpoints_are_for_somebody" {
  command = plan

  variables {
    connection = "psc"
  }

  expect_failures = [var.psc_allowed_projects]
}

run "replica_names_are_lowercase" {
  command = plan

  variables {
    read_replicas = { Reports = {} }
  }

  expect_failures = [var.read_replicas]
}

run "replicas_need_logs" {
  command = plan

  variables {
    availability_type              = "ZONAL"
    point_in_time_recovery_enabled = false
    read_replicas                  = { reports = {} }
  }

  expect_failures = [var.read_replicas]
}

run "sql_server_standard_has_no_replicas" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
    root_password    = "Invented-Pa55word"
    read_replicas    = { reports = {} }
  }

  expect_failures = [var.read_replicas]
}

run "replica_regions_are_regions" {
  command = plan

  variables {
    read_replicas = { reports = { region = "Europe" } }
  }

  expect_failures = [var.read_replicas]
}

run "replica_availability_is_known" {
  command = plan

  variables {
    read_replicas = { reports = { availability_type = "GLOBAL" } }
  }

  expect_failures = [var.read_replicas]
}

run "replicas_elsewhere_need_a_key_of_there" {
  command = plan

  variables {
    encryption_key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    read_replicas  = { reports = { region = "europe-west4" } }
  }

  expect_failures = [var.read_replicas]
}

run "some_backups_are_kept" {
  command = plan

  variables {
    retained_backups = 0
  }

  expect_failures = [var.retained_backups]
}

run "recovery_begins_with_a_backup" {
  command = plan

  variables {
    retained_backups = 3
  }

  expect_failures = [var.retained_backups]
}

run "root_numbers_are_whole" {
  command = plan

  variables {
    root_credential_version = 0
  }

  expect_failures = [var.root_credential_version]
}

run "sql_server_has_an_administrator" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
  }

  expect_failures = [var.root_password]
}

run "the_administrator_has_a_long_password" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
    root_password    = "short"
  }

  expect_failures = [var.root_password]
}

run "replicas_need_a_running_instance" {
  command = plan

  variables {
    running       = false
    read_replicas = { reports = {} }
  }

  expect_failures = [var.running]
}

run "the_copy_is_in_another_zone" {
  command = plan

  variables {
    zone           = "europe-west1-b"
    secondary_zone = "europe-west1-b"
  }

  expect_failures = [var.secondary_zone]
}

run "collations_are_names" {
  command = plan

  variables {
    sql_server_collation = "a b"
  }

  expect_failures = [var.sql_server_collation]
}

run "encryption_is_known" {
  command = plan

  variables {
    ssl_mode = "NONE"
  }

  expect_failures = [var.ssl_mode]
}

run "sql_server_knows_no_certificates" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
    root_password    = "Invented-Pa55word"
    ssl_mode         = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
  }

  expect_failures = [var.ssl_mode]
}

run "machines_are_known" {
  command = plan

  variables {
    tier = "db-large"
  }

  expect_failures = [var.tier]
}

run "machines_fit_the_edition" {
  command = plan

  variables {
    edition = "ENTERPRISE_PLUS"
  }

  expect_failures = [var.tier]
}

run "sql_server_needs_a_machine_of_its_own" {
  command = plan

  variables {
    database_version = "SQLSERVER_2022_STANDARD"
    root_password    = "Invented-Pa55word"
    tier             = "db-g1-small"
  }

  expect_failures = [var.tier]
}

run "memory_fits_the_cpus" {
  command = plan

  variables {
    tier = "db-custom-2-100000"
  }

  expect_failures = [var.tier]
}

run "logs_are_kept_a_week" {
  command = plan

  variables {
    transaction_log_retention_days = 14
  }

  expect_failures = [var.transaction_log_retention_days]
}

run "users_with_passwords_have_one" {
  command = plan

  variables {
    users = { app = {} }
  }

  expect_failures = [var.user_passwords]
}

run "passwords_have_users" {
  command = plan

  variables {
    user_passwords = { app = "Invented-Pa55word-1" }
  }

  expect_failures = [var.user_passwords]
}

run "passwords_are_as_long_as_asked" {
  command = plan

  variables {
    users          = { app = {} }
    user_passwords = { app = "short" }
  }

  expect_failures = [var.user_passwords]
}

run "user_types_are_known" {
  command = plan

  variables {
    users = { "ada@example.com" = { type = "LDAP" } }
  }

  expect_failures = [var.users]
}

run "google_accounts_are_addresses" {
  command = plan

  variables {
    users = { ada = { type = "CLOUD_IAM_USER" } }
  }

  expect_failures = [var.users]
}

run "google_accounts_need_the_switch" {
  command = plan

  variables {
    iam_authentication_enabled = false
    users                      = { "ada@example.com" = { type = "CLOUD_IAM_USER" } }
  }

  expect_failures = [var.users]
}

run "some_users_are_the_engines" {
  command = plan

  variables {
    users          = { postgres = {} }
    user_passwords = { postgres = "Invented-Pa55word-1" }
  }

  expect_failures = [var.users]
}

run "user_numbers_are_whole" {
  command = plan

  variables {
    users          = { app = { credential_version = 0 } }
    user_passwords = { app = "Invented-Pa55word-1" }
  }

  expect_failures = [var.users]
}

run "zones_are_in_the_region" {
  command = plan

  variables {
    zone = "us-east1-b"
  }

  expect_failures = [var.zone]
}
