mock_provider "google" {}

variables {
  name     = "acme-files-01"
  location = "EU"
}

run "name_is_lowercase" {
  command = plan

  variables {
    name = "Acme_Bucket!"
  }

  expect_failures = [var.name]
}

run "google_names_are_reserved" {
  command = plan

  variables {
    name = "my-google-files"
  }

  expect_failures = [var.name]
}

run "location_is_known" {
  command = plan

  variables {
    location = "Mars"
  }

  expect_failures = [var.location]
}

run "autoclass_starts_at_standard" {
  command = plan

  variables {
    autoclass_enabled = true
    storage_class     = "COLDLINE"
  }

  expect_failures = [var.autoclass_enabled]
}

run "coldest_class_is_known" {
  command = plan

  variables {
    autoclass_terminal_storage_class = "COLDLINE"
  }

  expect_failures = [var.autoclass_terminal_storage_class]
}

run "cors_rules_have_origins" {
  command = plan

  variables {
    cors_rules = [{ origins = [] }]
  }

  expect_failures = [var.cors_rules]
}

run "cors_methods_are_known" {
  command = plan

  variables {
    cors_rules = [{ origins = ["*"], methods = ["get"] }]
  }

  expect_failures = [var.cors_rules]
}

run "dual_regions_are_two" {
  command = plan

  variables {
    custom_dual_regions = ["EUROPE-WEST1"]
  }

  expect_failures = [var.custom_dual_regions]
}

run "dual_regions_need_a_continent" {
  command = plan

  variables {
    location            = "EUROPE-WEST1"
    custom_dual_regions = ["EUROPE-WEST1", "EUROPE-WEST3"]
  }

  expect_failures = [var.custom_dual_regions]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "folders_exclude_versions" {
  command = plan

  variables {
    hierarchical_namespace_enabled = true
    versioning_enabled             = true
  }

  expect_failures = [var.hierarchical_namespace_enabled]
}

run "members_have_a_kind" {
  command = plan

  variables {
    iam_members = [{ member = "ada@example.com" }]
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

run "grants_differ" {
  command = plan

  variables {
    iam_members = [{ member = "user:ada@example.com" }, { member = "user:ada@example.com" }]
  }

  expect_failures = [var.iam_members]
}

run "nothing_is_public_by_accident" {
  command = plan

  variables {
    iam_members = [{ member = "allAuthenticatedUsers" }]
  }

  expect_failures = [var.iam_members]
}

run "ip_filters_let_somebody_in" {
  command = plan

  variables {
    ip_filter = {}
  }

  expect_failures = [var.ip_filter]
}

run "ip_filters_hold_ranges" {
  command = plan

  variables {
    ip_filter = { public_ranges = ["office"] }
  }

  expect_failures = [var.ip_filter]
}

run "ip_filters_name_networks_in_full" {
  command = plan

  variables {
    ip_filter = { vpc_networks = { app = ["10.0.0.0/8"] } }
  }

  expect_failures = [var.ip_filter]
}

run "keys_have_full_names" {
  command = plan

  variables {
    kms_key_name = "key"
  }

  expect_failures = [var.kms_key_name]
}

run "labels_are_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "at_most_a_hundred_lifecycle_rules" {
  command = plan

  variables {
    lifecycle_rules = [for i in range(101) : { action = "Delete", age_days = i }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_actions_are_known" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "Burn", age_days = 1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "moving_needs_a_class" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "SetStorageClass", age_days = 1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_rules_have_a_condition" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "Delete" }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_numbers_are_whole" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "Delete", age_days = 1.5 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_dates_are_dates" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "Delete", created_before = "31.1.2026" }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "lifecycle_states_are_known" {
  command = plan

  variables {
    lifecycle_rules = [{ action = "Delete", age_days = 1, with_state = "DEAD" }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "autoclass_replaces_rules" {
  command = plan

  variables {
    autoclass_enabled = true
    lifecycle_rules   = [{ action = "SetStorageClass", storage_class = "NEARLINE", age_days = 1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "topics_have_full_names" {
  command = plan

  variables {
    notifications = [{ topic = "uploads" }]
  }

  expect_failures = [var.notifications]
}

run "events_are_known" {
  command = plan

  variables {
    notifications = [{ topic = "projects/acme/topics/uploads", event_types = ["READ"] }]
  }

  expect_failures = [var.notifications]
}

run "formats_are_known" {
  command = plan

  variables {
    notifications = [{ topic = "projects/acme/topics/uploads", payload_format = "XML" }]
  }

  expect_failures = [var.notifications]
}

run "projects_are_ids" {
  command = plan

  variables {
    project_id = "My Project"
  }

  expect_failures = [var.project_id]
}

run "retention_is_in_bounds" {
  command = plan

  variables {
    retention_period_days = 0
  }

  expect_failures = [var.retention_period_days]
}

run "retention_excludes_versions" {
  command = plan

  variables {
    retention_period_days = 30
    versioning_enabled    = true
  }

  expect_failures = [var.retention_period_days]
}

run "locks_need_a_time" {
  command = plan

  variables {
    retention_policy_locked = true
  }

  expect_failures = [var.retention_policy_locked]
}

run "copying_speeds_are_known" {
  command = plan

  variables {
    rpo = "FAST"
  }

  expect_failures = [var.rpo]
}

run "turbo_needs_two_regions" {
  command = plan

  variables {
    location = "EU"
    rpo      = "ASYNC_TURBO"
  }

  expect_failures = [var.rpo]
}

run "soft_delete_lasts_a_week" {
  command = plan

  variables {
    soft_delete_retention_days = 6
  }

  expect_failures = [var.soft_delete_retention_days]
}

run "soft_delete_is_in_whole_days" {
  command = plan

  variables {
    soft_delete_retention_days = 7.5
  }

  expect_failures = [var.soft_delete_retention_days]
}

run "storage_classes_are_known" {
  command = plan

  variables {
    storage_class = "HOT"
  }

  expect_failures = [var.storage_class]
}
