"""Rules and facts in, requirements out."""

from __future__ import annotations

import pytest

from portal.approval.rules import required, sentence
from portal.approval.schemas import Approvers, Conditions, Facts, Rule, Scope

FACTS = Facts(project_id="p1")


def rule(when: Conditions, *, scope: Scope | None = None, approvers: Approvers | None = None, name: str = "R") -> Rule:
    return Rule("r", name, scope or Scope(), when, approvers or Approvers())


@pytest.mark.parametrize(
    ("when", "facts", "asks"),
    [
        (Conditions(any_change=True), FACTS, True),
        (Conditions(any_change=True), Facts("p1", changes=False), False),
        (Conditions(destroy=True), FACTS, False),
        (Conditions(destroy=True), Facts("p1", destroys=True), True),
        (Conditions(data_loss=True), Facts("p1", destroys=True), False),
        (Conditions(data_loss=True), Facts("p1", loses_data=True), True),
        (Conditions(public_exposure=True), Facts("p1", exposes=True), True),
        (Conditions(policy_failure=True), Facts("p1", policy_failure=True), True),
        (Conditions(cost_above=100), Facts("p1", cost_after=100.0), False),
        (Conditions(cost_above=100), Facts("p1", cost_after=100.01), True),
        (Conditions(cost_above=100), FACTS, False),
        (Conditions(cost_increase_above=0), Facts("p1", cost_delta=0.5), True),
        (Conditions(cost_increase_above=0), Facts("p1", cost_delta=-5.0), False),
        (
            Conditions(resource_types=["azurerm_key_vault*"]),
            Facts("p1", types=frozenset({"azurerm_key_vault_key"})),
            True,
        ),
        (
            Conditions(resource_types=["azurerm_key_vault"]),
            Facts("p1", types=frozenset({"azurerm_key_vault_key"})),
            False,
        ),
        (Conditions(), Facts("p1", destroys=True, exposes=True), False),
    ],
)
def test_any_condition_is_enough_and_a_limit_is_not_yet_above(when: Conditions, facts: Facts, asks: bool) -> None:
    assert bool(required([rule(when)], facts)) is asks


@pytest.mark.parametrize(
    ("scope", "facts", "counts"),
    [
        (Scope(), FACTS, True),
        (Scope(kind="production"), FACTS, False),
        (Scope(kind="production"), Facts("p1", production=True), True),
        (Scope(kind="projects", projects=["p1"]), FACTS, True),
        (Scope(kind="projects", projects=["p2"]), Facts("p1", production=True), False),
    ],
)
def test_a_rule_counts_in_its_projects(scope: Scope, facts: Facts, counts: bool) -> None:
    assert bool(required([rule(Conditions(any_change=True), scope=scope)], facts)) is counts


def test_of_each_group_the_greatest_number_counts_and_different_people_are_different_groups() -> None:
    every = Conditions(any_change=True)
    rules = [
        rule(every, name="a"),
        rule(every, approvers=Approvers(number=3), name="b"),
        rule(every, approvers=Approvers(number=2), name="c"),
        rule(every, approvers=Approvers(group="people", people=["u2", "u1"]), name="d"),
        rule(every, approvers=Approvers(group="people", people=["u1", "u2"], number=2), name="e"),
        rule(every, approvers=Approvers(group="people", people=["u3"]), name="f"),
    ]
    found = [(item.group, item.number, item.people, item.rules) for item in required(rules, FACTS)]
    assert found == [
        ("approver", 3, [], ["a", "b", "c"]),
        ("people", 2, ["u1", "u2"], ["d", "e"]),
        ("people", 1, ["u3"], ["f"]),
    ]


def test_a_rule_reads_as_a_sentence() -> None:
    when = Conditions(destroy=True, cost_above=500, resource_types=["google_sql_*"])
    text = sentence(Scope(kind="production"), when, Approvers(number=2), people=[], projects=[])
    assert text == (
        "When anything is deleted or replaced or it costs more than $500 a month or google_sql_* changes, "
        "in a production project: 2 approvers of the project."
    )
