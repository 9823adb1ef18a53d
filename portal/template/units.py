"""Numbers that are shown in one unit and sent in another: `scale` of what is sent make one of what is shown. Pure."""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from typing import Any

from portal.template.hcl.values import number_text

_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, Overflow])


def decimal(value: Any) -> Decimal | None:
    """The number that a value is, None when it is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def sent(shown: Any, scale: Any) -> Decimal | None:
    """A number of the manifest, in the unit that is sent."""
    number, factor = decimal(shown), Decimal(1) if scale is None else decimal(scale)
    return None if number is None or factor is None else number * factor


def shown(value: str | None, scale: Any) -> str | None:
    """A limit in the unit that is shown; None where it has no exact decimal, as 100 seconds have none in hours."""
    if value is None or scale is None:
        return value
    try:
        return number_text(_EXACT.divide(Decimal(value), Decimal(str(scale))))
    except DecimalException:
        return None
