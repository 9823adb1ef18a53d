"""Hints that the server enforces: units, ranges that keep apart, roles, what may not change; and warnings that hinder nobody."""

from __future__ import annotations

from typing import Any

import pytest

from portal.template.changes import change_problems, role_problems
from portal.template.errors import TemplateError
from portal.template.form import build_form, variable_field
from portal.template.lists import parse_list
from portal.template.module import Module
from portal.template.validation import validate
from tests.unit.template.conftest import MakeModule

POOLS = """
variable "pools" {
  type = list(object({
    name   = string
    size   = optional(number, 1)
    locked = optional(bool, false)
    mode   = optional(string, "auto")
    note   = optional(string)
  }))
  default = []
}
"""


def errors(module: Module, values: dict[str, Any]) -> dict[str, str]:
    return {error.path: error.message for error in validate(module, values, {}).errors}


def warnings(module: Module, values: dict[str, Any]) -> dict[str, str]:
    return {error.path: error.message for error in validate(module, values, {}).warnings}


# ---- units


def memory(make_module: MakeModule, hint: str) -> Module:
    hcl = (
        'variable "memory" {\n type = number\n default = 2048\n'
        ' validation {\n  condition = var.memory >= 512 && var.memory <= 65536\n  error_message = "512 to 65536 MiB."\n }\n}'
    )
    return make_module(hcl, f"variables: {{memory: {hint}}}")


def test_limits_of_a_scaled_number_are_in_the_unit_that_is_shown(make_module: MakeModule) -> None:
    module = memory(make_module, '{unit: GiB, scale: 1024, min: 1, max: 16, step: "0.5"}')
    assert errors(module, {"memory": 1024}) == {}
    assert errors(module, {"memory": 1536}) == {}
    assert errors(module, {"memory": 512}) == {"memory": "Enter at least 1 GiB."}
    assert errors(module, {"memory": 32768}) == {"memory": "Enter at most 16 GiB."}
    assert errors(module, {"memory": 1100}) == {"memory": "Go from 1 in steps of 0.5 GiB."}


def test_the_form_shows_the_templates_own_limits_in_that_unit_too(make_module: MakeModule) -> None:
    model = variable_field(memory(make_module, "{unit: GiB, scale: 1024}"), "memory", {})
    assert (model.scale, model.default, model.constraints.min, model.constraints.max) == ("1024", "2048", "0.5", "64")
    thirds = variable_field(memory(make_module, "{unit: h, scale: 3600}"), "memory", {})
    assert thirds.constraints.min is None


# ---- ranges


NETWORK = """
variable "space" {
  type    = list(string)
  default = ["10.0.0.0/16"]
}
variable "subnets" {
  type    = map(object({ prefixes = list(string) }))
  default = {}
}
variable "services" {
  type    = string
  default = "10.96.0.0/16"
}
"""


def test_ranges_that_overlap_are_named_where_the_later_one_stands(make_module: MakeModule) -> None:
    module = make_module(NETWORK, 'variables: {"subnets[].prefixes": {check: cidr_overlap}}')
    apart = {"a": {"prefixes": ["10.0.0.0/24"]}, "b": {"prefixes": ["10.0.1.0/24", "fd00::/64", "not a range"]}}
    assert errors(module, {"subnets": apart}) == {}
    meeting = {"a": {"prefixes": ["10.0.0.0/22"]}, "b": {"prefixes": ["10.0.9.0/24", "10.0.1.0/24"]}}
    found = errors(module, {"subnets": meeting})
    assert found == {
        'subnets["b"].prefixes[1]': '10.0.1.0/24 overlaps 10.0.0.0/22 (Subnets "a"). Choose ranges that keep apart.'
    }
    same = {"a": {"prefixes": ["10.0.0.0/24", "10.0.0.0/24"]}}
    assert list(errors(module, {"subnets": same})) == ['subnets["a"].prefixes[1]']


def test_ranges_of_other_fields_count_with_their_defaults(make_module: MakeModule) -> None:
    hint = (
        '{check: {kind: cidr_overlap, against: [space, "subnets[].prefixes"], severity: warning, message: Keep apart.}}'
    )
    module = make_module(NETWORK, f"variables: {{services: {hint}}}")
    assert warnings(module, {}) == {}
    assert warnings(module, {"services": "10.0.3.0/24"}) == {"services": "Keep apart."}
    assert errors(module, {"services": "10.0.3.0/24"}) == {}
    assert warnings(module, {"subnets": {"a": {"prefixes": ["10.0.0.0/8"]}}, "space": []}) == {
        "services": "Keep apart."
    }


def test_a_secret_range_is_not_repeated(make_module: MakeModule) -> None:
    module = make_module(NETWORK, "variables: {space: {check: cidr_overlap, sensitive: true}}")
    found = errors(module, {"space": ["10.9.0.0/16", "10.9.8.0/24"]})
    assert list(found) == ["space[1]"]
    assert "10.9" not in found["space[1]"]


# ---- warnings


def test_a_check_that_only_warns_hinders_nobody(make_module: MakeModule) -> None:
    module = make_module(
        'variable "nodes" {\n type = number\n default = 1\n}',
        "variables:\n  nodes:\n    checks:\n"
        "      - {condition: var.nodes >= 3, message: Three survive the loss of a zone., severity: warning}\n"
        "      - {condition: var.nodes != 2, message: Never two.}\n",
    )
    assert warnings(module, {}) == {"nodes": "Three survive the loss of a zone."}
    assert validate(module, {"nodes": 1}, {}).ok
    assert warnings(module, {"nodes": 3}) == {}
    assert errors(module, {"nodes": 2}) == {"nodes": "Never two."}
    assert warnings(module, {"nodes": 2}) == {}


def test_what_is_deprecated_is_said_with_what_replaces_it(make_module: MakeModule) -> None:
    module = make_module(
        'variable "kind" {\n default = "b"\n}\nvariable "old" {\n default = ""\n}\nvariable "new" {\n default = ""\n}',
        "variables:\n  kind:\n    options:\n"
        "      - {value: a, label: Kind A, deprecated: Ends in March, replaced_by: b}\n"
        "      - {value: b, label: Kind B}\n      - {value: c, deprecated: true}\n"
        "  old: {deprecated: Too coarse., replaced_by: new}\n  new: {title: Fine setting}\n",
    )
    assert warnings(module, {}) == {}
    assert warnings(module, {"old": ""}) == {}
    assert warnings(module, {"kind": "a", "old": "x"}) == {
        "kind": "Ends in March. Use Kind B instead.",
        "old": "Too coarse. Use Fine setting instead.",
    }
    assert warnings(module, {"kind": "c"}) == {"kind": "This option is deprecated. Choose another one."}
    model = variable_field(module, "old", {})
    assert model.replaced_by is not None
    assert (model.replaced_by.path, model.replaced_by.title) == ("new", "Fine setting")


# ---- required_when inside objects


def test_an_attribute_is_required_when_its_rule_holds_and_it_is_shown(make_module: MakeModule) -> None:
    module = make_module(
        POOLS,
        'variables:\n  "pools[].note": {required_when: this.mode == "manual", visible_when: this.size > 1}\n',
    )
    assert errors(module, {"pools": [{"name": "a", "size": 2, "mode": "manual"}]}) == {
        "pools[0].note": "This is required."
    }
    assert errors(module, {"pools": [{"name": "a", "mode": "manual"}]}) == {}
    assert errors(module, {"pools": [{"name": "a", "size": 2, "mode": "manual", "note": "x"}]}) == {}


# ---- dependent options


def test_options_depend_on_other_values_of_any_kind(make_module: MakeModule) -> None:
    lists = {
        "sizes": parse_list(
            "sizes",
            b'{"kind": "sizes", "options": [{"value": "big", "depends": {"fast": ["true"], "zones": ["1", "2"]}}]}',
        )
    }
    module = make_module(
        'variable "fast" {\n type = bool\n default = false\n}\nvariable "zones" {\n type = list(string)\n default = []\n}\n'
        'variable "size" {\n type = string\n}',
        "variables: {size: {options_from: {kind: sizes, allow_other: false, parameters: {fast: var.fast, zones: var.zones}}}}",
    )
    refused = "This option is not available with the other values chosen."
    found = {
        (fast, *zones): [
            e.message for e in validate(module, {"size": "big", "fast": fast, "zones": zones}, lists).errors
        ]
        for fast, zones in [(True, []), (True, ["1"]), (True, ["1", "3"]), (False, [])]
    }
    assert found == {(True,): [], (True, "1"): [], (True, "1", "3"): [refused], (False,): [refused]}


# ---- what may not change


def test_elements_are_followed_when_they_move(make_module: MakeModule) -> None:
    hints = 'variables:\n  "pools[].size": {monotonic: true}\n  "pools[].mode": {immutable_after_create: true}\n'
    plain, named = make_module(POOLS, hints), make_module(POOLS, hints + "  pools: {unique_by: [name]}\n")
    before = {"pools": [{"name": "a", "size": 4}, {"name": "b", "size": 2, "mode": "manual"}]}
    for module in (plain, named):
        assert change_problems(module, before, {"pools": before["pools"][::-1]}) == []
        assert change_problems(module, before, {"pools": before["pools"][1:]}) == []
        assert change_problems(module, before, {"pools": [*before["pools"], {"name": "c", "mode": "x"}]}) == []
        worse = {"pools": [{"name": "a", "size": 3, "mode": "manual"}, before["pools"][1]]}
        assert [error.path for error in change_problems(module, before, worse)] == ["pools[0].size", "pools[0].mode"]
    swapped = {"pools": [{"name": "b", "size": 9, "mode": "auto"}, {"name": "a", "size": 9}]}
    assert [error.path for error in change_problems(named, before, swapped)] == ["pools[0].mode"]


# ---- roles


GUARDED = POOLS + 'variable "public" {\n type = bool\n default = false\n}\n'
ROLES = 'variables:\n  public: {roles: [owner]}\n  "pools[].locked": {roles: [admin]}\n'
SENTENCE = "In this project only its owners may set this."


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({}, {"public": True}, ["public"]),
        ({}, {"public": False, "pools": [{"name": "a", "locked": False}]}, []),
        ({}, {"pools": [{"name": "a"}, {"name": "b", "locked": True}]}, ["pools[1].locked"]),
        ({"public": True}, {"public": True}, []),
        ({"public": True}, {}, ["public"]),
        ({"pools": [{"name": "a", "locked": True}]}, {"pools": [{"name": "a", "locked": True, "size": 5}]}, []),
        ({"pools": [{"name": "a", "locked": True}]}, {"pools": [{"name": "a"}]}, ["pools[0].locked"]),
        ({"pools": [{"name": "a", "locked": True}]}, {"pools": []}, []),
        ({"pools": [{"name": "a"}, {"name": "b", "locked": True}]}, {"pools": [{"name": "b", "locked": True}]}, []),
    ],
)  # fmt: skip
def test_what_is_kept_for_a_role_stays_as_it_is_for_all_others(
    make_module: MakeModule, before: dict[str, Any], after: dict[str, Any], paths: list[str]
) -> None:
    module = make_module(GUARDED, ROLES)
    found = role_problems(module, before, after, "deployer")
    assert [error.path for error in found] == paths
    assert {error.message for error in found} <= {SENTENCE}
    assert role_problems(module, before, after, "owner") == []
    assert [error.path for error in role_problems(module, before, after, None)] == paths


# ---- hints that reach the form


def test_the_form_says_where_values_come_from_and_who_may_set_them(make_module: MakeModule) -> None:
    module = make_module(
        'variable "subnet" {\n type = string\n default = ""\n}\nvariable "ids" {\n type = list(string)\n default = []\n}\n'
        'variable "size" {\n default = "a"\n}\nvariable "key" {\n default = null\n type = string\n sensitive = true\n}',
        "variables:\n"
        "  subnet: {from_output: [{template: azure/virtual-network, output: subnets, attribute: id}]}\n"
        '  "ids[]": {from_output: [{template: azure/virtual-network, output: subnet_ids}]}\n'
        "  size: {cost_driver: {assumption: 730 hours a month}, roles: [admin]}\n"
        "  key: {generate: {kind: password}, reveal: once, cost_driver: true}\n",
    )
    fields = {model.name: model for section in build_form(module, {}).sections for model in section.fields}
    assert (fields["subnet"].kind, fields["subnet"].allow_other) == ("combobox", True)
    assert fields["subnet"].from_output[0].model_dump() == {
        "template": "azure/virtual-network", "output": "subnets", "attribute": "id",
    }  # fmt: skip
    assert (fields["ids"].kind, fields["ids"].item and fields["ids"].item.from_output[0].output) == (
        "tags",
        "subnet_ids",
    )
    assert (fields["size"].cost_driver and fields["size"].cost_driver.assumption) == "730 hours a month"
    assert fields["size"].roles == ["owner"]
    assert (fields["key"].reveal, fields["key"].cost_driver and fields["key"].cost_driver.assumption) == ("once", None)


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        ("{scale: 1024}", "scale goes with a number"),
        ("{scale: 0}", "scale goes with a number"),
        ("{reveal: once}", "reveal is about secrets"),
        ("{replaced_by: nothing}", "there is no variable nothing"),
        ("{check: {kind: cidr_overlap, against: [number]}}", "cidr_overlap is about texts"),
        ("{roles: [boss]}", "roles"),
        ("{from_output: [{template: virtual-network, output: id}]}", "from_output"),
    ],
)
def test_a_hint_that_cannot_work_is_refused(make_module: MakeModule, hint: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        make_module(
            'variable "x" {\n type = string\n default = ""\n}\nvariable "number" {\n type = number\n}',
            f"variables: {{x: {hint}}}",
        )


def test_a_hint_needs_something_to_fall_back_to_and_a_place_where_it_counts(make_module: MakeModule) -> None:
    with pytest.raises(TemplateError, match="roles need something to fall back to"):
        make_module('variable "x" {\n type = string\n}', "variables: {x: {roles: [admin]}}")
    with pytest.raises(TemplateError, match="checks belong to a variable"):
        make_module(POOLS, 'variables: {"pools[].size": {checks: [{condition: "true", message: x}]}}')
    with pytest.raises(TemplateError, match="give it to the element"):
        make_module(POOLS, "variables: {pools: {from_output: [{template: a/b, output: c}]}}")
