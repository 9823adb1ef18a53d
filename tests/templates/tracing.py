"""Where a template's variables end up: which argument of which resource gets which part of which variable, unchanged."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from portal.template.hcl import Block, Body, Node, parse_body
from portal.template.hcl.ast import Attr, Call, Conditional, For, Index, Name, TupleExpr
from tests.templates import catalogue
from tests.templates.catalogue import PROVIDERS
from worker.sandbox import schema

EACH = "[]"
Place = tuple[str, ...]
"""A variable's name and what is below it; `[]` is any element: ("rules", "[]", "port")."""


@dataclass(frozen=True)
class Link:
    """An argument that gets a value as somebody typed it, and what the provider's schema knows about the argument."""

    address: str
    argument: str
    place: Place
    facts: Mapping[str, Any]
    alone: bool
    """Whether the resource is always there, once."""

    def __str__(self) -> str:
        return f"var.{'.'.join(self.place)} → {self.address}.{self.argument}"


@cache
def links(key: str) -> tuple[Link, ...]:
    """All links of a template."""
    pack = schema.load(PROVIDERS[key.split("/")[0]])
    bodies = [parse_body(path.read_text()) for path in sorted(catalogue.folder(key).glob("*.tf"))]
    return tuple(
        link
        for body in bodies
        for block in body.blocks_of("resource")
        for link in _resource(block, pack.resource(block.labels[0]))
    )


def _resource(block: Block, known: schema.Block) -> Iterator[Link]:
    attributes = block.body.attributes
    names: dict[str, Place] = {}
    if "for_each" in attributes and (element := _element(attributes["for_each"].expression, {})):
        names["each"] = element
    alone = not attributes.keys() & {"for_each", "count"}
    for link in _body(block.body, known, "", names):
        yield replace(link, address=".".join(block.labels), alone=alone)


def _body(body: Body, known: schema.Block, prefix: str, names: Mapping[str, Place]) -> Iterator[Link]:
    for name, attribute in body.attributes.items():
        place = _place(attribute.expression, names)
        if place and name in known.attributes:
            yield Link("", f"{prefix}{name}", place, known.attributes[name].facts, False)
    for block in body.blocks:
        kind, inner, loop = block.type, block.body, dict(names)
        if kind == "dynamic":
            kind, inner = block.labels[0], block.body.blocks_of("content")[0].body
            if element := _element(block.body.attributes["for_each"].expression, names):
                loop[kind] = element
        if kind in known.blocks:
            yield from _body(inner, known.blocks[kind].block, f"{prefix}{kind}.", loop)


def _place(node: Node, names: Mapping[str, Place]) -> Place | None:
    match node:
        case Attr(source=Name(name="var"), name=name):
            return (name,)
        case Attr(source=Name(name=loop), name="value") if loop in names:
            return names[loop]
        case Attr(source=source, name=name):
            found = _place(source, names)
            return (*found, name) if found else None
        case Index(source=source):
            found = _place(source, names)
            return (*found, EACH) if found else None
        case Name(name=name):
            return names.get(name)
    return None


def _element(node: Node, names: Mapping[str, Place]) -> Place | None:
    """What one element of a collection is."""
    match node:
        case Call(name="toset" | "tomap" | "tolist", args=(inner,)):
            return _element(inner, names)
        case Conditional(then=then, otherwise=otherwise):
            return _element(then, names) or _element(otherwise, names)
        case TupleExpr(items=(single,)):
            return _place(single, names)
        case For(value_name=loop, collection=collection, value=Name(name=value)) if loop == value:
            return _element(collection, names)
    found = _place(node, names)
    return (*found, EACH) if found else None


def value_at(values: Any, place: Place) -> Any:
    """The value at a place, of a collection the first; None when there is none."""
    for step in place:
        if step == EACH and isinstance(values, dict):
            values = list(values.values())
        if values is None:
            return None
        values = (values[0] if values else None) if step == EACH else values.get(step)
    return values


def with_value(values: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place that is there."""
    if not place:
        return value
    changed, step = copy.copy(values), place[0]
    at = step if step != EACH else next(iter(changed)) if isinstance(changed, dict) else 0
    changed[at] = with_value(changed[at], place[1:], value)
    return changed
