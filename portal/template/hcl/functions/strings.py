"""String functions. Lengths and positions count grapheme clusters, as Terraform does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.scope import joined
from portal.template.hcl.types import ANY, NUMBER, STRING, Collection
from portal.template.hcl.values import ListV, SetV, ordered, text


def characters(value: str) -> list[str]:
    """The grapheme clusters of a string.

    Raises:
        Undecided: it holds characters that join with others, whose clusters take the whole Unicode table to find.
    """
    if value.isascii() and "\r\n" not in value:
        return list(value)
    if "\r\n" in value or not all(map(_stands_alone, value)):
        raise Undecided("the length of a text with joined characters")
    return list(value)


def _stands_alone(char: str) -> bool:
    code = ord(char)
    if 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97F or 0xD7B0 <= code <= 0xD7FF or code in (0xE33, 0xEB3):
        return False
    if 0x1F1E6 <= code <= 0x1F1FF or 0x1F3FB <= code <= 0x1F3FF:
        return False
    return unicodedata.category(char) not in ("Mn", "Me", "Mc", "Cf", "Cn", "Co", "Cs")


def _each(value: str, change: Callable[[str], str]) -> str:
    """Change letters one for one, as Go does; where Python makes two of one, Go has its own table."""
    changed = [change(char) for char in value]
    if any(len(char) != 1 for char in changed):
        raise Undecided("a letter whose other case is more than one letter")
    return text("".join(changed))


@function("lower", STRING)
def lower(value: str) -> str:
    """Letters small."""
    return _each(value, str.lower)


@function("upper", STRING)
def upper(value: str) -> str:
    """Letters large."""
    return _each(value, str.upper)


@function("title", STRING)
def title(value: str) -> str:
    """The first letter of each word large."""
    if not value.isascii():
        raise Undecided("the title form of letters beyond ASCII")
    return re.sub(r"(?<!\w)[a-z]", lambda match: match.group().upper(), value)


_GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


@function("trimspace", STRING)
def trimspace(value: str) -> str:
    """Without white space at both ends."""
    return value.strip(_GO_SPACE)


@function("chomp", STRING)
def chomp(value: str) -> str:
    """Without newlines at the end."""
    return value.rstrip("\r\n")


@function("trim", STRING, STRING)
def trim(value: str, cut: str) -> str:
    """Without any of the characters at both ends."""
    return value.strip(cut) if cut else value


@function("trimprefix", STRING, STRING)
def trimprefix(value: str, prefix: str) -> str:
    """Without the prefix."""
    return value.removeprefix(prefix)


@function("trimsuffix", STRING, STRING)
def trimsuffix(value: str, suffix: str) -> str:
    """Without the suffix."""
    return value.removesuffix(suffix)


@function("startswith", STRING, STRING)
def startswith(value: str, prefix: str) -> bool:
    """Whether it begins so."""
    return value.startswith(prefix)


@function("endswith", STRING, STRING)
def endswith(value: str, suffix: str) -> bool:
    """Whether it ends so."""
    return value.endswith(suffix)


@function("strcontains", STRING, STRING)
def strcontains(value: str, part: str) -> bool:
    """Whether the part is in it."""
    return part in value


@function("strrev", STRING)
def strrev(value: str) -> str:
    """From the end to the beginning."""
    return text("".join(reversed(characters(value))))


@function("substr", STRING, NUMBER, NUMBER)
def substr(value: str, offset: Decimal, length: Decimal) -> str:
    """`length` characters from `offset`; a negative offset counts from the end, length -1 means the rest."""
    clusters = characters(value)
    start, count = whole(offset), whole(length)
    if start < 0:
        start = max(0, start + len(clusters))
    if count < -1:
        raise Undecided("a text of negative length")
    return "".join(clusters[start:] if count == -1 else clusters[start : start + count])


def whole(value: Decimal) -> int:
    """A whole number; EvalError otherwise."""
    if value != int(value):
        raise EvalError("a whole number is required")
    return int(value)


@function("split", STRING, STRING)
def split(separator: str, value: str) -> ListV:
    """The parts between separators; all characters when it is empty."""
    parts = value.split(separator) if separator else list(value)
    return ListV(tuple(parts), STRING)


@function("join", STRING, rest=Collection("list", STRING))
def join(separator: str, *lists: ListV) -> str:
    """All elements in one text."""
    parts = [item for each in lists for item in ordered(each).items]
    if not lists or any(part is None for part in parts):
        raise EvalError("join needs lists without null")
    return text(joined(separator, parts))


@function("indent", NUMBER, STRING)
def indent(spaces: Decimal, value: str) -> str:
    """All lines but the first moved to the right."""
    return joined("\n" + " " * min(whole(spaces), 1000), value.split("\n"))


@function("sort", Collection("list", STRING))
def sort(value: ListV) -> ListV:
    """In the order of their bytes."""
    if any(item is None for item in value.items):
        raise EvalError("a list with null cannot be sorted")
    return ListV(tuple(sorted(value.items, key=lambda item: item.encode())), STRING)


def string_length(value: Any) -> int:
    """The length of a string in characters, or the number of elements of a collection."""
    return len(characters(value)) if isinstance(value, str) else len(value.items)


@function("length", RAW)
def length(value: Any) -> Decimal:
    """Characters of a text, elements of anything else."""
    if isinstance(value, (bool, Decimal)):
        raise EvalError("a text, a list, a set, a map or an object has a length")
    if isinstance(value, SetV) and value.element == ANY and len(value.items) > 1:
        raise Undecided("the number of distinct elements of a type that is not known")
    return Decimal(string_length(value))
