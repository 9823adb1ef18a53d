"""Actions of a template: the command that one of them is, for one resource. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portal.template.errors import TemplateError
from portal.template.manifest import PLACEHOLDER, Action

_LONGEST: Final = 1000
# A value there would be read as an option, or (`@file`, by the Azure CLI) as the name of a file to read.
_LEADS: Final = ("-", "@")


def command(action: Action, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The arguments, each attribute of the resource in its place.

    Raises:
        TemplateError: the resource lacks an attribute, or has one that cannot be an argument.
    """
    return tuple(_filled(argument, attributes) for argument in action.arguments)


def _filled(argument: str, attributes: Mapping[str, str]) -> str:
    parts, end = [], 0
    for match in PLACEHOLDER.finditer(argument):
        before = argument[end : match.start()]
        parts += [before, _value(match[1], attributes, leads=not before or before.endswith("="))]
        end = match.end()
    return "".join([*parts, argument[end:]])


def _value(name: str, attributes: Mapping[str, str], *, leads: bool) -> str:
    value = attributes.get(name, "")
    if not value:
        raise TemplateError(f"the resource has no {name} yet")
    if len(value) > _LONGEST or not value.isprintable() or (leads and value.startswith(_LEADS)):
        raise TemplateError(f"the resource's {name} cannot be an argument of a command")
    return value
