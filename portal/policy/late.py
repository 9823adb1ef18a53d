"""Policies asked once more by the worker that is about to apply: a plan may have waited for days since it was confirmed.

In two steps, because an expression may take seconds and whoever takes a run keeps all others from taking one. `due` and
`standing` read rows only and are for the transaction that takes the run; `ask` evaluates between two such transactions, in none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.models import Policy, PolicyResult
from portal.policy import judging, repository, runs, subject
from portal.policy.judging import Question
from portal.policy.schemas import Outcome

A_MOMENT: Final = timedelta(minutes=1)
"""For so long counts what was said about the time, so that a worker need not ask again what was asked at the confirmation."""


def due(session: Session, run_id: str) -> bool:
    """Whether a policy was made or changed since the plan was last judged, or depends on the time and was not asked just now."""
    return bool(_due(session, run_id)[1])


def standing(session: Session, run_id: str) -> Outcome:
    """What the policies that there are now have said about the plan, when nothing is due."""
    policies, _ = _due(session, run_id)
    before = {row.policy_id: row for row in repository.results(session, run_id)}
    rows = [before[policy.id].model_dump() for policy in policies if policy.id in before]
    return runs.outcome(rows, at_apply={policy.id for policy in policies if runs.asks_at_apply(policy)})


def ask(run_id: str) -> None:
    """Ask what is due, and keep what comes out. The caller holds no transaction, and nothing is held while it is evaluated."""
    with unit_of_work() as session:
        policies, wanted = _due(session, run_id)
        summary, digest = repository.summary_of(session, run_id), repository.digest_of(session, run_id)
        facts = runs.facts(repository.around(session, run_id))
    if summary is None:
        return
    answers = judging.judge(subject.of(summary, facts), [Question(policy.rule, policy.settings) for policy in wanted])
    with unit_of_work() as session:
        # A run that somebody has moved meanwhile is theirs: an override may be on its way, and is not written over.
        if repository.locked_status(session, run_id) != "apply_queued":
            return
        before = {row.policy_id: row for row in repository.results(session, run_id)}
        rows = [
            runs.kept_row(policy, answer, digest, before.get(policy.id))
            for policy, answer in zip(wanted, answers, strict=True)
        ]
        repository.drop_results(session, run_id, but=[policy.id for policy in policies])
        repository.put_results(session, run_id, rows)


def _due(session: Session, run_id: str) -> tuple[list[Policy], list[Policy]]:
    """The policies that judge the run, and those of them that have to be asked."""
    policies = runs.applicable(session, repository.around(session, run_id))
    if not policies:
        return [], []
    digest = repository.digest_of(session, run_id)
    before = {row.policy_id: row for row in repository.results(session, run_id)}
    return policies, [policy for policy in policies if _is_due(policy, before.get(policy.id), digest)]


def _is_due(policy: Any, result: PolicyResult | None, digest: str) -> bool:
    if result is None or runs.is_of_before(policy, result, digest):
        return True
    return runs.asks_at_apply(policy) and result.judged_at < clock.now() - A_MOMENT
