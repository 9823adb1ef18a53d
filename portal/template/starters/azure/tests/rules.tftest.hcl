variables {
  name     = "rg-acme"
  location = "westeurope"
}

run "a_name_does_not_end_in_a_dot" {
  command = plan

  variables {
    name = "rg-acme."
  }

  expect_failures = [var.name]
}

run "a_region_is_written_short" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "an_environment_is_one_of_four" {
  command = plan

  variables {
    environment = "playground"
  }

  expect_failures = [var.environment]
}

run "a_tag_has_no_slash_in_its_name" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}
