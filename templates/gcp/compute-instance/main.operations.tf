locals {
  agent_repository = "google-cloud-ops-agent"
  agent_apt_suites = {
    "debian-12"    = "google-cloud-ops-agent-bookworm-2"
    "debian-13"    = "google-cloud-ops-agent-trixie-2"
    "ubuntu-22.04" = "google-cloud-ops-agent-jammy-2"
    "ubuntu-24.04" = "google-cloud-ops-agent-noble-2"
  }
  agent_kind = local.windows ? "windows" : contains(keys(local.agent_apt_suites), var.image) ? "apt" : "yum"
}

resource "google_os_config_os_policy_assignment" "ops_agent" {
  count = var.ops_agent_enabled ? 1 : 0

  name        = "${var.name}-ops-agent"
  project     = var.project_id
  location    = var.zone
  description = "Installs the Ops Agent on ${var.name}."

  instance_filter {
    inclusion_labels {
      labels = local.agent_label
    }
  }

  os_policies {
    id   = "ops-agent"
    mode = "ENFORCEMENT"

    resource_groups {
      dynamic "resources" {
        for_each = local.agent_kind == "apt" ? [local.agent_apt_suites[var.image]] : []

        content {
          id = "repository"

          repository {
            apt {
              archive_type = "DEB"
              uri          = "https://packages.cloud.google.com/apt"
              distribution = resources.value
              components   = ["main"]
              gpg_key      = "https://packages.cloud.google.com/apt/doc/apt-key.gpg"
            }
          }
        }
      }

      dynamic "resources" {
        for_each = local.agent_kind == "yum" ? ["https://packages.cloud.google.com/yum/repos/google-cloud-ops-agent-el9-x86_64-2"] : []

        content {
          id = "repository"

          repository {
            yum {
              id       = local.agent_repository
              base_url = resources.value
              gpg_keys = ["https://packages.cloud.google.com/yum/doc/yum-key.gpg", "https://packages.cloud.google.com/yum/doc/rpm-package-key.gpg"]
            }
          }
        }
      }

      dynamic "resources" {
        for_each = local.agent_kind == "windows" ? ["https://packages.cloud.google.com/yuck/repos/google-cloud-ops-agent-windows-x86_64-2"] : []

        content {
          id = "repository"

          repository {
            goo {
              name = local.agent_repository
              url  = resources.value
            }
          }
        }
      }

      resources {
        id = "package"

        pkg {
          desired_state = "INSTALLED"

          dynamic "apt" {
            for_each = local.agent_kind == "apt" ? [local.agent_repository] : []

            content {
              name = apt.value
            }
          }

          dynamic "yum" {
            for_each = local.agent_kind == "yum" ? [local.agent_repository] : []

            content {
              name = yum.value
            }
          }

          dynamic "googet" {
            for_each = local.agent_kind == "windows" ? [local.agent_repository] : []

            content {
              name = googet.value
            }
          }
        }
      }
    }
  }

  rollout {
    min_wait_duration = "0s"

    disruption_budget {
      fixed = 1
    }
  }

  # The rollout waits for a machine to report.
  skip_await_rollout = true
}

data "google_project" "this" {
  count = var.schedule == null ? 0 : 1

  project_id = var.project_id
}

# Compute Engine's service agent starts and stops the machine, and needs the right to.
resource "google_project_iam_member" "scheduler" {
  count = var.schedule == null ? 0 : 1

  project = data.google_project.this[0].project_id
  role    = "roles/compute.instanceAdmin.v1"
  member  = "serviceAccount:service-${data.google_project.this[0].number}@compute-system.iam.gserviceaccount.com"
}

resource "google_compute_resource_policy" "schedule" {
  count = var.schedule == null ? 0 : 1

  name    = "${var.name}-schedule"
  project = var.project_id
  region  = local.region

  instance_schedule_policy {
    time_zone = var.schedule.time_zone

    dynamic "vm_start_schedule" {
      for_each = var.schedule.start == null ? [] : [var.schedule.start]

      content {
        schedule = vm_start_schedule.value
      }
    }

    vm_stop_schedule {
      schedule = var.schedule.stop
    }
  }

  depends_on = [google_project_iam_member.scheduler]
}
