"""Machines, scale sets, disks, clusters and containers of Azure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.cost.rules.charges import Line, Resource, by_use, number, standing, without_price

_TIERS = (
    (4, 1),
    (8, 2),
    (16, 3),
    (32, 4),
    (64, 6),
    (128, 10),
    (256, 15),
    (512, 20),
    (1024, 30),
    (2048, 40),
    (4096, 50),
)
"""GiB up to which a disk is billed as the tier of this number."""
_LETTERS = {"Premium": "P", "StandardSSD": "E", "Standard": "S"}
_OWN_LICENCE = ("Windows_Server", "Windows_Client")
_LICENSED = {"redhat": "Red Hat", "suse": "SUSE", "oracle": "Oracle"}


def linux_machine(resource: Resource) -> Iterator[Line]:
    """azurerm_linux_virtual_machine."""
    yield from _machine(resource, "linux", resource.text("size"), Decimal(1))
    yield from _image(resource, resource.text("license_type"))
    yield from _system_disk(resource, resource.value("os_disk"), 30, Decimal(1))


def windows_machine(resource: Resource) -> Iterator[Line]:
    """azurerm_windows_virtual_machine."""
    yield from _machine(resource, _windows(resource), resource.text("size"), Decimal(1))
    yield from _system_disk(resource, resource.value("os_disk"), 127, Decimal(1))


def linux_set(resource: Resource) -> Iterator[Line]:
    """azurerm_linux_virtual_machine_scale_set."""
    yield from _scale_set(resource, "linux", resource.text("sku"), 30)
    yield from _image(resource, "")


def windows_set(resource: Resource) -> Iterator[Line]:
    """azurerm_windows_virtual_machine_scale_set."""
    yield from _scale_set(resource, _windows(resource), resource.text("sku"), 127)


def flexible_set(resource: Resource) -> Iterator[Line]:
    """azurerm_orchestrated_virtual_machine_scale_set: machines alike only when it names their size."""
    if not resource.text("sku_name") or resource.text("sku_name") == "Mix":
        yield by_use("Machines that are added to it")
        return
    windows = bool(resource.value("os_profile.windows_configuration"))
    system = _windows(resource) if windows else "linux"
    yield from _scale_set(resource, system, resource.text("sku_name"), 127 if windows else 30)


def disk(resource: Resource) -> Iterator[Line]:
    """azurerm_managed_disk."""
    size = resource.number("disk_size_gb")
    if size is None:
        yield without_price("Disk", "Its size is not known before the apply")
        return
    yield from _disk(resource.text("storage_account_type"), size, Decimal(1), "Disk", resource.values)


def cluster(resource: Resource) -> Iterator[Line]:
    """azurerm_kubernetes_cluster: the control plane, the first pool, and what AKS makes for the way out."""
    tier = resource.text("sku_tier", "Free")
    if tier != "Free":
        yield standing(f"Control plane, {tier}", f"aks/{tier}")
    for block in resource.blocks("default_node_pool"):
        yield from _nodes(resource, block)
    way_out = resource.text("network_profile.outbound_type", "loadBalancer")
    addresses = resource.number("network_profile.load_balancer_profile.managed_outbound_ip_count") or 1
    if way_out == "loadBalancer":
        yield standing("Load balancer of the cluster", "lb/first-rules", 1, "Made by AKS; up to five rules")
        yield standing("Outbound address of the cluster", "ip/Standard/Static", addresses, "Made by AKS")
        yield by_use("Data through the load balancer", "lb/data")
    elif way_out == "managedNATGateway":
        yield standing("NAT gateway of the cluster", "nat/hour", 1, "Made by AKS")
        yield by_use("Data through the NAT gateway", "nat/data")


def pool(resource: Resource) -> Iterator[Line]:
    """azurerm_kubernetes_cluster_node_pool."""
    yield from _nodes(resource, resource.values)


def container_group(resource: Resource) -> Iterator[Line]:
    """azurerm_container_group: what its containers ask for, all month long."""
    if resource.text("priority") == "Spot":
        yield without_price("Containers at the Spot price", "It changes all the time")
        return
    cores = sum((number(block.get("cpu")) or Decimal(0) for block in resource.blocks("container")), Decimal(0))
    memory = sum((number(block.get("memory")) or Decimal(0) for block in resource.blocks("container")), Decimal(0))
    yield standing("vCPU of the containers", "aci/vcpu", cores, "Running all month")
    yield standing("Memory of the containers", "aci/memory", memory, "Running all month")
    if resource.text("os_type") == "Windows":
        yield standing("Windows on the vCPU", "aci/windows", cores, "Running all month")
    if resource.text("sku", "Standard") != "Standard":
        yield without_price(f"Containers of kind {resource.text('sku')}")


def _machine(resource: Resource, system: str, size: str, count: Decimal, note: str = "") -> Iterator[Line]:
    if resource.text("priority") == "Spot":
        yield without_price(f"{size} at the Spot price", "It changes all the time")
    elif not size:
        yield without_price("Machine", "Its size is not known before the apply")
    else:
        yield standing(size, f"vm/{size}/{system}", count, note)


def _windows(resource: Resource) -> str:
    """With a licence of one's own, Windows costs what Linux costs."""
    return "linux" if resource.text("license_type") in _OWN_LICENCE else "windows"


def _image(resource: Resource, licence: str) -> Iterator[Line]:
    publisher = resource.text("source_image_reference.publisher").lower()
    if licence == "UBUNTU_PRO":
        yield without_price("Ubuntu Pro")
    elif publisher in _LICENSED and not licence.endswith("BYOS"):
        yield without_price(f"Licence of {_LICENSED[publisher]}")


def _scale_set(resource: Resource, system: str, size: str, image_gib: int) -> Iterator[Line]:
    count = resource.number("instances")
    note = "" if count is not None else "One machine is assumed"
    count = Decimal(1) if count is None else count
    if resource.neighbours("azurerm_monitor_autoscale_setting"):
        note = f"{count:f} machines; it scales by load"
    yield from _machine(resource, system, size, count, note)
    yield from _system_disk(resource, resource.value("os_disk"), image_gib, count)
    for block in resource.blocks("data_disk"):
        size_gb = number(block.get("disk_size_gb"))
        if size_gb is None:
            yield without_price("Data disk", "Its size is not known before the apply")
        else:
            yield from _disk(str(block.get("storage_account_type") or ""), size_gb, count, "Data disk", block)


def _system_disk(resource: Resource, blocks: Any, image_gib: int, count: Decimal) -> Iterator[Line]:
    block = blocks[0] if isinstance(blocks, list) and blocks and isinstance(blocks[0], Mapping) else None
    if block is None:
        yield without_price("System disk", "It is not known before the apply")
        return
    if block.get("diff_disk_settings"):
        return
    size = number(block.get("disk_size_gb"))
    note = "" if size else f"The image's {image_gib} GiB are assumed"
    kind = str(block.get("storage_account_type") or "")
    for line in _disk(kind, size or Decimal(image_gib), count, "System disk", block):
        yield replace(line, assumption=note) if line.meter else line


def _disk(kind: str, size: Decimal, count: Decimal, name: str, values: Mapping[str, Any]) -> Iterator[Line]:
    family, _, copies = kind.partition("_")
    if family in ("PremiumV2", "UltraSSD"):
        yield from _measured_disk("Ultra" if family == "UltraSSD" else family, size, count, name, values)
        return
    smallest = 32 if family == "Standard" else 0
    tier = next((number_ for limit, number_ in _TIERS if limit >= max(size, smallest)), None)
    if family not in _LETTERS or tier is None:
        yield without_price(f"{name} {kind}".strip(), f"{size:f} GiB")
        return
    label = f"{_LETTERS[family]}{tier}"
    yield standing(f"{name} {label} {copies}, {size:f} GiB", f"disk/{label}/{copies}", count)
    if family != "Premium":
        yield by_use("Operations on the disk")


def _measured_disk(family: str, size: Decimal, count: Decimal, name: str, values: Mapping[str, Any]) -> Iterator[Line]:
    """Disks that are billed by what they are set to; Premium SSD v2 has some of it for nothing."""
    yield standing(f"{name} {family}, {size:f} GiB", f"disk/{family}/capacity", size * count)
    free = {"iops": 3000, "throughput": 125} if family == "PremiumV2" else {"iops": 0, "throughput": 0}
    for part, names in (("iops", ("disk_iops_read_write",)), ("throughput", ("disk_mbps_read_write",))):
        known = next((found for key in names if (found := number(values.get(key))) is not None), None)
        if known is not None and known > free[part]:
            yield standing(f"{name}, {part}", f"disk/{family}/{part}", (known - free[part]) * count)
        elif known is None and family == "Ultra":
            yield without_price(f"{name}, {part}", "It is not known before the apply")


def _nodes(resource: Resource, block: Mapping[str, Any]) -> Iterator[Line]:
    size = block.get("vm_size")
    if block.get("priority") == "Spot":
        yield without_price(f"{size} at the Spot price", "It changes all the time")
        return
    if not isinstance(size, str):
        yield without_price("Nodes", "Their size is not known before the apply")
        return
    count, note = _node_count(block)
    system = "windows" if block.get("os_type") == "Windows" else "linux"
    yield standing(f"Nodes {size}", f"vm/{size}/{system}", count, note)
    if block.get("os_disk_type") == "Ephemeral":
        return
    gib = number(block.get("os_disk_size_gb"))
    disk_note = "Premium SSD is assumed" if gib else "128 GiB of Premium SSD are assumed"
    for line in _disk("Premium_LRS", gib or Decimal(128), count, "System disks", {}):
        yield replace(line, assumption=disk_note) if line.meter else line


def _node_count(block: Mapping[str, Any]) -> tuple[Decimal, str]:
    fixed, least = number(block.get("node_count")), number(block.get("min_count"))
    if block.get("auto_scaling_enabled") is True and least is not None:
        return max(least, fixed or Decimal(0)), f"It scales between {least:f} and {block.get('max_count')} nodes"
    if fixed is not None:
        return fixed, ""
    return Decimal(1), "One node is assumed"


RULES = {
    "azurerm_linux_virtual_machine": linux_machine,
    "azurerm_windows_virtual_machine": windows_machine,
    "azurerm_linux_virtual_machine_scale_set": linux_set,
    "azurerm_windows_virtual_machine_scale_set": windows_set,
    "azurerm_orchestrated_virtual_machine_scale_set": flexible_set,
    "azurerm_managed_disk": disk,
    "azurerm_kubernetes_cluster": cluster,
    "azurerm_kubernetes_cluster_node_pool": pool,
    "azurerm_container_group": container_group,
}
