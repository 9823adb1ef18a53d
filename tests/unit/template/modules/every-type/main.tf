locals {
  all = {
    name     = var.name
    owner    = var.owner
    replicas = var.replicas
    anything = var.anything
    chosen   = var.chosen
    disks    = var.disks
    enabled  = var.enabled
    flags    = var.flags
    greeting = var.greeting
    labels   = var.labels
    matrix   = var.matrix
    maybe    = var.maybe
    mode     = var.mode
    network  = var.network
    pair     = var.pair
    pools    = var.pools
    ports    = var.ports
    quorum   = var.quorum
    ratio    = var.ratio
    tier     = var.tier
    users    = var.users
    words    = var.words
  }
}

resource "terraform_data" "this" {
  input = local.all

  lifecycle {
    precondition {
      condition     = var.one_time == null ? true : length(var.one_time) > 0
      error_message = "An ephemeral value must not be empty."
    }
  }
}

resource "terraform_data" "secret" {
  count = nonsensitive(var.api_token == null) ? 0 : 1
  input = sha256(var.api_token)
}

resource "terraform_data" "disk" {
  for_each = { for disk in var.disks : disk.name => disk }
  input    = each.value
}
