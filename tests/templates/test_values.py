"""Form and Terraform judge the fixtures alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.cloud_account.clouds import CLOUDS
from portal.template import service
from tests.templates import catalogue
from tests.templates.catalogue import KEYS
from tests.templates.workplace import Workplace

Places = Callable[[str], Workplace]
each_template = pytest.mark.parametrize("key", KEYS)


def _errors(key: str, values: dict[str, Any]) -> list[str]:
    return [f"{error.path}: {error.message}" for error in service.validate_values(key, values).errors]


@each_template
def test_minimal_holds_the_required_values_and_no_more(key: str) -> None:
    minimal = catalogue.fixtures(key).minimal.values
    assert set(minimal) == {name for name, variable in catalogue.module(key).variables.items() if variable.required}
    assert _errors(key, minimal) == []


@each_template
def test_the_form_takes_the_full_fixture_and_every_preset(key: str) -> None:
    full = catalogue.fixtures(key).full
    assert full is not None
    assert _errors(key, full.values) == []
    for preset in catalogue.manifest(key).presets:
        assert _errors(key, catalogue.fixtures(key).minimal.values | preset.values) == [], preset.name


@each_template
def test_terraform_takes_the_full_fixture_and_every_preset(key: str, bare_workplace: Places) -> None:
    place, minimal, full = bare_workplace(key), catalogue.fixtures(key).minimal.values, catalogue.fixtures(key).full
    assert full is not None
    for values in (full.values, *(minimal | preset.values for preset in catalogue.manifest(key).presets)):
        place.use(values)
        place.terraform("plan")


@each_template
def test_there_are_at_least_four_invalid_fixtures(key: str) -> None:
    assert len(catalogue.fixtures(key).invalid) >= 4


@pytest.mark.parametrize(("key", "index"), catalogue.invalid_fixtures())
def test_form_and_terraform_refuse_invalid_values_with_the_same_sentence(
    key: str, index: int, bare_workplace: Places
) -> None:
    fixture, place = catalogue.invalid(key, index), bare_workplace(key)
    found = service.validate_values(key, fixture.values).errors
    assert [error for error in found if fixture.message in error.message and fixture.path in (None, error.path)], found
    place.use(fixture.values)
    assert fixture.message in place.terraform("plan", codes=(1,)).text


@each_template
def test_the_options_offered_are_those_that_the_rules_allow(key: str) -> None:
    blocks = catalogue.variable_blocks(key)
    for field in (field for section in service.form(key).sections for field in section.fields if field.options):
        offered, block = {str(option.value) for option in field.options}, blocks[field.name]
        if closed := re.search(rf"contains\(\[([^\[\]]*)\], var\.{field.name}\)", block):
            assert offered == {word.strip(' "') for word in closed[1].split(",")}, field.name
        for quoted in re.findall(rf'[ (]regex\(("(?:[^"\\]|\\.)*"), (?:upper\()?var\.{field.name}\)', block):
            assert not [value for value in offered if not re.search(json.loads(quoted), value)], field.name


@each_template
def test_options_come_from_lists_that_exist_or_from_what_an_account_can_look_up(key: str) -> None:
    hints = catalogue.manifest(key).variables.values()
    live = {f"{cloud.name}-{kind}" for cloud in CLOUDS.values() for kind in cloud.LOOKUPS}
    lists = {path.stem for path in catalogue.LISTS}
    assert {hint.options_from.kind for hint in hints if hint.options_from} <= {*lists, *live}
