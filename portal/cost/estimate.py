"""What a plan costs a month, from `terraform show -json`. Pure; whoever calls it decides what an exception means.

Every resource of the plan is in the estimate: priced, charged by use, free by design, or without a price. Nothing counts as
0 because it is not known. Sums are of whole cents, so that what a person adds up is what is written below it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from portal.cost import book
from portal.cost.book import Cloud
from portal.cost.rules import RULES, is_free
from portal.cost.rules.charges import Line, Resource, number
from portal.cost.schemas import CostEstimate, CostItem, ResourceCost

_log = logging.getLogger(__name__)
_CENT: Final = Decimal("0.01")
_NO_RULE: Final = "Nobody has taught the portal what this type costs."


def estimate(document: Mapping[str, Any]) -> CostEstimate:
    """The estimate of a plan document."""
    return _compared(*sides(document))


def of_resources(made: Iterable[Resource]) -> CostEstimate:
    """The estimate of what is made where there was nothing, whoever knows of it. `others` of a resource need not be set."""
    return _compared([], _together({resource.address: resource for resource in made}))


def _compared(before: Sequence[Resource], after: Sequence[Resource]) -> CostEstimate:
    dates: set[str] = set()
    then = {resource.address: price(resource, set()) for resource in before}
    now = {resource.address: price(resource, dates) for resource in after}
    types = {resource.address: resource.type for resource in [*before, *after]}
    costs = [_resource(address, types[address], then.get(address), now.get(address)) for address in sorted(types)]
    left = now or then
    sums = [sum((_money(getattr(cost, side)) for cost in costs), Decimal(0)) for side in ("before", "after")]
    return CostEstimate(
        before_monthly=float(sums[0]),
        after_monthly=float(sums[1]),
        delta_monthly=float(sums[1] - sums[0]),
        resources=sorted((cost for cost in costs if _is_told(cost)), key=lambda cost: (-cost.after, -cost.before)),
        covered=sum(not _lacks(items) for items in left.values()),
        unpriced=sorted(address for address, items in left.items() if _lacks(items)),
        usage_dependent=sorted(address for address, items in left.items() if _has_use(items)),
        free=sorted(address for address, items in left.items() if not items),
        as_of=min((date for date in dates if date[:1].isdigit()), default="undated" if dates else ""),
    )


def _resource(address: str, type_: str, then: list[CostItem] | None, now: list[CostItem] | None) -> ResourceCost:
    return ResourceCost(address=address, type=type_, before=_total(then), after=_total(now), items=now or [])


def _is_told(cost: ResourceCost) -> bool:
    return bool(cost.items or cost.before or cost.after)


def _lacks(items: Sequence[CostItem]) -> bool:
    return any(not item.priced for item in items)


def _has_use(items: Sequence[CostItem]) -> bool:
    return any(item.priced and item.monthly is None for item in items)


def _total(items: Sequence[CostItem] | None) -> float:
    return float(sum((_money(item.monthly) for item in items or () if item.monthly is not None), Decimal(0)))


def _money(amount: Decimal | float) -> Decimal:
    return Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)


def price(resource: Resource, dates: set[str]) -> list[CostItem]:
    """What the resource is charged for; nothing when it is free. Notes the dates of the prices in `dates`."""
    rule = RULES.get(resource.type)
    if rule is None:
        return [] if is_free(resource.type) else [CostItem(what=resource.type, priced=False, assumption=_NO_RULE)]
    try:
        return [_item(resource, line, dates) for line in rule(resource)]
    except Exception as error:
        # Neither the message nor the traceback: both may quote a value of the plan.
        _log.error("the price of a %s could not be told: %s", resource.type, type(error).__name__)
        return [CostItem(what=resource.type, priced=False, assumption="Its price could not be told.")]


def _item(resource: Resource, line: Line, dates: set[str]) -> CostItem:
    region = line.region or region_of(resource)
    found = book.price(cloud_of(resource), line.meter, region) if line.meter else None
    if found is None:
        return CostItem(what=line.what, assumption=line.assumption, priced=line.kind == "use")
    said = [line.assumption, _stand_in(found, region)]
    assumption = ". ".join(text for text in said if text)
    if line.kind == "use":
        return CostItem(what=line.what, unit=found.unit, price=float(found.amount), assumption=assumption)
    quantity = line.count * (found.per_month or 1)
    dates.add(found.as_of)
    return CostItem(
        what=line.what,
        quantity=float(round(quantity, 4)),
        unit=found.unit,
        price=float(found.amount),
        monthly=float(_money(quantity * found.amount)),
        assumption=assumption,
    )


def _stand_in(found: book.Price, region: str | None) -> str:
    if not found.stand_in:
        return ""
    place = book.place_name(found.region)
    return f"Price of {place}" if region else f"Price of {place}, as the region is not known yet"


def cloud_of(resource: Resource) -> Cloud:
    """Whose price it is."""
    return "gcp" if resource.type.startswith("google_") else "azure"


def region_of(resource: Resource) -> str | None:
    """Where the resource is: its location or region, or the region of its zone."""
    place = resource.text("location") or resource.text("region") or ("global" if "_global_" in resource.type else "")
    zone = resource.text("zone").rpartition("/")[2]
    if not place and zone:
        return zone.rpartition("-")[0]
    if cloud_of(resource) == "gcp" and len(parts := place.split("-")) == 3:
        return "-".join(parts[:2])
    return place.rpartition("/")[2].lower() or _region_of_neighbours(resource)


def _region_of_neighbours(resource: Resource) -> str | None:
    """Parts of a service (a pool of a cluster, a share) say no region: they are where their module's group is."""
    groups = resource.neighbours("azurerm_resource_group")
    return groups[0].text("location").lower() or None if groups else None


def sides(document: Mapping[str, Any]) -> tuple[list[Resource], list[Resource]]:
    """All managed resources as they are, and as they will be."""
    before = {found.address: found for found in _tree((document.get("prior_state") or {}).get("values"))}
    after = {found.address: found for found in _tree(document.get("planned_values"))}
    for item in document.get("resource_changes") or []:
        change = item.get("change") or {}
        if item.get("mode", "managed") != "managed" or item.get("deposed"):
            continue
        for side, key in ((before, "before"), (after, "after")):
            side.pop(item["address"], None)
            if isinstance(values := change.get(key), Mapping):
                side[item["address"]] = Resource(
                    item["address"], item["type"], values, item.get("module_address") or ""
                )
    return _together(before), _together(after)


def _together(found: Mapping[str, Resource]) -> list[Resource]:
    """Each resource, with all of its side beside it."""
    everybody = [found[address] for address in sorted(found, key=_order)]
    return [replace(resource, others=everybody) for resource in everybody]


def _order(address: str) -> tuple[str, Decimal, str]:
    """Instances of `count` by their number, everything else by its text."""
    head, _, index = address.rpartition("[")
    place = number(index.rstrip("]")) if head else None
    return (address, Decimal(0), "") if place is None else (head, place, index)


def _tree(values: Mapping[str, Any] | None) -> Iterator[Resource]:
    modules = [(values or {}).get("root_module") or {}]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules") or []
        for item in module.get("resources") or []:
            if item.get("mode", "managed") == "managed" and not item.get("deposed_key"):
                yield Resource(item["address"], item["type"], item.get("values") or {}, module.get("address") or "")
