"""Our evaluator against Terraform itself: hundreds of expressions in one call."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from portal.template.hcl import EvalError, Scope, Undecided, evaluate, parse_expression
from portal.template.hcl.functions.encoding import jsonencode
from tests.unit.template.expressions import HARD, SUPPORTED
from tests.unit.template.terraform import console_json

UNDECIDED = "undecided"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Terraform's answer to each expression: its value as decoded JSON, or "error"."""
    folder = tmp_path_factory.mktemp("console")
    rows = [f'{{ ok = can({text}), json = try(jsonencode({text}), "") }}' for text in (*SUPPORTED, *HARD)]
    (folder / "main.tf").write_text("locals {\n  results = [\n    " + ",\n    ".join(rows) + "\n  ]\n}\n")
    results = json.loads(console_json(folder, "local.results"))
    pairs = zip((*SUPPORTED, *HARD), results, strict=True)
    return {text: _decoded(row["json"]) if row["ok"] and row["json"] else "error" for text, row in pairs}


def _decoded(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _ours(text: str) -> Any:
    try:
        return _decoded(jsonencode(evaluate(parse_expression(text), Scope())))
    except EvalError:
        return "error"
    except Undecided:
        return UNDECIDED


def test_every_supported_expression_is_answered_as_terraform_does(answers: dict[str, Any]) -> None:
    different = {text: (_ours(text), answers[text]) for text in SUPPORTED if _ours(text) != answers[text]}
    assert not different


def test_a_hard_expression_is_never_answered_other_than_by_terraform(answers: dict[str, Any]) -> None:
    different = {text: (_ours(text), answers[text]) for text in HARD if _ours(text) not in (answers[text], UNDECIDED)}
    assert not different
