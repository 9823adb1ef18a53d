locals {
  table_views  = { for name, view in var.views : name => view if !view.materialized }
  materialized = { for name, view in var.views : name => view if view.materialized }
}

resource "google_bigquery_table" "this" {
  for_each = var.tables

  project                  = google_bigquery_dataset.this.project
  dataset_id               = google_bigquery_dataset.this.dataset_id
  table_id                 = each.key
  description              = each.value.description
  schema                   = each.value.schema
  clustering               = length(each.value.clustering) == 0 ? null : each.value.clustering
  require_partition_filter = each.value.require_partition_filter
  deletion_protection      = each.value.deletion_protection != null ? each.value.deletion_protection : var.deletion_protection
  labels                   = local.labels

  dynamic "time_partitioning" {
    for_each = each.value.time_partitioning == null ? [] : [each.value.time_partitioning]

    content {
      type          = time_partitioning.value.type
      field         = time_partitioning.value.field
      expiration_ms = time_partitioning.value.expiration_days == null ? null : time_partitioning.value.expiration_days * local.milliseconds_per_day
    }
  }

  dynamic "range_partitioning" {
    for_each = each.value.range_partitioning == null ? [] : [each.value.range_partitioning]

    content {
      field = range_partitioning.value.field

      range {
        start    = range_partitioning.value.start
        end      = range_partitioning.value.end
        interval = range_partitioning.value.interval
      }
    }
  }

  dynamic "table_constraints" {
    for_each = length(each.value.primary_key) == 0 ? [] : [each.value.primary_key]

    content {
      primary_key {
        columns = table_constraints.value
      }
    }
  }
}

resource "google_bigquery_routine" "this" {
  for_each = var.routines

  project         = google_bigquery_dataset.this.project
  dataset_id      = google_bigquery_dataset.this.dataset_id
  routine_id      = each.key
  routine_type    = each.value.type
  language        = each.value.language
  definition_body = each.value.body
  description     = each.value.description
  return_type     = each.value.return_type == null ? null : startswith(each.value.return_type, "{") ? each.value.return_type : jsonencode({ typeKind = each.value.return_type })

  dynamic "arguments" {
    for_each = each.value.arguments

    content {
      name      = arguments.value.name
      data_type = startswith(arguments.value.data_type, "{") ? arguments.value.data_type : jsonencode({ typeKind = arguments.value.data_type })
      mode      = arguments.value.mode
    }
  }

  # Its body may read tables, and BigQuery checks that they are there.
  depends_on = [google_bigquery_table.this]
}

# Views hold no data of their own, so nothing is lost with them.
resource "google_bigquery_table" "materialized_view" {
  for_each = local.materialized

  project             = google_bigquery_dataset.this.project
  dataset_id          = google_bigquery_dataset.this.dataset_id
  table_id            = each.key
  description         = each.value.description
  deletion_protection = false
  labels              = local.labels

  materialized_view {
    query               = each.value.query
    enable_refresh      = true
    refresh_interval_ms = each.value.refresh_minutes * 60000
  }

  depends_on = [google_bigquery_table.this, google_bigquery_routine.this]
}

resource "google_bigquery_table" "view" {
  for_each = local.table_views

  project             = google_bigquery_dataset.this.project
  dataset_id          = google_bigquery_dataset.this.dataset_id
  table_id            = each.key
  description         = each.value.description
  deletion_protection = false
  labels              = local.labels

  view {
    query          = each.value.query
    use_legacy_sql = false
  }

  depends_on = [google_bigquery_table.this, google_bigquery_table.materialized_view, google_bigquery_routine.this]
}
