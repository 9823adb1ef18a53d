mock_provider "google" {}

variables {
  name     = "shop"
  dns_name = "shop.example.com"
}

run "required_values_make_a_signed_public_zone" {
  command = plan

  assert {
    condition     = google_dns_managed_zone.this.dns_name == "shop.example.com." && google_dns_managed_zone.this.visibility == "public" && !google_dns_managed_zone.this.force_destroy
    error_message = "The domain must end in a dot, and its records be safe from a destroy run."
  }

  assert {
    condition     = google_dns_managed_zone.this.dnssec_config[0].state == "on" && google_dns_managed_zone.this.dnssec_config[0].non_existence == "nsec3" && toset(google_dns_managed_zone.this.dnssec_config[0].default_key_specs[*].key_type) == toset(["keySigning", "zoneSigning"]) && length(data.google_dns_keys.this) == 1
    error_message = "The zone must be signed with two keys."
  }

  assert {
    condition     = google_dns_managed_zone.this.cloud_logging_config[0].enable_logging && length(google_dns_record_set.this) == 0 && length(google_dns_managed_zone_iam_member.this) == 0
    error_message = "Queries must be logged, and nothing else be made unasked."
  }
}

run "labels_are_merged_and_made_valid" {
  command = plan

  variables {
    environment        = "test"
    owner              = "Ada@Example.com"
    cost_center        = "CC 1815"
    terrace_deployment = "shop"
    labels             = { team = "shop", environment = "mine" }
    dnssec_state       = "off"
    logging_enabled    = false
  }

  assert {
    condition     = google_dns_managed_zone.this.labels == tomap({ team = "shop", environment = "test", owner = "ada-example-com", cost_center = "cc-1815", terrace_deployment = "shop" })
    error_message = "Labels must hold the user's and the portal's, in the characters that Google takes."
  }

  assert {
    condition     = google_dns_managed_zone.this.dnssec_config[0].state == "off" && length(google_dns_managed_zone.this.dnssec_config[0].default_key_specs) == 0 && length(data.google_dns_keys.this) == 0 && output.ds_record == null
    error_message = "What is not signed has no keys."
  }
}
