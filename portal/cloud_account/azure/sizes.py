"""Regions, zones, sizes of machines and types of disks, as they are open to one subscription."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.examination import is_physical
from portal.cloud_account.azure.lists import location_name
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.schemas import Option
from portal.kit.errors import Unavailable

Sku = Mapping[str, Any]
SIZE_NAMES: Final = ("size", "vm_size", "sku", "instance_size", "node_vm_size")
"""By these names a template may call a machine's size."""
DISKS: Final = {
    "Standard_LRS": "Standard HDD",
    "StandardSSD_LRS": "Standard SSD",
    "StandardSSD_ZRS": "Standard SSD, three zones",
    "Premium_LRS": "Premium SSD",
    "Premium_ZRS": "Premium SSD, three zones",
    "PremiumV2_LRS": "Premium SSD v2",
    "UltraSSD_LRS": "Ultra disk",
}


def locations(asked: Manager, _parameters: Mapping[str, str]) -> list[Option]:
    """The regions that are open to the subscription."""
    found = [item for item in asked.items("/locations", manager.SUBSCRIPTIONS) if is_physical(item)]
    return sorted((_region(item) for item in found), key=lambda option: (option.group or "", option.label))


def zones(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """The zones of a region, or those of them in which a size is open to the subscription."""
    location = location_of(parameters)
    size = size_of(parameters)
    if size:
        found = [sku for sku in skus(asked, location, "virtualMachines") if sku.get("name") == size]
        names = sorted({zone for sku in found for zone in open_zones(sku)})
    else:
        here = [item for item in asked.items("/locations", manager.SUBSCRIPTIONS) if item.get("name") == location]
        mappings = [entry for item in here for entry in item.get("availabilityZoneMappings") or ()]
        names = sorted({str(entry["logicalZone"]) for entry in mappings if entry.get("logicalZone")})
    return [Option(value=name, label=f"Zone {name}") for name in names]


def vm_sizes(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """The sizes that the subscription may use in a region; what is closed to it is left out."""
    found = skus(asked, location_of(parameters), "virtualMachines")
    options = [_size(sku) for sku in found if not is_closed(sku)]
    return sorted(options, key=lambda option: (option.group or "", _cores_of(option), option.label))


def disk_types(asked: Manager, parameters: Mapping[str, str]) -> list[Option]:
    """The types of managed disks that the subscription may use in a region."""
    found = {str(sku.get("name")) for sku in skus(asked, location_of(parameters), "disks") if not is_closed(sku)}
    return [Option(value=name, label=label) for name, label in DISKS.items() if name in found]


def skus(asked: Manager, location: str, resource_type: str) -> Iterator[Sku]:
    """What Compute sells in a region."""
    items = asked.items("/providers/Microsoft.Compute/skus", manager.SKUS, **{"$filter": f"location eq '{location}'"})
    return (item for item in items if item.get("resourceType") == resource_type)


def capability(sku: Sku, name: str) -> str:
    """One of the facts about it."""
    return next((str(item["value"]) for item in sku.get("capabilities") or () if item.get("name") == name), "")


def is_closed(sku: Sku) -> bool:
    """Whether the subscription may not use it in the whole region."""
    return any(item.get("type") == "Location" for item in sku.get("restrictions") or ())


def open_zones(sku: Sku) -> set[str]:
    """The zones in which it is offered and not closed to the subscription."""
    if is_closed(sku):
        return set()
    offered = {str(zone) for info in sku.get("locationInfo") or () for zone in info.get("zones") or ()}
    return offered - _closed_zones(sku)


def size_of(parameters: Mapping[str, str]) -> str:
    """The size that was chosen, by whatever name the field has."""
    return next((parameters[name] for name in SIZE_NAMES if parameters.get(name)), "")


def location_of(parameters: Mapping[str, str]) -> str:
    """The region that was chosen; Unavailable when none is."""
    found = location_name(parameters.get("location") or parameters.get("region") or "")
    # The text becomes part of an address or a filter: nothing but a region's name may.
    if not found.isalnum():
        raise Unavailable("Choose a region first: what is offered depends on it.")
    return found


def _closed_zones(sku: Sku) -> set[str]:
    closed = [item.get("restrictionInfo") or {} for item in sku.get("restrictions") or () if item.get("type") == "Zone"]
    return {str(zone) for info in closed for zone in info.get("zones") or ()}


def _region(item: Mapping[str, Any]) -> Option:
    about = item.get("metadata") or {}
    zones_ = "with zones" if item.get("availabilityZoneMappings") else "no zones"
    text = ", ".join(filter(None, [str(about.get("physicalLocation") or ""), zones_]))
    label = str(item.get("displayName") or item["name"])
    return Option(value=str(item["name"]), label=label, description=text, group=about.get("geographyGroup") or None)


def _size(sku: Sku) -> Option:
    name, closed = str(sku["name"]), _closed_zones(sku)
    text = f"{capability(sku, 'vCPUs')} vCPU, {capability(sku, 'MemoryGB')} GiB"
    text += f", not in zone {', '.join(sorted(closed))}" if closed else ""
    group = str(sku.get("family") or "").removeprefix("standard").removesuffix("Family")
    return Option(value=name, label=name.removeprefix("Standard_"), description=text, group=group or None)


def _cores_of(option: Option) -> int:
    first = (option.description or "").partition(" ")[0]
    return int(first) if first.isdecimal() else 0
