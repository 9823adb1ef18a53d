"""What the evaluator does beyond single expressions: scopes, and the limits that keep it from harm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.template.hcl import EvalError, Scope, Undecided, evaluate, parse_expression


def ask(text: str, variables: dict[str, Any] | None = None, **locals_: str) -> Any:
    return evaluate(
        parse_expression(text), Scope(variables or {}, {n: parse_expression(t) for n, t in locals_.items()})
    )


def test_variables_and_locals_are_known() -> None:
    assert ask("local.double == 4 && var.x == 2", {"x": Decimal(2)}, double="var.x * 2") is True


@pytest.mark.parametrize(
    "text",
    [
        "var.other", "data.a.b.c", "azurerm_x.y.id", "path.module", "each.value", "terraform.workspace", "local.other",
        "timestamp()", 'file("/etc/passwd")', "provider::x::y(1)", "unknown_function(1)", 'templatefile("x", {})', "var",
    ],
)  # fmt: skip
def test_what_only_terraform_knows_is_undecided_even_inside_try_and_can(text: str) -> None:
    for wrapped in (text, f"try({text}, 1)", f"can({text})", f"[{text}]", f"true ? {text} : 1"):
        with pytest.raises(Undecided):
            ask(wrapped)


@pytest.mark.parametrize(
    "text",
    [
        "true || var.x > 1",
        "false && var.x > 1",
        "var.x == null || var.x > 1",
        "var.x > 1 || true",
        "var.x || true",
        "true && var.x",
    ],
)
def test_an_error_or_null_beside_a_decided_side_is_undecided_because_terraform_1_12_changed_it(text: str) -> None:
    with pytest.raises(Undecided):
        ask(text, {"x": None})


@pytest.mark.parametrize("text", ["false || var.x > 1", "true && var.x > 1", "var.x > 1 || false"])
def test_an_error_that_every_terraform_sees_is_an_error(text: str) -> None:
    with pytest.raises(EvalError):
        ask(text, {"x": None})


@pytest.mark.parametrize(
    "text",
    [
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]",
        "setproduct(range(1000), range(1000), range(1000))",
        'join("", [for a in range(1000) : join("", [for b in range(1000) : "0123456789"])])',
        'replace(join("", [for a in range(1000) : "aaaaaaaaaa"]), "a", join("", [for a in range(1000) : "bbbbbbbbbb"]))',
        'format("%1000000000d", 1)', "1e4000 * 1e4000", 'indent(1000000000, "a\\nb\\nc") == "" ? var.x : var.x',
        'regex("((a{100}){100}){100}", "a")', "local.a",
    ],
)  # fmt: skip
def test_attack_8_what_would_fill_memory_or_time_is_undecided(text: str) -> None:
    with pytest.raises(Undecided):
        ask(text, a="local.a")


def test_attack_8_values_that_share_their_parts_do_not_explode() -> None:
    doubling = {f"l{i}": f"[local.l{i - 1}, local.l{i - 1}]" for i in range(1, 50)}
    scope = Scope(locals={name: parse_expression(text) for name, text in {"l0": '"x"', **doubling}.items()})
    with pytest.raises(Undecided):
        evaluate(parse_expression("length(jsonencode(local.l49)) > 0"), scope)


def test_attack_8_a_pattern_that_explodes_elsewhere_is_linear_here() -> None:
    assert ask('can(regex("^(a+)+$", var.x))', {"x": "a" * 100_000 + "!"}) is False


def test_the_order_of_a_set_of_objects_is_never_made_up() -> None:
    objects = "toset([{ a = 2 }, { a = 1 }])"
    for text in (f"[for x in {objects} : x.a][0]", f"tolist({objects})[0].a", f'join(",", [for x in {objects} : x.a])'):
        with pytest.raises(Undecided):
            ask(text)
    assert ask(f"sum([for x in {objects} : x.a])") == 3
