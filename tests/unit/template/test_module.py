"""Reading a root module: variables, outputs, resources, and what makes a folder unusable."""

from __future__ import annotations

import pytest

from portal.template.errors import TemplateError
from portal.template.hcl import parse_expression
from portal.template.hcl.convert import Converter, path_text
from portal.template.hcl.types import parse_type
from portal.template.module import Module, read_module
from portal.template.values import convert_json, to_json


def test_reads_a_variable_of_every_type(every_type: Module) -> None:
    types = {name: str(variable.type) for name, variable in every_type.variables.items()}
    assert types["pools"] == "map(object({size = number, zones = optional(set(number), […])}))"
    assert types["pair"] == "tuple([string, number, bool])"
    assert types["anything"] == "any"
    assert every_type.variables["name"].required
    assert not every_type.variables["name"].nullable
    assert every_type.variables["api_token"].sensitive
    assert every_type.variables["one_time"].ephemeral
    assert len(every_type.variables["name"].validations) == 2


def test_a_default_has_its_optional_attributes_filled_in_as_terraform_does(every_type: Module) -> None:
    network = every_type.variables["network"]
    assert to_json(network.default, network.type) == {
        "cidr": "10.0.0.0/16", "subnets": [], "dns": {"servers": [], "zone": None}, "peering": None,
    }  # fmt: skip


def test_a_number_keeps_all_its_digits(every_type: Module) -> None:
    assert to_json(every_type.variables["ratio"].default, every_type.variables["ratio"].type) == "0.1234567890123456789"


def test_lists_resources_with_how_many_there_will_be(every_type: Module) -> None:
    hints = {resource.address: resource.count_hint for resource in every_type.resources}
    assert hints == {"terraform_data.this": "1", "terraform_data.secret": "0 or 1", "terraform_data.disk": "many"}


def test_lists_resources_of_local_modules() -> None:
    files = {
        "main.tf": b'module "part" {\n source = "./modules/part"\n}\n',
        "modules/part/main.tf": b'resource "a_b" "c" {}\n',
    }
    assert [resource.address for resource in read_module(files).resources] == ["module.part.a_b.c"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"README.md": b""}, "no .tf file"),
        ({"main.tf": b"variable {"}, "main.tf, line 1"),
        ({"main.tf": b"\xff"}, "not UTF-8"),
        ({"main.tf": b'variable "x" {}\nvariable "x" {}'}, "declared twice"),
        ({"main.tf": b'variable "x" { type = strin }'}, "variable x: a type is"),
        ({"main.tf": b'variable "x" {\n type = number\n default = "a"\n}'}, "variable x: default does not have"),
        ({"main.tf": b'variable "x" { default = timestamp() }'}, "must be a plain value"),
        ({"main.tf": b'variable "x" {\n nullable = false\n default = null\n}'}, "nullable is false"),
        ({"main.tf": b'variable "x" { sensitive = "maybe" }'}, "must be true or false"),
        ({"main.tf": b'variable "x" { validation { condition = true } }'}, "error_message"),
        ({"main.tf": b'module "x" { source = "../../secret" }'}, "outside of the template's folder"),
        ({"main.tf": b'module "x" { source = "/etc" }'}, "outside of the template's folder"),
        ({"main.tf": b'module "x" { source = "./" }'}, "outside of the template's folder"),
        ({"main.tf.json": b"{"}, "main.tf.json, line 1: this is not JSON"),
        ({"main.tf.json": b"[1]"}, "expected an object"),
        ({"main.tf.json": b'{"variable": {"x": {"type": "strin"}}}'}, "variable x: a type is"),
        ({"main.tf.json": b'{"variable": {"x": {"type": "string", "type": "number"}}}'}, "set twice"),
        ({"main.tf.json": b'{"locals": {"x": "${"}}'}, "main.tf.json, line 1"),
        ({"main.tf.json": b'{"locals": {"x": ' + b"[" * 130 + b"]" * 130 + b"}}"}, "levels high"),
        ({"main.tf.json": b"[" * 100_000}, "nested too deeply"),
        ({"main.tf": b"x = " + b"[" * 500}, "nested"),
    ],
)
def test_says_why_a_folder_cannot_be_used(files: dict[str, bytes], reason: str) -> None:
    with pytest.raises(TemplateError, match=reason.replace("(", r"\(")):
        read_module(files)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("string", 5, "5"), ("string", True, "true"), ("number", "5.50", "5.5"), ("number", 5, 5), ("bool", "true", True),
        ("number", "9007199254740993", "9007199254740993"), ("number", 0.1, "0.1"), ("number", "1e3", 1000),
        ("list(string)", ["a", 1], ["a", "1"]), ("set(string)", ["b", "a", "b"], ["a", "b"]),
        ("map(number)", {"a": "1"}, {"a": 1}),
        ("object({a = string, b = optional(number, 3)})", {"a": "x"}, {"a": "x", "b": 3}),
        ("object({a = optional(string, \"d\")})", {"a": None}, {"a": "d"}), ("object({a = string})", {"a": None}, {"a": None}),
        ("tuple([string, number])", [1, "2"], ["1", 2]), ("any", {"a": [1, "x"]}, {"a": [1, "x"]}),
        ("list(any)", [1, "a"], ["1", "a"]),
        ("string", None, None), ("list(list(number))", [["1"], []], [[1], []]),
    ],
)  # fmt: skip
def test_converts_as_terraform_does(kind: str, given: object, expected: object) -> None:
    declared = parse_type(parse_expression(kind))
    value, problems = convert_json(given, declared, fill=True, strict=True)
    assert not problems
    assert to_json(value, declared) == expected


@pytest.mark.parametrize(
    ("kind", "given", "path", "message"),
    [
        ("number", "abc", "", "Enter a number."), ("number", True, "", "Enter a number."), ("number", "", "", "Enter a number."),
        ("number", "0x10", "", "Enter a number."), ("number", float("inf"), "", "Enter a number."),
        ("bool", "yes", "", "true or false"),
        ("string", [], "", "Enter a text."), ("list(string)", "a", "", "Enter a list."), ("map(string)", [], "", "pairs"),
        ("list(number)", [1, "x"], "[1]", "Enter a number."), ("map(number)", {"k.e": "x"}, '["k.e"]', "Enter a number."),
        ("object({a = string})", {}, "a", "required"), ("object({a = string})", {"a": "x", "b": 1}, "b", "There are a"),
        ("list(object({a = list(number)}))", [{"a": [1, []]}], "[0].a[1]", "Enter a number."),
        ("tuple([string])", ["a", "b"], "", "exactly 1"), ("list(any)", [1, []], "", "same type"),
        ("string", "\ud800", "", "half a character"),
        ("number", "1e999999999", "", "size"), ("string", "x" * 3_000_000, "", "too long"),
    ],
)  # fmt: skip
def test_says_where_and_what_does_not_fit(kind: str, given: object, path: str, message: str) -> None:
    _, problems = convert_json(given, parse_type(parse_expression(kind)), fill=True, strict=True)
    assert [(path_text(where), message in text) for where, text in problems] == [(path, True)]


def test_a_value_nested_without_end_is_refused() -> None:
    value: list[object] = []
    for _ in range(5000):
        value = [value]
    _, problems = convert_json(value, parse_type(parse_expression("any")), fill=True, strict=True)
    assert problems


def test_terraform_drops_unknown_attributes_and_so_does_a_conversion_that_is_not_strict() -> None:
    converter = Converter()
    declared = parse_type(parse_expression("object({a = string})"))
    converted, problems = convert_json({"a": "x", "b": 1}, declared, fill=True, strict=False)
    assert (to_json(converted, declared), problems, converter.problems) == ({"a": "x"}, [], [])
