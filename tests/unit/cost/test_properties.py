"""Whatever a plan says: no rule fails, nothing that has no price counts as nothing, and the sums agree."""

from __future__ import annotations

import inspect
import math
import re
from random import Random
from typing import Any

from portal.cost import rules
from portal.cost.estimate import estimate, sides
from portal.cost.rules import (
    FREE,
    RULES,
    azure_apps,
    azure_compute,
    azure_data,
    azure_network,
    gcp_compute,
    gcp_services,
)
from tests.unit.cost.documents import change, plan

MODULES = (azure_apps, azure_compute, azure_data, azure_network, gcp_compute, gcp_services)
PLANS = 1000
SIZES = [
    "Standard_D4s_v5",
    "GP_S_Gen5_2",
    "HS_Gen5_4",
    "BC_Gen5_x",
    "db-custom-2-7680",
    "EP1",
    "Premium_ZRS",
    "100m",
    "",
]
PLAIN = [None, True, False, -1, 0, 1, 3.5, 10**6, math.nan, math.inf, "12", "x"]


def asked_for() -> dict[str, list[list[str]]]:
    """By type of a rule's module, the paths that its rules ask for."""
    found: dict[str, list[list[str]]] = {}
    for module in MODULES:
        paths = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', inspect.getsource(module)))
        found |= {type_: [path.split(".") for path in sorted(paths)] for type_ in module.RULES}
    return found


PATHS = asked_for()
WORDS = sorted(
    {word for module in MODULES for word in re.findall(r'"([A-Za-z][\w-]{1,30})"', inspect.getsource(module))}
)
NAMES = sorted({name for paths in PATHS.values() for path in paths for name in path})
TYPES = [*sorted(RULES), *sorted(FREE)[:5], "azurerm_unheard_of"]


def something(random: Random, depth: int = 0) -> Any:
    """A value of any kind, also of one that no provider would write there."""
    kind = random.random()
    if kind < 0.35:
        return random.choice(PLAIN)
    if kind < 0.7 or depth > 2:
        return random.choice(WORDS + SIZES)
    names = {random.choice(NAMES): something(random, depth + 1) for _ in range(6)}
    return random.choice([names, [names], [something(random, depth + 1)], []])


def values(random: Random, type_: str) -> dict[str, Any]:
    """Attributes of a resource: most of them those that its rule asks for, nested as it expects them."""
    found: dict[str, Any] = {}
    for path in random.choices(PATHS.get(type_, [["location"]]), k=random.randrange(14)):
        place = found
        for part in path[:-1]:
            inner = place.setdefault(part, [{}])
            place = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else {}
        place[path[-1]] = something(random)
    return found


def document(seed: int) -> dict[str, Any]:
    """A plan of some resources, each created, changed, kept or destroyed."""
    random = Random(seed)
    changes = []
    for number in range(random.randrange(1, 5)):
        type_ = random.choice(TYPES)
        before, after = (values(random, type_) if random.random() < 0.7 else None for _ in range(2))
        changes.append(change(f"{type_}.r{number}", before, after))
    return plan(*changes)


def test_no_rule_fails_whatever_it_finds() -> None:
    met = set()
    for seed in range(PLANS):
        for resource in [found for side in sides(document(seed)) for found in side]:
            if resource.type in RULES:
                met.add(resource.type)
                assert all(line.what for line in RULES[resource.type](resource)), (seed, resource.type)
    assert met == RULES.keys()


def test_before_and_the_difference_are_after_and_every_resource_is_somewhere() -> None:
    for seed in range(PLANS):
        found = estimate(document(seed))
        assert round(found.before_monthly + found.delta_monthly, 2) == found.after_monthly, seed
        before, after = sides(document(seed))
        left = {resource.address: resource.type for resource in after or before}
        assert found.covered + len(found.unpriced) == len(left), seed
        nowhere = [address for address, type_ in left.items() if type_ not in RULES and not rules.is_free(type_)]
        assert set(nowhere) <= set(found.unpriced), seed
        for cost in found.resources if after else ():
            lacks = any(item.monthly is None and not item.priced for item in cost.items)
            assert (cost.address in found.unpriced) == lacks, (seed, cost.address)
