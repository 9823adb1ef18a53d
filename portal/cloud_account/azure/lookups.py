"""Options for fields of a form, out of the account's own subscription. Asked by GET, as the identity that may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from portal.cloud_account import lookups as static
from portal.cloud_account.azure import children, lists, manager, market, sizes, versions
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.provider import Assertion, Found
from portal.cloud_account.schemas import Given, Option
from portal.kit.errors import NotFound

Look = Callable[[Manager, Mapping[str, str]], list[Option]]
OWN: Final[dict[str, Look]] = {
    "locations": sizes.locations,
    "zones": sizes.zones,
    "vm-sizes": sizes.vm_sizes,
    "vm-disk-types": sizes.disk_types,
    "linux-images": market.linux,
    "windows-images": market.windows,
    "resource-groups": lists.groups,
    "images": lists.images,
    "aks-kubernetes-versions": versions.kubernetes,
    "sql-skus": versions.sql_skus,
    "sql-versions": versions.sql_versions,
    "postgresql-versions": versions.postgresql,
    "mysql-versions": versions.mysql,
}
FAMILIAR: Final = frozenset({"locations", "vm-sizes", "sql-skus"})
"""Kinds for which the templates bring a list with better words than Azure's."""
KINDS: Final = frozenset(OWN) | frozenset(lists.LISTS) | frozenset(children.CHILDREN) | frozenset(lists.NAMES)


def lookup(
    given: Given, assertion: Assertion, kind: str, parameters: Mapping[str, str], seconds: float | None = None
) -> Found:
    """What there is of a kind. Unavailable when Azure does not say in time, or a field that it depends on is empty."""
    name = lists.NAMES.get(kind, kind)
    if name not in KINDS:
        raise NotFound(f"Azure has no look-up {kind!r}.")
    with manager.open_for(manager.who(given, assertion, reads=True), seconds) as asked:
        found = _options(asked, name, parameters)
        return Found(_in_familiar_words(name, found) if name in FAMILIAR else found, asked.root)


def _options(asked: Manager, kind: str, parameters: Mapping[str, str]) -> list[Option]:
    if kind in OWN:
        return OWN[kind](asked, parameters)
    return (children if kind in children.CHILDREN else lists).options(asked, kind, parameters)


def _in_familiar_words(kind: str, found: list[Option]) -> list[Option]:
    """As the list that came with the templates calls and groups them, in its order; what it does not know comes after."""
    known = {option.value: option for option in static.find("azure", kind, {}).options}
    place = {value: number for number, value in enumerate(known)}
    worded = [_worded(option, known[option.value]) if option.value in known else option for option in found]
    return sorted(worded, key=lambda option: place.get(option.value, len(place)))


def _worded(option: Option, known: Option) -> Option:
    """What Azure says about it stays, except of what it has no name for, either: of that the list knows more."""
    nameless = option.label == option.value
    description = known.description if nameless else option.description or known.description
    return option.model_copy(update={"label": known.label, "group": known.group, "description": description})
