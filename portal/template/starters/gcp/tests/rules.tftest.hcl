variables {
  name = "acme-events"
}

run "a_name_begins_with_a_letter" {
  command = plan

  variables {
    name = "1-event"
  }

  expect_failures = [var.name]
}

run "a_name_does_not_begin_with_goog" {
  command = plan

  variables {
    name = "google-events"
  }

  expect_failures = [var.name]
}

run "an_environment_is_one_of_four" {
  command = plan

  variables {
    environment = "playground"
  }

  expect_failures = [var.environment]
}

run "a_label_is_lowercase" {
  command = plan

  variables {
    labels = { Team = "web" }
  }

  expect_failures = [var.labels]
}

run "messages_are_kept_for_a_month_at_most" {
  command = plan

  variables {
    retention_days = 32
  }

  expect_failures = [var.retention_days]
}
