mock_provider "google" {}

variables {
  name     = "acme-files-01"
  location = "EU"
}

run "grants_name_role_and_member" {
  command = plan

  variables {
    iam_members = [{ member = "group:data@example.com" }]
  }

  assert {
    condition     = google_storage_bucket_iam_member.this["roles/storage.objectViewer group:data@example.com"].role == "roles/storage.objectViewer"
    error_message = "The member must be able to read."
  }
}

run "public_access_is_a_decision" {
  command = plan

  variables {
    public_access_allowed = true
    iam_members           = [{ member = "allUsers" }]
    website               = { not_found_page = "404.html" }
    cors_rules            = [{ origins = ["https://www.example.com"] }]
  }

  assert {
    condition     = google_storage_bucket.this.public_access_prevention == "inherited" && length(google_storage_bucket_iam_member.this) == 1
    error_message = "Everybody must be able to read."
  }

  assert {
    condition     = google_storage_bucket.this.website[0].main_page_suffix == "index.html" && google_storage_bucket.this.cors[0].method == tolist(["GET", "HEAD"])
    error_message = "The site must have its pages and rules."
  }
}

run "an_own_key_is_granted_to_the_storage_agent" {
  command = plan

  variables {
    kms_key_name = "projects/acme/locations/eu/keyRings/r/cryptoKeys/k"
  }

  assert {
    condition     = google_storage_bucket.this.encryption[0].default_kms_key_name == "projects/acme/locations/eu/keyRings/r/cryptoKeys/k" && google_kms_crypto_key_iam_member.storage_agent[0].role == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    error_message = "The agent must be able to use the key."
  }
}

run "notifications_are_granted_once_a_topic" {
  command = plan

  variables {
    notifications = [
      { topic = "projects/acme/topics/uploads" },
      { topic = "projects/acme/topics/uploads", event_types = ["OBJECT_DELETE"], payload_format = "NONE" },
    ]
  }

  assert {
    condition     = length(google_storage_notification.this) == 2 && length(google_pubsub_topic_iam_member.storage_agent) == 1
    error_message = "Two notifications share the right to publish."
  }

  assert {
    condition     = google_pubsub_topic_iam_member.storage_agent["projects/acme/topics/uploads"].topic == "uploads" && google_pubsub_topic_iam_member.storage_agent["projects/acme/topics/uploads"].project == "acme"
    error_message = "The right must be on the topic."
  }
}

run "lifecycle_rules_are_passed_on" {
  command = plan

  variables {
    lifecycle_rules = [
      { action = "SetStorageClass", storage_class = "NEARLINE", age_days = 30, prefixes = ["logs/"] },
      { action = "Delete", num_newer_versions = 3, with_state = "ARCHIVED" },
    ]
  }

  assert {
    condition     = [for rule in google_storage_bucket.this.lifecycle_rule : one(rule.action).type] == ["SetStorageClass", "Delete"] && one(google_storage_bucket.this.lifecycle_rule[1].condition).num_newer_versions == 3
    error_message = "Rules must keep their order and conditions."
  }
}

run "copies_go_to_two_regions_fast" {
  command = plan

  variables {
    custom_dual_regions = ["europe-west1", "europe-west3"]
    rpo                 = "ASYNC_TURBO"
  }

  assert {
    condition     = google_storage_bucket.this.custom_placement_config[0].data_locations == toset(["EUROPE-WEST1", "EUROPE-WEST3"]) && google_storage_bucket.this.rpo == "ASYNC_TURBO"
    error_message = "The two regions must be set."
  }
}

run "protection_is_passed_on" {
  command = plan

  variables {
    retention_period_days    = 30
    retention_policy_locked  = true
    object_retention_enabled = true
    event_based_hold_enabled = true
    ip_filter                = { public_ranges = ["203.0.113.0/24"], vpc_networks = { "projects/acme/global/networks/app" = ["10.0.0.0/8"] } }
  }

  assert {
    condition     = google_storage_bucket.this.retention_policy[0].retention_period == "2592000" && google_storage_bucket.this.retention_policy[0].is_locked
    error_message = "The retention time must be in seconds and locked."
  }

  assert {
    condition     = google_storage_bucket.this.ip_filter[0].mode == "Enabled" && length(google_storage_bucket.this.ip_filter[0].vpc_network_sources) == 1
    error_message = "The filter must hold both kinds of networks."
  }
}

run "folders_autoclass_and_logs_are_passed_on" {
  command = plan

  variables {
    hierarchical_namespace_enabled   = true
    autoclass_enabled                = true
    autoclass_terminal_storage_class = "ARCHIVE"
    log_bucket                       = "acme-logs"
    log_object_prefix                = "files"
    requester_pays                   = true
  }

  assert {
    condition     = google_storage_bucket.this.hierarchical_namespace[0].enabled && google_storage_bucket.this.autoclass[0].terminal_storage_class == "ARCHIVE" && google_storage_bucket.this.logging[0].log_object_prefix == "files" && google_storage_bucket.this.requester_pays
    error_message = "Each switch must reach the bucket."
  }
}
