"""Addresses, gateways, load balancers and the rest of Azure's networks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portal.cost.rules.charges import Line, Resource, by_use, standing, without_price

UNITS_OF_AN_INSTANCE = 10
"""Capacity units that each instance of an application gateway reserves."""
FREE_CONNECTIONS = 10
"""Of one VPN gateway."""


def public_ip(resource: Resource) -> Iterator[Line]:
    """azurerm_public_ip."""
    if resource.text("ip_version", "IPv4") == "IPv6":
        yield without_price("IPv6 address")
        return
    sku = "Global" if resource.text("sku_tier") == "Global" else resource.text("sku", "Standard")
    yield standing(f"Address, {sku}", f"ip/{sku}/{resource.text('allocation_method', 'Static')}")


def prefix(resource: Resource) -> Iterator[Line]:
    """azurerm_public_ip_prefix: each address of the block."""
    length = resource.number("prefix_length") or Decimal(28)
    if resource.text("ip_version", "IPv4") == "IPv6" or not 20 <= length <= 32:
        yield without_price("Block of addresses")
        return
    tier = "Global" if resource.text("sku_tier") == "Global" else "Standard"
    yield standing("Addresses of the block", f"ip-prefix/{tier}", Decimal(2) ** int(32 - length))


def load_balancer(resource: Resource) -> Iterator[Line]:
    """azurerm_lb: by its rules, which are resources of their own. One of kind Basic is free."""
    if resource.text("sku", "Standard") == "Basic":
        return
    if resource.text("sku") == "Gateway":
        yield without_price("Gateway load balancer")
        return
    balancers = len(resource.neighbours("azurerm_lb")) or 1
    rules = len(resource.neighbours("azurerm_lb_rule", "azurerm_lb_outbound_rule")) // balancers
    if rules:
        yield standing("The first five rules", "lb/first-rules")
    if rules > 5:
        yield standing("Further rules", "lb/rule", rules - 5)
    yield by_use("Data through it", "lb/data")


def application_gateway(resource: Resource) -> Iterator[Line]:
    """azurerm_application_gateway: an hour, and the units that its least number of instances reserves."""
    tier = resource.text("sku.tier") or resource.text("sku.name")
    least = resource.number("autoscale_configuration.min_capacity")
    instances = resource.number("sku.capacity") if least is None else least
    yield standing(f"Gateway, {tier}", f"gateway/{tier}/fixed")
    reserved = (instances or Decimal(0)) * UNITS_OF_AN_INSTANCE
    if reserved:
        note = f"{UNITS_OF_AN_INSTANCE} units are reserved for each of {instances:f} instances"
        yield standing("Capacity units that are reserved", f"gateway/{tier}/unit", reserved, note)
    yield by_use("Capacity units above those", f"gateway/{tier}/unit")


def nat_gateway(resource: Resource) -> Iterator[Line]:
    """azurerm_nat_gateway."""
    if resource.text("sku_name", "Standard") != "Standard":
        yield without_price(f"NAT gateway, {resource.text('sku_name')}")
        return
    yield standing("NAT gateway", "nat/hour")
    yield by_use("Data through it", "nat/data")


def private_endpoint(resource: Resource) -> Iterator[Line]:
    """azurerm_private_endpoint."""
    del resource
    yield standing("Private endpoint", "private-endpoint")
    yield by_use("Data through it")


def vpn_gateway(resource: Resource) -> Iterator[Line]:
    """azurerm_virtual_network_gateway; gateways of ExpressRoute have other meters."""
    if resource.text("type", "Vpn") != "Vpn":
        yield without_price(f"Gateway of {resource.text('type')}")
        return
    yield standing(f"Gateway {resource.text('sku')}", f"vpn/{resource.text('sku')}")
    beyond = len(resource.neighbours("azurerm_virtual_network_gateway_connection")) - FREE_CONNECTIONS
    if beyond > 0:
        yield standing("Connections beyond ten", "vpn/connection", beyond)
    yield by_use("Data out, and point-to-site connections")


def peering(resource: Resource) -> Iterator[Line]:
    """azurerm_virtual_network_peering."""
    del resource
    yield by_use("Data across it", "peering/egress", "To another region; within one it is less")


def bastion(resource: Resource) -> Iterator[Line]:
    """azurerm_bastion_host; Developer is the one that is shared and free."""
    if resource.text("sku", "Basic") != "Developer":
        yield without_price(f"Bastion, {resource.text('sku', 'Basic')}")


def private_zone(resource: Resource) -> Iterator[Line]:
    """azurerm_private_dns_zone."""
    del resource
    yield without_price("Private zone")


def flow_log(resource: Resource) -> Iterator[Line]:
    """azurerm_network_watcher_flow_log."""
    del resource
    yield by_use("Flows that are logged")


RULES = {
    "azurerm_public_ip": public_ip,
    "azurerm_public_ip_prefix": prefix,
    "azurerm_lb": load_balancer,
    "azurerm_application_gateway": application_gateway,
    "azurerm_nat_gateway": nat_gateway,
    "azurerm_private_endpoint": private_endpoint,
    "azurerm_virtual_network_gateway": vpn_gateway,
    "azurerm_virtual_network_peering": peering,
    "azurerm_bastion_host": bastion,
    "azurerm_private_dns_zone": private_zone,
    "azurerm_network_watcher_flow_log": flow_log,
}
