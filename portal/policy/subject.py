"""What a policy is asked about: a plan's summary as nested attributes, and the facts around it. Pure.

Only what is already masked comes in: the summary that is kept with the run. What is sensitive reads "(sensitive)", what nobody
knows before the apply reads "(known after apply)"; both are listed by path as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

UNKNOWN: Final = "(known after apply)"
SENSITIVE: Final = "(sensitive)"
MOST_ATTRIBUTES: Final = 500
"""How many attributes of one resource a summary keeps; of one with more, nobody can say what the rest is."""
_STEP: Final = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\["(.*?)"\](?=$|\.|\[)')
_LONGEST_LIST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that the plan touches."""

    address: str
    type: str
    name: str
    module: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    unknown: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    cut: bool = False
    """It has more attributes than the summary keeps."""

    @property
    def provider(self) -> str:
        """`azurerm` or `google`."""
        return self.type.partition("_")[0]

    @property
    def stays(self) -> bool:
        """Whether it is there after the apply and this plan had a hand in it."""
        return self.action in ("create", "update", "replace")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is around a plan."""

    run: Mapping[str, Any]
    project: Mapping[str, Any]
    template: Mapping[str, Any]
    deployment: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """A plan and what is around it."""

    changes: tuple[Change, ...]
    facts: Facts
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    cost: Mapping[str, Any] | None = None

    @property
    def staying(self) -> list[Change]:
        """The changes after which the resource is there."""
        return [change for change in self.changes if change.stays]


def of(summary: Mapping[str, Any], facts: Facts) -> Subject:
    """The subject of a summary as JSON (portal.run.schemas.PlanSummary)."""
    shown = [change for change in summary.get("changes") or [] if change["action"] != "read"]
    return Subject(
        changes=tuple(_change(item) for item in shown),
        facts=facts,
        counts=summary.get("counts") or {},
        warnings=tuple(summary.get("warnings") or []),
        cost=summary.get("cost"),
    )


def _change(item: Mapping[str, Any]) -> Change:
    attributes, unchanged = item.get("attributes") or [], item.get("unchanged") or {}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for path, value in unchanged.items():
        put(before, path, value)
        put(after, path, value)
    for attribute in attributes:
        if attribute.get("before") is not None:
            put(before, attribute["path"], attribute["before"])
        value = UNKNOWN if attribute.get("unknown") else attribute.get("after")
        if value is not None:
            put(after, attribute["path"], value)
    return Change(
        address=item["address"], type=item["type"], name=item["name"], module=item.get("module") or "",
        action=item["action"], before=before, after=after,
        unknown=tuple(a["path"] for a in attributes if a.get("unknown")),
        sensitive=tuple(a["path"] for a in attributes if a.get("sensitive")),
        cut=len(attributes) >= MOST_ATTRIBUTES or len(unchanged) >= MOST_ATTRIBUTES,
    )  # fmt: skip


def steps(path: str) -> list[str | int]:
    """The parts of a summary's path: `rule[0].name` and `tags["a b"]`."""
    found: list[str | int] = []
    for plain, index, quoted in _STEP.findall(path):
        found.append(int(index) if index else plain or quoted)
    return found


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path, making what is on the way there."""
    keys = steps(path)
    place: Any = target
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        inner: Any = value if following is None else [] if isinstance(following, int) else {}
        place = _enter(place, key, inner, last=following is None)
        if place is None:
            return


def _enter(place: Any, key: str | int, inner: Any, *, last: bool) -> Any:
    if isinstance(place, dict):
        known = place.get(str(key))
        if last or not isinstance(known, dict | list):
            place[str(key)] = inner
        return place[str(key)]
    if isinstance(place, list) and isinstance(key, int) and key < _LONGEST_LIST:
        place.extend({} for _ in range(key + 1 - len(place)))
        if last or place[key] == {}:
            place[key] = inner
        return place[key]
    return None


def document(subject: Subject) -> dict[str, Any]:
    """The subject as an expression sees it: docs/policies.md has every field."""
    now = subject.facts.now
    time = {
        "iso": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "date": now.strftime("%Y-%m-%d"), "year": now.year,
        "month": now.month, "day": now.day, "weekday": now.isoweekday(), "hour": now.hour, "minute": now.minute,
    }  # fmt: skip
    return {
        "plan": {
            "changes": [change_document(change) for change in subject.changes],
            "counts": {name: int(subject.counts.get(name, 0)) for name in ("add", "change", "destroy", "replace")},
            "warnings": [dict(item) for item in subject.warnings],
        },
        "cost": dict(subject.cost) if subject.cost is not None else None,
        "run": dict(subject.facts.run),
        "project": dict(subject.facts.project),
        "template": dict(subject.facts.template),
        "deployment": dict(subject.facts.deployment),
        "time": time,
    }


def change_document(change: Change) -> dict[str, Any]:
    """One change as an expression sees it."""
    return {
        "address": change.address, "type": change.type, "name": change.name, "module": change.module,
        "provider": change.provider, "action": change.action, "before": change.before, "after": change.after,
        "unknown": list(change.unknown), "sensitive": list(change.sensitive),
    }  # fmt: skip
