locals {
  # The Developer kind shares Azure's own hosts: no subnet, no address.
  bastion_hosted = var.bastion_sku == null ? false : var.bastion_sku != "Developer"
}

resource "azurerm_subnet" "bastion" {
  count = local.bastion_hosted ? 1 : 0

  name                 = "AzureBastionSubnet"
  resource_group_name  = local.resource_group_name
  virtual_network_name = azurerm_virtual_network.this[0].name
  address_prefixes     = [var.bastion_subnet_prefix]
}

resource "azurerm_public_ip" "bastion" {
  count = local.bastion_hosted ? 1 : 0

  name                = "pip-${var.name}-bastion"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  tags                = local.tags
}

resource "azurerm_bastion_host" "this" {
  count = var.bastion_sku == null ? 0 : 1

  name                = "bas-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = var.bastion_sku
  virtual_network_id  = local.bastion_hosted ? null : azurerm_virtual_network.this[0].id
  tunneling_enabled   = var.bastion_sku == "Standard"
  tags                = local.tags

  dynamic "ip_configuration" {
    for_each = local.bastion_hosted ? [true] : []

    content {
      name                 = "primary"
      subnet_id            = azurerm_subnet.bastion[0].id
      public_ip_address_id = azurerm_public_ip.bastion[0].id
    }
  }
}
