"""Conversion between Terraform's types, with the path of what does not fit, and unification of types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.template.hcl.ast import Node
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.types import (
    ANY,
    STRING,
    Collection,
    CollectionKind,
    ObjectType,
    Primitive,
    TupleType,
    Type,
)  # fmt: skip
from portal.template.hcl.values import (
    UNKNOWN,
    ListV,
    MapV,
    ObjectV,
    OpenV,
    SetV,
    TupleV,
    is_unordered,
    make_set,
    number,
    number_text,
    type_of,
)  # fmt: skip


class MapKey(str):
    """A step of a path that is a map's key and not an attribute."""

    __slots__ = ()


Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """`rules[0].ports["http"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, MapKey):
            text += '["' + step.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        else:
            text += f".{step}" if text else step
    return text


@dataclass
class Converter:
    """One conversion. Problems are collected with their paths; a value with problems is worthless.

    `fill` puts the defaults of optional attributes in, as Terraform does; `strict` reports attributes that the object
    does not have, which Terraform drops in silence.
    """

    fill: bool = True
    strict: bool = False
    problems: list[tuple[Path, str]] = field(default_factory=list)

    def convert(self, value: Any, to: Type, path: Path = ()) -> Any:
        """The value in type `to`; None with a problem noted when it cannot be."""
        if value is None or value is UNKNOWN:
            return value
        if isinstance(value, OpenV):
            return value if to == ANY else UNKNOWN
        match to:
            case Primitive():
                return self._primitive(value, to, path)
            case Collection(kind="map"):
                return self._map(value, to, path)
            case Collection():
                return self._sequence(value, to, path)
            case TupleType():
                return self._tuple(value, to, path)
            case ObjectType():
                return self._object(value, to, path)
        raise TypeError(f"not a type: {to!r}")

    def _problem(self, path: Path, message: str) -> None:
        self.problems.append((path, message))

    def _primitive(self, value: Any, to: Primitive, path: Path) -> Any:
        if to == ANY or type_of(value) == to:
            return value
        try:
            return _PRIMITIVES[to.name](value)
        except EvalError as error:
            return self._problem(path, str(error))

    def _map(self, value: Any, to: Collection, path: Path) -> Any:
        if not isinstance(value, (MapV, ObjectV)):
            return self._problem(path, "Enter pairs of a key and a value.")
        items = {key: self.convert(item, to.element, (*path, MapKey(key))) for key, item in value.items.items()}
        element = self._element(items.values(), to.element, path, "map")
        return MapV({key: self._again(item, element, to.element) for key, item in items.items()}, element)

    def _sequence(self, value: Any, to: Collection, path: Path) -> Any:
        if not isinstance(value, (ListV, SetV, TupleV)):
            return self._problem(path, "Enter a list.")
        items = [self.convert(item, to.element, (*path, index)) for index, item in enumerate(value.items)]
        element = self._element(items, to.element, path, to.kind)
        items = [self._again(item, element, to.element) for item in items]
        return make_set(items, element) if to.kind == "set" else ListV(tuple(items), element, is_unordered(value))

    def _element(self, items: Any, wanted: Type, path: Path, kind: str) -> Type:
        """The type of the elements: as declared, or with `any` in it, the one that unites those given."""
        if not wanted.has_any:
            return wanted
        united = unify([type_of(item) for item in items])
        if united is None:
            self._problem(path, f"All elements of a {kind} must have the same type.")
            return ANY
        return united

    def _again(self, item: Any, element: Type, wanted: Type) -> Any:
        return convert(item, element) if wanted.has_any and not self.problems else item

    def _tuple(self, value: Any, to: TupleType, path: Path) -> Any:
        if not isinstance(value, TupleV) or len(value.items) != len(to.elements):
            return self._problem(path, f"Enter a list of exactly {len(to.elements)} elements.")
        pairs = enumerate(zip(value.items, to.elements, strict=True))
        return TupleV(tuple(self.convert(item, inner, (*path, index)) for index, (item, inner) in pairs))

    def _object(self, value: Any, to: ObjectType, path: Path) -> Any:
        if not isinstance(value, (MapV, ObjectV)):
            return self._problem(path, f"Enter an object with {_names(to)}.")
        if self.strict:
            for name in value.items.keys() - to.attributes.keys():
                self._problem((*path, name), f"There is no attribute of this name. There are {_names(to)}.")
        items = {}
        for name, inner in to.attributes.items():
            if name in value.items or name not in to.optional or self.fill:
                items[name] = self._attribute(name, value.items, inner, to, path)
        return ObjectV(items)

    def _attribute(self, name: str, given: dict[str, Any], inner: Type, to: ObjectType, path: Path) -> Any:
        if name not in given and name not in to.optional:
            return self._problem((*path, name), "This is required.")
        value = given.get(name)
        default = to.optional[name].default if name in to.optional else None
        if value is None and default is not None and self.fill:
            value = constant(default)
        return self.convert(value, inner, (*path, name))


def convert(value: Any, to: Type) -> Any:
    """The value in another type, as Terraform converts.

    Raises:
        EvalError: it does not fit.
    """
    converter = Converter()
    converted = converter.convert(value, to)
    if converter.problems:
        raise EvalError(f"{to} required")
    return converted


def constant(node: Node) -> Any:
    """The value of an expression without references, such as a default."""
    from portal.template.hcl.evaluator import evaluate  # the evaluator converts, and conversion fills defaults
    from portal.template.hcl.scope import Scope

    return evaluate(node, Scope())


def _names(to: ObjectType) -> str:
    return ", ".join(to.attributes) or "no attributes"


def _to_string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    raise EvalError("Enter a text.")


def _to_number(value: Any) -> Decimal:
    try:
        return number(value if isinstance(value, str) and _looks_numeric(value) else "none")
    except EvalError:
        raise EvalError("Enter a number.") from None


def _looks_numeric(value: str) -> bool:
    """What Terraform accepts as a number in a text: ASCII digits, no spaces, no separators."""
    return value.isascii() and value[:1] in "+-.0123456789" and value.strip() == value and "_" not in value


def _to_bool(value: Any) -> bool:
    found = {"true": True, "1": True, "false": False, "0": False}.get(value) if isinstance(value, str) else None
    if found is None:
        raise EvalError("Choose true or false.")
    return found


_PRIMITIVES = {"string": _to_string, "number": _to_number, "bool": _to_bool}


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that all can be converted to, or None. Nulls (`any`) fit everywhere.

    Raises:
        Undecided: a mixture whose outcome depends on more than the types.
    """
    known = [kind for kind in types if kind != ANY]
    if not known:
        return ANY
    first = known[0]
    if all(kind == first for kind in known):
        return first
    if all(isinstance(kind, Primitive) for kind in known):
        return STRING if STRING in known else None
    if all(isinstance(kind, (ObjectType, Collection)) and _keyed(kind) for kind in known):
        return _unify_keyed(known)
    if all(isinstance(kind, (TupleType, Collection)) and not _keyed(kind) for kind in known):
        return _unify_sequences(known)
    return None


def _keyed(kind: Type) -> bool:
    return isinstance(kind, ObjectType) or (isinstance(kind, Collection) and kind.kind == "map")


def _unify_keyed(types: list[Type]) -> Type | None:
    objects = [kind for kind in types if isinstance(kind, ObjectType)]
    if len(objects) == len(types) and all(kind.attributes.keys() == objects[0].attributes.keys() for kind in objects):
        attributes = {name: unify([kind.attributes[name] for kind in objects]) for name in objects[0].attributes}
        found = {name: kind for name, kind in attributes.items() if kind is not None}
        return ObjectType(found) if len(found) == len(attributes) else None
    element = unify([inner for kind in types for inner in _inner(kind)])
    return None if element is None else Collection("map", element)


def _unify_sequences(types: list[Type]) -> Type | None:
    tuples = [kind for kind in types if isinstance(kind, TupleType)]
    if len(tuples) == len(types) and len({len(kind.elements) for kind in tuples}) == 1:
        parts = [unify(column) for column in zip(*(kind.elements for kind in tuples), strict=True)]
        found = tuple(part for part in parts if part is not None)
        return TupleType(found) if len(found) == len(parts) else None
    kinds: set[CollectionKind] = {kind.kind for kind in types if isinstance(kind, Collection)}
    if len(kinds) > 1:
        raise Undecided("how a list and a set are united")
    element = unify([inner for kind in types for inner in _inner(kind)])
    return None if element is None else Collection(kinds.pop() if kinds else "list", element)


def _inner(kind: Type) -> list[Type]:
    if isinstance(kind, ObjectType):
        return list(kind.attributes.values())
    if isinstance(kind, TupleType):
        return list(kind.elements)
    return [kind.element] if isinstance(kind, Collection) else []
