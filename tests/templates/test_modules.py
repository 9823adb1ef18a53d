"""What every template's files hold, whatever it makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from portal.template import service
from portal.template.hcl.types import ANY, Collection, ObjectType, TupleType, Type
from tests.templates import catalogue
from tests.templates.catalogue import KEYS, PROVIDERS

SECRETS = re.compile(
    r"password|secret|connection_string|(?:access|private|shared|primary|secondary|api)_key|token|kubeconfig"
)
PINS = {"azurerm": "~> 5.0", "google": "~> 8.0"}
FILES = {"manifest.yaml", "main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"}
RUNS = {"defaults.tftest.hcl", "rules.tftest.hcl", "features.tftest.hcl"}

each_template = pytest.mark.parametrize("key", KEYS)


@each_template
def test_a_template_is_whole_and_not_broken(key: str) -> None:
    folder = catalogue.folder(key)
    assert {path.name for path in folder.iterdir()} >= FILES
    assert {path.name for path in (folder / "tests").glob("*.tftest.hcl")} >= RUNS
    assert not list(folder.glob(".terraform*")), "a lock file or working data is left in the folder"
    assert service.get_template(key).broken is None


@each_template
def test_it_uses_its_clouds_provider_alone_and_no_credentials(key: str) -> None:
    provider = PROVIDERS[key.split("/")[0]]
    versions = catalogue.source(key, "versions.tf")
    assert re.findall(r'source\s*=\s*"([^"]+)"', versions) == [f"hashicorp/{provider}"]
    assert re.findall(r'(?<!_)version\s*=\s*"([^"]+)"', versions) == [PINS[provider]]
    assert re.findall(r'required_version\s*=\s*"([^"]+)"', versions) == [">= 1.11"]
    words = set(re.findall(r"(?m)^\s+(\w+)\s*=", versions.split(f'provider "{provider}"')[1]))
    assert not words & {
        "client_secret",
        "client_id",
        "subscription_id",
        "tenant_id",
        "credentials",
        "access_token",
        "project",
    }
    assert {resource.type.split("_")[0] for resource in catalogue.module(key).resources} == {provider}


@each_template
def test_every_variable_is_typed_and_described_to_the_last_attribute(key: str) -> None:
    for name, variable in catalogue.module(key).variables.items():
        assert variable.type != ANY, f"{name} has no type"
        assert len(variable.description.strip()) > 10, f"{name} has no description"
        missing = [
            attribute for attribute in _attributes(variable.type) if f"`{attribute}`" not in variable.description
        ]
        assert not missing, f"{name} does not tell about {missing}"


def _attributes(kind: Type) -> list[str]:
    if isinstance(kind, Collection):
        return _attributes(kind.element)
    if isinstance(kind, TupleType):
        return [name for element in kind.elements for name in _attributes(element)]
    if not isinstance(kind, ObjectType):
        return []
    inner = [name for attribute in kind.attributes.values() for name in _attributes(attribute)]
    return [*kind.attributes, *inner]


@each_template
def test_few_values_are_required_and_they_come_first(key: str) -> None:
    variables = catalogue.module(key).variables
    required = [name for name, variable in variables.items() if variable.required]
    optional = [name for name in variables if name not in required]
    assert 1 <= len(required) <= 5
    assert list(variables) == required + sorted(optional)


@each_template
def test_a_default_that_is_not_null_cannot_be_set_to_null(key: str) -> None:
    soft = {
        name
        for name, variable in catalogue.module(key).variables.items()
        if variable.nullable
        and variable.has_default
        and variable.default is not None
        and "Null" not in variable.description
    }
    assert not soft, f"set nullable = false for {soft}, or tell what null means"


@each_template
def test_no_variable_is_without_use(key: str) -> None:
    used = set(re.findall(r"\bvar\.(\w+)", re.sub(r'(?s)variable "\w+" \{.*?\n\}', "", catalogue.source(key))))
    assert set(catalogue.module(key).variables) == used


@each_template
def test_every_optional_variable_is_exercised(key: str) -> None:
    full = catalogue.fixtures(key).full
    assert full is not None, f"{key} has no full fixture"
    runs = "\n".join(path.read_text() for path in (catalogue.folder(key) / "tests").glob("[!r]*.tftest.hcl"))
    named = set(re.findall(r"(?m)^\s+(\w+)\s+=", runs)) | set(full.values)
    assert set(catalogue.module(key).variables) <= named


@each_template
def test_every_rule_has_a_run_and_a_sentence(key: str) -> None:
    rules = (catalogue.folder(key) / "tests" / "rules.tftest.hcl").read_text()
    expected = re.findall(r"expect_failures\s*=\s*\[var\.(\w+)\]", rules)
    for name, block in catalogue.variable_blocks(key).items():
        messages = re.findall(r'error_message\s*=\s*"((?:[^"\\]|\\.)+)"', block)
        assert expected.count(name) >= len(messages), f"a rule of {name} has no run in rules.tftest.hcl"
        assert all(re.match(r"[A-Z]", message) and message[-1] in ".…" for message in messages), messages


@each_template
def test_outputs_are_described_and_secrets_are_sensitive(key: str) -> None:
    outputs = catalogue.module(key).outputs
    assert {"id", "name"} <= {output.name for output in outputs}
    assert all(len(output.description) > 10 for output in outputs)
    assert not [output.name for output in outputs if SECRETS.search(output.name) and not output.sensitive]
    variables = catalogue.module(key).variables
    assert not [
        name for name, variable in variables.items() if re.search("password|secret$", name) and not variable.sensitive
    ]


@each_template
def test_the_manifest_asks_for_everything_in_words(key: str) -> None:
    manifest, variables = catalogue.manifest(key), catalogue.module(key).variables
    assert {name for name, hint in manifest.variables.items() if hint.title and hint.section} >= set(variables)
    assert manifest.duration_minutes
    assert manifest.docs
    assert manifest.required_apis
    assert manifest.required_roles
    assert manifest.next_steps
    assert 3 <= len(manifest.sections) <= 10
    assert {"small-dev", "production"} <= {preset.name for preset in manifest.presets}


@each_template
def test_few_questions_come_first(key: str) -> None:
    form = service.form(key)
    basic = [field.name for section in form.sections for field in section.fields if field.level == "basic"]
    assert len(basic) <= 14
    assert len(basic) < sum(len(section.fields) for section in form.sections)


@pytest.mark.parametrize("path", catalogue.LISTS, ids=lambda path: path.stem)
def test_a_list_of_options_tells_its_origin_and_has_no_doubles(path: Path) -> None:
    data = json.loads(path.read_text())
    values = [option["value"] for option in data["options"]]
    assert data["kind"] == path.stem
    assert "https://" in data["source"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data["as_of"])
    assert len(values) == len(set(values)) > 1
    assert all(option.get("label") for option in data["options"])
