"""Whether permissions, as Azure lists them, allow an action. Pure.

Permissions add up: an action is allowed when one entry's `actions` match it and that entry's `notActions` do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any


def missing(permissions: Iterable[Mapping[str, Any]], wanted: Collection[str]) -> list[str]:
    """Those of the wanted actions that no entry allows, in order."""
    entries = list(permissions)
    return sorted(action for action in wanted if not any(_allows(entry, action) for entry in entries))


def _allows(entry: Mapping[str, Any], action: str) -> bool:
    return _matches(entry.get("actions") or (), action) and not _matches(entry.get("notActions") or (), action)


def _matches(patterns: Iterable[Any], action: str) -> bool:
    return any(_compiled(str(pattern)).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    """`*` stands for any text, slashes included; upper and lower case are the same."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)
