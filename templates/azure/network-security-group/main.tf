locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  anything = {
    description        = null
    direction          = "Inbound"
    access             = "Allow"
    protocol           = "*"
    source_ports       = ["*"]
    sources            = ["*"]
    source_groups      = []
    destinations       = ["*"]
    destination_groups = []
    ports              = ["*"]
  }

  # Rules that are asked for by purpose. They come after the listed ones and before the last word.
  purposes = [
    { name = "allow-web", priority = 4080, protocol = "Tcp", ports = ["80", "443"], sources = var.web_sources },
    { name = "allow-ssh", priority = 4081, protocol = "Tcp", ports = ["22"], sources = var.ssh_sources },
    { name = "allow-rdp", priority = 4082, protocol = "Tcp", ports = ["3389"], sources = var.rdp_sources },
    { name = "allow-databases", priority = 4083, protocol = "Tcp", ports = var.database_ports, sources = var.database_sources },
    { name = "allow-virtual-network", priority = 4094, protocol = "*", ports = ["*"], sources = var.virtual_network_inbound_allowed ? ["VirtualNetwork"] : [] },
    { name = "allow-load-balancer", priority = 4095, protocol = "*", ports = ["*"], sources = var.load_balancer_inbound_allowed ? ["AzureLoadBalancer"] : [] },
  ]

  last_words = concat(
    [merge(local.anything, { name = "deny-all-inbound", priority = 4096, access = "Deny" })],
    var.internet_outbound_allowed ? [] : [merge(local.anything, { name = "deny-internet-outbound", priority = 4096, access = "Deny", direction = "Outbound", destinations = ["Internet"] })]
  )

  rules = { for rule in concat(
    [for rule in var.rules : {
      name               = rule.name
      priority           = rule.priority
      description        = rule.description
      direction          = rule.direction
      access             = rule.access
      protocol           = rule.protocol
      source_ports       = rule.source_ports
      sources            = rule.sources
      source_groups      = rule.source_application_security_groups
      destinations       = rule.destinations
      destination_groups = rule.destination_application_security_groups
      ports              = rule.destination_ports
    }],
    [for purpose in local.purposes : merge(local.anything, purpose) if length(purpose.sources) > 0],
    local.last_words
  ) : rule.name => rule }
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_application_security_group" "this" {
  for_each = var.application_security_groups

  name                = each.value
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

resource "azurerm_network_security_group" "this" {
  name                = var.name
  resource_group_name = local.resource_group_name
  location            = var.location
  tags                = local.tags
}

# Azure takes one value and several values in arguments of their own, and tags only as one value.
resource "azurerm_network_security_rule" "this" {
  for_each = local.rules

  name                        = each.key
  description                 = each.value.description
  resource_group_name         = local.resource_group_name
  network_security_group_name = azurerm_network_security_group.this.name
  priority                    = each.value.priority
  direction                   = each.value.direction
  access                      = each.value.access
  protocol                    = each.value.protocol

  source_port_range       = length(each.value.source_ports) == 1 ? one(each.value.source_ports) : null
  source_port_ranges      = length(each.value.source_ports) == 1 ? null : each.value.source_ports
  source_address_prefix   = length(each.value.sources) == 1 ? one(each.value.sources) : null
  source_address_prefixes = length(each.value.sources) > 1 ? each.value.sources : null
  source_application_security_group_ids = length(each.value.source_groups) == 0 ? null : [
    for group in each.value.source_groups : startswith(group, "/") ? group : azurerm_application_security_group.this[group].id
  ]

  destination_port_range       = length(each.value.ports) == 1 ? one(each.value.ports) : null
  destination_port_ranges      = length(each.value.ports) == 1 ? null : each.value.ports
  destination_address_prefix   = length(each.value.destinations) == 1 ? one(each.value.destinations) : null
  destination_address_prefixes = length(each.value.destinations) > 1 ? each.value.destinations : null
  destination_application_security_group_ids = length(each.value.destination_groups) == 0 ? null : [
    for group in each.value.destination_groups : startswith(group, "/") ? group : azurerm_application_security_group.this[group].id
  ]
}

# The rules come first, so that nothing is in the subnet without them.
resource "azurerm_subnet_network_security_group_association" "this" {
  for_each = var.subnet_ids

  subnet_id                 = each.value
  network_security_group_id = azurerm_network_security_group.this.id

  depends_on = [azurerm_network_security_rule.this]
}

resource "azurerm_network_interface_security_group_association" "this" {
  for_each = var.network_interface_ids

  network_interface_id      = each.value
  network_security_group_id = azurerm_network_security_group.this.id

  depends_on = [azurerm_network_security_rule.this]
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_network_security_group.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_monitor_diagnostic_setting.this,
    azurerm_network_interface_security_group_association.this,
    azurerm_subnet_network_security_group_association.this,
  ]
}
