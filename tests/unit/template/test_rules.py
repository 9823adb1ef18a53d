"""The small language of `visible_when` and its kin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.template.errors import TemplateError
from portal.template.hcl import EvalError, Scope, Undecided, evaluate, parse_expression
from portal.template.rules import compile_rule, evaluate_rule, holds
from portal.template.values import from_json

VALUES: dict[str, Any] = {
    "mode": "cluster", "size": 5, "on": True, "names": ["a", "b"], "net": {"kind": "x", "n": 1}, "none": None, "text": "5",
}  # fmt: skip

ANSWERS: list[tuple[str, bool]] = [
    ('var.mode == "cluster"', True),
    ('var.mode != "cluster"', False),
    ("var.size > 4 && var.size <= 5", True),
    ("!var.on || var.size < 5", False),
    ('contains(["simple", "cluster"], var.mode)', True),
    ('contains(var.names, "c")', False),
    ("length(var.names) == 2", True),
    ('startswith(var.mode, "clu") && endswith(var.mode, "ter")', True),
    ('var.net.kind == "x"', True),
    ("var.none == null", True),
    ('var.on ? var.mode == "simple" : true', False),
    ("var.size > -1", True),
    ('var.names == ["a", "b"]', True),
]


@pytest.mark.parametrize(("source", "answer"), ANSWERS)
def test_answers_from_its_json_form(source: str, answer: bool) -> None:
    rule = json.loads(json.dumps(compile_rule(source)))
    assert holds(rule, VALUES) is answer


@pytest.mark.parametrize(("source", "answer"), ANSWERS)
def test_agrees_with_terraform_wherever_terraform_has_an_answer(source: str, answer: bool) -> None:
    variables = {name: from_json(value) for name, value in VALUES.items()}
    try:
        assert evaluate(parse_expression(source), Scope(variables)) is answer
    except (EvalError, Undecided):
        pytest.fail("these rules are all within the language")


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("var.missing == null", True), ("var.none > 1", False), ("var.none < 1", False), ("var.net.other.deep == null", True),
        ('var.text == 5', True), ('var.size == 5.0', True), ('var.on == "true"', True), ("length(var.none) == 0", True),
        ('contains(var.none, "a")', False), ("var.mode > 1", False), ("!var.none", True),
    ],
)  # fmt: skip
def test_is_safe_with_null_and_lenient_with_texts(source: str, answer: bool) -> None:
    assert holds(compile_rule(source), VALUES) is answer


def test_this_is_the_enclosing_object() -> None:
    assert evaluate_rule(compile_rule('this.kind == "fast"'), {}, {"kind": "fast"}) is True


@pytest.mark.parametrize(
    "source",
    [
        'file("/etc/passwd")', "local.x", "[for x in var.names : x]", "var.size + 1", '"x${var.mode}"', "data.a.b",
        "regex(\"a\", \"b\")",
        "var", "var.names[0]", "contains(var.names...)", "contains(var.names)", "1 +", "(" * 5000, '"' + "a" * 2_000_000,
        " || ".join(["var.on"] * 101), '__import__("os")', "can(1)", "this",
    ],
)  # fmt: skip
def test_attack_8_everything_else_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        compile_rule(source)
