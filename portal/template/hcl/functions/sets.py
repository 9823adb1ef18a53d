"""Functions over sets."""

from __future__ import annotations

from itertools import product
from typing import Any

from portal.template.hcl.convert import convert, unify
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.collections import SET
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.types import Collection, TupleType
from portal.template.hcl.values import ListV, SetV, TupleV, equal, make_set, ordered, type_of

MAX_PRODUCT = 10_000


def _alike(values: tuple[SetV, ...]) -> list[SetV]:
    """The sets with one element type."""
    united = unify([type_of(value) for value in values])
    if united is None:
        raise EvalError("the sets must have elements of the same type")
    return [convert(value, united) for value in values]


def _within(item: Any, other: SetV) -> bool:
    return any(equal(item, candidate) for candidate in other.items)


@function("setunion", SET, rest=SET)
def setunion(*values: SetV) -> SetV:
    """Elements of any."""
    sets = _alike(values)
    return make_set([item for each in sets for item in each.items], sets[0].element)


@function("setintersection", SET, rest=SET)
def setintersection(*values: SetV) -> SetV:
    """Elements of all."""
    first, *others = _alike(values)
    return make_set([item for item in first.items if all(_within(item, each) for each in others)], first.element)


@function("setsubtract", SET, SET)
def setsubtract(*values: SetV) -> SetV:
    """Elements of the first that are not in the second."""
    first, second = _alike(values)
    return make_set([item for item in first.items if not _within(item, second)], first.element)


@function("setproduct", rest=RAW)
def setproduct(*values: Any) -> Any:
    """All combinations: a set when every argument is one, else a list."""
    if len(values) < 2 or not all(isinstance(each, (ListV, SetV, TupleV)) for each in values):
        raise EvalError("setproduct needs at least two lists or sets")
    total = 1
    for each in values:
        total *= len(ordered(each).items)
        if total > MAX_PRODUCT:
            raise Undecided("more than 10000 combinations")
    parts = [convert(each, SET if isinstance(each, SetV) else Collection("list", SET.element)) for each in values]
    kind = TupleType(tuple(part.element for part in parts))
    found = tuple(TupleV(combination) for combination in product(*(part.items for part in parts)))
    return SetV(found, kind) if all(isinstance(each, SetV) for each in values) else ListV(found, kind)
