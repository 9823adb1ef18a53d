resource "azurerm_public_ip" "this" {
  count = var.create_public_ip ? 1 : 0

  name                = "pip-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  sku                 = "Standard"
  allocation_method   = "Static"
  zones               = length(var.zones) == 0 ? null : var.zones
  domain_name_label   = var.domain_name_label
  tags                = local.tags
}

resource "azurerm_virtual_network" "this" {
  count = var.subnet_id == null ? 1 : 0

  name                = "vnet-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  address_space       = [var.network_address_space]
  tags                = local.tags
}

resource "azurerm_subnet" "this" {
  count = var.subnet_id == null ? 1 : 0

  name                            = "gateway"
  resource_group_name             = local.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this[0].name
  address_prefixes                = [var.network_address_space]
  default_outbound_access_enabled = false
}

resource "azurerm_network_security_group" "this" {
  count = var.subnet_id == null ? 1 : 0

  name                = "nsg-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

# Azure looks after the gateway through these ports; it does not work without.
resource "azurerm_network_security_rule" "management" {
  count = var.subnet_id == null ? 1 : 0

  name                        = "allow-gateway-manager"
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this[0].name
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_address_prefix       = "GatewayManager"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "65200-65535"
}

resource "azurerm_network_security_rule" "probes" {
  count = var.subnet_id == null ? 1 : 0

  name                        = "allow-azure-load-balancer"
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this[0].name
  priority                    = 110
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_address_prefix       = "AzureLoadBalancer"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "*"
}

resource "azurerm_network_security_rule" "visitors" {
  count = var.subnet_id == null && (var.network_access == "all" || length(var.allowed_ip_ranges) > 0) ? 1 : 0

  name                        = "allow-visitors"
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this[0].name
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_address_prefix       = var.network_access == "all" ? "Internet" : null
  source_address_prefixes     = var.network_access == "all" ? null : var.allowed_ip_ranges
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_ranges     = local.has_tls ? ["80", "443"] : ["80"]
}

resource "azurerm_subnet_network_security_group_association" "this" {
  count = var.subnet_id == null ? 1 : 0

  subnet_id                 = azurerm_subnet.this[0].id
  network_security_group_id = azurerm_network_security_group.this[0].id

  depends_on = [azurerm_network_security_rule.management, azurerm_network_security_rule.probes]
}

resource "azurerm_user_assigned_identity" "this" {
  count = local.has_identity && var.user_assigned_identity_id == null ? 1 : 0

  name                = "id-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_role_assignment" "certificate" {
  count = local.has_identity && var.key_vault_id != null ? 1 : 0

  scope                = var.key_vault_id
  principal_id         = azurerm_user_assigned_identity.this[0].principal_id
  role_definition_name = "Key Vault Secrets User"
}
