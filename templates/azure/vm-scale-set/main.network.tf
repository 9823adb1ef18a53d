locals {
  create_network = var.subnet_id == null
  subnet_id      = local.create_network ? azurerm_subnet.this[0].id : var.subnet_id
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

# The group is on the machines' network cards: an existing subnet keeps its own rules.
resource "azurerm_network_security_group" "this" {
  name                = "nsg-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_network_security_rule" "allow" {
  for_each = { for index, rule in var.inbound_rules : rule.name => merge(rule, { priority = 200 + 10 * index }) }

  name                        = "allow-${each.key}"
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

resource "azurerm_network_security_rule" "probes" {
  name                        = "allow-load-balancer"
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this.name
  priority                    = 4095
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "AzureLoadBalancer"
  destination_port_range      = "*"
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

# A NAT gateway stands in one zone at most; without one Azure chooses.
resource "azurerm_public_ip" "nat" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                = "pip-${var.name}-nat"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  tags                = local.tags
}

resource "azurerm_nat_gateway" "this" {
  count = var.nat_gateway_enabled ? 1 : 0

  name                = "ng-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku_name            = "Standard"
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
