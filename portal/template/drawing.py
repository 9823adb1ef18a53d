"""The resources that some values would make, with the arguments that are known before any plan. Pure.

As `preview`, but with what is in each instance: its arguments and nested blocks, evaluated as Terraform does. What only
Terraform or the cloud can tell is left out, as it is in a plan. Resources see the arguments of one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from portal.template.hcl import Block, Body, EvalError, Node, Scope, Undecided, evaluate
from portal.template.hcl.scope import Budget
from portal.template.hcl.values import UNKNOWN, ListV, MapV, ObjectV, OpenV, SetV, TupleV, elements
from portal.template.module import Module, Repeat, Resource
from portal.template.preview import Instance, Planned, inside, instances, of_instance, usable

STEPS: Final = 200_000
"""For a whole module: the largest of the catalogue takes 33,000."""
_NOT_ARGUMENTS: Final = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle"})
_NOT_BLOCKS: Final = frozenset({"lifecycle", "provisioner", "connection", "timeouts"})


@dataclass(frozen=True)
class Drawn:
    """One instance of a resource: its address, and as JSON those of its values that are known."""

    address: str
    type: str
    module: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """`uncounted` are resources of which only Terraform can tell how many there are; none of those is in `instances`."""

    instances: list[Drawn]
    uncounted: list[Resource]


def draw(module: Module, values: Mapping[str, Any]) -> Drawing:
    """What these values would make; those that are missing or bad make what depends on them unknown."""
    root = Scope(usable(module, values), module.locals, budget=Budget(STEPS), partial=True)
    root = replace(root, resources=_Made(module, root))
    found: list[Drawn] = []
    uncounted: list[Resource] = []
    for resource in module.resources:
        made = _made(resource, root)
        uncounted += [resource] if made is None else []
        found += made or []
    return Drawing(found, uncounted)


def _made(resource: Resource, root: Scope) -> list[Drawn] | None:
    """All instances of a resource, or None when their number is not known."""
    *_, own_type, own_name = resource.address.split(".")
    if (places := _modules(resource, root)) is None:
        return None
    found: list[Drawn] = []
    for prefix, scope in places:
        own = instances(resource.repeat, scope)
        if own is None:
            return None
        for each in own:
            values = _body(resource.body, of_instance(scope, resource.repeat, each))
            address = f"{own_type}.{own_name}{_key(resource.repeat, each)}"
            full = f"{prefix}.{address}" if prefix else address
            found.append(Drawn(full, resource.type, prefix, {name: _json(value) for name, value in values.items()}))
    return found


def _modules(resource: Resource, root: Scope) -> list[tuple[str, Scope]] | None:
    """The instances of the module that it stands in: their address and what they see."""
    places = [("", root)]
    names = resource.address.split(".")
    for depth, call in enumerate(resource.within):
        inner: list[tuple[str, Scope]] = []
        for prefix, scope in places:
            own = instances(call.repeat, scope)
            if own is None:
                return None
            step = f"module.{names[2 * depth + 1]}"
            for each in own:
                address = f"{step}{_key(call.repeat, each)}"
                seen = inside(call, of_instance(scope, call.repeat, each))
                inner.append((f"{prefix}.{address}" if prefix else address, seen))
        places = inner
    return places


def _key(repeat: Repeat, instance: Instance) -> str:
    """`[0]` or `["name"]` behind an address."""
    key = instance[0]
    if repeat.count is None and repeat.for_each is None:
        return ""
    return f"[{key:f}]" if isinstance(key, Decimal) and repeat.count is not None else f'["{key}"]'


def _body(body: Body, scope: Scope) -> dict[str, Any]:
    """The arguments of a block that are known, and its nested blocks as lists."""
    known = {
        name: value
        for name, attribute in body.attributes.items()
        if name not in _NOT_ARGUMENTS and (value := _value(attribute.expression, scope)) is not UNKNOWN
    }
    nested: dict[str, list[Any]] = {}
    for kind, values in _nested(body.blocks, scope):
        nested.setdefault(kind, []).append(OpenV(values))
    return known | {kind: ListV(tuple(values)) for kind, values in nested.items()}


def _nested(blocks: Sequence[Block], scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in blocks:
        if block.type == "dynamic" and block.labels:
            for inner in _dynamic(block, scope):
                yield block.labels[0], inner
        elif block.type not in _NOT_BLOCKS:
            yield block.type, _body(block.body, scope)


def _dynamic(block: Block, scope: Scope) -> Iterator[dict[str, Any]]:
    """What a `dynamic` block makes; nothing when its `for_each` is not known."""
    source = (
        _value(block.body.attributes["for_each"].expression, scope) if "for_each" in block.body.attributes else None
    )
    if not isinstance(source, (ListV, TupleV, SetV, MapV, ObjectV)):
        return
    name = _iterator(block)
    for key, value in elements(source):
        inner = scope.child({name: ObjectV({"key": key, "value": value})})
        for content in block.body.blocks_of("content"):
            yield _body(content.body, inner)


def _iterator(block: Block) -> str:
    """The name of its loop variable: what `iterator` says, or its label."""
    named = block.body.attributes.get("iterator")
    return getattr(named.expression, "name", block.labels[0]) if named else block.labels[0]


def _value(node: Node, scope: Scope) -> Any:
    """The value of an argument; UNKNOWN when only Terraform can tell, and also when it would refuse it."""
    try:
        return evaluate(node, scope)
    except (EvalError, Undecided):
        return UNKNOWN


def _json(value: Any) -> Any:
    """A value as a plan shows it; what is not known is null in a list and left out elsewhere."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case MapV(items=items) | ObjectV(items=items) | OpenV(items=items):
            return {key: _json(item) for key, item in items.items() if item is not UNKNOWN}
        case ListV(items=items) | SetV(items=items) | TupleV(items=items):
            return [None if item is UNKNOWN else _json(item) for item in items]
    return value


class _Made(Planned):
    """As others see resources, with the arguments of each that are known."""

    def value(self, resource: Resource) -> Any:
        """Each instance, open for what is not known of it."""
        found, repeat = instances(resource.repeat, self.scope), resource.repeat
        if found is None:
            return UNKNOWN
        made = [
            (key, OpenV(_body(resource.body, of_instance(self.scope, repeat, (key, value))))) for key, value in found
        ]
        if repeat.count is not None:
            return TupleV(tuple(value for _, value in made))
        return ObjectV(dict(made)) if repeat.for_each is not None else made[0][1]
