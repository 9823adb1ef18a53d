"""How simulated types behave: ids, values that the cloud decides, latencies, names that must be unique. All data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "behaviours"


@dataclass(frozen=True, slots=True)
class Unique:
    """A name that no two resources may share. `account` is True when only the same account counts."""

    scope: str
    name: str
    message: str
    account: bool = False


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one type behaves. Rules are templates (see template.py) keyed by attribute path without list positions."""

    id: str = ""
    latency: str = "fast"
    unique: Unique | None = None
    computed: Mapping[str, Any] = field(default_factory=dict)
    """Values decided during apply."""
    planned: Mapping[str, Any] = field(default_factory=dict)
    """Values that a plan can already show."""
    cloud_blocks: frozenset[str] = frozenset()
    """Optional blocks, or attributes inside an attribute-as-block, that the cloud fills in when nobody sets them."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Attribute path → template of the CIDR range that a free address is taken from."""


@dataclass(frozen=True)
class Behaviours:
    """All behaviours of one provider."""

    provider: str
    raw: Mapping[str, Any] = field(repr=False)

    @cached_property
    def _types(self) -> dict[str, Behaviour]:
        return {name: self._parse(entry or {}) for name, entry in self.raw["types"].items()}

    def of(self, type_name: str) -> Behaviour:
        """The behaviour of a type; a plain one when nothing particular is known of it."""
        return self._types.get(type_name) or _PLAIN

    def named(self, attribute: str) -> Any:
        """The rule for a computed attribute with this name in any type, or None."""
        return _first_match(self._name_rules, attribute)

    def latency(self, latency_class: str, operation: str) -> float:
        """Seconds that the real cloud takes, roughly."""
        create, update, delete = self.raw["latency"][latency_class]
        return {"create": create, "update": update, "delete": delete}[operation]

    @property
    def normalised(self) -> Mapping[str, str]:
        """Attribute → how the provider rewrites it ("location" or "upper")."""
        return self.raw.get("normalised", {})

    @cached_property
    def implicit(self) -> re.Pattern[str]:
        """Ids of things that the cloud has without anybody creating them."""
        return re.compile(
            "|".join(f"(?:{pattern})" for pattern in self.raw.get("implicit", [])) or r"(?!)", re.IGNORECASE
        )

    @cached_property
    def shapes(self) -> dict[tuple[str, ...], str]:
        """The shape of an id (lower case, variable segments as "") → the type that has it."""
        return {shape(self.full_id(one.id)): name for name, one in self._types.items() if one.id}

    def full_id(self, template: str) -> str:
        """An id template with the prefix that most ids of this provider share."""
        return template if template.startswith(("/", "{")) else self.raw.get("id_prefix", "") + template

    @property
    def _name_rules(self) -> list[tuple[str, Any]]:
        return [tuple(rule) for rule in self.raw["names"]]  # type: ignore[misc]

    def _parse(self, entry: Mapping[str, Any]) -> Behaviour:
        unique = Unique(**entry["unique"]) if "unique" in entry else None
        return Behaviour(
            id=entry.get("id", ""),
            latency=entry.get("latency", "fast"),
            unique=unique,
            computed=entry.get("computed", {}),
            planned=self.raw.get("planned", {}) | entry.get("planned", {}),
            cloud_blocks=frozenset(entry.get("cloud_blocks", ())),
            addresses=entry.get("addresses", {}),
        )


_PLAIN: Final = Behaviour()


@cache
def load(provider: str) -> Behaviours:
    """The behaviours of `provider`, from behaviours/<provider>.yaml."""
    text = (FOLDER / f"{provider}.yaml").read_text()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # five times as fast where libyaml is there
    return Behaviours(provider, yaml.load(text, Loader=loader))  # noqa: S506 -- a safe loader all the same


def _first_match(rules: list[tuple[str, Any]], name: str) -> Any:
    return next((rule for pattern, rule in rules if fnmatchcase(name, pattern)), None)


def shape(resource_id: str, *, fold: bool = True) -> tuple[str, ...]:
    """The shape of an id: what is fixed in it, in lower case when `fold`, with "" for each name.

    In Azure ids everything after the last /providers/<namespace> goes type, name, type, name; elsewhere, and in
    Google's ids, each second segment is a name.
    """
    segments = resource_id.strip("/").split("/")
    namespace = _namespace(segments)
    return tuple(
        "" if _is_name(index, namespace) else segment.lower() if fold else segment
        for index, segment in enumerate(segments)
    )


def _namespace(segments: list[str]) -> int:
    """Where the last namespace such as Microsoft.Network is; past the end when there is none."""
    found = [
        index + 1
        for index, segment in enumerate(segments[:-1])
        if segment.lower() == "providers" and "." in segments[index + 1]
    ]
    return found[-1] if found else len(segments)


def _is_name(index: int, namespace: int) -> bool:
    if index < namespace - 1 or namespace == 0:
        return index % 2 == 1
    return index > namespace and (index - namespace) % 2 == 0


def ancestors(resource_id: str) -> Iterator[str]:
    """The ids above `resource_id`, the nearest first."""
    lead = "/" if resource_id.startswith("/") else ""
    segments = resource_id.strip("/").split("/")
    while len(segments) > 2:
        segments = segments[:-2]
        if len(segments) > 1 and segments[-2].lower() == "providers":
            segments = segments[:-2]
        yield lead + "/".join(segments)
