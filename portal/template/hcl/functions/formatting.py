"""`format` with the verbs whose result is the same everywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from portal.template.hcl.convert import convert
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.functions.strings import whole
from portal.template.hcl.types import BOOL, NUMBER, STRING
from portal.template.hcl.values import number_text, text

_VERB = re.compile(r"%(?:%|([-+ 0#]*)(\d*)(?:\.(\d+))?(?:\[\d+\])?([a-zA-Z]))")


@function("format", STRING, rest=RAW, nullable=True)
def format_(template: str, *args: Any) -> str:
    """`%s %d %v %q %t %f %x` with width and precision; other verbs are left to Terraform."""
    remaining = list(args)

    def expand(match: re.Match[str]) -> str:
        if match.group() == "%%":
            return "%"
        if "[" in match.group() or "#" in match.group(1):
            raise Undecided("a format with positions or the # flag")
        if not remaining:
            raise EvalError("format needs more arguments")
        flags, width, precision, verb = match.groups()
        return _padded(_verb(verb, remaining.pop(0), precision, flags), flags, int(width or 0), verb)

    if template is None or re.search(r"%", _VERB.sub("", template)):
        raise EvalError("a format that cannot be used")
    result = _VERB.sub(expand, template)
    if remaining:
        raise EvalError("format has too many arguments")
    return text(result)


def _padded(value: str, flags: str, width: int, verb: str) -> str:
    if width > 1000:
        raise Undecided("a format with a very large width")
    if "-" in flags:
        return value.ljust(width)
    if "0" in flags and verb in "df":
        return value.zfill(width)
    if "0" in flags:
        raise Undecided("a text padded with zeros")
    return value.rjust(width)


def _verb(verb: str, value: Any, precision: str | None, flags: str) -> str:
    if value is None:
        raise Undecided("null in a format")
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb == "d" and precision is None:
        return _signed(str(whole(convert(value, NUMBER))), sign)
    if verb == "f":
        return _signed(f"{convert(value, NUMBER):.{int(precision or 6)}f}", sign)
    if sign or precision is not None:
        raise Undecided("a format with a precision for a text")
    if verb == "t":
        return "true" if convert(value, BOOL) else "false"
    if verb == "s":
        return convert(value, STRING)
    if verb == "q" and isinstance(value, str) and value.isascii() and value.isprintable():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if verb == "x" and isinstance(value, Decimal):
        return format(whole(value), "x")
    if verb == "v":
        return _default_verb(value)
    raise Undecided(f"the format verb {verb}")


def _signed(digits: str, sign: str) -> str:
    return digits if digits.startswith("-") else sign + digits


def _default_verb(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    raise Undecided("a complex value in a format")
