mock_provider "google" {}

variables {
  name     = "shop"
  dns_name = "shop.example.com."
}

run "names_are_lowercase" {
  command = plan

  variables {
    name = "Shop"
  }

  expect_failures = [var.name]
}

run "domains_are_lowercase" {
  command = plan

  variables {
    dns_name = "Shop.example.com"
  }

  expect_failures = [var.dns_name]
}

run "public_domains_have_a_dot" {
  command = plan

  variables {
    dns_name = "shop"
  }

  expect_failures = [var.dns_name]
}

run "descriptions_are_bounded" {
  command = plan

  variables {
    description = join("", [for i in range(129) : "12345678"])
  }

  expect_failures = [var.description]
}

run "algorithms_are_known" {
  command = plan

  variables {
    dnssec_algorithm = "md5"
  }

  expect_failures = [var.dnssec_algorithm]
}

run "signing_is_on_or_off" {
  command = plan

  variables {
    dnssec_state = "yes"
  }

  expect_failures = [var.dnssec_state]
}

run "only_private_zones_forward" {
  command = plan

  variables {
    forwarding_targets = [{ ipv4_address = "10.0.0.53" }]
  }

  expect_failures = [var.forwarding_targets]
}

run "targets_are_one_thing" {
  command = plan

  variables {
    visibility         = "private"
    networks           = ["projects/acme/global/networks/app"]
    forwarding_targets = [{}]
  }

  expect_failures = [var.forwarding_targets]
}

run "targets_are_addresses" {
  command = plan

  variables {
    visibility         = "private"
    networks           = ["projects/acme/global/networks/app"]
    forwarding_targets = [{ ipv4_address = "10.0.0" }]
  }

  expect_failures = [var.forwarding_targets]
}

run "ways_to_targets_are_known" {
  command = plan

  variables {
    visibility         = "private"
    networks           = ["projects/acme/global/networks/app"]
    forwarding_targets = [{ ipv4_address = "10.0.0.53", forwarding_path = "public" }]
  }

  expect_failures = [var.forwarding_targets]
}

run "forwarding_zones_have_no_records" {
  command = plan

  variables {
    visibility         = "private"
    networks           = ["projects/acme/global/networks/app"]
    forwarding_targets = [{ ipv4_address = "10.0.0.53" }]
    records            = [{ type = "A", values = ["10.0.0.1"] }]
  }

  expect_failures = [var.forwarding_targets]
}

run "clusters_have_full_names" {
  command = plan

  variables {
    visibility   = "private"
    gke_clusters = ["app"]
  }

  expect_failures = [var.gke_clusters]
}

run "clusters_see_private_zones" {
  command = plan

  variables {
    gke_clusters = ["projects/acme/locations/europe-west1/clusters/app"]
  }

  expect_failures = [var.gke_clusters]
}

run "members_are_somebody" {
  command = plan

  variables {
    iam_members = [{ member = "allUsers" }]
  }

  expect_failures = [var.iam_members]
}

run "roles_have_a_prefix" {
  command = plan

  variables {
    iam_members = [{ member = "user:ada@example.com", role = "admin" }]
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

run "networks_have_full_names" {
  command = plan

  variables {
    visibility = "private"
    networks   = ["app"]
  }

  expect_failures = [var.networks]
}

run "private_zones_need_a_network" {
  command = plan

  variables {
    visibility = "private"
  }

  expect_failures = [var.networks]
}

run "peering_networks_have_full_names" {
  command = plan

  variables {
    visibility      = "private"
    networks        = ["projects/acme/global/networks/app"]
    peering_network = "hub"
  }

  expect_failures = [var.peering_network]
}

run "only_private_zones_peer" {
  command = plan

  variables {
    peering_network = "projects/acme/global/networks/hub"
  }

  expect_failures = [var.peering_network]
}

run "record_names_are_below_the_domain" {
  command = plan

  variables {
    records = [{ name = "www.", type = "A", values = ["192.0.2.1"] }]
  }

  expect_failures = [var.records]
}

run "record_types_are_known" {
  command = plan

  variables {
    records = [{ type = "WKS", values = ["1"] }]
  }

  expect_failures = [var.records]
}

run "records_are_listed_once" {
  command = plan

  variables {
    records = [{ type = "A", values = ["192.0.2.1"] }, { type = "A", values = ["192.0.2.2"] }]
  }

  expect_failures = [var.records]
}

run "records_are_remembered_in_bounds" {
  command = plan

  variables {
    records = [{ type = "A", ttl = 5, values = ["192.0.2.1"] }]
  }

  expect_failures = [var.records]
}

run "records_have_answers" {
  command = plan

  variables {
    records = [{ type = "A" }]
  }

  expect_failures = [var.records]
}

run "few_types_answer_by_weight" {
  command = plan

  variables {
    records = [{ type = "CAA", weighted = [{ weight = 1, values = ["0 issue \"pki.goog\""] }] }]
  }

  expect_failures = [var.records]
}

run "locations_are_regions" {
  command = plan

  variables {
    records = [{ type = "A", geo = [{ location = "Europe", values = ["192.0.2.1"] }] }]
  }

  expect_failures = [var.records]
}

run "fences_are_around_locations" {
  command = plan

  variables {
    records = [{ type = "A", values = ["192.0.2.1"], geo_fencing_enabled = true }]
  }

  expect_failures = [var.records]
}

run "addresses_are_addresses" {
  command = plan

  variables {
    records = [{ type = "AAAA", values = ["192.0.2.1"] }]
  }

  expect_failures = [var.records]
}

run "targets_end_in_a_dot" {
  command = plan

  variables {
    records = [{ type = "MX", values = ["10 mail.example.com"] }]
  }

  expect_failures = [var.records]
}

run "the_domain_is_no_alias" {
  command = plan

  variables {
    records = [{ type = "CNAME", values = ["example.net."] }]
  }

  expect_failures = [var.records]
}

run "an_alias_stands_alone" {
  command = plan

  variables {
    records = [{ name = "www", type = "CNAME", values = ["example.net."] }, { name = "www", type = "A", values = ["192.0.2.1"] }]
  }

  expect_failures = [var.records]
}

run "alias_records_are_public" {
  command = plan

  variables {
    visibility = "private"
    networks   = ["projects/acme/global/networks/app"]
    records    = [{ type = "ALIAS", values = ["example.net."] }]
  }

  expect_failures = [var.records]
}

run "visibility_is_known" {
  command = plan

  variables {
    visibility = "hidden"
  }

  expect_failures = [var.visibility]
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
