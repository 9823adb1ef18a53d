"""What other people's modules have and ours do not: JSON files, override files, checkouts full of tests and links."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from portal.template.catalog import Catalog
from portal.template.errors import TemplateError
from portal.template.form import build_form
from portal.template.module import read_module
from portal.template.validation import validate
from portal.template.values import to_json
from tests.support import foreign
from tests.unit.template.conftest import read_folder
from tests.unit.template.terraform import console_json, terraform

JSON = r"""{
  "//": "a comment",
  "terraform": {"required_version": ">= 1.9", "required_providers": {"google": {"source": "hashicorp/google"}}},
  "variable": {
    "disks": {
      "//": "a comment",
      "type": "list(object({name = string, size = optional(number, 10)}))",
      "default": [{"name": "a"}],
      "description": "Disks, in $${units} of their own.",
      "validation": [
        {"condition": "${length(var.disks) < 3}", "error_message": "Two disks at most, not ${length(var.disks)}."},
        {"condition": "${alltrue([for disk in var.disks : disk.size >= local.smallest])}", "error_message": "Too small."}
      ]
    },
    "tags": [{"type": "map(string)", "default": {"//": "kept", "n": "1"}}],
    "literal": {"type": "string", "default": "${var.disks}"},
    "ratio": {"default": 0.12345678901234567890123},
    "secret": {"type": "string", "sensitive": true, "default": null}
  },
  "locals": [{"smallest": 4}, {"count": "${length(var.disks)}", "text": "at %{if true}least%{endif} ${local.smallest}"}],
  "resource": {
    "terraform_data": {
      "one": {"input": "${local.text}"},
      "each": [{"for_each": "${toset([])}"}]
    }
  },
  "output": {"disks": {"value": "${var.disks}", "description": "The ${disks}."}}
}"""

OVERRIDDEN = {
    "main.tf": """
        variable "name" {
          type        = string
          default     = "5"
          description = "base"
          validation {
            condition     = var.name != "bad"
            error_message = "base rule"
          }
        }
        locals {
          a = 1
          b = 2
        }
        resource "terraform_data" "this" { count = 2 }
        output "b" { value = "${local.a}${local.b}" }
    """,
    "name_override.tf": 'variable "name" {\n  description = "changed"\n  type = number\n}\nlocals { b = 3 }\n',
    "override.tf": 'resource "terraform_data" "this" { count = var.name == 5 ? 1 : 0 }\n',
    "z_override.tf.json": '{"variable": {"name": {"description": "last"}}}',
}


def test_a_module_in_json_is_read_as_one_in_hcl(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(JSON)
    module = read_module(read_folder(tmp_path))
    assert str(module.variables["disks"].type) == "list(object({name = string, size = optional(number, 10)}))"
    assert module.variables["secret"].sensitive
    assert module.variables["disks"].description == "Disks, in $${units} of their own."
    assert {each.address: each.count_hint for each in module.resources} == {
        "terraform_data.one": "1", "terraform_data.each": "many",
    }  # fmt: skip
    assert [(each.name, each.description) for each in module.outputs] == [("disks", "The ${disks}.")]
    assert [field.name for section in build_form(module, {}).sections for field in section.fields] == [
        *module.variables
    ]


def test_defaults_in_json_are_those_that_terraform_sees(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(
        JSON.replace('"required_providers": {"google": {"source": "hashicorp/google"}}', '"//": 1')
    )
    variables = read_module(read_folder(tmp_path)).variables
    assert terraform(tmp_path, "init").returncode == 0
    expected = json.loads(
        console_json(tmp_path, "{ d = var.disks, t = var.tags, l = var.literal, r = tostring(var.ratio) }")
    )
    names = {"d": "disks", "t": "tags", "l": "literal"}
    assert {key: to_json(variables[name].default, variables[name].type) for key, name in names.items()} == {
        key: expected[key] for key in names
    }
    assert str(variables["ratio"].default) == expected["r"]


def test_rules_in_json_answer_with_their_sentences() -> None:
    module = read_module({"main.tf.json": JSON.encode()})
    many = validate(module, {"disks": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}, {})
    assert [error.message for error in many.errors] == ["Two disks at most, not 3."]
    small = validate(module, {"disks": [{"name": "a", "size": 2}]}, {})
    assert [(error.path, error.message) for error in small.errors] == [("disks[0].size", "Too small.")]


def test_override_files_change_what_others_declare_as_in_terraform(tmp_path: Path) -> None:
    for name, text in OVERRIDDEN.items():
        (tmp_path / name).write_text(text)
    module = read_module(read_folder(tmp_path))
    name = module.variables["name"]
    assert (str(name.type), to_json(name.default, name.type), name.description) == ("number", 5, "last")
    assert [len(name.validations), module.resources[0].count_hint] == [1, "0 or 1"]
    assert terraform(tmp_path, "init").returncode == 0
    assert json.loads(console_json(tmp_path, "[var.name, local.a, local.b]")) == [5, 1, 3]


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ('variable "other" { default = 1 }', "x_override.tf, line 1: there is no variable other"),
        ("locals { c = 1 }", "there is no local value c"),
        ("moved {\n  from = a.b\n  to = a.c\n}", "there is no moved"),
        (
            'variable "name" {\n  validation {\n    condition = true\n    error_message = ""\n  }\n}',
            "cannot change validation",
        ),
        ('variable "name" { default = [] }', "default does not have the declared type"),
        ("variable {", "x_override.tf, line 1"),
    ],
)
def test_an_override_that_terraform_refuses_makes_the_folder_unusable(override: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        read_module({"main.tf": OVERRIDDEN["main.tf"].encode(), "x_override.tf": override.encode()})


def test_a_provider_is_overridden_by_its_alias_and_a_terraform_block_adds() -> None:
    files = {
        "main.tf": 'provider "google" {}\nprovider "google" {\n  alias = "far"\n}\nterraform { required_version = ">= 1" }\n',
        "override.tf": 'provider "google" {\n  alias = "far"\n  region = "r"\n}\nterraform { required_version = ">= 2" }\n',
    }
    assert read_module({name: text.encode() for name, text in files.items()}).variables == {}


def test_a_whole_checkout_is_a_template_whatever_its_tests_and_examples_hold(tmp_path: Path) -> None:
    folder = tmp_path / "gcp" / "network"
    for name in ("test/fixtures", "tests", "examples/simple", "modules/subnets"):
        (folder / name).mkdir(parents=True)
    (folder / "main.tf").write_text('variable "name" {}\nmodule "subnets" {\n  source = "./modules/subnets"\n}\n')
    (folder / "modules" / "subnets" / "main.tf").write_text('resource "google_compute_subnetwork" "this" {}\n')
    (folder / "test" / "fixtures" / "main.tf").symlink_to(folder / "main.tf")
    (folder / "examples" / "simple" / "main.tf").write_text("module {")
    for number in range(500):
        (folder / "tests" / f"{number}.txt").touch()
    loaded = Catalog(tmp_path).load("gcp/network")
    assert loaded is not None
    assert set(loaded.files) == {"main.tf", "modules/subnets/main.tf"}
    assert [each.address for each in loaded.module.resources] == ["module.subnets.google_compute_subnetwork.this"]


def test_a_folder_that_needs_its_neighbours_is_listed_with_the_reason_and_disturbs_no_other(tmp_path: Path) -> None:
    for name, text in {"part": 'module "all" {\n  source = "../.."\n}\n', "whole": 'variable "name" {}\n'}.items():
        (tmp_path / "gcp" / name).mkdir(parents=True)
        (tmp_path / "gcp" / name / "main.tf").write_text(text)
    found = {each.key: each.broken for each in Catalog(tmp_path).summaries()}
    assert found["gcp/whole"] is None
    assert "module all: its source is outside of the template's folder" in str(found["gcp/part"])


def test_the_figures_of_a_module_are_counted_with_its_inner_ones(tmp_path: Path) -> None:
    (tmp_path / "modules" / "part").mkdir(parents=True)
    rule = (
        '  validation {\n    condition     = var.a == null || length(var.a) > 3\n    error_message = "Longer."\n  }\n'
    )
    (tmp_path / "main.tf").write_text(
        f'variable "a" {{\n  type = string\n  default = null\n{rule}}}\nvariable "b" {{}}\n'
    )
    (tmp_path / "modules" / "part" / "main.tf").write_text('module "up" {\n  source = "../.."\n}\n')
    (tmp_path / "modules" / "part" / "variables.tf").write_text(
        'variable "c" {\n  type = map(any)\n  description = "d"\n}\n'
    )
    figures = sum(map(foreign.count, foreign.folders_of(tmp_path)), Counter())
    assert figures == {
        "folders": 2, "alone": 1, "variables": 3, "without JSON": 1, "described": 1, "with default": 1, "rules": 1,
    }  # fmt: skip
