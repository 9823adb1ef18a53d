"""String functions. Lengths and positions count grapheme clusters, as Terraform does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import re2

from portal.template.hcl.convert import convert
from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.evaluator import MAX_STRING, joined
from portal.template.hcl.functions.registry import RAW, function
from portal.template.hcl.types import ANY, BOOL, NUMBER, STRING, Collection
from portal.template.hcl.values import ListV, ObjectV, SetV, TupleV, number_text, ordered, text

MAX_PATTERN = 2000
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 4 << 20


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


_GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


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
        start += len(clusters)
        if start < 0:
            raise Undecided("a text from before its beginning")
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


@function("replace", STRING, STRING, STRING)
def replace(value: str, search: str, replacement: str) -> str:
    """All occurrences replaced; a search in slashes is a regular expression."""
    if len(search) > 1 and search.startswith("/") and search.endswith("/"):
        return _replace_pattern(value, compile_pattern(search[1:-1]), replacement)
    if len(value) * (len(replacement) + 1) > MAX_STRING and value.count(search) * len(replacement) > MAX_STRING:
        raise Undecided("a text is too long")
    return text(value.replace(search, replacement))


def _replace_pattern(value: str, pattern: Any, replacement: str) -> str:
    """Go's syntax for groups: `$1`, `${name}`, `$$`."""
    parts, position = [], 0
    for match in pattern.finditer(value):
        parts += [value[position : match.start()], _expand(match, replacement)]
        position = match.end()
    return text(joined("", [*parts, value[position:]]))


def _expand(match: Any, replacement: str) -> str:
    def group(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name is None:
            return "$"
        known: dict[str, Any] = {str(index): item for index, item in enumerate((match.group(), *match.groups()))}
        return (known | match.groupdict()).get(name) or ""

    return re.sub(r"\$(?:\$|(\w+)|\{(\w+)\})", group, replacement)


def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern: linear in time, and the syntax of Terraform's.

    Raises:
        EvalError: it is no valid pattern.
        Undecided: it is beyond the limits.
    """
    if len(pattern) > MAX_PATTERN:
        raise Undecided("a regular expression of more than 2000 characters")
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        if re.search(r"\{\d{4,}|too large", pattern):
            raise Undecided("a regular expression that is too large") from None
        raise EvalError("the regular expression is not valid") from None


@function("regex", STRING, STRING)
def regex(pattern: str, value: str) -> Any:
    """The first match: a text, or its groups; EvalError when there is none."""
    match = compile_pattern(pattern).search(value)
    if match is None:
        raise EvalError("the text does not match the pattern")
    return _captured(match)


@function("regexall", STRING, STRING)
def regexall(pattern: str, value: str) -> ListV:
    """All matches."""
    compiled = compile_pattern(pattern)
    found = tuple(_captured(match) for match in compiled.finditer(value))
    return ListV(found, STRING if compiled.groups == 0 else ANY)


def _captured(match: Any) -> Any:
    names = match.groupdict()
    if names and len(names) == len(match.groups()):
        return ObjectV(dict(sorted(names.items())))
    if names:
        raise EvalError("a pattern has either named or unnamed groups")
    return TupleV(tuple(match.groups())) if match.groups() else match.group()


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
