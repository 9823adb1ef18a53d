"""Databases, functions, messages, storage and names of Google Cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from portal.cost.rules.charges import Line, Resource, blocks_of, by_use, number, standing, without_price

_CUSTOM = re.compile(r"db-custom-(\d+)-(\d+)")
_MULTI = {"EU": "europe-multi", "US": "us-multi"}


def sql_instance(resource: Resource) -> Iterator[Line]:
    """google_sql_database_instance: vCPU and memory, or a fixed size; twice of both when a second zone stands by."""
    tier = resource.text("settings.tier")
    scope = "regional" if resource.text("settings.availability_type") == "REGIONAL" else "zonal"
    version = resource.text("database_version")
    if resource.text("settings.activation_policy") == "NEVER":
        yield by_use(f"{tier} while it runs", None, "It is stopped")
    elif resource.text("settings.edition") == "ENTERPRISE_PLUS" or tier.startswith("db-perf"):
        yield without_price(f"Instance {tier}, Enterprise Plus")
    elif found := _CUSTOM.fullmatch(tier):
        yield standing("vCPU", f"sql/vcpu/{scope}", found[1])
        yield standing("Memory", f"sql/memory/{scope}", Decimal(found[2]) / 1024)
    elif not tier:
        yield without_price("Instance", "Its size is not known before the apply")
    else:
        yield standing(f"Instance {tier}", f"sql/{tier}/{scope}")
    if version.startswith("SQLSERVER"):
        yield without_price("Licence of SQL Server")
    yield from _sql_storage(resource, scope)


def _sql_storage(resource: Resource, scope: str) -> Iterator[Line]:
    size = resource.number("settings.disk_size")
    kind = resource.text("settings.disk_type", "PD_SSD")
    yield standing(f"Storage {kind}", f"sql/{kind}/{scope}", size or Decimal(10), "" if size else "10 GB are assumed")
    if resource.flag("settings.ip_configuration.ipv4_enabled"):
        yield by_use("External address while it is idle")
    if resource.flag("settings.backup_configuration.enabled"):
        yield by_use("Backups", "sql/backup")


def run_service(resource: Resource) -> Iterator[Line]:
    """google_cloud_run_v2_service: by requests, unless instances are kept."""
    least = max(
        resource.number("scaling.min_instance_count") or 0, resource.number("template.scaling.min_instance_count") or 0
    )
    always = any(
        block.get("cpu_idle") is False
        for container in resource.blocks("template.containers")
        for block in blocks_of(container.get("resources"))
    )
    if least and always:
        cores = _cores(resource)
        yield standing("vCPU of instances that are kept", "run/instance/cpu", cores * least, f"Kept: {least}")
        yield without_price("Memory of instances that are kept")
    elif least:
        yield without_price("Instances that are kept", "There is no price of idle instances here")
    yield by_use("vCPU while it answers", "run/request/cpu")
    yield by_use("Memory while it answers", "run/request/memory")
    yield by_use("Requests", "run/requests")


def _cores(resource: Resource) -> Decimal:
    found = Decimal(0)
    for container in resource.blocks("template.containers"):
        limits = [block.get("limits") for block in blocks_of(container.get("resources"))]
        known = limits[0] if limits and isinstance(limits[0], Mapping) else {}
        text = str(known.get("cpu") or "1")
        found += (number(text.removesuffix("m")) or Decimal(1)) / (1000 if text.endswith("m") else 1)
    return found or Decimal(1)


def function(resource: Resource) -> Iterator[Line]:
    """google_cloudfunctions2_function: a service of Cloud Run."""
    if resource.number("service_config.min_instance_count"):
        yield without_price("Instances that are kept", "There is no price of idle instances here")
    yield by_use("vCPU while it runs", "run/request/cpu")
    yield by_use("Memory while it runs", "run/request/memory")
    yield by_use("Calls", "run/requests")


def job(resource: Resource) -> Iterator[Line]:
    """google_cloud_scheduler_job."""
    del resource
    yield without_price("Job", "Three jobs of an account are free")


def bucket(resource: Resource) -> Iterator[Line]:
    """google_storage_bucket: nothing until something is stored."""
    place, kind = resource.text("location").upper(), resource.text("storage_class", "STANDARD").lower()
    if place in _MULTI:
        yield by_use("Stored data", f"bucket/{kind}-multi", region=_MULTI[place])
    elif "-" in place:
        yield by_use("Stored data", f"bucket/{kind}")
    else:
        yield by_use("Stored data", f"bucket/{kind}-dual")
    yield by_use("Operations and data out")


def item(resource: Resource) -> Iterator[Line]:
    """google_storage_bucket_object: stored in a bucket."""
    del resource
    yield by_use("Stored data")


def topic(resource: Resource) -> Iterator[Line]:
    """google_pubsub_topic."""
    del resource
    yield by_use("Messages that are published", "pubsub/published")


def subscription(resource: Resource) -> Iterator[Line]:
    """google_pubsub_subscription."""
    del resource
    yield by_use("Messages that are delivered", "pubsub/delivered")


def dataset(resource: Resource) -> Iterator[Line]:
    """google_bigquery_dataset: by what is stored and scanned."""
    del resource
    yield by_use("Stored data", "bigquery/stored")
    yield by_use("Data that queries scan", "bigquery/scanned")


def zone(resource: Resource) -> Iterator[Line]:
    """google_dns_managed_zone."""
    del resource
    yield standing("Zone", "dns/zone", 1, "One of the first 25")
    yield by_use("Queries", "dns/queries")


def backups(resource: Resource) -> Iterator[Line]:
    """google_gke_backup_backup_plan."""
    del resource
    yield by_use("Pods and data that are backed up")


RULES = {
    "google_sql_database_instance": sql_instance,
    "google_cloud_run_v2_service": run_service,
    "google_cloudfunctions2_function": function,
    "google_cloud_scheduler_job": job,
    "google_storage_bucket": bucket,
    "google_storage_bucket_object": item,
    "google_pubsub_topic": topic,
    "google_pubsub_subscription": subscription,
    "google_bigquery_dataset": dataset,
    "google_dns_managed_zone": zone,
    "google_gke_backup_backup_plan": backups,
}
