locals {
  resource_group_name = var.create_resource_group ? azurerm_resource_group.this[0].name : var.resource_group_name

  tags = merge(var.tags, { for key, value in {
    environment        = var.environment
    owner              = var.owner
    cost_center        = var.cost_center
    terrace_deployment = var.terrace_deployment
  } : key => value if value != null })

  subnets = { for subnet in var.subnets : subnet.name => subnet }

  # Subnets that services of Azure's own find by their name; they take no rules of ours.
  reserved_names = ["GatewaySubnet", "AzureBastionSubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet"]

  # Azure adds these rights to a delegated subnet by itself: leaving them out would be a change at every plan.
  join_action      = "Microsoft.Network/virtualNetworks/subnets/join/action"
  policy_actions   = [local.join_action, "Microsoft.Network/virtualNetworks/subnets/prepareNetworkPolicies/action", "Microsoft.Network/virtualNetworks/subnets/unprepareNetworkPolicies/action"]
  hardware_actions = ["Microsoft.Network/networkinterfaces/*", local.join_action]
  delegation_actions = {
    "Microsoft.Batch/batchAccounts"               = ["Microsoft.Network/virtualNetworks/subnets/action"]
    "Microsoft.ContainerInstance/containerGroups" = ["Microsoft.Network/virtualNetworks/subnets/action"]
    "Microsoft.Databricks/workspaces"             = local.policy_actions
    "Microsoft.Netapp/volumes"                    = local.hardware_actions
    "Microsoft.Sql/managedInstances"              = local.policy_actions
    "Microsoft.Web/hostingEnvironments"           = ["Microsoft.Network/virtualNetworks/subnets/action"]
    "Microsoft.Web/serverFarms"                   = ["Microsoft.Network/virtualNetworks/subnets/action"]
    "Oracle.Database/networkAttachments"          = local.hardware_actions
  }
}

resource "azurerm_resource_group" "this" {
  count = var.create_resource_group ? 1 : 0

  name     = coalesce(var.resource_group_name, "rg-${var.name}")
  location = var.location
  tags     = local.tags
}

resource "azurerm_virtual_network" "this" {
  name                    = var.name
  resource_group_name     = local.resource_group_name
  location                = var.location
  address_space           = var.address_space
  dns_servers             = var.dns_servers
  flow_timeout_in_minutes = var.flow_timeout_in_minutes
  tags                    = local.tags

  dynamic "ddos_protection_plan" {
    for_each = var.ddos_protection_plan_id == null ? [] : [var.ddos_protection_plan_id]

    content {
      id     = ddos_protection_plan.value
      enable = true
    }
  }

  dynamic "encryption" {
    for_each = var.encryption_enforcement == null ? [] : [var.encryption_enforcement]

    content {
      enforcement = encryption.value
    }
  }
}

resource "azurerm_subnet" "this" {
  for_each = local.subnets

  name                                          = each.key
  resource_group_name                           = local.resource_group_name
  virtual_network_name                          = azurerm_virtual_network.this.name
  address_prefixes                              = each.value.address_prefixes
  default_outbound_access_enabled               = each.value.default_outbound_access_enabled
  private_endpoint_network_policies             = each.value.private_endpoint_network_policies
  private_link_service_network_policies_enabled = each.value.private_link_service_network_policies_enabled

  dynamic "service_endpoint" {
    for_each = sort(tolist(each.value.service_endpoints))

    content {
      service = service_endpoint.value
    }
  }

  dynamic "delegation" {
    for_each = each.value.delegation == null ? [] : [each.value.delegation]

    content {
      name = "delegation"

      service_delegation {
        name    = delegation.value
        actions = lookup(local.delegation_actions, delegation.value, [local.join_action])
      }
    }
  }
}

resource "azurerm_virtual_network_peering" "this" {
  for_each = { for peering in var.peerings : peering.name => peering }

  name                         = each.key
  resource_group_name          = local.resource_group_name
  virtual_network_name         = azurerm_virtual_network.this.name
  remote_virtual_network_id    = each.value.remote_virtual_network_id
  allow_virtual_network_access = true
  allow_forwarded_traffic      = each.value.allow_forwarded_traffic
  allow_gateway_transit        = each.value.allow_gateway_transit
  use_remote_gateways          = each.value.use_remote_gateways

  # A peering looks at the address ranges once; a new range has to be looked at again.
  triggers = { address_space = join(",", var.address_space) }

  # The other side has to offer its gateway before this side can use it.
  depends_on = [azurerm_virtual_network_peering.back]
}

resource "azurerm_virtual_network_peering" "back" {
  for_each = { for peering in var.peerings : peering.name => peering if peering.create_reverse }

  name                         = "from-${var.name}"
  resource_group_name          = split("/", each.value.remote_virtual_network_id)[4]
  virtual_network_name         = split("/", each.value.remote_virtual_network_id)[8]
  remote_virtual_network_id    = azurerm_virtual_network.this.id
  allow_virtual_network_access = true
  allow_forwarded_traffic      = each.value.allow_forwarded_traffic
  allow_gateway_transit        = each.value.use_remote_gateways
  use_remote_gateways          = false

  triggers = { address_space = join(",", var.address_space) }
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = var.private_dns_zone_ids

  name                = "link-${var.name}"
  private_dns_zone_id = each.value
  virtual_network_id  = azurerm_virtual_network.this.id
  tags                = local.tags
}

resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "lock-${var.name}"
  scope      = azurerm_virtual_network.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Terraform: turn delete_lock_enabled off to remove it."

  # The lock holds for all that hangs on it, too: it comes last and goes first.
  depends_on = [
    azurerm_network_watcher_flow_log.this,
    azurerm_private_dns_zone_virtual_network_link.this,
    azurerm_subnet_nat_gateway_association.this,
    azurerm_subnet_network_security_group_association.this,
    azurerm_subnet_route_table_association.this,
    azurerm_virtual_network_peering.this,
  ]
}
