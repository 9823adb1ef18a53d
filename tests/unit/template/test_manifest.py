"""The manifest: strict, plain, and in step with its JSON Schema and its module."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import portal.template.manifest as manifest_module
from portal.template.errors import TemplateError
from portal.template.manifest import manifest_schema, parse_manifest
from tests.unit.template.conftest import EVERY_TYPE, MakeModule

HEAD = b"title: T\nsummary: S\ncategory: C\nicon: i\nversion: 1.0.0\n"
VARIABLE = 'variable "x" {\n default = "a"\n}\nvariable "n" {\n type = number\n default = 1\n}\nvariable "must" {}\n'


def test_the_committed_schema_is_the_one_of_the_models() -> None:
    committed = Path(manifest_module.__file__).with_name("manifest.schema.json")
    assert json.loads(committed.read_text()) == manifest_schema()


def test_the_schema_accepts_the_sample_and_refuses_a_misspelt_key() -> None:
    sample = yaml.safe_load((EVERY_TYPE / "manifest.yaml").read_text())
    validator = jsonschema.Draft202012Validator(manifest_schema())
    validator.validate(sample)
    assert not validator.is_valid({**sample, "titel": "x"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "must be a mapping"),
        (b"title: [", "not valid YAML at line"),
        (HEAD + b"titel: x\n", "unknown key 'titel'"),
        (HEAD + b"variables: {x: {hlep: y}}\n", "unknown key 'variables.x.hlep'"),
        (HEAD.replace(b"1.0.0", b"one"), "version"),
        (HEAD + b"docs: [{title: x, url: 'javascript:alert(1)'}]\n", "url"),
        (HEAD + b"variables: &a {}\npresets: *a\n", "anchors"),
        (HEAD + b"tags: !!python/object/apply:os.system ['true']\n", "not valid YAML"),
        (HEAD + b"x: " + b"[" * 5000, "nest"),
        (HEAD + b"x: [" + b"1," * 30_000 + b"]", "too many"),
        (HEAD + b"x: '" + b"y" * 300_000 + b"'", "larger than"),
        (b"title: \xff", "YAML"),
        (HEAD + b"x: 2024-99-99\n", "cannot be read"),
    ],
)
def test_attack_9_what_is_not_a_plain_manifest_is_refused_with_its_reason(text: bytes, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        parse_manifest(text)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("variables: {y: {}}", "no variable y"),
        ("variables: {x.size: {}}", "no such attribute"),
        ("variables: {'x[]': {}}", "no such attribute"),
        ("variables: {x: {section: none}}", "section must be"),
        ("variables: {x: {widget: slider}}", "does not fit the type"),
        ("variables: {x: {monotonic: true}}", "only a number"),
        ("variables: {must: {visible_when: var.n == 1}}", "required variable cannot be hidden"),
        ("variables: {x: {visible_when: var.z == 1}}", "no var.z"),
        ('variables: {x: {visible_when: file("x")}}', "small language"),
        ("variables: {x: {default_from: '{secret.key}'}}", "does not know"),
        ("variables: {x: {checks: [{condition: 'a b', message: m}]}}", "line 1"),
        ("sections: [{key: a, title: A}, {key: a, title: B}]", "twice"),
        ("sections: [{key: a, title: A, parent: b}]", "parent"),
        ("presets: [{name: p, title: P, values: {y: 1}}]", "no variable y"),
        ("presets: [{name: p, title: P, values: {n: abc}}]", "n: Enter a number"),
        ("presets: [{name: p, title: P, values: {}}, {name: p, title: P, values: {}}]", "same name"),
        ("fixtures: {minimal: {values: {y: 1}}}", "no variable y"),
    ],
)
def test_a_manifest_that_does_not_fit_its_module_is_refused(make_module: MakeModule, extra: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        make_module(VARIABLE, extra)
