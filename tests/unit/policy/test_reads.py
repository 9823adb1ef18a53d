"""What an expression does not read is left out before it is evaluated, and that changes no answer."""

from __future__ import annotations

import pytest

from portal.policy import expressions, reads
from portal.policy.expressions import Expression
from portal.policy.reads import Reads
from tests.unit.policy.plans import change, plan

CHANGES = (
    change("azurerm_storage_account", location="westeurope", tags__owner="ada"),
    change("google_storage_bucket", location="US", name="shop"),
    change("google_compute_address", "delete", region="europe-west1"),
)
EACH = (
    "has(change.after.location) && change.after.location == 'US'",
    'size(change["after"]) == 0',
    'has(change["after"].location)',
    "size(change) == 10",
    "plan.changes.exists(c, c == change)",
    "plan.changes.filter(c, c.type == change.type).size() == 1",
    "plan.changes.exists(change2, change2.address == change.address && has(change2.after.location))",
    "[change].exists(c, has(c.after.name))",
    "['x'].map(c, change).exists(c, has(c.after.location))",
    "[1].exists(change2, has(change.after.tags))",
    "(change.action == 'create' ? change : plan.changes[0]).type.startsWith('google')",
    "change in plan.changes",
    "change.before == change.after",
    "size(change.sensitive) == 0 && change.module == ''",
)
WHOLE = (
    "size(plan.changes) == 3",
    "plan.changes.size() == 3 && plan.counts.add < 10",
    'plan["changes"][0].after.location == "westeurope"',
    "size(plan) == 3",
    "plan.changes[0].after.location == 'westeurope' && plan.changes[0].name != ''",
    "plan.changes.map(c, c.type).exists(t, t == 'google_storage_bucket')",
    "plan.changes.map(c, c).exists(c, c.action == 'delete')",
    "plan.changes.map(c, c.after).exists(a, has(a.name))",
    "plan.changes.filter(c, c.action != 'delete').map(d, d.after).all(a, has(a.location))",
    "plan.changes.map(c, plan.changes).size() == 3",
    "[plan.changes].exists(l, l.exists(c, has(c.after.name)))",
    "plan.changes.exists(c, plan.changes.exists_one(d, c == d))",
    "plan.changes.exists(c, ['a'].exists(c, c == 'a') && has(c.after.tags))",
    "plan.warnings.size() == 0",
)


def everything(_: str) -> Reads:
    names = frozenset({"plan", "cost", "run", "project", "template", "deployment", "time"})
    return Reads(names, frozenset({"changes", "counts", "warnings"}), None, None, None)


@pytest.mark.parametrize(("form", "sources"), [("each", EACH), ("plan", WHOLE)])
def test_with_all_of_the_plan_each_expression_answers_the_same(
    monkeypatch: pytest.MonkeyPatch, form: str, sources: tuple[str, ...]
) -> None:
    policies = [Expression.model_validate({"form": form, "expression": source}) for source in sources]
    few = [expressions.judge(plan(*CHANGES), [policy])[0] for policy in policies]
    together = expressions.judge(plan(*CHANGES), policies)
    monkeypatch.setattr(reads, "of", everything)
    full = [expressions.judge(plan(*CHANGES), [policy])[0] for policy in policies]
    assert [answer for answer in full if answer.passed]
    for source, one, other, whole in zip(sources, few, together, full, strict=True):
        assert (source, one) == (source, whole)
        assert (source, other) == (source, whole)


def test_what_can_be_told_is_all_that_is_turned() -> None:
    found = reads.of("plan.changes.filter(c, c.type.endsWith('_ip')).size() < 50 && time.weekday < 6")
    assert found == Reads(
        frozenset({"plan", "time"}), frozenset({"changes"}), frozenset({"type"}), frozenset(), frozenset()
    )
    found = reads.of("change.type == 'x' && change.after.location == 'US' && size(plan.changes) < 9")
    assert (found.changes, found.change, found.attributes) == (frozenset(), {"type", "after"}, {"location"})
