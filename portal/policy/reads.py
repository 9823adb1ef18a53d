"""What of a plan an expression reads: the rest of it need not be turned into the values of the library that evaluates. Pure.

Most of the time goes into that turning. So when an expression might read more than can be told from it, it is given everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from portal.policy.checker import ENVIRONMENT
from portal.policy.syntax import Node, parse

SIDES: Final = ("before", "after")


@dataclass(frozen=True, slots=True)
class Reads:
    """`None` stands for everything."""

    names: frozenset[str]
    """What there is beside the change: `plan`, `time`."""
    plan: frozenset[str]
    """Fields of the plan."""
    changes: frozenset[str] | None
    """Fields of the changes of the plan."""
    change: frozenset[str] | None
    """Fields of the change that it is asked of."""
    attributes: frozenset[str] | None
    """Attributes of `before` and `after`, of any change."""


@lru_cache(maxsize=1024)
def of(source: str) -> Reads:
    """What the expression reads; SyntaxProblem when it is none."""
    tree = parse(source)
    reader = _Reader()
    reader.nothing_more(reader.read(tree, {"change": _Changes("change", many=False)}))
    everything = reader.lost_track
    attributes = None if everything else _attributes(tree)
    return Reads(
        names=frozenset(_names(tree) & set(ENVIRONMENT)),
        plan=frozenset(_parts_of_plan(tree)),
        changes=None if everything else frozenset(reader.changes),
        change=None if everything else frozenset(reader.change),
        attributes=None if attributes is None else frozenset(attributes),
    )


class _Changes(NamedTuple):
    """What a part of an expression gives when that is a change, or a list of them; `whose` is the plan or the change itself."""

    whose: str
    many: bool


@dataclass
class _Reader:
    """Follows changes through an expression, and loses track when one goes where it cannot be followed."""

    changes: set[str] = field(default_factory=set)
    change: set[str] = field(default_factory=set)
    lost_track: bool = False

    def nothing_more(self, found: _Changes | None) -> None:
        """Here nothing is looked at that is a change."""
        self.lost_track = self.lost_track or found is not None

    def read(self, node: Node, known: Mapping[str, _Changes]) -> _Changes | None:
        if node.kind == "name":
            self.lost_track = self.lost_track or node.value == "plan"
            return known.get(node.value)
        if node.target is not None:
            if node.kind == "field":
                return self._field(node, node.target, known)
            if node.kind == "index":
                return self._index(node, node.target, known)
            if node.kind == "macro":
                return self._macro(node, node.target, known)
        return self._rest(node, known)

    def _field(self, node: Node, target: Node, known: Mapping[str, _Changes]) -> _Changes | None:
        if target.kind == "name" and target.value == "plan":
            return _Changes("plan", many=True) if node.value == "changes" else None
        found = self.read(target, known)
        if found is None:
            return None
        (self.changes if found.whose == "plan" else self.change).add(node.value)
        return self.nothing_more(found if found.many else None)

    def _index(self, node: Node, target: Node, known: Mapping[str, _Changes]) -> _Changes | None:
        found = self.read(target, known)
        self.nothing_more(self.read(node.parts[0], known))
        if found is not None and found.many:
            return found._replace(many=False)
        return self.nothing_more(found)

    def _macro(self, node: Node, target: Node, known: Mapping[str, _Changes]) -> _Changes | None:
        found, variable = self.read(target, known), node.parts[0].value
        self.nothing_more(found if found and not found.many else None)
        within = {name: item for name, item in known.items() if name != variable}
        within |= {variable: found._replace(many=False)} if found else {}
        inner = self.read(node.parts[1], within)
        if node.value == "map" and inner is not None and not inner.many:
            return inner._replace(many=True)
        self.nothing_more(inner)
        return found if node.value == "filter" else None

    def _rest(self, node: Node, known: Mapping[str, _Changes]) -> None:
        counts = node.kind == "call" and node.value == "size"
        for part in _within(node):
            found = self.read(part, known)
            self.nothing_more(None if counts and found and found.many else found)


def _within(node: Node) -> list[Node]:
    return [*node.parts, *([node.target] if node.target else [])]


def _attributes(node: Node) -> set[str] | None:
    """The attributes of `before` and `after` that the expression reads; None when that may be any of them."""
    found: set[str] = set()
    for part in _within(node):
        named = node.kind == "field" and part is node.target
        if part.kind == "field" and part.value in SIDES and not named:
            return None
        inner = _attributes(part)
        if inner is None:
            return None
        found |= inner
        if named and part.kind == "field" and part.value in SIDES:
            found.add(node.value)
    return found


def _parts_of_plan(node: Node) -> set[str]:
    """The fields of `plan` that the expression reads; all of them when it reads the plan in another way."""
    target = node.target
    if node.kind == "field" and target is not None and target.kind == "name" and target.value == "plan":
        return {node.value}
    if node.kind == "name" and node.value == "plan":
        return set(ENVIRONMENT["plan"].fields or ())
    return set[str]().union(*map(_parts_of_plan, _within(node)))


def _names(node: Node) -> set[str]:
    """Every name that the expression reads."""
    found = {node.value} if node.kind == "name" else set[str]()
    return found.union(*map(_names, _within(node)))
