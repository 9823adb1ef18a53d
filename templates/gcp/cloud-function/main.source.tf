locals {
  sample_archive = "${path.module}/sample/nodejs.zip"

  source = var.source_kind == "sample" ? {
    bucket = google_storage_bucket.source[0].name
    object = google_storage_bucket_object.source[0].name
    } : {
    bucket = var.source_bucket
    object = var.source_object
  }
}

resource "google_storage_bucket" "source" {
  count = var.source_kind == "sample" ? 1 : 0

  name                        = "${local.project}-${var.name}-src"
  project                     = local.project
  location                    = var.region
  labels                      = local.labels
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true
}

# The name holds the checksum: another program is another object, and the function is built anew.
resource "google_storage_bucket_object" "source" {
  count = var.source_kind == "sample" ? 1 : 0

  name   = "sample-${filemd5(local.sample_archive)}.zip"
  bucket = google_storage_bucket.source[0].name
  source = local.sample_archive
}
