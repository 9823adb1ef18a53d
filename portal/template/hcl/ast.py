"""The syntax tree of HCL2. Every node is frozen; literal values are those of `values.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any expression."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, bool, null, or a string without interpolation."""

    value: Any


@dataclass(frozen=True, slots=True)
class Template(Node):
    """`"a${b}"` or a heredoc. One interpolation alone is no template: its value keeps its type."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TemplateIf(Node):
    """`%{ if c }…%{ else }…%{ endif }`."""

    condition: Node
    then: Template
    otherwise: Template


@dataclass(frozen=True, slots=True)
class TemplateFor(Node):
    """`%{ for k, v in c }…%{ endfor }`."""

    key: str | None
    value: str
    collection: Node
    body: Template


@dataclass(frozen=True, slots=True)
class Name(Node):
    """The root of a traversal: `var`, `local`, a loop variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Attr(Node):
    """`source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`source[key]`, or the old `source.0`."""

    source: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Splat(Node):
    """`source[*]…` and `source.*…`: `each` is what follows, over `Name("*")`."""

    source: Node
    each: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(args)`; with `expand`, the last argument is `…args...`."""

    name: str
    args: tuple[Node, ...]
    expand: bool = False


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!x` or `-x`."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands of equal standing."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`c ? a : b`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class TupleExpr(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ObjectExpr(Node):
    """`{a = 1, (k) = 2}`; a bare key is a Literal."""

    items: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    """`[for k, v in c : x if y]`, and with `key` set `{for k, v in c : key => x...}`."""

    key_name: str | None
    value_name: str
    collection: Node
    key: Node | None
    value: Node
    condition: Node | None
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression` in a body."""

    name: str
    expression: Node
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    line: int


@dataclass(frozen=True, slots=True)
class Body:
    """The attributes and blocks between braces, or of a file."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    def blocks_of(self, kind: str) -> list[Block]:
        """The blocks of one type, in order."""
        return [block for block in self.blocks if block.type == kind]


def children(node: Node) -> list[Node]:
    """The direct sub-expressions of a node."""
    found: list[Node] = []
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        if isinstance(part, Node):
            found.append(part)
        elif part is not None:
            found += [item for entry in part for item in (entry if isinstance(entry, tuple) else (entry,))]
    return found


_PARTS: dict[type[Node], tuple[str, ...]] = {
    Template: ("parts",), TemplateIf: ("condition", "then", "otherwise"), TemplateFor: ("collection", "body"),
    Attr: ("source",), Index: ("source", "key"), Splat: ("source", "each"), Call: ("args",), Unary: ("operand",),
    Binary: ("left", "right"), Conditional: ("condition", "then", "otherwise"), TupleExpr: ("items",),
    ObjectExpr: ("items",), For: ("collection", "key", "value", "condition"),
}  # fmt: skip
"""The fields of each kind of node that hold expressions."""
