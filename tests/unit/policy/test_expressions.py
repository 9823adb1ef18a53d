"""Expressions: refused with a place when they do not fit, evaluated in time, never passed when they cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.kit.errors import Invalid
from portal.policy import evaluator, expressions
from portal.policy.expressions import Expression
from tests.unit.policy.plans import asked, change, messages, plan

STORAGE = "azurerm_storage_account"
TWO = (change(STORAGE, location="westeurope", tags__owner="ada"), change("google_storage_bucket", location="US"))


def refused(**settings: Any) -> list[str]:
    with pytest.raises(Invalid) as found:
        expressions.check(Expression(**settings))
    return [problem.message for problem in found.value.errors]


def each(expression: str, *changes: dict[str, Any], **settings: Any) -> Any:
    return asked("expression", {"expression": expression, **settings}, *changes)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("change.after.", "Line 1, column 14: The name of a field is missing after the dot."),
        ("true &&\n  chang.type == 'x'", "Line 2, column 3: There is no 'chang'. Did you mean 'change'?"),
        ("change.typ == 'x'", "Line 1, column 8: A change has no field 'typ'. Did you mean 'type'?"),
        ("plan.counts.add == 'x'", "Line 1, column 17: A number and text are never the same; convert one."),
        ("change.type", "Line 1, column 8: The expression must answer true or false, but this is text."),
        ("change.type.foo()", "Line 1, column 13: There is no function 'foo'."),
        ("change.type.contains(3)", "Line 1, column 22: contains takes text, but this is a number."),
        ("size(change.type, 1) > 2", "Line 1, column 1: size takes 1 argument, and got 2."),
        ("plan.changes.all(c, c.type)", "Line 1, column 23: all needs true or false for each, but this is text."),
        ("!change.type", "Line 1, column 9: ! takes true or false, but this is text."),
        ("change.address > 3", "Line 1, column 16: Text and a number are never the same; convert one."),
        ("'open", "Line 1, column 1: This text has no end."),
        ("true @ false", "Line 1, column 6: '@' means nothing here."),
        ("true true", "Line 1, column 6: 'true' does not belong here."),
        ("(true", "Line 1, column 6: ')' is missing for the bracket."),
        ("has(change)", "Line 1, column 1: has takes one field, as in has(change.after.tags)."),
        ("cost.total > 1.0", "Line 1, column 6: The cost has no field 'total'."),
    ],
)
def test_a_mistake_is_said_in_words_with_its_place(expression: str, message: str) -> None:
    (said,) = refused(expression=expression)
    assert said.startswith(message)


@pytest.mark.parametrize(
    "expression",
    [
        "change.after.location in ['westeurope', 'US']",
        "has(change.after.tags) ? change.after.tags.owner != '' : change.provider == 'google'",
        "!(change.action == 'delete') && plan.changes.exists(other, other.type == change.type)",
        "size(change.unknown) < 3 && change.address.startsWith(change.type)",
        "cost == null || cost.after_monthly < 100.0",
        "time.weekday <= 5 && run.requester.endsWith('@example.com')",
        "change.type.lowerAscii().matches('^(azurerm|google)_')",
        'project.slug == "shop" // a remark',
        "change.after['location'] != 'nowhere'",
    ],
)
def test_what_fits_is_accepted_and_true(expression: str) -> None:
    expressions.check(Expression(expression=expression))
    assert each(expression, *TWO).passed


def test_of_each_change_that_is_asked_the_failures_are_named_with_a_message_about_them() -> None:
    answer = each(
        "change.after.location == 'westeurope'", *TWO, where="has(change.after.location)",
        message="{type} in {after.location}, {project.slug}",
    )  # fmt: skip
    assert messages(answer) == ["google_storage_bucket.this: google_storage_bucket in US, shop"]


def test_what_a_placeholder_brings_is_text_and_is_put_in_once() -> None:
    item = change(STORAGE, location="{after.secret} {run.requester}")
    answer = each("false", item, message="{after.location}")
    assert messages(answer) == [f"{STORAGE}.this: {{after.secret}} {{run.requester}}"]


@pytest.mark.parametrize("message", ["{__class__}", "{change.__class__.x }", "{nothing}", "{}", "{0}"])
def test_a_placeholder_that_stands_for_nothing_is_refused(message: str) -> None:
    assert refused(expression="true", message=message)[0].startswith("There is nothing for the placeholder")


def test_about_a_whole_plan_one_answer_is_given() -> None:
    settings = {"form": "plan", "message": "It makes {plan.counts.add}."}
    answer = asked("expression", settings | {"expression": "plan.counts.add <= 1"}, *TWO, counts={"add": 2})
    assert messages(answer) == ["It makes 2."]
    assert refused(form="plan", expression="change.type == 'x'") == [
        "Line 1, column 1: There is no 'change'. There are cost, deployment, plan, project, run, template, time."
    ]


def test_what_cannot_be_evaluated_has_not_passed_and_says_at_which_resource() -> None:
    answer = each("change.after.tags.owner == 'ada'", *TWO)
    assert not answer.passed
    assert messages(answer) == [
        "google_storage_bucket.this: It cannot be judged: there is no attribute 'tags'; ask has(…) first."
    ]
    whole = asked("expression", {"form": "plan", "expression": "plan.changes[7].type == 'x'"}, *TWO)
    assert not whole.passed
    assert whole.error is not None
    assert "out of bounds" in whole.error


def test_secrets_are_masked_and_what_is_unknown_is_said() -> None:
    item = change(STORAGE) | {
        "attributes": [
            {"path": "password", "after": "(sensitive)", "sensitive": True},
            {"path": "id", "unknown": True},
        ]
    }
    assert each("change.after.password == '(sensitive)' && change.sensitive == ['password']", item).passed
    assert each("change.after.id == '(known after apply)' && 'id' in change.unknown", item).passed


@pytest.mark.parametrize(
    "expression",
    [
        "true" + " && true" * 500,
        "1" + "+1" * 1900 + " > 0",
        "change" + ".after" * 600 + " == 1",
        "(" * 100 + "true" + ")" * 100,
        "!" * 1000 + "true",
        "[" * 200 + "]" * 200 + " == []",
        "plan.changes.all(a, plan.changes.all(b, plan.changes.all(c, a == b || b == c)))",
        "'" + "x" * 5000 + "' == ''",
    ],
    ids=["and", "plus", "fields", "brackets", "not", "lists", "three loops", "long"],
)
def test_attack_08_an_expression_that_would_take_too_much_is_refused_before_anything_evaluates_it(
    expression: str,
) -> None:
    assert len(refused_by_size(expression)) >= 1


def refused_by_size(expression: str) -> list[str]:
    """Of an expression that is too long for its field, the field says so; of the others, the check."""
    try:
        settings = Expression(expression=expression)
    except ValueError as error:
        return [str(error)]
    with pytest.raises(Invalid) as found:
        expressions.check(settings)
    return [problem.message for problem in found.value.errors]


def test_attack_08_what_does_not_come_to_an_end_is_ended_fails_and_keeps_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expressions, "TOTAL_SECONDS", 60.0)  # on a machine that is busy the second has its time too
    endless = "plan.changes.all(a, plan.changes.all(b, a.address.matches('.*') && b.address.matches('.*')))"
    many = plan(*(change(STORAGE, name=f"n{index}") for index in range(3000)))
    settings = [
        Expression(form="plan", expression=endless),
        Expression(form="plan", expression="project.slug == 'shop'"),
    ]
    first, second = expressions.judge(many, settings)
    assert not first.passed
    assert first.error == "It cannot be judged: it takes too long."
    assert second.passed


def test_attack_08_a_process_that_dies_over_a_question_is_a_failure_and_another_one_answers_the_next() -> None:
    with evaluator.borrowed() as helper:
        with pytest.raises(evaluator.Overrun):
            helper.ask({"compile": "a" + ".b" * 200_000}, 20.0)
        assert not helper.alive
    assert each("change.type != ''", *TWO).passed


def test_attack_08_the_process_that_evaluates_is_given_nothing_of_the_portals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRACE_SECRET_KEYS", "canary")
    helper = evaluator.Evaluator()
    try:
        helper.ask({"compile": "true"}, 20.0)
        process = Path("/proc") / str(helper._process.pid)
        assert (process / "environ").read_text().strip("\0") == "LANG=C.UTF-8"
        opened = [str(file.readlink()) for file in (process / "fd").iterdir()]
        assert [name for name in opened if not name.startswith(("pipe:", "/dev/null"))] == []
    finally:
        helper.end()
