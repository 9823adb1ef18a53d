"""Functions over RFC 3339 times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import function
from portal.template.hcl.types import STRING

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DURATION = re.compile(r"[+-]?(?:\d+(?:\.\d+)?(?:h|m|s|ms|us|µs|ns))+|[+-]?0", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)", re.ASCII)
_UNITS = {
    "h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 10**3), "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6), "ns": Fraction(1, 10**9),
}  # fmt: skip


def parse_time(value: str) -> datetime:
    """An aware time. EvalError when it is none."""
    match = _TIME.fullmatch(value)
    if match is None:
        raise EvalError("a time such as 2030-01-31T00:00:00Z is required")
    if match.group(2):
        raise Undecided("a time with fractions of a second")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise EvalError("a time such as 2030-01-31T00:00:00Z is required") from None


@function("timecmp", STRING, STRING)
def timecmp(left: str, right: str) -> Decimal:
    """-1, 0 or 1."""
    first, second = parse_time(left), parse_time(right)
    return Decimal((first > second) - (first < second))


@function("timeadd", STRING, STRING)
def timeadd(start: str, duration: str) -> str:
    """A time moved by a duration such as 1h30m, in the same offset."""
    if not _DURATION.fullmatch(duration):
        raise EvalError("a duration such as 1h30m is required")
    seconds = sum((Fraction(amount) * _UNITS[unit] for amount, unit in _PART.findall(duration)), Fraction(0))
    if seconds.denominator != 1 or seconds > 10**10:
        raise Undecided("a duration with fractions of a second, or of centuries")
    moved = parse_time(start) + timedelta(seconds=int(-seconds if duration.startswith("-") else seconds))
    return moved.isoformat().replace("+00:00", "Z") if moved.utcoffset() == UTC.utcoffset(None) else moved.isoformat()
