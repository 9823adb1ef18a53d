"""How simulated types behave: ids, values that the cloud decides, latencies, names that must be unique. All data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "behaviours"
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Unique:
    """A name that no two resources may share, in all accounts. All three are templates."""

    scope: str
    name: str
    message: str


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
    normalised: Mapping[str, str] = field(default_factory=dict)
    """Attribute → how the provider rewrites it ("location" or "upper")."""
    protected: tuple[str, ...] = ()
    """An attribute which must be off before the resource can be deleted, and the error; or nothing."""
    required: Mapping[str, str] = field(default_factory=dict)
    """Computed attribute → the error when neither the resource nor the provider says what it is."""


@dataclass(frozen=True)
class Behaviours:
    """All behaviours of one provider."""

    provider: str
    raw: Mapping[str, Any] = field(repr=False)
    _types: dict[str, Behaviour] = field(default_factory=dict, repr=False)

    def of(self, type_name: str) -> Behaviour:
        """The behaviour of a type, which for the most part comes from patterns when nothing particular is known."""
        if type_name not in self._types:
            self._types[type_name] = self._behaviour(type_name, self.raw["types"].get(type_name) or {})
        return self._types[type_name]

    def named(self, path: tuple[str, ...]) -> tuple[Any, bool]:
        """The rule for computed attributes of this name in any type, and whether there is one.

        A pattern with a dot speaks of attributes in blocks of a certain name.
        """
        tail = ".".join(path[-2:])
        for pattern, rule in self.raw["names"]:
            if fnmatchcase(tail if "." in pattern else path[-1], pattern):
                return rule, True
        return None, False

    def latency(self, latency_class: str, operation: str) -> float:
        """Seconds that the real cloud takes, roughly."""
        create, update, delete = self.raw["latency"][latency_class]
        return {"create": create, "update": update, "delete": delete}[operation]

    @cached_property
    def implicit(self) -> re.Pattern[str]:
        """Ids of things that the cloud has without anybody creating them."""
        return re.compile(
            "|".join(f"(?:{pattern})" for pattern in self.raw.get("implicit", [])) or r"(?!)", re.IGNORECASE
        )

    @cached_property
    def shapes(self) -> dict[tuple[str, ...], str]:
        """The shape of an id (lower case, variable segments as "") → the type that has it."""
        found: dict[tuple[str, ...], str] = {}
        for name, template in self.raw["ids"].items():
            fixed = not template.startswith("{") and "|" not in _PLACEHOLDER.sub("", template)
            if fixed and name not in self.raw.get("no_parents", ()):
                found.setdefault(shape(self.full_id(template)), name)
        return found

    def full_id(self, template: str) -> str:
        """An id template, with the prefix that all of Azure's have which begin with a namespace."""
        return self.raw["id_prefix"] + template if template.startswith("Microsoft.") else template

    def _behaviour(self, name: str, entry: Mapping[str, Any]) -> Behaviour:
        unique = self.raw.get("unique", {}).get(name)
        return Behaviour(
            id=entry.get("id") or _matched(self.raw["ids"], name) or "",
            latency=_latency_class(self.raw["latency_classes"], name),
            unique=Unique(**unique) if unique else None,
            computed=entry.get("computed", {}),
            planned=self.raw.get("planned", {}) | entry.get("planned", {}),
            normalised=self.raw.get("normalised", {}) | self.raw.get("normalised_in", {}).get(name, {}),
            cloud_blocks=frozenset(entry.get("cloud_blocks", ())),
            addresses=entry.get("addresses", {}),
            protected=tuple(self.raw.get("protected", {}).get(name, ())),
            required={} if _any_match(self.raw.get("required_except", ()), name) else self.raw.get("required", {}),
        )


@cache
def load(provider: str) -> Behaviours:
    """The behaviours of `provider`, from all files in behaviours/<provider>/."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # five times as fast where libyaml is there
    raw: dict[str, Any] = {}
    for path in sorted((FOLDER / provider).glob("*.yaml")):
        for section, content in yaml.load(path.read_text(), Loader=loader).items():  # noqa: S506 -- a safe loader all the same
            raw[section] = raw.get(section, {}) | content if isinstance(content, dict) else content
    return Behaviours(provider, raw)


def _matched(templates: Mapping[str, str], name: str) -> str | None:
    """The entry for `name`, or that of the first pattern which fits."""
    fitting = (template for pattern, template in templates.items() if "*" in pattern and fnmatchcase(name, pattern))
    return templates.get(name) or next(fitting, None)


def _any_match(patterns: Iterable[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _latency_class(classes: Mapping[str, list[str]], name: str) -> str:
    """The class which names the type; a pattern counts less than the name itself."""
    exact = next((one for one, patterns in classes.items() if name in patterns), None)
    return exact or next((one for one, patterns in classes.items() if _any_match(patterns, name)), "fast")


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
    return found[-1] if found else len(segments) + 1


def _is_name(index: int, namespace: int) -> bool:
    if index < namespace - 1:
        return index % 2 == 1
    return index > namespace and (index - namespace) % 2 == 0


def ancestors(resource_id: str) -> Iterator[str]:
    """The ids above `resource_id`, the nearest first."""
    lead = "/" if resource_id.startswith("/") else ""
    segments = resource_id.strip("/").split("/")
    if "|" in resource_id:  # an association of two things: the first of them comes first
        yield resource_id.split("|")[0]
        segments = resource_id.split("|")[0].strip("/").split("/")
    while len(segments) > 2:
        segments = segments[:-2]
        if len(segments) > 1 and segments[-2].lower() == "providers":
            segments = segments[:-2]
        yield lead + "/".join(segments)
