"""Type constraints: `list(object({name = string, size = optional(number, 1)}))` and the like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from portal.template.errors import TemplateError
from portal.template.hcl.ast import Attr, Call, Name, Node, ObjectExpr, TupleExpr
from portal.template.hcl.ast import Literal as LiteralNode

CollectionKind = Literal["list", "set", "map"]


class Type:
    """Any type. `str()` gives Terraform's notation."""

    @property
    def has_any(self) -> bool:
        """Whether `any` is somewhere in it."""
        return False


@dataclass(frozen=True)
class Primitive(Type):
    """`string`, `number`, `bool`, and `any`, which stands for a type not known yet."""

    name: str

    @property
    def has_any(self) -> bool:
        return self.name == "any"

    def __str__(self) -> str:
        return self.name


STRING, NUMBER, BOOL, ANY = (Primitive(name) for name in ("string", "number", "bool", "any"))
PRIMITIVES = {kind.name: kind for kind in (STRING, NUMBER, BOOL, ANY)}


@dataclass(frozen=True)
class Collection(Type):
    """`list(T)`, `set(T)`, `map(T)`."""

    kind: CollectionKind
    element: Type

    @property
    def has_any(self) -> bool:
        return self.element.has_any

    def __str__(self) -> str:
        return f"{self.kind}({self.element})"


@dataclass(frozen=True)
class TupleType(Type):
    """`tuple([T, …])`."""

    elements: tuple[Type, ...]

    @property
    def has_any(self) -> bool:
        return any(element.has_any for element in self.elements)

    def __str__(self) -> str:
        return f"tuple([{', '.join(map(str, self.elements))}])"


@dataclass(frozen=True)
class Optional:
    """What `optional(T, default)` adds to an attribute; `default` is an expression without references."""

    default: Node | None = None


@dataclass(frozen=True)
class ObjectType(Type):
    """`object({…})`. `optional` holds the attributes that may be left out."""

    attributes: dict[str, Type]
    optional: dict[str, Optional] = field(default_factory=dict, compare=False)

    @property
    def has_any(self) -> bool:
        return any(attribute.has_any for attribute in self.attributes.values())

    def __str__(self) -> str:
        parts = [f"{name} = {self._attribute(name)}" for name in self.attributes]
        return f"object({{{', '.join(parts)}}})"

    def _attribute(self, name: str) -> str:
        inner = str(self.attributes[name])
        if name not in self.optional:
            return inner
        default = self.optional[name].default
        return f"optional({inner})" if default is None else f"optional({inner}, {_source(default)})"


def parse_type(node: Node) -> Type:
    """The type that an expression names.

    Raises:
        TemplateError: it is no type constraint.
    """
    match node:
        case Name(name=name) if name in PRIMITIVES:
            return PRIMITIVES[name]
        case Name(name=name) if name in ("list", "set", "map"):
            return Collection(name, ANY)  # type: ignore[arg-type]
        case LiteralNode(value=str() as name) if name in (*PRIMITIVES, "list", "map"):
            return parse_type(Name(name))
        case Call(name="list" | "set" | "map" as kind, args=(element,)):
            return Collection(kind, parse_type(element))  # type: ignore[arg-type]
        case Call(name="tuple", args=(TupleExpr(items=items),)):
            return TupleType(tuple(parse_type(item) for item in items))
        case Call(name="object", args=(ObjectExpr(items=items),)):
            return _object(items)
    raise TemplateError("a type is string, number, bool, any, list(…), set(…), map(…), tuple([…]) or object({…})")


def _object(items: tuple[tuple[Node, Node], ...]) -> ObjectType:
    attributes: dict[str, Type] = {}
    optional: dict[str, Optional] = {}
    for key, value in items:
        if not isinstance(key, LiteralNode) or not isinstance(key.value, str):
            raise TemplateError("the attributes of an object type are plain names")
        match value:
            case Call(name="optional", args=(inner,)):
                optional[key.value] = Optional()
            case Call(name="optional", args=(inner, default)):
                optional[key.value] = Optional(default)
            case _:
                inner = value
        attributes[key.value] = parse_type(inner)
    return ObjectType(attributes, optional)


def _source(node: Node) -> str:
    """A default in Terraform's notation, shortened: it is for people."""
    match node:
        case LiteralNode(value=value):
            return literal_text(value)
        case TupleExpr(items=()):
            return "[]"
        case ObjectExpr(items=()):
            return "{}"
        case TupleExpr():
            return "[…]"
        case ObjectExpr():
            return "{…}"
        case Attr() | _:
            return "…"


def literal_text(value: Any) -> str:
    """A primitive in Terraform's notation."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("${", "$${")
        return f'"{escaped}"'
    return format(value, "f")
