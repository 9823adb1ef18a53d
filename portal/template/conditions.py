"""What a validation's condition is about: which parts of the variable it reads, and what it demands of them. Pure.

`facts` recognises demands that a browser can check (see docs/templates.md). `Places` is the part that both that and
`validation.blame` need: it follows `var.x`, loop variables and attributes to a place in the variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.template.hcl import EvalError, Node, Scope, Undecided, evaluate
from portal.template.hcl.ast import Attr, Binary, Call, Conditional, For, Literal, Name, TupleExpr, Unary, children

Place = str
"""A place in a variable: `""` itself, `.attr`, `[]` any element, `[].attr`."""


@dataclass(frozen=True)
class Fact:
    """One demand: `kind` is options, min, max, min_length, max_length, integer, unique, pattern or cidr."""

    place: Place
    kind: str
    value: Any = None
    exclusive: bool = False


@dataclass(frozen=True)
class Places:
    """Where names lead to: the variable that owns the condition, and loop variables over its elements."""

    variable: str
    loops: Mapping[str, Place] = field(default_factory=dict)

    def of(self, node: Node) -> Place | None:
        """The place that an expression reads, or None."""
        match node:
            case Name(name=name):
                return self.loops.get(name)
            case Attr(source=Name(name="var"), name=name) if "var" not in self.loops:
                return "" if name == self.variable else None
            case Attr(source=source, name=name):
                outer = self.of(source)
                return None if outer is None else f"{outer}.{name}"
        return None

    def within(self, loop: For) -> Places | None:
        """The places inside of a loop over a place: its elements are `[]`."""
        source = self.of(unwrap_collection(loop.collection))
        if source is None:
            return None
        names = {loop.value_name: f"{source}[]"} | ({loop.key_name: ""} if loop.key_name else {})
        known = {name: place for name, place in {**self.loops, **names}.items() if name != loop.key_name}
        return Places(self.variable, known)


def unwrap_collection(node: Node) -> Node:
    """What a loop is really over: `coalesce(x, [])`, `x == null ? [] : x`, `values(x)`, `toset(x)` are about x."""
    match node:
        case Call(name="coalesce" | "try" | "values" | "toset" | "tolist" | "nonsensitive", args=(first, *_)):
            return unwrap_collection(first)
        case (
            Conditional(then=TupleExpr(items=()), otherwise=other)
            | Conditional(then=other, otherwise=TupleExpr(items=()))
        ):
            return unwrap_collection(other)
    return node


def loop_of(node: Node) -> For | None:
    """The loop of `alltrue([for …])`."""
    match node:
        case Call(name="alltrue", args=(For(key=None) as loop,)):
            return loop
    return None


def core(node: Node, places: Places) -> Node:
    """The demand itself, without guards for null and errors around it."""
    return _unguarded(node, places)[0]


def _unguarded(node: Node, places: Places) -> tuple[Node, tuple[Place, ...]]:
    """The demand itself, and the places that must not be null for it."""
    match node:
        case Call(name="try", args=(inner, Literal(value=bool()))):
            return _unguarded(inner, places)
        case Conditional(condition=condition, then=Literal(value=True), otherwise=inner):
            guard = _null_test(condition, "==", places)
        case Conditional(condition=condition, then=inner, otherwise=Literal(value=True)):
            guard = _null_test(condition, "!=", places)
        case Binary(op="||", left=left, right=right):
            guard, inner = _null_test(left, "==", places), right
            if guard is None:
                guard, inner = _null_test(right, "==", places), left
        case _:
            return node, ()
    if guard is None:
        return node, ()
    found, guards = _unguarded(inner, places)
    return found, (guard, *guards)


def _null_test(node: Node, op: str, places: Places) -> Place | None:
    """The place that is compared with null."""
    match node:
        case (
            Binary(op=found, left=side, right=Literal(value=None))
            | Binary(op=found, left=Literal(value=None), right=side)
        ) if found == op:
            return places.of(side)
    return None


def facts(condition: Node, places: Places) -> Iterator[Fact]:
    """The demands of a condition that are understood. All of them must hold; there may be more to it."""
    node, guards = _unguarded(condition, places)
    yield from _about(guards, _facts(node, places))


def _about(guards: tuple[Place, ...], found: Iterator[Fact]) -> Iterator[Fact]:
    """Of demands behind guards for null those about what is guarded: the others hold only sometimes."""
    return (fact for fact in found if all(re.match(rf"{re.escape(guard)}(?:$|[.\[])", fact.place) for guard in guards))


def _facts(node: Node, places: Places) -> Iterator[Fact]:
    if isinstance(node, Binary) and node.op == "&&":
        yield from facts(node.left, places)
        yield from facts(node.right, places)
    elif loop := loop_of(node):
        yield from _loop_facts(loop, places)
    else:
        for recognise in _RECOGNISERS:
            if fact := recognise(node, places):
                yield fact
                return


def _loop_facts(loop: For, places: Places) -> Iterator[Fact]:
    inner = places.within(loop)
    if inner is None:
        return
    guard = None if loop.condition is None else _null_test(loop.condition, "!=", inner)
    if loop.condition is None or guard is not None:
        yield from _about(() if guard is None else (guard,), facts(loop.value, inner))


def literal(node: Node) -> Any:
    """The value of an expression without references; raises LookupError when there is none."""
    try:
        return evaluate(node, Scope())
    except (EvalError, Undecided):
        raise LookupError from None


def _literal_list(node: Node) -> list[Any] | None:
    try:
        value = literal(node)
    except LookupError:
        return None
    items = getattr(value, "items", None)
    if not isinstance(items, tuple) or not items:
        return None
    return list(items) if all(isinstance(item, (str, Decimal, bool)) for item in items) else None


def _options(node: Node, places: Places) -> Fact | None:
    """`contains([…], x)`, `x == "a" || x == "b"`, and for elements `length(setsubtract(x, […])) == 0`."""
    match node:
        case Call(name="contains", args=(listed, wanted)):
            place, options = places.of(wanted), _literal_list(listed)
            return Fact(place, "options", options) if place is not None and options else None
        case Binary(
            op="==", left=Call(name="length", args=(Call(name="setsubtract", args=(whole, listed)),)), right=zero
        ):
            place, options = places.of(unwrap_collection(whole)), _literal_list(listed)
            if place is not None and options and zero == Literal(Decimal(0)):
                return Fact(f"{place}[]", "options", options)
        case Binary(op="||"):
            found = [_equality(part, places) for part in _alternatives(node)]
            known = [pair for pair in found if pair is not None]
            if len(known) == len(found) and len({place for place, _ in known}) == 1:
                return Fact(known[0][0], "options", [value for _, value in known])
    return None


def _alternatives(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.op == "||":
        return _alternatives(node.left) + _alternatives(node.right)
    return [node]


def _equality(node: Node, places: Places) -> tuple[Place, Any] | None:
    match node:
        case (
            Binary(op="==", left=side, right=Literal(value=value))
            | Binary(op="==", left=Literal(value=value), right=side)
        ):
            place = places.of(side)
            return (place, value) if place is not None and isinstance(value, (str, Decimal, bool)) else None
    return None


def _pattern(node: Node, places: Places) -> Fact | None:
    match node:
        case Call(name="can", args=(Call(name="regex", args=(pattern, subject)),)):
            pass
        case Binary(
            op=">",
            left=Call(name="length", args=(Call(name="regexall", args=(pattern, subject)),)),
            right=Literal(value=zero),
        ) if zero == 0:
            pass
        case Call(name="startswith", args=(subject, Literal(value=str() as prefix))):
            pattern = Literal("^" + re.escape(prefix))
        case Call(name="endswith", args=(subject, Literal(value=str() as suffix))):
            pattern = Literal(re.escape(suffix) + "$")
        case _:
            return None
    place = places.of(subject)
    try:
        value = literal(pattern)
    except LookupError:
        return None
    return Fact(place, "pattern", value) if place is not None and isinstance(value, str) else None


def _cidr(node: Node, places: Places) -> Fact | None:
    match node:
        case Call(name="can", args=(Call(name="cidrhost" | "cidrnetmask" | "cidrsubnet", args=(subject, *_)),)):
            place = places.of(subject)
            return Fact(place, "cidr") if place is not None else None
    return None


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def _bound(node: Node, places: Places) -> Fact | None:
    """`x >= 1`, `length(x) <= 24`, and both the other way round."""
    if not isinstance(node, Binary) or node.op not in _MIRRORED:
        return None
    for subject, limit, op in ((node.left, node.right, node.op), (node.right, node.left, _MIRRORED[node.op])):
        try:
            value = literal(limit)
        except LookupError:
            continue
        if isinstance(value, Decimal):
            return _bound_of(subject, op, value, places)
    return None


def _bound_of(subject: Node, op: str, value: Decimal, places: Places) -> Fact | None:
    suffix = ""
    if isinstance(subject, Call) and subject.name == "length" and len(subject.args) == 1:
        suffix, subject = "_length", subject.args[0]
    place = places.of(subject)
    if place is None or op == "==":
        return Fact(place, "exact_length", value) if place is not None and suffix else None
    return Fact(place, ("min" if op in (">", ">=") else "max") + suffix, value, exclusive=op in ("<", ">"))


def _integer(node: Node, places: Places) -> Fact | None:
    """`x == floor(x)`, `x % 1 == 0`."""
    match node:
        case (
            Binary(op="==", left=side, right=Call(name="floor" | "ceil", args=(same,)))
            | Binary(op="==", left=Call(name="floor" | "ceil", args=(same,)), right=side)
        ) if side == same:
            pass
        case Binary(op="==", left=Binary(op="%", left=side, right=Literal(value=one)), right=Literal(value=zero)) if (
            one == 1 and zero == 0
        ):
            pass
        case _:
            return None
    place = places.of(side)
    return Fact(place, "integer") if place is not None else None


def _unique(node: Node, places: Places) -> Fact | None:
    """`length(distinct(x)) == length(x)`."""
    match node:
        case (
            Binary(
                op="==",
                left=Call(name="length", args=(Call(name="distinct" | "toset", args=(one,)),)),
                right=Call(name="length", args=(other,)),
            )
            | Binary(
                op="==",
                left=Call(name="length", args=(other,)),
                right=Call(name="length", args=(Call(name="distinct" | "toset", args=(one,)),)),
            )
        ) if one == other and (place := places.of(one)) is not None:
            return Fact(place, "unique")
    return None


_RECOGNISERS: tuple[Callable[[Node, Places], Fact | None], ...] = (_options, _pattern, _cidr, _integer, _unique, _bound)


def variables_in(node: Node, locals_: Mapping[str, Node]) -> set[str]:
    """The names of the variables that an expression depends on, through local values, too."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = [node]
    while stack:
        match current := stack.pop():
            case Attr(source=Name(name="var"), name=name):
                found.add(name)
            case Attr(source=Name(name="local"), name=name) if name in locals_ and name not in seen:
                seen.add(name)
                stack.append(locals_[name])
        stack += children(current)
    return found


__all__ = [
    "Fact",
    "Place",
    "Places",
    "Unary",
    "core",
    "facts",
    "literal",
    "loop_of",
    "unwrap_collection",
    "variables_in",
]
