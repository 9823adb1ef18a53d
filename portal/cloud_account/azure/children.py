"""Things within things: keys and secrets of vaults, databases of servers. Each whole is asked, so only a few are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from portal.cloud_account.azure import manager
from portal.cloud_account.azure.lists import LISTS, fits, is_whole
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.schemas import Option

WHOLES: Final = 8
"""As many are asked when none was chosen: each costs a question of the few seconds that there are."""


@dataclass(frozen=True, slots=True)
class Within:
    """What is in each of a kind. `uri` names the property that is the value; the id is, without one."""

    whole: str
    path: str
    version: str
    uri: str = ""
    left_out: str = ""


CHILDREN: Final = {
    "key-vault-keys": Within("key-vaults", "/keys", "2023-07-01", "keyUri"),
    "key-vault-secrets": Within("key-vaults", "/secrets", "2023-07-01", "secretUri"),
    "sql-databases": Within("sql-servers", "/databases", manager.SQL, left_out="master"),
}
"""Kind → where it is. Of secrets Resource Manager tells names and addresses, and never a value."""


def options(asked: Manager, kind: str, parameters: Mapping[str, str]) -> list[Option]:
    """What there is of a kind in the whole that was chosen, or in the first few."""
    within = CHILDREN[kind]
    listed = LISTS[within.whole]
    wholes = (
        item
        for item in asked.items(listed.path, listed.version)
        if fits(item, parameters) and is_whole(item, parameters)
    )
    found = [
        _option(item, within, str(whole["name"]))
        for whole in islice(wholes, WHOLES)
        for item in asked.items_of(str(whole["id"]) + within.path, within.version)
        if item["name"] != within.left_out
    ]
    return sorted(found, key=lambda option: (option.group or "", option.label.lower()))


def _option(item: Mapping[str, Any], within: Within, whole: str) -> Option:
    properties = item.get("properties") or {}
    value = str(properties.get(within.uri) or "") if within.uri else str(item["id"])
    return Option(value=value or str(item["id"]), label=str(item["name"]), group=whole)
