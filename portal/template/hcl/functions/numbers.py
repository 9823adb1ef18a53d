"""Numeric functions."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from portal.template.hcl.convert import convert
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.functions.strings import whole
from portal.template.hcl.types import NUMBER
from portal.template.hcl.values import ListV, SetV, TupleV, arithmetic

MAX_RANGE = 1024
_WIDE = Context(prec=5000)


@function("abs", NUMBER)
def abs_(value: Decimal) -> Decimal:
    """Without sign."""
    return abs(value)


@function("ceil", NUMBER)
def ceil(value: Decimal) -> Decimal:
    """The next whole number that is not smaller."""
    return value.to_integral_value(ROUND_CEILING, _WIDE) + Decimal(0)


@function("floor", NUMBER)
def floor(value: Decimal) -> Decimal:
    """The next whole number that is not larger."""
    return value.to_integral_value(ROUND_FLOOR, _WIDE) + Decimal(0)


@function("signum", NUMBER)
def signum(value: Decimal) -> Decimal:
    """-1, 0 or 1."""
    return Decimal((value > 0) - (value < 0))


@function("max", rest=NUMBER)
def max_(*values: Decimal) -> Decimal:
    """The largest."""
    if not values:
        raise EvalError("max needs a number")
    return max(values)


@function("min", rest=NUMBER)
def min_(*values: Decimal) -> Decimal:
    """The smallest."""
    if not values:
        raise EvalError("min needs a number")
    return min(values)


@function("pow", NUMBER, NUMBER)
def pow_(base: Decimal, exponent: Decimal) -> Decimal:
    """Whole numbers with results that a double holds exactly; Terraform computes in doubles."""
    if base != int(base) or exponent != int(exponent) or not 0 <= exponent <= 64:
        raise Undecided("a power that needs floating point")
    result = int(base) ** int(exponent)
    if abs(result) > 2**53:
        raise Undecided("a power that needs floating point")
    return Decimal(result)


@function("sum", RAW)
def sum_(values: Any) -> Decimal:
    """Of a list, set or tuple with at least one number."""
    if not isinstance(values, (ListV, SetV, TupleV)) or not values.items:
        raise EvalError("sum needs a list of numbers that is not empty")
    total = Decimal(0)
    for item in values.items:
        if item is None:
            raise EvalError("sum needs numbers, not null")
        total = arithmetic("+", total, convert(item, NUMBER))
    return total


@function("parseint", RAW, NUMBER)
def parseint(value: Any, base: Decimal) -> Decimal:
    """A whole number written in base 2 to 62."""
    radix = whole(base)
    if not isinstance(value, (str, Decimal)) or isinstance(value, bool) or not 2 <= radix <= 62:
        raise EvalError("parseint needs a text and a base from 2 to 62")
    digits = value if isinstance(value, str) else str(value)
    if radix > 36 or len(digits) > 100:
        raise Undecided("a whole number of more than 100 digits, or in a base beyond 36")
    prefix = {2: "0b", 8: "0o", 16: "0x"}.get(radix, "_")
    bare = digits[1:] if digits[:1] in ("+", "-") else digits
    if not bare.isascii() or not bare.isalnum() or bare.lower().startswith(prefix):
        raise EvalError("the text is no whole number")
    try:
        return Decimal(int(digits, radix))
    except ValueError:
        raise EvalError("the text is no whole number") from None


@function("range", NUMBER, rest=NUMBER)
def range_(first: Decimal, *more: Decimal) -> ListV:
    """Numbers from start to before limit, at most 1024."""
    if len(more) > 2:
        raise EvalError("range takes one to three numbers")
    start, limit = (Decimal(0), first) if not more else (first, more[0])
    step = more[1] if len(more) == 2 else Decimal(1 if start <= limit else -1)
    if step == 0 or (step > 0) != (limit >= start):
        if step != 0 and start == limit:
            return ListV((), NUMBER)
        raise EvalError("range cannot reach its limit")
    items: list[Decimal] = []
    current = start
    while (current < limit) if step > 0 else (current > limit):
        if len(items) >= MAX_RANGE:
            raise EvalError("range makes at most 1024 numbers")
        items.append(current)
        current = arithmetic("+", current, step)
    return ListV(tuple(items), NUMBER)
