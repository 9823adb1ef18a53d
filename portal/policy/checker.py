"""Whether an expression fits what it is asked about: names, fields, functions and types, before it is ever evaluated. Pure.

The attributes of resources have no types here, as each type of resource has its own: what is read from `before` and `after` may
be anything, and is asked with `has()` or fails when it is not there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.policy.syntax import Node, SyntaxProblem


@dataclass(frozen=True, slots=True)
class Type:
    """`name` in words; the elements of a list; the fields of an object."""

    name: str
    element: Type | None = None
    fields: Mapping[str, Type] | None = None


ANY: Final = Type("anything")
BOOL: Final = Type("true or false")
TEXT: Final = Type("text")
NUMBER: Final = Type("a number")
NULL: Final = Type("null")
MAP: Final = Type("attributes", element=ANY)


def _list(element: Type) -> Type:
    return Type("a list", element=element)


def _object(words: str, /, **fields: Type) -> Type:
    return Type(words, fields=fields)


CHANGE: Final = _object(
    "a change", address=TEXT, type=TEXT, name=TEXT, module=TEXT, provider=TEXT, action=TEXT, before=MAP, after=MAP,
    unknown=_list(TEXT), sensitive=_list(TEXT),
)  # fmt: skip
ENVIRONMENT: Final[dict[str, Type]] = {
    "plan": _object(
        "the plan",
        changes=_list(CHANGE),
        counts=_object("the counts", add=NUMBER, change=NUMBER, destroy=NUMBER, replace=NUMBER),
        warnings=_list(_object("a warning", kind=TEXT, address=TEXT, text=TEXT)),
    ),
    "cost": _object(
        "the cost", currency=TEXT, before_monthly=NUMBER, after_monthly=NUMBER, delta_monthly=NUMBER, covered=NUMBER,
        unpriced=_list(TEXT),
    ),
    "run": _object("the run", id=TEXT, kind=TEXT, requester=TEXT, message=TEXT, auto_apply=BOOL),
    "project": _object("the project", id=TEXT, slug=TEXT, name=TEXT, production=BOOL),
    "template": _object("the template", key=TEXT, version=TEXT, cloud=TEXT),
    "deployment": _object("the deployment", id=TEXT, name=TEXT, account=TEXT, expires_at=TEXT),
    "time": _object(
        "the time", iso=TEXT, date=TEXT, year=NUMBER, month=NUMBER, day=NUMBER, weekday=NUMBER, hour=NUMBER, minute=NUMBER
    ),
}  # fmt: skip
"""What an expression of a whole plan may name. `cost` is null when nobody knows it."""
OF_EACH: Final = ENVIRONMENT | {"change": CHANGE}
"""What an expression about each change may name."""

FUNCTIONS: Final[dict[str, tuple[tuple[Type, ...], Type]]] = {
    "size": ((ANY,), NUMBER), "contains": ((TEXT, TEXT), BOOL), "startsWith": ((TEXT, TEXT), BOOL),
    "endsWith": ((TEXT, TEXT), BOOL), "matches": ((TEXT, TEXT), BOOL), "lowerAscii": ((TEXT,), TEXT),
    "upperAscii": ((TEXT,), TEXT), "trim": ((TEXT,), TEXT), "split": ((TEXT, TEXT), _list(TEXT)),
    "int": ((ANY,), NUMBER), "double": ((ANY,), NUMBER), "string": ((ANY,), TEXT),
}  # fmt: skip
"""By name, what it takes and gives; each may be called as a function or as a method."""
_COMPARED: Final = ("<", "<=", ">", ">=")


def check(node: Node, environment: Mapping[str, Type]) -> None:
    """Raise SyntaxProblem unless the expression answers true or false about what there is."""
    found = _type(node, dict(environment))
    _expect(found, (BOOL,), node, "The expression must answer true or false")


def _type(node: Node, names: dict[str, Type]) -> Type:
    return _OF[node.kind](node, names)


def _expect(found: Type, wanted: tuple[Type, ...], node: Node, why: str) -> None:
    if found is not ANY and all(found.name != item.name for item in wanted):
        raise SyntaxProblem(f"{why}, but this is {found.name}.", node.position)


def _close(name: str, known: Iterable[str]) -> str:
    listed = sorted(known)
    close = difflib.get_close_matches(name, listed, 1)
    return f" Did you mean {close[0]!r}?" if close else f" There are {', '.join(listed)}."


def _literal(node: Node, _: dict[str, Type]) -> Type:
    if node.value is None:
        return NULL
    return BOOL if isinstance(node.value, bool) else TEXT if isinstance(node.value, str) else NUMBER


def _name(node: Node, names: dict[str, Type]) -> Type:
    if node.value not in names:
        raise SyntaxProblem(f"There is no {node.value!r}.{_close(node.value, names)}", node.position)
    return names[node.value]


def _field(node: Node, names: dict[str, Type]) -> Type:
    of = _type(_target(node), names)
    if of is ANY or of.name == MAP.name:
        return ANY
    if of.fields is None:
        raise SyntaxProblem(f"{of.name.capitalize()} has no fields, so no {node.value!r}.", node.position)
    if node.value not in of.fields:
        raise SyntaxProblem(
            f"{of.name.capitalize()} has no field {node.value!r}.{_close(node.value, of.fields)}", node.position
        )
    return of.fields[node.value]


def _index(node: Node, names: dict[str, Type]) -> Type:
    of, index = _type(_target(node), names), _type(node.parts[0], names)
    if of is ANY:
        return ANY
    if of.name == "a list":
        _expect(index, (NUMBER,), node.parts[0], "A place in a list is a number")
        return of.element or ANY
    if of.name == MAP.name or of.fields is not None:
        _expect(index, (TEXT,), node.parts[0], "An attribute is named by a text")
        return ANY
    raise SyntaxProblem(f"{of.name.capitalize()} has no parts to look up.", node.position)


def _call(node: Node, names: dict[str, Type]) -> Type:
    if node.value == "has" and node.target is None:
        return _has(node, names)
    if node.value not in FUNCTIONS:
        raise SyntaxProblem(
            f"There is no function {node.value!r}.{_close(node.value, [*FUNCTIONS, 'has'])}", node.position
        )
    takes, gives = FUNCTIONS[node.value]
    given = [*([node.target] if node.target else []), *node.parts]
    if len(given) != len(takes):
        text = f"{node.value} takes {len(takes)} argument{'s' * (len(takes) != 1)}, and got {len(given)}."
        raise SyntaxProblem(text, node.position)
    for argument, wanted in zip(given, takes, strict=True):
        found = _type(argument, names)
        if wanted is not ANY:
            _expect(found, (wanted,), argument, f"{node.value} takes {wanted.name}")
    return gives


def _has(node: Node, names: dict[str, Type]) -> Type:
    if len(node.parts) != 1 or node.parts[0].kind != "field":
        raise SyntaxProblem("has takes one field, as in has(change.after.tags).", node.position)
    _type(node.parts[0], names)
    return BOOL


def _macro(node: Node, names: dict[str, Type]) -> Type:
    of = _type(_target(node), names)
    if len(node.parts) != 2 or node.parts[0].kind != "name":
        raise SyntaxProblem(
            f"{node.value} takes a name and an expression, as in list.{node.value}(x, x == 1).", node.position
        )
    if of is not ANY and of.name not in ("a list", MAP.name):
        raise SyntaxProblem(f"{node.value} asks a list, but this is {of.name}.", node.position)
    variable = node.parts[0].value
    if variable in ENVIRONMENT or variable == "change":
        raise SyntaxProblem(f"{variable!r} is taken; choose another name.", node.parts[0].position)
    element = TEXT if of.name == MAP.name else of.element or ANY
    inner = _type(node.parts[1], names | {variable: element})
    if node.value == "map":
        return _list(inner)
    _expect(inner, (BOOL,), node.parts[1], f"{node.value} needs true or false for each")
    return of if node.value == "filter" else BOOL


def _listed(node: Node, names: dict[str, Type]) -> Type:
    kinds = [_type(part, names) for part in node.parts]
    return _list(kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else ANY)


def _unary(node: Node, names: dict[str, Type]) -> Type:
    wanted = BOOL if node.value == "!" else NUMBER
    _expect(_type(node.parts[0], names), (wanted,), node.parts[0], f"{node.value} takes {wanted.name}")
    return wanted


def _binary(node: Node, names: dict[str, Type]) -> Type:
    left, right = (_type(part, names) for part in node.parts)
    operator = node.value
    if operator in ("&&", "||"):
        for found, part in zip((left, right), node.parts, strict=True):
            _expect(found, (BOOL,), part, f"{operator} takes true or false")
        return BOOL
    if operator == "in":
        if right is not ANY and right.name not in ("a list", MAP.name):
            raise SyntaxProblem(f"`in` looks into a list, but this is {right.name}.", node.parts[1].position)
        if right.element is not None and right.name == "a list":
            _same(left, right.element, node)
        return BOOL
    if operator in ("==", "!="):
        _same(left, right, node)
        return BOOL
    return _ordered(node, left, right)


def _ordered(node: Node, left: Type, right: Type) -> Type:
    wanted = (NUMBER, TEXT) if node.value in (*_COMPARED, "+") else (NUMBER,)
    for found, part in zip((left, right), node.parts, strict=True):
        _expect(found, wanted, part, f"{node.value} takes {' or '.join(item.name for item in wanted)}")
    _same(left, right, node)
    return BOOL if node.value in _COMPARED else left if left is not ANY else right


def _same(left: Type, right: Type, node: Node) -> None:
    open_ = {ANY.name, NULL.name}
    if left.name not in open_ and right.name not in open_ and left.name != right.name:
        raise SyntaxProblem(
            f"{left.name.capitalize()} and {right.name} are never the same; convert one.", node.position
        )


def _choice(node: Node, names: dict[str, Type]) -> Type:
    asked, yes, no = (_type(part, names) for part in node.parts)
    _expect(asked, (BOOL,), node.parts[0], "`?` takes true or false")
    return yes if yes == no else ANY


def _target(node: Node) -> Node:
    if node.target is None:
        raise ValueError(f"a {node.kind} is asked of something")
    return node.target


_OF: Final[dict[str, Any]] = {
    "literal": _literal, "name": _name, "field": _field, "index": _index, "call": _call, "macro": _macro,
    "list": _listed, "unary": _unary, "binary": _binary, "choice": _choice,
}  # fmt: skip
