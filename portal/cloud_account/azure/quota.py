"""How much of a subscription's quotas is left in a region for one more of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.azure import manager, sizes
from portal.cloud_account.azure.lists import location_name
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.provider import Assertion, Availability
from portal.cloud_account.schemas import Given

UNKNOWN: Final = Availability(known=False)
MACHINES: Final = frozenset({
    "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_linux_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set", "azurerm_orchestrated_virtual_machine_scale_set",
    "azurerm_kubernetes_cluster", "azurerm_kubernetes_cluster_node_pool",
})  # fmt: skip
NETWORK: Final = {
    "azurerm_virtual_network": "VirtualNetworks",
    "azurerm_public_ip": "PublicIPAddresses",
    "azurerm_network_interface": "NetworkInterfaces",
    "azurerm_network_security_group": "NetworkSecurityGroups",
    "azurerm_lb": "LoadBalancers",
    "azurerm_application_gateway": "ApplicationGateways",
    "azurerm_route_table": "RouteTables",
    "azurerm_nat_gateway": "NatGateways",
    "azurerm_public_ip_prefix": "PublicIpPrefixes",
}
"""Resource type → the name of its usage in Microsoft.Network."""
COUNTS: Final = ("instances", "instance_count", "node_count", "count", "vm_count")


@dataclass(frozen=True, slots=True)
class Usage:
    """One quota in one region."""

    name: str
    title: str
    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


def quota_left(given: Given, assertion: Assertion, resource_type: str, parameters: Mapping[str, str]) -> Availability:
    """Whether there is room for it; not known without a region, or for kinds without a quota of their own."""
    location = location_name(parameters.get("location") or parameters.get("region") or "")
    counted = resource_type in MACHINES or resource_type in NETWORK or resource_type == "azurerm_storage_account"
    if not location.isalnum() or not counted:
        return UNKNOWN
    with manager.open_for(manager.who(given, assertion, reads=True)) as asked:
        if resource_type in MACHINES:
            return _machines(asked, location, parameters)
        if resource_type in NETWORK:
            return _one(
                _usages(asked, "Microsoft.Network", manager.NETWORK, location), NETWORK[resource_type], location
            )
        return _one(_usages(asked, "Microsoft.Storage", manager.STORAGE, location), "StorageAccounts", location)


def _machines(asked: Manager, location: str, parameters: Mapping[str, str]) -> Availability:
    """A machine needs its vCPUs twice: of its family's quota and of the region's."""
    size = sizes.size_of(parameters)
    sku = next((item for item in sizes.skus(asked, location, "virtualMachines") if item.get("name") == size), None)
    if sku is None or sizes.is_closed(sku):
        text = f"The size {size} is not open to this subscription in {location}." if size else "Choose a size first."
        return Availability(known=bool(size), ok=False, message=text)
    each = sizes.capability(sku, "vCPUs")
    needed = (int(each) if each.isdecimal() else 0) * _count(parameters)
    wanted = {"cores", str(sku.get("family") or "").lower()}
    found = [
        item for item in _usages(asked, "Microsoft.Compute", manager.COMPUTE, location) if item.name.lower() in wanted
    ]
    if not found:
        return UNKNOWN
    return _judged(min(found, key=lambda item: item.left), needed, "vCPUs", location)


def _one(usages: Iterable[Usage], name: str, location: str) -> Availability:
    found = next((item for item in usages if item.name.lower() == name.lower()), None)
    return UNKNOWN if found is None else _judged(found, 1, "", location)


def _judged(usage: Usage, needed: int, unit: str, location: str) -> Availability:
    facts = {"limit": usage.limit, "used": usage.used, "unit": unit or usage.title, "needed": needed}
    ok = needed <= usage.left
    text = f"{usage.left} of {usage.limit} are left of {usage.title} in {location}, {needed} are needed."
    more = "" if ok else " Ask for more in the Azure portal under Quotas, or choose another size or region."
    return Availability(known=True, ok=ok, message=text + more, facts=facts)


def _usages(asked: Manager, namespace: str, version: str, location: str) -> Iterator[Usage]:
    for item in asked.items(f"/providers/{namespace}/locations/{location}/usages", version):
        name: Mapping[str, Any] = item.get("name") or {}
        value = str(name.get("value") or "")
        title = str(name.get("localizedValue") or value)
        yield Usage(value, title, int(item.get("currentValue") or 0), int(item.get("limit") or 0))


def _count(parameters: Mapping[str, str]) -> int:
    found = next((parameters[name] for name in COUNTS if parameters.get(name, "").isdecimal()), "1")
    return max(1, int(found))
