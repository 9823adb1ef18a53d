"""What a description says about the attributes of its object, handed to each of them. Pure.

Authors write one list below the first sentence: `- ` and an attribute in backticks, a dash, and what it is for. In a form
each attribute has a title of its own, so its words belong below its own input, and its name in code to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from portal.template.hcl.types import Collection, ObjectType, Type

_ITEM = re.compile(r"[-*] (`\w+`(?:(?:, | and )`\w+`)*) ?(?:[-–—]|:) (.+)", re.DOTALL)
_MODE = re.compile(r"\((?:Required|Optional)\)\.? *", re.IGNORECASE)


def told(description: str, kind: Type, place: str = "") -> tuple[str, dict[str, str]]:
    """The description without what is about attributes, and what it says about each, by its place within the variable."""
    attributes, inner = _attributes(kind, place)
    rest: list[str] = []
    found: dict[str, str] = {}
    for block in _blocks(description):
        item = _ITEM.fullmatch(block.strip())
        names = re.findall(r"\w+", item[1]) if item else []
        fresh = [name for name in names if name in attributes and f"{inner}.{name}" not in found]
        if item is None or len(fresh) < len(names):
            rest.append(block)
            continue
        for name in names:
            text, deeper = told(_dedented(item[2]), attributes[name], f"{inner}.{name}")
            found |= {f"{inner}.{name}": _sentence(text), **deeper}
    return "\n".join(rest).strip(), found


def _attributes(kind: Type, place: str) -> tuple[dict[str, Type], str]:
    """The attributes of an object or of the objects in a collection, and the place that they are attributes of."""
    while isinstance(kind, Collection):
        kind, place = kind.element, f"{place}[]"
    return (dict(kind.attributes), place) if isinstance(kind, ObjectType) else ({}, place)


def _blocks(text: str) -> Iterator[str]:
    """The lines of a text, an item of a list together with what is indented below it."""
    block: list[str] = []
    for line in text.splitlines():
        if block and not (block[0][:2] in ("- ", "* ") and line.startswith(" ")):
            yield "\n".join(block)
            block = []
        block.append(line)
    if block:
        yield "\n".join(block)


def _dedented(text: str) -> str:
    first, _, more = text.partition("\n")
    return f"{first}\n{dedent(more)}" if more else first


def _sentence(text: str) -> str:
    """With a capital, unless it begins with code."""
    bare = _MODE.sub("", text.strip(), count=1)
    return bare[:1].upper() + bare[1:]
