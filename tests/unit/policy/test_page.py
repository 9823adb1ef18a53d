"""docs/policies.md says what there is: each rule with its settings, what an expression may name, usable examples, bounds."""

from __future__ import annotations

import json
import re

from portal.kit.config import PROJECT_DIR
from portal.policy import checker, evaluator, expressions, helper, syntax
from portal.policy.expressions import Expression
from portal.policy.rules import RULES
from portal.policy.schemas import NewPolicy, TrialRequest

PAGE = (PROJECT_DIR / "docs" / "policies.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a line that begins so."""
    table = PAGE.split(heading, 1)[1].split("\n\n", 1)[0]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells if not row[0].startswith("---")]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_rule_is_told_with_its_settings() -> None:
    told = {codes(row[0])[0]: set(re.findall(r"`([a-z_]+)`", row[2])) for row in rows("| rule | says no to")}
    assert told == {key: set(rule.settings.model_fields) for key, rule in RULES.items()}


def test_everything_that_an_expression_may_name_is_told() -> None:
    told = {codes(row[0])[0]: codes(row[1]) for row in rows("| name | fields |\n")}
    assert told.keys() == checker.OF_EACH.keys()
    for name, kind in checker.OF_EACH.items():
        assert set(kind.fields or ()) <= set(told[name]), name
    functions = PAGE.split("- Functions: ", 1)[1].split("\n- ", 1)[0]
    assert set(codes(functions)) == {*checker.FUNCTIONS, "has", *syntax.MACROS}


def test_the_examples_can_be_used() -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example
    expressions.check(Expression.model_validate(json.loads(example.group(1))))
    examples = [codes(row[0])[0] for row in rows("| expression | holds |\n")]
    assert len(examples) >= 5
    for text in examples:
        expressions.check(Expression(expression=text))


def test_defaults_and_bounds_are_those_of_the_code() -> None:
    assert NewPolicy(name="x", rule="x").kinds == ["plan_and_apply", "plan_only"]
    assert (syntax.MAX_LENGTH, syntax.MAX_NODES, syntax.MAX_DEPTH, syntax.MAX_MACROS) == (4000, 800, 30, 2)
    assert "4,000 characters, 800 parts, 30 deep, two loops" in PAGE
    assert (helper.MEMORY, helper.CPU_SECONDS, evaluator.SECONDS, evaluator.TOTAL_SECONDS) == (1 << 30, 2, 5.0, 12.0)
    assert "1 GiB and compute for two seconds, and is killed when it has not answered within five" in " ".join(
        PAGE.split()
    )
    assert TrialRequest.model_fields["limit"].metadata[1].le == 50
