locals {
  create_bucket = var.bucket_name == null
  bucket_name   = local.create_bucket ? google_storage_bucket.this[0].name : var.bucket_name

  # Names of buckets are shared by all of Google Cloud, those of projects are unique. Dots would ask for proof of a domain.
  new_bucket_name = "${replace(trimprefix(data.google_project.this.id, "projects/"), "/[^-a-z0-9]/", "-")}-${var.name}"
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_storage_bucket" "this" {
  count = local.create_bucket ? 1 : 0

  name          = local.new_bucket_name
  project       = var.project_id
  location      = upper(var.bucket_location)
  labels        = local.labels
  force_destroy = var.force_destroy

  public_access_prevention    = var.access == "public" ? "inherited" : "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = var.versioning_enabled
  }

  website {
    main_page_suffix = var.index_page
    not_found_page   = var.not_found_page
  }

  dynamic "cors" {
    for_each = length(var.cors_origins) == 0 ? [] : [var.cors_origins]

    content {
      origin          = cors.value
      method          = ["GET", "HEAD"]
      response_header = ["Content-Type", "ETag"]
      max_age_seconds = 3600
    }
  }
}

# The cache reads a closed bucket as this account, which Google creates with the project's first key.
resource "google_storage_bucket_iam_member" "cache" {
  count = var.access == "signed" ? 1 : 0

  bucket = local.bucket_name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:service-${data.google_project.this.number}@cloud-cdn-fill.iam.gserviceaccount.com"

  depends_on = [google_compute_backend_bucket_signed_url_key.this]
}

# Everybody may read files, not list them.
resource "google_storage_bucket_iam_member" "everybody" {
  count = var.access == "public" ? 1 : 0

  bucket = local.bucket_name
  role   = "roles/storage.legacyObjectReader"
  member = "allUsers"
}
