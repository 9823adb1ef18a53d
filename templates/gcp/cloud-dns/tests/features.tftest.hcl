mock_provider "google" {}

variables {
  name     = "shop"
  dns_name = "shop.example.com."
}

run "records_are_written_as_dns_wants_them" {
  command = plan

  variables {
    project_id       = "acme-demo"
    description      = "The shop"
    dnssec_algorithm = "rsasha256"
    force_destroy    = true
    iam_members      = [{ member = "serviceAccount:certs@acme.iam.gserviceaccount.com", role = "roles/dns.admin" }]
    records = [
      { type = "A", values = ["192.0.2.1"] },
      { name = "text", type = "TXT", values = ["say \"hi\"", "\"as it is\"", join("", [for i in range(300) : "a"])] },
      { name = "canary", type = "A", weighted = [{ weight = 9, values = ["192.0.2.1"] }, { weight = 1, values = ["192.0.2.2"] }] },
      { name = "near", type = "A", geo = [{ location = "europe-west1", values = ["192.0.2.1"] }], geo_fencing_enabled = true },
    ]
  }

  assert {
    condition     = google_dns_record_set.this["@ A"].name == "shop.example.com." && google_dns_record_set.this["text TXT"].name == "text.shop.example.com." && google_dns_record_set.this["@ A"].ttl == 300
    error_message = "Records must have full names."
  }

  assert {
    condition     = google_dns_record_set.this["text TXT"].rrdatas[0] == "\"say \\\"hi\\\"\"" && google_dns_record_set.this["text TXT"].rrdatas[1] == "\"as it is\"" && length(google_dns_record_set.this["text TXT"].rrdatas[2]) == 305
    error_message = "Text must be quoted once, in pieces of 255 characters."
  }

  assert {
    condition     = google_dns_record_set.this["canary A"].routing_policy[0].wrr[1].weight == 1 && google_dns_record_set.this["near A"].routing_policy[0].geo[0].location == "europe-west1" && google_dns_record_set.this["near A"].routing_policy[0].enable_geo_fencing && length(google_dns_record_set.this["@ A"].routing_policy) == 0
    error_message = "Answers must be given by weight and location."
  }

  assert {
    condition     = google_dns_managed_zone.this.dnssec_config[0].default_key_specs[0].key_length == 2048 && google_dns_managed_zone_iam_member.this["roles/dns.admin serviceAccount:certs@acme.iam.gserviceaccount.com"].role == "roles/dns.admin"
    error_message = "Keys must have the length of their algorithm, and members their role."
  }
}

run "a_private_zone_is_seen_by_its_networks_alone" {
  command = plan

  variables {
    dns_name           = "corp."
    visibility         = "private"
    networks           = ["projects/acme/global/networks/app"]
    gke_clusters       = ["projects/acme/locations/europe-west1/clusters/app"]
    forwarding_targets = [{ ipv4_address = "10.0.0.53", forwarding_path = "private" }]
  }

  assert {
    condition     = one(google_dns_managed_zone.this.private_visibility_config[0].networks).network_url == "https://www.googleapis.com/compute/v1/projects/acme/global/networks/app" && google_dns_managed_zone.this.private_visibility_config[0].gke_clusters[0].gke_cluster_name == "projects/acme/locations/europe-west1/clusters/app"
    error_message = "The networks and clusters must see the zone."
  }

  assert {
    condition     = length(google_dns_managed_zone.this.dnssec_config) == 0 && length(google_dns_managed_zone.this.cloud_logging_config) == 0 && one(google_dns_managed_zone.this.forwarding_config[0].target_name_servers).forwarding_path == "private"
    error_message = "A private zone is not signed, and this one forwards."
  }
}

run "another_networks_view_is_taken_over" {
  command = plan

  variables {
    visibility      = "private"
    networks        = ["projects/acme/global/networks/app"]
    peering_network = "projects/hub/global/networks/hub"
  }

  assert {
    condition     = google_dns_managed_zone.this.peering_config[0].target_network[0].network_url == "https://www.googleapis.com/compute/v1/projects/hub/global/networks/hub"
    error_message = "The other network must be asked."
  }
}
