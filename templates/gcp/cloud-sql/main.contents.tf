locals {
  iam_prefixes = { CLOUD_IAM_USER = "user", CLOUD_IAM_SERVICE_ACCOUNT = "serviceAccount", CLOUD_IAM_GROUP = "group" }
  iam_users    = { for name, user in var.users : name => user if user.type != "BUILT_IN" }

  # PostgreSQL leaves the end of a service account's address out.
  user_names = { for name, user in var.users : name =>
    user.type == "CLOUD_IAM_SERVICE_ACCOUNT" && local.postgres ? trimsuffix(name, ".gserviceaccount.com") : name
  }

  iam_grants = merge([for name, user in local.iam_users : {
    for role in ["roles/cloudsql.client", "roles/cloudsql.instanceUser"] : "${role} ${name}" => { role = role, member = "${local.iam_prefixes[user.type]}:${name}" }
  }]...)
}

resource "google_sql_database" "this" {
  for_each = var.databases

  name      = each.key
  project   = google_sql_database_instance.this.project
  instance  = google_sql_database_instance.this.name
  charset   = each.value.charset
  collation = each.value.collation
}

resource "google_sql_user" "this" {
  for_each = var.users

  name                = local.user_names[each.key]
  project             = google_sql_database_instance.this.project
  instance            = google_sql_database_instance.this.name
  type                = each.value.type
  host                = local.mysql && each.value.type == "BUILT_IN" ? each.value.host : null
  password_wo         = each.value.type == "BUILT_IN" ? var.user_passwords[each.key] : null
  password_wo_version = each.value.type == "BUILT_IN" ? each.value.credential_version : null
}

# Google accounts need these two rights besides being known to the database.
resource "google_project_iam_member" "user" {
  for_each = local.iam_grants

  project = google_sql_database_instance.this.project
  role    = each.value.role
  member  = each.value.member
}
