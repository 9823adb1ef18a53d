locals {
  # Labels hold lowercase letters, digits, dashes and underscores only, at most 63.
  own_labels = { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => substr(replace(lower(value), "/[^-_a-z0-9]/", "-"), 0, 63) if value != null }

  labels = merge(var.labels, local.own_labels)

  # Unless told, only production is protected.
  deletion_protection = coalesce(var.deletion_protection, var.environment == "production")

  volumes = merge(
    { for name in ["cloudsql"] : name => { mount_path = "/cloudsql", instances = var.cloud_sql_instances, secret = null, bucket = null } if length(var.cloud_sql_instances) > 0 },
    { for name, volume in var.secret_volumes : "secret-${name}" => { mount_path = volume.mount_path, instances = [], secret = volume, bucket = null } },
    { for name, volume in var.bucket_volumes : "bucket-${name}" => { mount_path = volume.mount_path, instances = [], secret = null, bucket = volume } },
  )
}

resource "google_cloud_run_v2_service" "this" {
  name                 = var.name
  project              = var.project_id
  location             = var.region
  description          = var.description
  labels               = local.labels
  deletion_protection  = local.deletion_protection
  ingress              = var.ingress
  default_uri_disabled = !var.default_uri_enabled
  custom_audiences     = length(var.custom_audiences) > 0 ? var.custom_audiences : null
  iap_enabled          = var.iap_enabled

  dynamic "binary_authorization" {
    for_each = var.binary_authorization_enabled ? [true] : []

    content {
      use_default = true
    }
  }

  template {
    service_account                  = local.service_account_email
    timeout                          = "${var.timeout_seconds}s"
    max_instance_request_concurrency = var.concurrency
    session_affinity                 = var.session_affinity_enabled
    execution_environment            = var.execution_environment
    encryption_key                   = var.encryption_key
    gpu_zonal_redundancy_disabled    = var.gpu_type == null ? null : !var.gpu_zonal_redundancy_enabled

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = var.max_instances
    }

    dynamic "node_selector" {
      for_each = var.gpu_type == null ? [] : [var.gpu_type]

      content {
        accelerator = node_selector.value
      }
    }

    dynamic "vpc_access" {
      for_each = var.vpc_subnetwork == null && var.vpc_connector == null ? [] : [var.vpc_egress]

      content {
        connector = var.vpc_connector
        egress    = vpc_access.value

        dynamic "network_interfaces" {
          for_each = var.vpc_subnetwork == null ? [] : [var.vpc_subnetwork]

          content {
            subnetwork = network_interfaces.value
            tags       = length(var.vpc_network_tags) > 0 ? sort(var.vpc_network_tags) : null
          }
        }
      }
    }

    containers {
      name    = length(var.sidecars) > 0 ? "app" : null
      image   = var.image
      command = length(var.command) > 0 ? var.command : null
      args    = length(var.args) > 0 ? var.args : null

      ports {
        name           = var.http2_enabled ? "h2c" : "http1"
        container_port = var.container_port
      }

      resources {
        cpu_idle          = !var.cpu_always_allocated
        startup_cpu_boost = var.startup_cpu_boost
        limits = merge(
          { cpu = "${floor(var.cpu * 1000)}m", memory = "${var.memory_mib}Mi" },
          var.gpu_type == null ? {} : { "nvidia.com/gpu" = "1" }
        )
      }

      dynamic "env" {
        for_each = var.environment_variables

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secret_environment_variables

        content {
          name = env.key

          value_source {
            secret_key_ref {
              secret  = env.value.secret
              version = env.value.version
            }
          }
        }
      }

      dynamic "volume_mounts" {
        for_each = local.volumes

        content {
          name       = volume_mounts.key
          mount_path = volume_mounts.value.mount_path
        }
      }

      dynamic "startup_probe" {
        for_each = var.startup_probe == null ? [] : [var.startup_probe]

        content {
          initial_delay_seconds = startup_probe.value.initial_delay_seconds
          period_seconds        = startup_probe.value.period_seconds
          timeout_seconds       = startup_probe.value.timeout_seconds
          failure_threshold     = startup_probe.value.failure_threshold

          dynamic "http_get" {
            for_each = startup_probe.value.kind == "http" ? [startup_probe.value] : []

            content {
              path = http_get.value.path
              port = coalesce(http_get.value.port, var.container_port)
            }
          }

          dynamic "tcp_socket" {
            for_each = startup_probe.value.kind == "tcp" ? [startup_probe.value] : []

            content {
              port = coalesce(tcp_socket.value.port, var.container_port)
            }
          }

          dynamic "grpc" {
            for_each = startup_probe.value.kind == "grpc" ? [startup_probe.value] : []

            content {
              port = coalesce(grpc.value.port, var.container_port)
            }
          }
        }
      }

      dynamic "liveness_probe" {
        for_each = var.liveness_probe == null ? [] : [var.liveness_probe]

        content {
          initial_delay_seconds = liveness_probe.value.initial_delay_seconds
          period_seconds        = liveness_probe.value.period_seconds
          timeout_seconds       = liveness_probe.value.timeout_seconds
          failure_threshold     = liveness_probe.value.failure_threshold

          dynamic "http_get" {
            for_each = liveness_probe.value.kind == "http" ? [liveness_probe.value] : []

            content {
              path = http_get.value.path
              port = coalesce(http_get.value.port, var.container_port)
            }
          }

          dynamic "grpc" {
            for_each = liveness_probe.value.kind == "grpc" ? [liveness_probe.value] : []

            content {
              port = coalesce(grpc.value.port, var.container_port)
            }
          }
        }
      }
    }

    dynamic "containers" {
      for_each = var.sidecars

      content {
        name    = containers.key
        image   = containers.value.image
        command = length(containers.value.command) > 0 ? containers.value.command : null
        args    = length(containers.value.args) > 0 ? containers.value.args : null

        resources {
          cpu_idle = !var.cpu_always_allocated
          limits   = { cpu = "${floor(containers.value.cpu * 1000)}m", memory = "${containers.value.memory_mib}Mi" }
        }

        dynamic "env" {
          for_each = containers.value.environment_variables

          content {
            name  = env.key
            value = env.value
          }
        }
      }
    }

    dynamic "volumes" {
      for_each = local.volumes

      content {
        name = volumes.key

        dynamic "cloud_sql_instance" {
          for_each = volumes.key == "cloudsql" ? [volumes.value.instances] : []

          content {
            instances = cloud_sql_instance.value
          }
        }

        dynamic "secret" {
          for_each = volumes.value.secret == null ? [] : [volumes.value.secret]

          content {
            secret = secret.value.secret

            items {
              path    = secret.value.file_name
              version = secret.value.version
            }
          }
        }

        dynamic "gcs" {
          for_each = volumes.value.bucket == null ? [] : [volumes.value.bucket]

          content {
            bucket    = gcs.value.bucket
            read_only = gcs.value.read_only
          }
        }
      }
    }
  }

  dynamic "traffic" {
    for_each = var.traffic

    content {
      type     = traffic.value.revision == null ? "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" : "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = traffic.value.revision
      percent  = traffic.value.percent
      tag      = traffic.value.tag
    }
  }

  # A revision that may not read its secrets, or use its key, never becomes ready.
  depends_on = [
    google_secret_manager_secret_iam_member.this,
    google_storage_bucket_iam_member.this,
    google_project_iam_member.service_account,
    google_kms_crypto_key_iam_member.run_agent,
  ]
}

resource "google_cloud_run_domain_mapping" "this" {
  for_each = var.domains

  name     = each.value
  project  = google_cloud_run_v2_service.this.project
  location = var.region

  metadata {
    namespace = google_cloud_run_v2_service.this.project
  }

  spec {
    route_name = google_cloud_run_v2_service.this.name
  }
}
