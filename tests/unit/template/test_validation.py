"""Validation of values: the template's rules at their fields, and nothing that a hostile caller can slip past."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.template.changes import change_problems
from portal.template.json_schema import json_schema
from portal.template.lists import parse_list
from portal.template.module import Module
from portal.template.schemas import ValidationResult
from portal.template.sensitive import sensitive_values
from portal.template.tfvars import tfvars_json
from portal.template.validation import validate
from tests.unit.template.conftest import MakeModule

MINIMAL: dict[str, Any] = {"name": "thing", "owner": None, "replicas": 1}


def found(result: ValidationResult) -> list[tuple[str, str]]:
    return [(error.path, error.message) for error in result.errors]


def test_good_fixtures_are_good_and_fit_the_json_schema(every_type: Module) -> None:
    assert every_type.manifest is not None
    fixtures = every_type.manifest.fixtures
    assert fixtures is not None
    assert fixtures.full is not None
    schema = jsonschema.Draft202012Validator(json_schema(every_type, {}))
    for fixture in (fixtures.minimal, fixtures.full):
        result = validate(every_type, fixture.values, {})
        assert (found(result), result.undecided) == ([], [])
        schema.validate(fixture.values)
        schema.validate(result.values)


def test_each_bad_fixture_is_refused_at_its_field_in_the_authors_words(every_type: Module) -> None:
    assert every_type.manifest is not None
    assert every_type.manifest.fixtures is not None
    for fixture in every_type.manifest.fixtures.invalid:
        result = validate(every_type, fixture.values, {})
        assert any(path == fixture.path and fixture.message in message for path, message in found(result)), fixture


def test_an_empty_form_names_everything_that_is_required(every_type: Module) -> None:
    assert found(validate(every_type, {}, {})) == [
        (name, "This is required.") for name in ("name", "owner", "replicas")
    ]


def test_unset_null_and_empty_are_three_things(every_type: Module) -> None:
    for given_, sent in (({}, {}), ({"maybe": None}, {"maybe": None}), ({"maybe": ""}, {"maybe": ""})):
        result = validate(every_type, {**MINIMAL, **given_}, {})
        assert {name: value for name, value in result.values.items() if name == "maybe"} == sent
    assert "enabled" not in validate(every_type, {**MINIMAL, "enabled": None}, {}).values
    assert found(validate(every_type, {**MINIMAL, "name": None}, {})) == [("name", "This is required.")]


def test_unknown_names_are_refused_and_never_sent(every_type: Module) -> None:
    result = validate(every_type, {**MINIMAL, "-var-file=/etc/passwd": "x", "nam": "y"}, {})
    assert {path for path, _ in found(result)} == {"-var-file=/etc/passwd", "nam"}
    assert result.values.keys() == MINIMAL.keys()


def test_attack_22_hidden_and_disabled_values_are_not_sent_whoever_submits_them(every_type: Module) -> None:
    disks = [{"name": "a", "tags": {"x": "y"}}, {"name": "b", "kind": "fast", "tags": {"x": "y"}}]
    values = {**MINIMAL, "quorum": 77, "enabled": False, "greeting": "hello", "disks": disks}
    result = validate(every_type, values, {})
    assert found(result) == []
    assert result.values == {**MINIMAL, "enabled": False, "disks": [{"name": "a"}, disks[1]]}


def test_a_hidden_value_counts_as_unset_for_the_rules_of_others(make_module: MakeModule) -> None:
    module = make_module(
        'variable "a" {\n default = false\n}\nvariable "b" {\n default = false\n}\nvariable "c" {\n default = ""\n}',
        "variables: {b: {visible_when: var.a}, c: {visible_when: var.b}}",
    )
    assert validate(module, {"b": True, "c": "x"}, {}).values == {}
    assert validate(module, {"a": True, "b": True, "c": "x"}, {}).values == {"a": True, "b": True, "c": "x"}


def test_rules_that_hide_each_other_come_to_an_end(make_module: MakeModule) -> None:
    module = make_module(
        'variable "a" {\n default = "x"\n}\nvariable "b" {\n default = "x"\n}',
        'variables: {a: {visible_when: var.b == "x"}, b: {visible_when: var.a != "x"}}',
    )
    validate(module, {"a": "y", "b": "y"}, {})


OFFERS = """
variables:
  size:
    options: [{value: s}, {value: m, when: var.big}, {value: l, disabled: Not in this company.}]
  count: {min: 2, max: 8, step: 2}
  region: {options_from: {kind: regions, allow_other: false, parameters: {plan: var.size}}}
  free: {options: [a], allow_other: true}
"""
OFFERED = """
variable "size" { default = "s" }
variable "big" { default = false }
variable "count" {
  type = number
  default = 2
}
variable "region" { default = "eu" }
variable "free" { default = "a" }
"""
REGIONS = parse_list(
    "regions", b'{"kind": "regions", "options": [{"value": "eu"}, {"value": "us", "depends": {"plan": ["m"]}}]}'
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"size": "s", "count": 4, "region": "eu", "free": "zzz"}, None),
        ({"size": "xl"}, "size"), ({"size": "m"}, "size"), ({"size": "l"}, "size"), ({"size": "m", "big": True}, None),
        ({"count": 3}, "count"), ({"count": "10"}, "count"), ({"count": 1}, "count"), ({"region": "mars"}, "region"),
        ({"region": "us"}, "region"), ({"region": "us", "size": "m", "big": True}, None),
    ],
)  # fmt: skip
def test_attack_22_what_the_manifest_does_not_offer_is_refused(
    make_module: MakeModule, values: dict[str, Any], expected: str | None
) -> None:
    result = validate(make_module(OFFERED, OFFERS), values, {"regions": REGIONS})
    assert [path for path, _ in found(result)] == ([expected] if expected else [])


def test_what_cannot_change_or_shrink_after_creation_is_named(every_type: Module) -> None:
    before = {**MINIMAL, "ratio": "0.5"}
    assert change_problems(every_type, before, before) == []
    changed = change_problems(every_type, before, {**before, "name": "other", "ratio": 0.25})
    assert [error.path for error in changed] == ["name", "ratio"]
    assert change_problems(every_type, before, {**before, "ratio": "0.75"}) == []


def test_required_when_asks_only_when_its_rule_holds(make_module: MakeModule) -> None:
    module = make_module(
        'variable "tls" {\n default = false\n}\nvariable "cert" {\n type = string\n default = null\n}',
        "variables: {cert: {required_when: var.tls}}",
    )
    assert found(validate(module, {}, {})) == []
    assert found(validate(module, {"tls": True}, {})) == [("cert", "This is required.")]
    assert found(validate(module, {"tls": True, "cert": "x"}, {})) == []


def test_the_manifests_own_checks_are_rules_like_the_templates(make_module: MakeModule) -> None:
    module = make_module(
        'variable "a" {\n default = 1\n}\nvariable "b" {\n default = 2\n}',
        'variables: {a: {checks: [{condition: "var.a < var.b", message: Keep a below b.}]}}',
    )
    assert found(validate(module, {"a": 5}, {})) == [("a", "Keep a below b.")]


def test_a_rule_that_only_terraform_can_judge_is_left_to_it(make_module: MakeModule) -> None:
    module = make_module(
        'variable "a" {\n validation {\n condition = var.a == data.x.y.z\n error_message = "No."\n }\n}'
    )
    result = validate(module, {"a": "x"}, {})
    assert (found(result), result.undecided) == ([], ["a"])


def test_a_rule_about_another_variable_uses_its_default_and_waits_for_its_value(make_module: MakeModule) -> None:
    hcl = """
      variable "low" {
        type = number
      }
      variable "high" {
        type    = number
        default = 10
        validation {
          condition     = var.high > var.low
          error_message = "Above ${var.low}, please."
        }
      }
    """
    module = make_module(hcl)
    assert found(validate(module, {"low": 11}, {})) == [("high", "Above 11, please.")]
    assert found(validate(module, {"low": "x"}, {})) == [("low", "Enter a number.")]


def test_attack_14_a_secret_is_never_in_a_message_or_a_redacted_result(every_type: Module) -> None:
    result = validate(every_type, {**MINIMAL, "api_token": "hunter2"}, {})
    assert found(result) == [("api_token", "This value is not accepted by a rule of the template.")]
    assert "hunter2" not in result.redacted().model_dump_json()
    assert result.redacted().values["api_token"] is None


def test_a_secret_is_not_in_the_message_of_another_variable_or_through_a_local(make_module: MakeModule) -> None:
    module = make_module(
        'variable "key" {\n sensitive = true\n}\nlocals {\n k = "${var.key}!"\n}\n'
        'variable "a" {\n validation {\n condition = var.a == "b"\n error_message = "Not ${local.k}."\n }\n}'
    )
    assert "hunter2" not in str(found(validate(module, {"key": "hunter2", "a": "x"}, {})))


def test_secret_texts_to_redact_are_found_at_every_depth(make_module: MakeModule) -> None:
    hcl = 'variable "key" {\n sensitive = true\n}\nvariable "users" {\n type = map(object({ name = string, token = string }))\n}'
    module = make_module(hcl, "variables: {'users[].token': {sensitive: true}}")
    values = {"key": "-----BEGIN-----\nabcdefghij", "users": {"a": {"name": "visible", "token": "t0ken"}}}
    assert sensitive_values(module, values) == {"-----BEGIN-----\nabcdefghij", "t0ken"}
    assert validate(module, values, {}).redacted().values == {"key": None, "users": None}


@pytest.mark.parametrize(
    "text",
    ["${file(\"/etc/passwd\")}", "%{ if true }x%{ endif }", '"}\nresource "x" "y" {}', "\x00",
     "<<EOT\nEOT", "-var-file=/etc/passwd", "é́", "\u2028"],
)  # fmt: skip
def test_attack_6_hostile_texts_stay_texts(make_module: MakeModule, text: str) -> None:
    module = make_module('variable "a" {\n type = string\n}')
    result = validate(module, {"a": text}, {})
    assert found(result) == []
    assert json.loads(tfvars_json(module, result.values)) == result.values


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "name",
    "replicas",
    "anything",
    "disks",
    "network",
    "pools",
    "ports",
    "pair",
    "labels",
    "matrix",
    "users",
    "maybe",
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(values=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON_VALUES, max_size=5))
def test_no_json_makes_validation_fail_and_what_it_accepts_can_be_written(
    values: dict[str, Any], every_type: Module
) -> None:
    result = validate(every_type, {**MINIMAL, **values}, {})
    if result.ok:
        assert validate(every_type, result.values, {}).values == result.values
        assert json.loads(tfvars_json(every_type, result.values)).keys() == result.values.keys()
