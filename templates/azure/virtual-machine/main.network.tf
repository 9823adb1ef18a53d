locals {
  create_network  = var.subnet_id == null
  subnet_id       = local.create_network ? azurerm_subnet.this[0].id : var.subnet_id
  management_port = local.linux ? "22" : "3389"

  # Bastion Developer comes from Azure's own address, the others from their subnet.
  bastion_source = var.bastion_sku == null ? null : var.bastion_sku == "Developer" ? "168.63.129.16/32" : var.bastion_subnet_prefix

  management_sources = {
    for name, cidrs in {
      "allow-management" = var.allowed_management_cidrs
      "allow-bastion"    = local.bastion_source == null ? [] : [local.bastion_source]
    } : name => cidrs if length(cidrs) > 0
  }

  allow_rules = concat(
    [for name, cidrs in local.management_sources : {
      name = name, ports = [local.management_port], protocol = "Tcp", source_cidrs = cidrs
    }],
    [for rule in var.inbound_rules : {
      name = "allow-${rule.name}", ports = rule.ports, protocol = rule.protocol, source_cidrs = rule.source_cidrs
    }]
  )
}

resource "azurerm_virtual_network" "this" {
  count = local.create_network ? 1 : 0

  name                = "vnet-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  address_space       = [var.virtual_network_address_space]
  tags                = local.tags
}

resource "azurerm_subnet" "this" {
  count = local.create_network ? 1 : 0

  name                            = "snet-${var.name}"
  resource_group_name             = local.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this[0].name
  address_prefixes                = [var.subnet_address_prefix]
  default_outbound_access_enabled = false
}

resource "azurerm_network_security_group" "this" {
  name                = "nsg-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_network_security_rule" "allow" {
  for_each = { for index, rule in local.allow_rules : rule.name => merge(rule, { priority = 200 + 10 * index }) }

  name                        = each.key
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this.name
  priority                    = each.value.priority
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = each.value.protocol
  source_port_range           = "*"
  source_address_prefixes     = each.value.source_cidrs
  destination_port_ranges     = each.value.ports
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "deny" {
  name                        = "deny-all-inbound"
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this.name
  priority                    = 4096
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "*"
  destination_port_range      = "*"
  destination_address_prefix  = "*"
}

resource "azurerm_subnet_network_security_group_association" "this" {
  count = local.create_network ? 1 : 0

  subnet_id                 = azurerm_subnet.this[0].id
  network_security_group_id = azurerm_network_security_group.this.id
}

# An existing subnet keeps its own rules; ours go to the network card.
resource "azurerm_network_interface_security_group_association" "this" {
  count = local.create_network ? 0 : 1

  network_interface_id      = azurerm_network_interface.this.id
  network_security_group_id = azurerm_network_security_group.this.id
}

resource "azurerm_public_ip" "this" {
  count = var.public_ip_enabled ? 1 : 0

  name                = "pip-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = var.zone == null ? null : [var.zone]
  domain_name_label   = var.domain_name_label
  tags                = local.tags
}

resource "azurerm_network_interface" "this" {
  name                           = "nic-${var.name}"
  resource_group_name            = local.resource_group_name
  location                       = var.location
  accelerated_networking_enabled = var.accelerated_networking_enabled
  tags                           = local.tags

  ip_configuration {
    name                          = "primary"
    subnet_id                     = local.subnet_id
    private_ip_address_allocation = var.private_ip_address == null ? "Dynamic" : "Static"
    private_ip_address            = var.private_ip_address
    public_ip_address_id          = var.public_ip_enabled ? azurerm_public_ip.this[0].id : null
  }
}

resource "azurerm_public_ip" "nat" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                = "pip-${var.name}-nat"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = var.zone == null ? null : [var.zone]
  tags                = local.tags
}

resource "azurerm_nat_gateway" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                = "ng-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku_name            = "Standard"
  zones               = var.zone == null ? null : [var.zone]
  tags                = local.tags
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  nat_gateway_id       = azurerm_nat_gateway.this[0].id
  public_ip_address_id = azurerm_public_ip.nat[0].id
}

resource "azurerm_subnet_nat_gateway_association" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  subnet_id      = azurerm_subnet.this[0].id
  nat_gateway_id = azurerm_nat_gateway.this[0].id
}
