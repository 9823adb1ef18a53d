"""App Service, Functions, API Management, Service Bus, and what watches over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portal.cost.rules.charges import Line, Resource, by_use, number, standing, without_price

_PREMIUM_FUNCTIONS = {"EP1": (1, "3.5"), "EP2": (2, "7"), "EP3": (4, "14")}
"""vCPU and GiB of one instance."""


def plan(resource: Resource) -> Iterator[Line]:
    """azurerm_service_plan: machines, unless the plan is one that is charged by use."""
    sku, workers = resource.text("sku_name"), resource.number("worker_count")
    if sku in ("Y1", "FC1"):
        yield by_use("Executions", "functions/execution" if sku == "Y1" else "flex/execution")
        return
    workers, note = _workers(resource, workers)
    if sku in _PREMIUM_FUNCTIONS:
        cores, memory = _PREMIUM_FUNCTIONS[sku]
        yield standing(f"vCPU of {sku}", "functions/vcpu", cores * workers, note)
        yield standing(f"Memory of {sku}", "functions/memory", Decimal(memory) * workers, note)
    elif not sku:
        yield without_price("Plan", "Its size is not known before the apply")
    else:
        system = "windows" if resource.text("os_type", "Linux").startswith("Windows") else "linux"
        yield standing(f"Plan {sku}", f"app-service/{sku}/{system}", workers, note)


def _workers(resource: Resource, known: Decimal | None) -> tuple[Decimal, str]:
    for setting in resource.neighbours("azurerm_monitor_autoscale_setting"):
        if (least := setting.number("profile.capacity.minimum")) is not None:
            return least, f"It scales from {least:f} instances"
    if known:
        return known, ""
    zones = resource.flag("zone_balancing_enabled")
    return Decimal(2 if zones else 1), f"{'Two instances are' if zones else 'One instance is'} assumed"


def flex(resource: Resource) -> Iterator[Line]:
    """azurerm_function_app_flex_consumption: instances that are kept ready are charged all month."""
    ready = sum(
        (number(block.get("instance_count")) or Decimal(0) for block in resource.blocks("always_ready")), Decimal(0)
    )
    memory = (resource.number("instance_memory_in_mb") or Decimal(2048)) / 1024
    if ready:
        yield standing("Instances that are always ready", "flex/baseline", ready * memory, "Without executions")
    yield by_use("Executions", "flex/execution")


def binding(resource: Resource) -> Iterator[Line]:
    """azurerm_app_service_certificate_binding: only one by address is charged."""
    if resource.text("ssl_state") == "IpBasedEnabled":
        yield without_price("Binding of an address")


def api_management(resource: Resource) -> Iterator[Line]:
    """azurerm_api_management: units of the tier, in each region of it."""
    tier, _, units = resource.text("sku_name").partition("_")
    if not tier:
        yield without_price("API management", "Its tier is not known before the apply")
        return
    if tier == "Consumption":
        yield by_use("Calls")
        return
    yield standing(f"Units, {tier}", f"apim/{tier}", number(units) or Decimal(1))
    for block in resource.blocks("additional_location"):
        place = str(block.get("location") or "")
        count = number(block.get("capacity")) or Decimal(1)
        yield standing(f"Units in {place}", f"apim/{tier}", count, region=place)
    if tier.endswith("V2"):
        yield by_use("Calls above those that are included")


def bus(resource: Resource) -> Iterator[Line]:
    """azurerm_servicebus_namespace."""
    sku = resource.text("sku", "Standard")
    if sku == "Premium":
        units = (resource.number("capacity") or Decimal(1)) * (resource.number("premium_messaging_partitions") or 1)
        yield standing("Messaging units", "bus/Premium", units)
        return
    if sku == "Standard":
        yield standing("Namespace, Standard", "bus/Standard", 1, "Once for all namespaces of a subscription")
    yield by_use("Operations", f"bus/operations/{sku}")


def workspace(resource: Resource) -> Iterator[Line]:
    """azurerm_log_analytics_workspace: what is sent to it, or what was committed to."""
    reserved = resource.number("reservation_capacity_in_gb_per_day")
    if resource.text("sku") == "CapacityReservation" and reserved:
        yield standing(f"{reserved:f} GB a day, committed", f"logs/commitment/{reserved:f}")
    else:
        yield by_use("Logs that are taken in", "logs/ingestion")
    yield by_use("Logs that are kept beyond a month", "logs/retention")


def insights(resource: Resource) -> Iterator[Line]:
    """azurerm_application_insights: its logs go to a workspace."""
    del resource
    yield by_use("Logs that are taken in", "logs/ingestion")


def export(resource: Resource) -> Iterator[Line]:
    """azurerm_log_analytics_data_export_rule."""
    del resource
    yield by_use("Logs that are exported", "logs/export")


def alert(resource: Resource) -> Iterator[Line]:
    """Alerts on metrics and on queries."""
    del resource
    yield without_price("Alert")


def notices(resource: Resource) -> Iterator[Line]:
    """azurerm_monitor_action_group."""
    del resource
    yield by_use("Messages beyond those that are included")


RULES = {
    "azurerm_service_plan": plan,
    "azurerm_function_app_flex_consumption": flex,
    "azurerm_app_service_certificate_binding": binding,
    "azurerm_api_management": api_management,
    "azurerm_servicebus_namespace": bus,
    "azurerm_log_analytics_workspace": workspace,
    "azurerm_application_insights": insights,
    "azurerm_log_analytics_data_export_rule": export,
    "azurerm_monitor_metric_alert": alert,
    "azurerm_monitor_scheduled_query_rules_alert_v2": alert,
    "azurerm_monitor_action_group": notices,
}
