"""Values between JSON (what forms and the API hold) and Terraform (what conditions see). Pure.

In JSON, numbers of a declared type `number` may be given as number or as decimal text; they are kept as int where a
browser keeps it exactly, else as text. Where the type is `any` a number stays a JSON number.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

from portal.template.hcl.convert import Converter, Path
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.types import ANY, Collection, ObjectType, TupleType, Type
from portal.template.hcl.values import ListV, MapV, ObjectV, SetV, TupleV, number, number_text, text

MAX_DEPTH = 50
MAX_NODES = 50_000
MAX_TEXT = 2_000_000
SAFE_INTEGER = 2**53


class UnusableValue(Exception):
    """JSON that no Terraform value stands for; the message is for the person, without the value."""


class _Reader:
    def __init__(self) -> None:
        self.nodes, self.characters = 0, 0

    def read(self, raw: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise UnusableValue("This has too many elements or is nested too deeply.")
        if raw is None or isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            return self._text(raw)
        if isinstance(raw, (int, float, Decimal)):
            return _number(raw)
        if isinstance(raw, dict):
            return ObjectV({self._key(key): self.read(item, depth + 1) for key, item in raw.items()})
        if isinstance(raw, (list, tuple)):
            return TupleV(tuple(self.read(item, depth + 1) for item in raw))
        raise UnusableValue("This is no JSON value.")

    def _text(self, raw: str) -> str:
        self.characters += len(raw)
        if self.characters > MAX_TEXT:
            raise UnusableValue("This text is too long.")
        if not raw.isascii() and any(0xD800 <= ord(char) <= 0xDFFF for char in raw):
            raise UnusableValue("This text holds half a character; please type it again.")
        return text(raw)

    def _key(self, raw: Any) -> str:
        if not isinstance(raw, str):
            raise UnusableValue("Keys are texts.")
        return self._text(raw)


def _number(raw: float | Decimal) -> Decimal:
    if isinstance(raw, float) and not math.isfinite(raw):
        raise UnusableValue("Enter a number.")
    if isinstance(raw, int) and raw.bit_length() > 20_000:
        raise UnusableValue("This number has too many digits.")
    try:
        return number(repr(raw) if isinstance(raw, float) else raw)
    except (EvalError, Undecided):
        raise UnusableValue("Enter a number of a size that people use.") from None


def from_json(raw: Any) -> Any:
    """The Terraform value of a JSON value, before any conversion.

    Raises:
        UnusableValue: too large, too deep, not Unicode, not finite.
    """
    return _Reader().read(raw)


def convert_json(raw: Any, to: Type, *, fill: bool, strict: bool) -> tuple[Any, list[tuple[Path, str]]]:
    """A JSON value in a Terraform type, with the problems found (path, sentence); see `Converter`."""
    converter = Converter(fill=fill, strict=strict)
    try:
        value = converter.convert(from_json(raw), to)
    except UnusableValue as error:
        return None, [((), str(error))]
    except Undecided:
        return None, [((), "Enter a number of a size that people use.")]
    return value, converter.problems


def to_json(value: Any, kind: Type = ANY, *, numbers_as_text: bool = False) -> Any:
    """The JSON form of a Terraform value of a declared type.

    Args:
        value: of that type.
        kind: the declared type; below `any`, numbers stay JSON numbers.
        numbers_as_text: all numbers as decimal text, as the form wants them.
    """
    match value:
        case Decimal():
            return _number_to_json(value, kind, numbers_as_text)
        case MapV(items=items) | ObjectV(items=items):
            return {
                key: to_json(item, inner_type(kind, key), numbers_as_text=numbers_as_text)
                for key, item in items.items()
            }
        case ListV(items=items) | SetV(items=items) | TupleV(items=items):
            pairs = enumerate(items)
            return [to_json(item, inner_type(kind, index), numbers_as_text=numbers_as_text) for index, item in pairs]
    return value


def _number_to_json(value: Decimal, kind: Type, numbers_as_text: bool) -> Any:
    whole = value == value.to_integral_value()
    if kind == ANY:
        return int(value) if whole else float(value)
    if numbers_as_text or not whole or abs(value) >= SAFE_INTEGER:
        return number_text(value)
    return int(value)


def loses_digits(value: Any, kind: Type) -> bool:
    """Whether a number below `any` is more exact than a JSON number of a browser."""
    if isinstance(value, Decimal):
        exact = (
            abs(value) < SAFE_INTEGER if value == value.to_integral_value() else Decimal(repr(float(value))) == value
        )
        return kind == ANY and not exact
    items = getattr(value, "items", ()) if not isinstance(value, str) else ()
    pairs = items.items() if isinstance(items, dict) else enumerate(items)
    return any(loses_digits(item, inner_type(kind, key)) for key, item in pairs)


def inner_type(kind: Type, key: str | int) -> Type:
    """The declared type of an element or attribute."""
    if isinstance(kind, Collection):
        return kind.element
    if isinstance(kind, ObjectType) and isinstance(key, str):
        return kind.attributes.get(key, ANY)
    if isinstance(kind, TupleType) and isinstance(key, int) and key < len(kind.elements):
        return kind.elements[key]
    return ANY


def json_text(value: Any) -> str:
    """A Terraform value as JSON text, numbers digit by digit as they are."""
    match value:
        case Decimal():
            return number_text(value)
        case MapV(items=items) | ObjectV(items=items):
            return "{" + ", ".join(f"{json.dumps(key)}: {json_text(item)}" for key, item in items.items()) + "}"
        case ListV(items=items) | SetV(items=items) | TupleV(items=items):
            return "[" + ", ".join(map(json_text, items)) + "]"
    return json.dumps(value)
