"""`*.tf.json`: the same blocks and arguments in JSON, with expressions as templates in its strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from portal.template.hcl.ast import Attribute, Block, Body, Literal, Node, ObjectExpr, TupleExpr
from portal.template.hcl.errors import EvalError, HclSyntaxError, Undecided
from portal.template.hcl.lexer import MAX_TEXT, tokenize_template
from portal.template.hcl.parser import check_height, parse_expression
from portal.template.hcl.templates import parse_template
from portal.template.hcl.values import number, text

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
_NESTED = {
    "variable": {"validation"},
    "output": {"precondition"},
    "terraform": {"required_providers", "backend", "cloud", "provider_meta"},
    "resource": {"lifecycle"},
}
_TYPE_WORDS = ("type",)
_COMMENT = "//"
_PLAIN = {"variable", "terraform"}
"""Blocks whose own arguments are plain values: `${` in a default means itself."""


class _Object(list[tuple[str, Any]]):
    """The properties of a JSON object, doubles included."""


def parse_json_body(source: str) -> Body:
    """A JSON file's blocks. HclSyntaxError has the line of what is wrong."""
    if len(source) > MAX_TEXT:
        raise HclSyntaxError(f"the text is longer than {MAX_TEXT} characters", 1)
    try:
        document = json.loads(source, object_pairs_hook=_Object, parse_float=Decimal, parse_int=Decimal)
    except json.JSONDecodeError as error:
        raise HclSyntaxError(f"this is not JSON: {error.msg}", error.lineno) from None
    return Body({}, tuple(block for kind, inside in _pairs(document, 1) for block in _blocks(source, kind, inside)))


def _pairs(value: Any, line: int) -> Iterator[tuple[str, Any]]:
    """The properties of an object, or of each object in a list."""
    for each in value if isinstance(value, list) and not isinstance(value, _Object) else [value]:
        if not isinstance(each, _Object):
            raise HclSyntaxError("expected an object in braces", line)
        yield from ((key, inner) for key, inner in each if key != _COMMENT)


def _blocks(source: str, kind: str, inside: Any) -> Iterator[Block]:
    line = _line(source, kind)
    for labels, body in _labelled(inside, _LABELS.get(kind, 0), line):
        here = _line(source, labels[-1]) if labels else line
        for each in body if isinstance(body, list) and not isinstance(body, _Object) else [body]:
            yield Block(kind, labels, _body(kind, each, here), here)


def _labelled(value: Any, count: int, line: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    if count == 0:
        yield (), value
        return
    for label, inner in _pairs(value, line):
        for labels, body in _labelled(inner, count - 1, line):
            yield (label, *labels), body


def _line(source: str, key: str) -> int:
    """Where a property is named first: JSON's reader does not say where it found what."""
    found = re.search(rf"{re.escape(json.dumps(key, ensure_ascii=False))}\s*:", source)
    return source.count("\n", 0, found.start()) + 1 if found else 1


def _body(kind: str, value: Any, line: int) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, inner in _pairs(value, line):
        if name in _NESTED.get(kind, ()):
            blocks += [
                Block(name, labels, _body(name, each, line), line) for labels, each in _nested(name, inner, line)
            ]
        elif name in attributes:
            raise HclSyntaxError(f"the argument {name} is set twice", line)
        else:
            attributes[name] = Attribute(name, _argument(kind, name, inner, line), line)
    return Body(attributes, tuple(blocks))


def _nested(name: str, value: Any, line: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    for labels, body in _labelled(value, 1 if name in ("backend", "provider_meta") else 0, line):
        yield from ((labels, each) for each in (body if type(body) is list else [body]))


def _argument(kind: str, name: str, value: Any, line: int) -> Node:
    """A type is written as in HCL, and so are plain values where nothing can be referred to."""
    if kind == "variable" and name in _TYPE_WORDS and isinstance(value, str):
        return parse_expression(value)
    node = _expression(value, line, plain=kind in _PLAIN or name in ("description", "source"))
    check_height(node, line)
    return node


def _expression(value: Any, line: int, *, plain: bool) -> Node:
    if isinstance(value, str):
        return Literal(text(value)) if plain else parse_template(tokenize_template(value, line))
    if isinstance(value, _Object):
        pairs = ((_expression(key, line, plain=plain), _expression(inner, line, plain=plain)) for key, inner in value)
        return ObjectExpr(tuple(pairs))
    if isinstance(value, list):
        return TupleExpr(tuple(_expression(item, line, plain=plain) for item in value))
    if value is None or isinstance(value, bool):
        return Literal(value)
    try:
        return Literal(number(Decimal(value)))
    except (EvalError, Undecided) as error:
        raise HclSyntaxError(str(error), line) from None
