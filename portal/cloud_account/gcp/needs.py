"""What the templates' resource types need of a project: APIs, permissions, and a role that holds them (needs.json)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

_FILE: Final = Path(__file__).with_name("needs.json")


@dataclass(frozen=True, slots=True)
class Need:
    """What one resource type needs."""

    apis: tuple[str, ...]
    permissions: frozenset[str]
    roles: tuple[str, ...]
    on: Literal["project", "resource", "organization"] = "project"
    """Where it is granted: a `resource` may also be one of another project, so its absence here proves nothing."""


@dataclass(frozen=True, slots=True)
class Always:
    """What the portal itself needs to look at a project."""

    permissions: frozenset[str]
    role: str


def known() -> Mapping[str, Need]:
    """By resource type."""
    return _read()[1]


def always() -> Always:
    """For every account."""
    return _read()[0]


def of(types: Collection[str]) -> dict[str, Need]:
    """The needs of those types that are known."""
    return {name: known()[name] for name in sorted(types) if name in known()}


def apis(needs: Iterable[Need]) -> list[str]:
    """Every API, once."""
    return sorted({api for need in needs for api in need.apis})


@lru_cache(maxsize=1)
def _read() -> tuple[Always, dict[str, Need]]:
    data = json.loads(_FILE.read_bytes())
    found = {name: _need(entry) for name, entry in data["types"].items()}
    return Always(frozenset(data["always"]["permissions"]), data["always"]["role"]), found


def _need(entry: dict[str, Any]) -> Need:
    roles = (entry["role"], *entry.get("more_roles", ()))
    return Need(tuple(entry["apis"]), frozenset(entry["permissions"]), roles, entry.get("on", "project"))
