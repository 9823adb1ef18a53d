"""The little language of the behaviour files: text with {placeholders} that are looked up, never executed.

A placeholder is one or more alternatives with "|" between them; the first that gives something wins:
    {name}                      an attribute of the resource; also path.0.inner, and .name for a sibling in its block
    {subnet_id->address_prefixes.0}   an attribute of the stored resource whose id the part before the arrow gives
    {'text'}                    the text itself
    {function:argument}         a function of the scope, such as hash:8, uuid, key:64, lower:name
Text whose placeholder gives nothing is None as a whole; one unknown part makes the whole unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, Protocol

from worker.sandbox.protocol import UNKNOWN, Value, has_unknown

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


class Scope(Protocol):
    """Where placeholders find their values."""

    def value(self, path: str) -> Value:
        """The value at a dotted path, None when there is none."""

    def referred(self, resource_id: str, path: str) -> Value:
        """The value at a dotted path of the stored resource called `resource_id`."""

    def call(self, function: str, argument: str) -> Value:
        """The result of a function; KeyError when it is not known."""


def render(rule: Any, scope: Scope) -> Value:
    """The value that `rule` describes: text is filled in, lists and maps are rendered inside, the rest is itself."""
    if isinstance(rule, dict):
        return {key: render(inner, scope) for key, inner in rule.items()}
    if isinstance(rule, list):
        return [render(inner, scope) for inner in rule]
    return _text(rule, scope) if isinstance(rule, str) else rule


def _text(rule: str, scope: Scope) -> Value:
    pieces = _pieces(rule)
    if len(pieces) == 1 and callable(pieces[0]):
        return pieces[0](scope)
    values = [piece(scope) if callable(piece) else piece for piece in pieces]
    if any(value is None for value in values):
        return None
    return UNKNOWN if any(has_unknown(value) for value in values) else "".join(str(value) for value in values)


@cache
def _pieces(rule: str) -> tuple[str | Callable[[Scope], Value], ...]:
    parts = _PLACEHOLDER.split(rule)
    pieces = [_alternatives(part) if index % 2 else part for index, part in enumerate(parts)]
    return tuple(piece for piece in pieces if piece != "")


def _alternatives(text: str) -> Callable[[Scope], Value]:
    getters = [_getter(alternative.strip()) for alternative in text.split("|")]

    def first(scope: Scope) -> Value:
        values = (getter(scope) for getter in getters[:-1])
        found = next((value for value in values if value not in (None, "", [])), None)
        return getters[-1](scope) if found is None else found

    return first


def _getter(text: str) -> Callable[[Scope], Value]:
    if text.startswith("'"):
        return lambda scope: text.strip("'")
    if ":" in text:
        function, _, argument = text.partition(":")
        return lambda scope: scope.call(function, argument)
    return lambda scope: _follow(text.split("->"), scope)


def _follow(hops: list[str], scope: Scope) -> Value:
    value = scope.value(hops[0])
    for hop in hops[1:]:
        if not isinstance(value, str) or not value:
            return UNKNOWN if value is UNKNOWN else None
        value = scope.referred(value, hop)
    return value


def dig(value: Value, path: str) -> Value:
    """What is at a dotted path inside `value`, None when something on the way is missing."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return UNKNOWN if value is UNKNOWN else None
    return value


def mentioned(rule: Any) -> Iterator[str]:
    """The names of the attributes that `rule` reads, so that a change of one is a change of the other."""
    if isinstance(rule, dict | list):
        for inner in rule.values() if isinstance(rule, dict) else rule:
            yield from mentioned(inner)
    if isinstance(rule, str):
        for placeholder in _PLACEHOLDER.findall(rule):
            for alternative in placeholder.split("|"):
                text = alternative.strip()
                path = text.partition(":")[2] if ":" in text else text
                yield path.split("->")[0].split(".")[0].strip("'")
