"""Terraform's values in Python.

    null → None        string → str (NFC)        bool → bool        number → Decimal, in canonical form
    list, set, map → ListV, SetV, MapV (with their element type)        tuple, object → TupleV, ObjectV

Terraform computes with binary floats of 512 bits. A canonical Decimal is the shortest text that names one of those, so
two numbers are equal here exactly when they are equal there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING, Collection, ObjectType, TupleType, Type

PRECISION = 512
MAX_EXPONENT = 4000
"""Numbers beyond 10^±4000 are nobody's intent, and their text would fill memory."""
_WIDE = Context(prec=170)
_SMALL = Decimal(10**27)


@dataclass(frozen=True, slots=True)
class ListV:
    """A list; `element` is the type of all its items.

    `unordered` says that it came from a set of complex values, which Terraform orders by a hash that we do not have:
    what depends on the order is then Undecided.
    """

    items: tuple[Any, ...]
    element: Type = ANY
    unordered: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class SetV:
    """A set: items are distinct and in Terraform's order. Build it with `make_set`."""

    items: tuple[Any, ...]
    element: Type = ANY


@dataclass(frozen=True, slots=True)
class MapV:
    """A map with keys in order; `element` is the type of all its values."""

    items: dict[str, Any]
    element: Type = ANY


@dataclass(frozen=True, slots=True)
class TupleV:
    """A tuple: what `[…]` makes; `unordered` as in a list."""

    items: tuple[Any, ...]
    unordered: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ObjectV:
    """An object: what `{…}` makes."""

    items: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenV:
    """An object of which only some attributes are known, as a resource before its plan; the others are not known yet.

    Nothing but its attributes may be asked: how many there are, and whether it equals another, nobody knows.
    """

    items: dict[str, Any]


class Unknown:
    """What only Terraform will know, as an element of something whose other elements are known (`Scope.partial`)."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def text(value: str) -> str:
    """A string as Terraform holds it: NFC."""
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def number(value: int | str | Decimal) -> Decimal:
    """A number in canonical form.

    Raises:
        EvalError: the text is no finite number.
        Undecided: beyond 10^±4000.
    """
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise EvalError("a number is required") from None
    if not exact.is_finite():
        raise EvalError("a number is required")
    if exact == 0:
        return Decimal(0)
    if abs(exact.adjusted()) > MAX_EXPONENT:
        raise Undecided("a number of more than 4000 digits")
    if len(exact.as_tuple().digits) <= 150 and exact.adjusted() < 150:
        return _plain(exact)
    return from_fraction(Fraction(exact))


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros, and without exponent for whole numbers."""
    shortest = value.normalize(_WIDE)
    exponent = shortest.as_tuple().exponent
    return shortest.quantize(Decimal(1), context=_WIDE) if isinstance(exponent, int) and exponent > 0 else shortest


def from_fraction(value: Fraction) -> Decimal:
    """The canonical number nearest to a fraction, as a float of 512 bits would hold it."""
    if value.denominator == 1 and abs(value.numerator).bit_length() <= PRECISION:
        return Decimal(value.numerator)
    if abs(abs(value.numerator).bit_length() - value.denominator.bit_length()) > MAX_EXPONENT * 10 // 3:
        raise Undecided("a number of more than 4000 digits")
    rounded = _round_binary(value)
    if rounded.denominator == 1 and abs(rounded.numerator).bit_length() <= PRECISION:
        return Decimal(rounded.numerator)
    for digits in range(17, 162, 4):
        candidate = _divide(rounded, digits)
        if _round_binary(Fraction(candidate)) == rounded:
            return _plain(_shortest(rounded, digits)) if candidate.adjusted() < 150 else _shortest(rounded, digits)
    raise Undecided("a number that has no short text")


def _shortest(value: Fraction, enough: int) -> Decimal:
    for digits in range(max(1, enough - 17), enough):
        candidate = _divide(value, digits)
        if _round_binary(Fraction(candidate)) == value:
            return candidate
    return _divide(value, enough)


def _divide(value: Fraction, digits: int) -> Decimal:
    return Context(prec=digits).divide(Decimal(value.numerator), Decimal(value.denominator))


def _round_binary(value: Fraction) -> Fraction:
    """Round half to even at 512 significant bits."""
    if value == 0:
        return value
    shift = abs(value.numerator).bit_length() - value.denominator.bit_length() - PRECISION
    scaled = value / Fraction(2) ** shift
    if abs(scaled) >= 1 << PRECISION:
        shift += 1
        scaled /= 2
    elif abs(scaled) < 1 << (PRECISION - 1):
        shift -= 1
        scaled *= 2
    return Fraction(round(scaled)) * Fraction(2) ** shift


def as_binary(value: Decimal) -> Fraction:
    """The 512-bit float that a canonical number names."""
    return _round_binary(Fraction(value))


def arithmetic(op: str, left: Decimal, right: Decimal) -> Decimal:
    """`+ - * /` as Terraform rounds them; the divisor is not zero."""
    if op != "/" and _is_small(left) and _is_small(right):
        first, second = int(left), int(right)
        return Decimal(first + second if op == "+" else first - second if op == "-" else first * second)
    a, b = as_binary(left), as_binary(right)
    return from_fraction(a + b if op == "+" else a - b if op == "-" else a * b if op == "*" else a / b)


def _is_small(value: Decimal) -> bool:
    """Whether it is a whole number that needs no rounding: nearly all are."""
    return -_SMALL < value < _SMALL and value == value.to_integral_value()


def number_text(value: Decimal) -> str:
    """The number as Terraform writes it: no exponent, no trailing zeros."""
    return format(value, "f")


def type_of(value: Any) -> Type:
    """The type of a value; null has no type of its own and is `any`."""
    match value:
        case None | Unknown() | OpenV():
            return ANY
        case bool():
            return BOOL
        case str():
            return STRING
        case Decimal():
            return NUMBER
        case ListV(element=element):
            return Collection("list", element)
        case SetV(element=element):
            return Collection("set", element)
        case MapV(element=element):
            return Collection("map", element)
        case TupleV(items=items):
            return TupleType(tuple(type_of(item) for item in items))
        case ObjectV(items=items):
            return ObjectType({name: type_of(item) for name, item in items.items()})
    raise TypeError(f"not a Terraform value: {type(value).__name__}")


def elements(value: Any) -> list[tuple[Any, Any]]:
    """(key, element) of anything that can be iterated, as `for` sees them; a set's keys are its elements.

    Raises:
        EvalError: null or a primitive.
    """
    match value:
        case ListV(items=items) | TupleV(items=items):
            return [(Decimal(index), item) for index, item in enumerate(items)]
        case SetV(items=items):
            return [(item, item) for item in items]
        case MapV(items=items) | ObjectV(items=items):
            return sorted(items.items())
        case OpenV():
            raise Undecided("the attributes of what is not there yet")
    raise EvalError("a list, set, map or object is required")


def is_unordered(value: Any) -> bool:
    """Whether the order of the elements is not known here."""
    if isinstance(value, SetV):
        return len(value.items) > 1 and not all(isinstance(item, (str, Decimal, bool)) for item in value.items)
    return isinstance(value, (ListV, TupleV)) and value.unordered and len(value.items) > 1


def holds_unknown(value: Any) -> bool:
    """Whether an element at any depth is not known."""
    stack = [value]
    while stack:
        item = stack.pop()
        if item is UNKNOWN or isinstance(item, OpenV):
            return True
        if isinstance(item, (ListV, TupleV)):
            stack.extend(item.items)
        elif isinstance(item, (MapV, ObjectV)):
            stack.extend(item.items.values())
    return False


def ordered(value: Any) -> Any:
    """The value, when the order of its elements is known.

    Raises:
        Undecided: it is not.
    """
    if is_unordered(value):
        raise Undecided("the order of a set of complex values")
    return value


def equal(left: Any, right: Any) -> bool:
    """Terraform's `==`: values of different types differ, null equals null only."""
    if any(item is UNKNOWN or isinstance(item, OpenV) for item in (left, right)):
        raise Undecided("whether something equals what is not known yet")
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, (str, Decimal)):
        return left == right
    if isinstance(left, (ListV, TupleV)):
        ordered(left)
        ordered(right)
    if isinstance(left, SetV):
        return _same_type(left.element, right.element) and _equal_sets(left, right)
    if isinstance(left, (ListV, MapV)) and not _same_type(left.element, right.element):
        return False
    return _equal_items(left.items, right.items)


def _same_type(left: Type, right: Type) -> bool:
    """Whether two element types are one. A null among the elements leaves `any` in a type: then nobody knows."""
    if left != right and (left.has_any or right.has_any):
        raise Undecided("whether two collections are equal whose element types are not known")
    return left == right


def _equal_sets(left: SetV, right: SetV) -> bool:
    def within(item: Any, others: SetV) -> bool:
        return any(equal(item, other) for other in others.items)

    return len(left.items) == len(right.items) and all(within(item, right) for item in left.items)


def _equal_items(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return len(left) == len(right) and all(map(equal, left, right))


def sort_key(value: Any) -> Any:
    """The order of a set's elements: Terraform sorts strings by bytes and numbers by size."""
    return cmp_to_key(_compare)(value)


def _compare(left: Any, right: Any) -> int:
    if isinstance(left, str) and isinstance(right, str):
        first, second = left.encode(), right.encode()
        return (first > second) - (first < second)
    if isinstance(left, (Decimal, bool)) and isinstance(right, (Decimal, bool)):
        return (left > right) - (left < right)
    return (left is not None) - (right is not None)


def make_set(items: Iterable[Any], element: Type = ANY) -> SetV:
    """A set of distinct elements. The order of complex elements is the order given: Terraform's is by hash."""
    distinct: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        if item is UNKNOWN or isinstance(item, OpenV):
            raise Undecided("a set of what is not known yet")
        if isinstance(item, (str, Decimal, bool)):
            marker = (type(item), item)
            if marker not in seen:
                seen.add(marker)
                distinct.append(item)
        elif not any(equal(item, other) for other in distinct):
            distinct.append(item)
    return SetV(tuple(sorted(distinct, key=sort_key)), element)
