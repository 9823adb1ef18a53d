"""What the form accepts, the provider accepts: its own enumerations, ranges and immutable arguments are held against ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from portal.template import service
from portal.template.schemas import FieldModel
from tests.templates import catalogue
from tests.templates.catalogue import KEYS
from tests.templates.tracing import EACH, Link, Place, links, value_at, with_value

each_template = pytest.mark.parametrize("key", KEYS)
NONSENSE = "no-such-value"


@each_template
def test_an_argument_that_the_cloud_never_changes_is_said_to_be_fixed(key: str) -> None:
    hints = catalogue.manifest(key).variables
    missing = [
        str(link)
        for link in links(key)
        if link.alone and link.address.endswith(".this") and len(link.place) == 1 and link.facts.get("force_new")
        if not (link.place[0] in hints and hints[link.place[0]].immutable_after_create)
    ]
    assert not missing, "write immutable_after_create: true for these, or let their change not replace the resource"


@each_template
def test_every_choice_offered_is_one_of_the_providers(key: str) -> None:
    fields, wrong = _fields(key), {}
    for link in _closed(key):
        field = fields.get(link.place)
        offered = {_like(one.value) for one in field.options if not one.when} if field else set()
        allowed = {_like(value) for value in link.facts["enum"]}
        if link.facts.get("enum_ci"):
            offered, allowed = {value.lower() for value in offered}, {value.lower() for value in allowed}
        if offered - allowed:
            wrong[str(link)] = sorted(offered - allowed)
    assert not wrong


@each_template
def test_a_value_outside_the_providers_enumeration_is_refused_in_the_form(key: str) -> None:
    unchecked = [
        str(link)
        for link in _closed(key)
        if not _refused(key, link.place, [NONSENSE] if link.facts.get("each") else NONSENSE)
    ]
    assert not unchecked, "write a validation for these"


@each_template
def test_a_number_outside_the_providers_range_is_refused_in_the_form(key: str) -> None:
    unchecked = [
        f"{link}: {value} of {link.facts['range']}"
        for link in links(key)
        for value in _beyond(link.facts.get("range", (None, None)))
        if not _refused(key, link.place, value)
    ]
    assert not unchecked, "write a validation for these"


def _beyond(limits: Sequence[float | None]) -> list[float]:
    low, high = limits
    return ([] if low is None else [low - 1]) + ([] if high is None else [high + 1])


def _closed(key: str) -> list[Link]:
    return [link for link in links(key) if "enum" in link.facts and not link.facts.get("enum_open")]


def _like(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refused(key: str, place: Place, value: Any) -> bool:
    """Whether the form refuses `value`; a place that the full fixture leaves empty is not judged."""
    full = catalogue.fixtures(key).full
    assert full is not None
    if value_at(full.values, place) is None:
        return True
    found = service.validate_values(key, with_value(full.values, place, value)).errors
    return any(error.path.replace("[", ".").split(".")[0] == place[0] for error in found)


def _fields(key: str) -> dict[Place, FieldModel]:
    """Every field of the form with a closed list of options, by its place."""
    found: dict[Place, FieldModel] = {}

    def walk(field: FieldModel, place: Place) -> None:
        if field.options and not field.allow_other:
            found[place] = field
        if field.item:
            walk(field.item, (*place, EACH))
        for inner in field.fields:
            walk(inner, (*place, inner.name))

    for section in service.form(key).sections:
        for field in section.fields:
            walk(field, (field.name,))
    return found
