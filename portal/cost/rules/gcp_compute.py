"""Machines, disks, clusters, networks and load balancers of Google Cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from portal.cost.rules.charges import Line, Resource, blocks_of, by_use, number, standing, without_price

_LICENSED = {"windows": "windows", "rhel": "", "sles": "", "suse": "", "sql": ""}
"""Images whose licence is charged; those of Windows have prices for some sizes."""
_LOCAL_SSD_GIB = 375
_ZONES_OF_A_REGION = 3
_DEFAULT_RULE = 2147483647
"""The priority of the rule that every Cloud Armor policy has."""


def instance(resource: Resource) -> Iterator[Line]:
    """google_compute_instance: the machine, its own disks, and its addresses."""
    size = resource.text("machine_type").rpartition("/")[2]
    spot = resource.text("scheduling.provisioning_model") == "SPOT" or resource.flag("scheduling.preemptible")
    if not size:
        yield without_price("Machine", "Its size is not known before the apply")
    elif resource.text("desired_status") in ("TERMINATED", "SUSPENDED"):
        yield by_use(f"{size} while it runs", _machine(size, spot), "It is stopped")
    else:
        yield standing(size, _machine(size, spot), 1, "Spot prices change" if spot else "")
    for block in resource.blocks("guest_accelerator"):
        yield without_price(f"Accelerator {block.get('type') or ''}".strip())
    yield from _licence(resource.text("boot_disk.initialize_params.image").lower(), size)
    yield from _boot_disk(resource)
    for block in resource.blocks("scratch_disk"):
        yield standing("Local SSD", "disk/pd-local", number(block.get("size")) or _LOCAL_SSD_GIB)
    addresses = sum(len(blocks_of(network.get("access_config"))) for network in resource.blocks("network_interface"))
    if addresses:
        yield standing("External address", "ip/used", addresses)
    yield by_use("Data out")


def disk(resource: Resource) -> Iterator[Line]:
    """google_compute_disk and google_compute_region_disk."""
    size = resource.number("size")
    if size is None:
        yield without_price("Disk", "Its size is not known before the apply")
        return
    regional = resource.type == "google_compute_region_disk"
    yield _disk(resource.text("type", "pd-standard"), size, Decimal(1), "Disk", regional=regional)


def schedule(resource: Resource) -> Iterator[Line]:
    """google_compute_resource_policy: the snapshots that it takes."""
    if resource.blocks("snapshot_schedule_policy"):
        yield by_use("Snapshots", "disk/pd-snapshot")


def address(resource: Resource) -> Iterator[Line]:
    """google_compute_address: one that a machine uses is in the machine's price, one of NAT is not."""
    if resource.text("address_type", "EXTERNAL") != "EXTERNAL" or resource.text("ip_version") == "IPV6":
        return
    if not resource.neighbours("google_compute_instance"):
        yield standing("External address", "ip/used", 1, "In use; one that is idle costs more")


def nat(resource: Resource) -> Iterator[Line]:
    """google_compute_router_nat: by the machines behind it."""
    del resource
    yield by_use("Gateway, by the machines behind it", "nat/cap", "The most that an hour costs, from 32 machines on")
    yield by_use("Data through it", "nat/data")


def connector(resource: Resource) -> Iterator[Line]:
    """google_vpc_access_connector: small machines that are charged as machines."""
    size = resource.text("machine_type", "e2-micro")
    least = resource.number("min_instances") or Decimal(2)
    yield standing(f"Machines {size}", f"vm/{size}/standard", least, f"It scales from {least:f} instances")


def forwarding_rule(resource: Resource) -> Iterator[Line]:
    """Forwarding rules: the first five of a project cost together what one hour costs."""
    place = _place(
        resource, resource.neighbours("google_compute_global_forwarding_rule", "google_compute_forwarding_rule")
    )
    if place == 0:
        yield standing("The first five rules", "lb/first-rules", 1, "Once for a project")
    elif place >= 5:
        yield standing("Further rule", "lb/rule")
    yield by_use("Data through it", "lb/data")


def _place(resource: Resource, neighbours: list[Resource]) -> int:
    addresses = [other.address for other in neighbours]
    return addresses.index(resource.address) if resource.address in addresses else 0


def security_policy(resource: Resource) -> Iterator[Line]:
    """google_compute_security_policy."""
    rules = [block for block in resource.blocks("rule") if number(block.get("priority")) != _DEFAULT_RULE]
    note = "The figures are from second hand"
    yield standing("Policy", "armor/policy", 1, note)
    if rules:
        yield standing("Rules", "armor/rule", len(rules), f"Without the default rule. {note}")
    yield by_use("Requests", "armor/requests")


def bucket_backend(resource: Resource) -> Iterator[Line]:
    """google_compute_backend_bucket: what the cache sends."""
    if resource.flag("enable_cdn"):
        yield by_use("Data out of the cache", "cdn/europe", "To Europe, the first 10 TiB")
        yield by_use("Look-ups in the cache", "cdn/lookups")


def service_backend(resource: Resource) -> Iterator[Line]:
    """google_compute_backend_service."""
    yield from bucket_backend(resource)


def cluster(resource: Resource) -> Iterator[Line]:
    """google_container_cluster: the control plane; pods of Autopilot are charged by use."""
    yield standing("Control plane", "gke/cluster", 1, "One zonal or Autopilot cluster of an account is credited")
    if resource.flag("enable_autopilot"):
        yield by_use("vCPU of pods", "gke/autopilot-vcpu")
        yield by_use("Memory of pods", "gke/autopilot-memory")
    elif resource.value("remove_default_node_pool") is not True:
        nodes = resource.number("initial_node_count") or Decimal(1)
        yield from _nodes(resource.value("node_config"), nodes * _zones(resource), "The default pool")


def pool(resource: Resource) -> Iterator[Line]:
    """google_container_node_pool: its nodes in each zone."""
    fixed = resource.number("node_count")
    least, total = resource.number("autoscaling.min_node_count"), resource.number("autoscaling.total_min_node_count")
    zones = _zones(resource)
    if total is not None and total > 0:
        yield from _nodes(resource.value("node_config"), total, "It scales by load")
    elif least is not None:
        note = f"It scales from {least:f} in each zone"
        yield from _nodes(resource.value("node_config"), least * zones, note)
    else:
        known = fixed if fixed is not None else resource.number("initial_node_count")
        note = "" if known is not None else "One node in each zone is assumed"
        yield from _nodes(resource.value("node_config"), (1 if known is None else known) * zones, note)


def _zones(resource: Resource) -> Decimal:
    named = resource.value("node_locations")
    clusters = resource.neighbours("google_container_cluster")
    if not named and clusters:
        named = clusters[0].value("node_locations")
    if isinstance(named, list) and named:
        return Decimal(len(named))
    return Decimal(1 if resource.text("location").count("-") == 2 else _ZONES_OF_A_REGION)


def _nodes(config: Any, count: Decimal, note: str) -> Iterator[Line]:
    block = config[0] if isinstance(config, list) and config and isinstance(config[0], Mapping) else {}
    if count == 0:
        yield by_use("Nodes", None, note)
        return
    spot = block.get("spot") is True or block.get("preemptible") is True
    size = str(block.get("machine_type") or "e2-medium")
    said = [note, "Spot prices change" if spot else ""]
    yield standing(f"Nodes {size}", _machine(size, spot), count, ". ".join(text for text in said if text))
    for found in blocks_of(block.get("guest_accelerator")):
        yield without_price(f"Accelerator {found.get('type') or ''}".strip())
    gib = number(block.get("disk_size_gb"))
    kind = str(block.get("disk_type") or "pd-balanced")
    yield _disk(kind, gib or Decimal(100), count, "Boot disks", note="" if gib else "100 GiB are assumed")
    local = number(block.get("local_ssd_count"))
    if local:
        yield standing("Local SSD", "disk/pd-local", local * _LOCAL_SSD_GIB * count)


def _machine(size: str, spot: bool) -> str:
    return f"vm/{size}/{'spot' if spot else 'standard'}"


def _licence(image: str, size: str) -> Iterator[Line]:
    for part, book in _LICENSED.items():
        if part in image:
            if book:
                yield standing("Licence of Windows", f"licence/{book}/{size}")
            else:
                yield without_price(f"Licence of {part}")
            return


def _boot_disk(resource: Resource) -> Iterator[Line]:
    if resource.text("boot_disk.source"):
        return
    size = resource.number("boot_disk.initialize_params.size")
    kind = resource.text("boot_disk.initialize_params.type", "pd-standard")
    yield _disk(kind, size or Decimal(10), Decimal(1), "Boot disk", note="" if size else "10 GiB are assumed")


def _disk(kind: str, size: Decimal, count: Decimal, name: str, *, regional: bool = False, note: str = "") -> Line:
    kind = kind.rpartition("/")[2]
    meter = f"disk/{kind}{'/regional' if regional else ''}"
    if kind.startswith("hyperdisk"):
        return without_price(f"{name} {kind}, {size:f} GiB")
    return standing(f"{name} {kind}, {size:f} GiB", meter, size * count, note)


RULES = {
    "google_compute_instance": instance,
    "google_compute_disk": disk,
    "google_compute_region_disk": disk,
    "google_compute_resource_policy": schedule,
    "google_compute_address": address,
    "google_compute_router_nat": nat,
    "google_vpc_access_connector": connector,
    "google_compute_global_forwarding_rule": forwarding_rule,
    "google_compute_forwarding_rule": forwarding_rule,
    "google_compute_security_policy": security_policy,
    "google_compute_backend_bucket": bucket_backend,
    "google_compute_backend_service": service_backend,
    "google_container_cluster": cluster,
    "google_container_node_pool": pool,
}
