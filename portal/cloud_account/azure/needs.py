"""What Terraform's resource types need of a subscription: which resource provider, and which rights.

The table is `needs.json`; it says itself where it comes from. Types of other providers (random, tls, …) need nothing of Azure.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, Final

ALWAYS: Final = frozenset({"microsoft.authorization", "microsoft.resources"})
"""Registered in every subscription, and not to be unregistered."""


def known() -> frozenset[str]:
    """The resource types of azurerm that the table names."""
    return frozenset(_table()["types"])


def namespaces(resource_types: Collection[str]) -> set[str]:
    """The resource providers that must be registered."""
    found = {azure_type.partition("/")[0] for azure_type in _azure_types(resource_types)}
    return {namespace for namespace in found if namespace.lower() not in ALWAYS}


def actions(resource_types: Collection[str], *, reads_only: bool = False) -> set[str]:
    """The rights that create, change, read and remove such resources, or only read them."""
    verbs = ("read",) if reads_only else ("read", "write", "delete")
    found = {f"{azure_type}/{verb}" for azure_type in _azure_types(resource_types) for verb in verbs}
    also = _table()["also"]
    return found if reads_only else found | {action for name in resource_types for action in also.get(name, ())}


def _azure_types(resource_types: Collection[str]) -> set[str]:
    types = _table()["types"]
    return {types[name] for name in resource_types if name in types}


@cache
def _table() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("needs.json").read_text(encoding="utf-8"))
