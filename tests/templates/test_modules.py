"""What every template's files hold: the linter's rules, which are for everybody, and those of this catalogue alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.template import service
from portal.template.authoring import lint_all
from portal.template.lint import lint_list
from tests.templates import catalogue
from tests.templates.catalogue import KEYS, PROVIDERS

PINS = {"azurerm": "~> 5.0", "google": "~> 8.0"}
RUNS = {"defaults.tftest.hcl", "rules.tftest.hcl", "features.tftest.hcl"}

each_template = pytest.mark.parametrize("key", KEYS)


@each_template
def test_the_linter_has_nothing_to_say(key: str) -> None:
    found = lint_all({key: catalogue.folder(key)})
    assert [f"{each.file}:{each.line}: {each.message} [{each.rule}] {each.remedy}" for each in found] == []


@each_template
def test_a_template_is_whole_and_not_broken(key: str) -> None:
    folder = catalogue.folder(key)
    assert (folder / "main.tf").is_file()
    assert {path.name for path in (folder / "tests").glob("*.tftest.hcl")} >= RUNS
    assert service.get_template(key).broken is None


@each_template
def test_it_pins_what_all_of_ours_pin(key: str) -> None:
    provider = PROVIDERS[key.split("/")[0]]
    versions = catalogue.source(key, "versions.tf")
    assert re.findall(r'source\s*=\s*"([^"]+)"', versions) == [f"hashicorp/{provider}"]
    assert re.findall(r'(?<!_)version\s*=\s*"([^"]+)"', versions) == [PINS[provider]]
    assert re.findall(r'required_version\s*=\s*"([^"]+)"', versions) == [">= 1.11"]
    assert {resource.type.split("_")[0] for resource in catalogue.module(key).resources} == {provider}


@each_template
def test_something_is_required_and_something_is_not(key: str) -> None:
    required = [variable.required for variable in catalogue.module(key).variables.values()]
    assert any(required)
    assert not all(required)


@each_template
def test_its_rules_are_broken_in_one_file_which_needs_no_provider(key: str) -> None:
    others = (catalogue.folder(key) / "tests").glob("[!r]*.tftest.hcl")
    assert [path.name for path in others if re.search(r"expect_failures\s*=\s*\[\s*var\.", path.read_text())] == []


@each_template
def test_its_outputs_say_what_it_is(key: str) -> None:
    assert {"id", "name"} <= {output.name for output in catalogue.module(key).outputs}


@each_template
def test_its_questions_are_in_sections_and_it_offers_two_presets(key: str) -> None:
    manifest = catalogue.manifest(key)
    assert set(manifest.variables) >= set(catalogue.module(key).variables)
    assert 3 <= len(manifest.sections) <= 10
    assert {"small-dev", "production"} <= {preset.name for preset in manifest.presets}


@each_template
def test_few_questions_come_first(key: str) -> None:
    fields = [field for section in service.form(key).sections for field in section.fields]
    assert any(field.level == "basic" for field in fields)
    assert not all(field.level == "basic" for field in fields)


@pytest.mark.parametrize("path", catalogue.LISTS, ids=lambda path: path.stem)
def test_a_list_of_options_tells_its_origin_and_has_no_doubles(path: Path) -> None:
    assert [each.message for each in lint_list(path.name, path.read_bytes())] == []
