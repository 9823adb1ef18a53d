mock_provider "google" {}

variables {
  name     = "sales"
  location = "EU"
}

run "names_have_no_dash" {
  command = plan

  variables {
    name = "sales-data"
  }

  expect_failures = [var.name]
}

run "locations_are_known" {
  command = plan

  variables {
    location = "eu"
  }

  expect_failures = [var.location]
}

run "collations_are_known" {
  command = plan

  variables {
    default_collation = "de"
  }

  expect_failures = [var.default_collation]
}

run "partitions_live_a_day" {
  command = plan

  variables {
    default_partition_expiration_days = 0
  }

  expect_failures = [var.default_partition_expiration_days]
}

run "tables_live_whole_days" {
  command = plan

  variables {
    default_table_expiration_days = 1.5
  }

  expect_failures = [var.default_table_expiration_days]
}

run "descriptions_are_bounded" {
  command = plan

  variables {
    description = join("", [for i in range(1024) : "12345678901234567"])
  }

  expect_failures = [var.description]
}

run "members_are_somebody" {
  command = plan

  variables {
    iam_members = [{ member = "allAuthenticatedUsers" }]
  }

  expect_failures = [var.iam_members]
}

run "roles_have_a_prefix" {
  command = plan

  variables {
    iam_members = [{ member = "user:ada@example.com", role = "viewer" }]
  }

  expect_failures = [var.iam_members]
}

run "members_are_named_once" {
  command = plan

  variables {
    iam_members = [{ member = "user:ada@example.com" }, { member = "user:ada@example.com" }]
  }

  expect_failures = [var.iam_members]
}

run "keys_have_full_names" {
  command = plan

  variables {
    kms_key_name = "key"
  }

  expect_failures = [var.kms_key_name]
}

run "keys_are_where_the_data_is" {
  command = plan

  variables {
    kms_key_name = "projects/acme/locations/us/keyRings/r/cryptoKeys/k"
  }

  expect_failures = [var.kms_key_name]
}

run "time_travel_is_whole_days" {
  command = plan

  variables {
    max_time_travel_hours = 50
  }

  expect_failures = [var.max_time_travel_hours]
}

run "routine_names_have_no_dash" {
  command = plan

  variables {
    routines = { "a-b" = { body = "1" } }
  }

  expect_failures = [var.routines]
}

run "routine_types_are_known" {
  command = plan

  variables {
    routines = { a = { type = "MACRO", body = "1" } }
  }

  expect_failures = [var.routines]
}

run "routine_languages_are_known" {
  command = plan

  variables {
    routines = { a = { language = "PERL", body = "1" } }
  }

  expect_failures = [var.routines]
}

run "javascript_needs_a_result" {
  command = plan

  variables {
    routines = { a = { language = "JAVASCRIPT", body = "return 1" } }
  }

  expect_failures = [var.routines]
}

run "only_procedures_have_modes" {
  command = plan

  variables {
    routines = { a = { body = "x", arguments = [{ name = "x", data_type = "INT64", mode = "IN" }] } }
  }

  expect_failures = [var.routines]
}

run "types_are_in_capitals" {
  command = plan

  variables {
    routines = { a = { body = "x", arguments = [{ name = "x", data_type = "int" }] } }
  }

  expect_failures = [var.routines]
}

run "billing_models_are_known" {
  command = plan

  variables {
    storage_billing_model = "FREE"
  }

  expect_failures = [var.storage_billing_model]
}

run "table_names_are_plain" {
  command = plan

  variables {
    tables = { "a.b" = { schema = "[]" } }
  }

  expect_failures = [var.tables]
}

run "columns_are_json" {
  command = plan

  variables {
    tables = { a = { schema = "id STRING" } }
  }

  expect_failures = [var.tables]
}

run "column_types_are_known" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"id\", \"type\": \"TEXT\"}]" } }
  }

  expect_failures = [var.tables]
}

run "tables_are_split_once" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"id\", \"type\": \"INTEGER\"}]", time_partitioning = {}, range_partitioning = { field = "id", start = 0, end = 10, interval = 1 } } }
  }

  expect_failures = [var.tables]
}

run "filters_need_partitions" {
  command = plan

  variables {
    tables = { a = { schema = "[]", require_partition_filter = true } }
  }

  expect_failures = [var.tables]
}

run "partition_lengths_are_known" {
  command = plan

  variables {
    tables = { a = { schema = "[]", time_partitioning = { type = "WEEK" } } }
  }

  expect_failures = [var.tables]
}

run "tables_are_split_by_their_columns" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"day\", \"type\": \"DATE\"}]", time_partitioning = { type = "HOUR", field = "day" } } }
  }

  expect_failures = [var.tables]
}

run "partitions_live_for_a_while" {
  command = plan

  variables {
    tables = { a = { schema = "[]", time_partitioning = { expiration_days = 0 } } }
  }

  expect_failures = [var.tables]
}

run "ranges_are_of_numbers" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"id\", \"type\": \"STRING\"}]", range_partitioning = { field = "id", start = 0, end = 10, interval = 1 } } }
  }

  expect_failures = [var.tables]
}

run "ranges_end_after_their_start" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"id\", \"type\": \"INT64\"}]", range_partitioning = { field = "id", start = 10, end = 0, interval = 1 } } }
  }

  expect_failures = [var.tables]
}

run "clustering_names_columns" {
  command = plan

  variables {
    tables = { a = { schema = "[{\"name\": \"id\", \"type\": \"INT64\"}]", clustering = ["key"] } }
  }

  expect_failures = [var.tables]
}

run "view_names_are_plain" {
  command = plan

  variables {
    views = { "a.b" = { query = "SELECT 1" } }
  }

  expect_failures = [var.views]
}

run "views_are_no_tables" {
  command = plan

  variables {
    tables = { a = { schema = "[]" } }
    views  = { a = { query = "SELECT 1" } }
  }

  expect_failures = [var.views]
}

run "views_are_queries" {
  command = plan

  variables {
    views = { a = { query = "DELETE FROM t" } }
  }

  expect_failures = [var.views]
}

run "views_are_refreshed_in_bounds" {
  command = plan

  variables {
    views = { a = { query = "SELECT 1", refresh_minutes = 0 } }
  }

  expect_failures = [var.views]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}
