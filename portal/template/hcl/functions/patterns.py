"""Regular expressions: RE2, as in Terraform, so no pattern takes more than linear time."""

from __future__ import annotations

import re
from typing import Any

import re2

from portal.template.hcl.errors import EvalError, Undecided
from portal.template.hcl.functions.registry import function
from portal.template.hcl.scope import MAX_STRING, joined
from portal.template.hcl.types import ANY, STRING
from portal.template.hcl.values import ListV, ObjectV, TupleV, text

MAX_PATTERN = 2000
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 4 << 20


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
    if len(pattern) > MAX_PATTERN or "\\C" in pattern:
        raise Undecided("a regular expression of more than 2000 characters, or about single bytes")
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        if re.search(r"\{\d", pattern):
            raise Undecided("a regular expression that may repeat too often") from None
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
