locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  public   = var.visibility == "public"
  signed   = local.public && var.dnssec_state != "off"
  dns_name = "${trimsuffix(var.dns_name, ".")}."

  # A zone is signed with two keys: one for its records, one for the keys.
  key_lengths = {
    ecdsap256sha256 = { keySigning = 256, zoneSigning = 256 }
    ecdsap384sha384 = { keySigning = 384, zoneSigning = 384 }
    rsasha256       = { keySigning = 2048, zoneSigning = 1024 }
    rsasha512       = { keySigning = 2048, zoneSigning = 1024 }
  }
}

resource "google_dns_managed_zone" "this" {
  name          = var.name
  project       = var.project_id
  dns_name      = local.dns_name
  description   = var.description
  visibility    = var.visibility
  force_destroy = var.force_destroy
  labels        = local.labels

  dynamic "dnssec_config" {
    for_each = local.public ? [var.dnssec_state] : []

    content {
      state         = dnssec_config.value
      non_existence = local.signed ? "nsec3" : null

      dynamic "default_key_specs" {
        for_each = local.signed ? local.key_lengths[var.dnssec_algorithm] : {}

        content {
          algorithm  = var.dnssec_algorithm
          key_type   = default_key_specs.key
          key_length = default_key_specs.value
        }
      }
    }
  }

  dynamic "cloud_logging_config" {
    for_each = local.public ? [var.logging_enabled] : []

    content {
      enable_logging = cloud_logging_config.value
    }
  }

  dynamic "private_visibility_config" {
    for_each = local.public ? [] : [var.visibility]

    content {
      dynamic "networks" {
        for_each = var.networks

        content {
          network_url = "https://www.googleapis.com/compute/v1/${networks.value}"
        }
      }

      dynamic "gke_clusters" {
        for_each = var.gke_clusters

        content {
          gke_cluster_name = gke_clusters.value
        }
      }
    }
  }

  dynamic "forwarding_config" {
    for_each = length(var.forwarding_targets) == 0 ? [] : [var.forwarding_targets]

    content {
      dynamic "target_name_servers" {
        for_each = forwarding_config.value

        content {
          ipv4_address    = target_name_servers.value.ipv4_address
          ipv6_address    = target_name_servers.value.ipv6_address
          domain_name     = target_name_servers.value.domain_name
          forwarding_path = target_name_servers.value.forwarding_path
        }
      }
    }
  }

  dynamic "peering_config" {
    for_each = var.peering_network == null ? [] : [var.peering_network]

    content {
      target_network {
        network_url = "https://www.googleapis.com/compute/v1/${peering_config.value}"
      }
    }
  }
}

# The parent zone must be told the key; by the id, so that it is asked for when the zone is there.
data "google_dns_keys" "this" {
  count = local.signed ? 1 : 0

  managed_zone = google_dns_managed_zone.this.id
}

resource "google_dns_managed_zone_iam_member" "this" {
  for_each = { for grant in var.iam_members : "${grant.role} ${grant.member}" => grant }

  project      = google_dns_managed_zone.this.project
  managed_zone = google_dns_managed_zone.this.name
  role         = each.value.role
  member       = each.value.member
}
