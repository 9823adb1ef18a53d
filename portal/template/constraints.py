"""From facts to the limits of a field: one `Limits` for each place in a variable. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.template.conditions import Fact, Place, Places, facts, literal
from portal.template.hcl.types import STRING, Collection, ObjectType, TupleType, Type
from portal.template.hcl.values import number_text
from portal.template.module import Variable
from portal.template.schemas import Constraints

_NOT_IN_JAVASCRIPT = re.compile(r"\(\?(?!:)|\[\[:|\\[AzZQECapPK]|\\x\{|\[\^?\]")


@dataclass
class Limits:
    """What is demanded at one place."""

    options: list[Any] | None = None
    cidr: bool = False
    numbers: dict[str, Decimal] = field(default_factory=dict)
    exclusive: set[str] = field(default_factory=set)
    integer: bool = False
    unique: bool = False
    patterns: list[str] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)

    def add(self, fact: Fact, message: str) -> None:
        """Take a demand in; of two bounds the narrower counts."""
        if fact.kind == "options":
            known = self.options
            self.options = [item for item in fact.value if known is None or item in known]
            self.messages["options"] = message
        elif fact.kind == "pattern":
            self.messages[f"patterns.{len(self.patterns)}"] = message
            self.patterns.append(fact.value)
        elif fact.kind == "exact_length":
            self._bound("min_length", fact, message)
            self._bound("max_length", fact, message)
        elif fact.kind in ("cidr", "integer", "unique"):
            setattr(self, fact.kind, True)
            self.messages[fact.kind] = message
        else:
            self._bound(fact.kind, fact, message)

    def _bound(self, kind: str, fact: Fact, message: str) -> None:
        known = self.numbers.get(kind)
        if known is not None and (fact.value <= known if kind.startswith("min") else fact.value >= known):
            return
        self.numbers[kind] = fact.value
        self.messages[kind] = message
        (self.exclusive.add if fact.exclusive else self.exclusive.discard)(kind)


def limits_of(variable: Variable) -> dict[Place, Limits]:
    """The limits of a variable and of each place in it, from its validation blocks."""
    found: dict[Place, Limits] = {}
    for validation in variable.validations:
        message = literal_message(validation.message)
        for fact in facts(validation.condition, Places(variable.name)):
            found.setdefault(fact.place, Limits()).add(fact, message)
    return found


def literal_message(node: Any) -> str:
    """An error message without interpolations, or "" when it has some: those are only known with the values."""
    try:
        value = literal(node)
    except LookupError:
        return ""
    return value if isinstance(value, str) else ""


def type_at(kind: Type, place: Place) -> Type | None:
    """The type at a place of a variable, or None when there is no such place."""
    for step in re.findall(r"\[\]|\.[^.\[]+", place):
        if step == "[]" and isinstance(kind, Collection):
            kind = kind.element
        elif step != "[]" and isinstance(kind, ObjectType) and step[1:] in kind.attributes:
            kind = kind.attributes[step[1:]]
        elif (
            step != "[]" and isinstance(kind, TupleType) and step[1:].isdecimal() and int(step[1:]) < len(kind.elements)
        ):
            kind = kind.elements[int(step[1:])]
        else:
            return None
    return kind


def to_constraints(limits: Limits, kind: Type) -> Constraints:
    """The limits in the form that the browser gets."""
    lengths = ("min_length", "max_length") if kind == STRING else ("min_items", "max_items")
    counts = (_whole(limits, "min_length"), _whole(limits, "max_length"))
    bounds: dict[str, Any] = dict(zip(lengths, counts, strict=True))
    patterns = [pattern for pattern in limits.patterns if not _NOT_IN_JAVASCRIPT.search(pattern)]
    messages = {name: text for name, text in limits.messages.items() if text and not name.startswith("patterns.")}
    for index, pattern in enumerate(patterns):
        if text := limits.messages.get(f"patterns.{limits.patterns.index(pattern)}"):
            messages[f"patterns.{index}"] = text
    return Constraints(
        min=_decimal(limits.numbers.get("min")), max=_decimal(limits.numbers.get("max")),
        exclusive_min="min" in limits.exclusive, exclusive_max="max" in limits.exclusive,
        integer=limits.integer, unique=limits.unique, patterns=patterns, messages=_renamed(messages, kind), **bounds,
    )  # fmt: skip


def _renamed(messages: dict[str, str], kind: Type) -> dict[str, str]:
    """A limit of length is called by what it counts."""
    if kind == STRING:
        return messages
    return {name.replace("_length", "_items"): text for name, text in messages.items()}


def _whole(limits: Limits, name: str) -> int | None:
    value = limits.numbers.get(name)
    if value is None or value != value.to_integral_value():
        return None
    return int(value) + ((1 if name.startswith("min") else -1) if name in limits.exclusive else 0)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else number_text(value)
