"""How much of a quota is left, as Compute Engine says by region and project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.gcp.client import asking
from portal.cloud_account.provider import Assertion, Availability
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable


@dataclass(frozen=True, slots=True)
class _Metric:
    name: str
    unit: str
    needed: float = 1
    everywhere: bool = False
    """It is the project's, and not a region's."""


# Families with a quota of their own; all others share CPUS.
FAMILIES: Final = frozenset({"a2", "c2", "c2d", "c3", "m1", "m2", "m3", "n2", "n2a", "n2d", "t2a", "t2d"})
OF_PROJECT: Final = {
    "google_compute_backend_bucket": "BACKEND_BUCKETS",
    "google_compute_backend_service": "BACKEND_SERVICES",
    "google_compute_firewall": "FIREWALLS",
    "google_compute_global_address": "STATIC_ADDRESSES",
    "google_compute_global_forwarding_rule": "FORWARDING_RULES",
    "google_compute_health_check": "HEALTH_CHECKS",
    "google_compute_network": "NETWORKS",
    "google_compute_route": "ROUTES",
    "google_compute_router": "ROUTERS",
    "google_compute_security_policy": "SECURITY_POLICIES",
    "google_compute_subnetwork": "SUBNETWORKS",
    "google_compute_url_map": "URL_MAPS",
}


def quota_left(given: Given, assertion: Assertion, resource_type: str, parameters: Mapping[str, str]) -> Availability:
    """Whether one more fits. `parameters` may name region or zone, machine_type, disk_type, size_gb and count."""
    metric = _metric(resource_type, parameters)
    if metric is None:
        return Availability(known=False, message="Google Cloud tells no quota for this.")
    try:
        quotas, place = _quotas(given, assertion, metric, parameters)
    except Unavailable as error:
        return Availability(known=False, message=error.message)
    found = next((quota for quota in quotas if quota.get("metric") == metric.name), None)
    if found is None:
        return Availability(known=False, message=f"Google Cloud tells no quota {metric.name} of {place}.")
    return _judged(metric, float(found.get("limit") or 0), float(found.get("usage") or 0), place)


def _quotas(
    given: Given, assertion: Assertion, metric: _Metric, parameters: Mapping[str, str]
) -> tuple[list[dict[str, Any]], str]:
    with asking(given, assertion) as google:
        zone = parameters.get("zone") or google.settings.zone or ""
        region = parameters.get("region") or zone.rpartition("-")[0] or google.settings.region
        if metric.everywhere:
            return google.get(google.compute).get("quotas") or [], google.project
        if not region or not re.fullmatch(r"[a-z0-9-]+", region):
            raise Unavailable("Choose a region first, or give the account one.")
        return google.get(f"{google.compute}/regions/{region}").get("quotas") or [], region


def _judged(metric: _Metric, limit: float, used: float, place: str) -> Availability:
    left, facts = max(0.0, limit - used), {"limit": limit, "used": used, "unit": metric.unit, "metric": metric.name}
    if left >= metric.needed:
        return Availability(True, True, f"{left:g} of {limit:g} {metric.unit} are left in {place}.", facts)
    said = f"{metric.needed:g} {metric.unit} are needed, but {left:g} of {limit:g} are left in {place}"
    return Availability(True, False, f"{said} ({metric.name}). Ask Google for more, or choose another region.", facts)


def _metric(resource_type: str, parameters: Mapping[str, str]) -> _Metric | None:
    count = _number(parameters.get("count"), 1)
    if resource_type in ("google_compute_instance", "google_container_node_pool", "google_container_cluster"):
        return _of_machine(parameters.get("machine_type", ""), count)
    if resource_type == "google_compute_disk":
        solid = parameters.get("disk_type", "pd-balanced") != "pd-standard"
        return _Metric("SSD_TOTAL_GB" if solid else "DISKS_TOTAL_GB", "GB", _number(parameters.get("size_gb"), 10))
    if resource_type == "google_compute_address":
        return _Metric("STATIC_ADDRESSES", "addresses", count)
    if resource_type in OF_PROJECT:
        name = OF_PROJECT[resource_type]
        return _Metric(name, name.lower().replace("_", " "), count, everywhere=True)
    return None


def _of_machine(machine_type: str, count: float) -> _Metric:
    """The vCPUs that a machine's name says; shared-core ones count as the two that they show."""
    family = machine_type.partition("-")[0]
    cpus = re.search(r"-(?:custom-)?(\d+)(?:-\d+)?(?:-(?:ext|lssd|metal))?$", machine_type)
    name = f"{family.upper()}_CPUS" if family in FAMILIES else "CPUS"
    return _Metric(name, "vCPU", count * (int(cpus.group(1)) if cpus else 2))


def _number(text: str | None, otherwise: float) -> float:
    try:
        return max(0.0, float(text)) if text else otherwise
    except ValueError:
        return otherwise
