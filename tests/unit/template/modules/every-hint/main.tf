locals {
  all = {
    name          = var.name
    address_space = var.address_space
    boot_image    = var.boot_image
    disk          = var.disk
    engine        = var.engine
    key_source    = var.key_source
    legacy_size   = var.legacy_size
    memory        = var.memory
    nodes         = var.nodes
    pools         = var.pools
    public        = var.public
    rules         = var.rules
    services      = var.services
    subnet_id     = var.subnet_id
    subnet_ids    = var.subnet_ids
    subnets       = var.subnets
    vault_id      = var.vault_id
    zone          = var.zone
  }
}

resource "terraform_data" "this" {
  input = local.all
}

resource "terraform_data" "secret" {
  count = nonsensitive(var.admin_password == null && var.machine_key == null) ? 0 : 1
  input = sha256("${coalesce(var.admin_password, "-")}${coalesce(var.machine_key, "-")}")
}
