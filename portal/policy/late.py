"""Policies asked once more: when somebody wants a plan applied, and by the worker that is about to, days later perhaps.

In two steps, because an expression may take seconds, and whoever holds a deployment or takes a run keeps all others waiting.
`due`, `problem_of_apply` and `standing` read rows only and are for the transaction that decides; `ask` evaluates between two
such transactions, in none. An answer is bound to the version of its policy and to the digest of the plan.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.models import Policy, PolicyResult
from portal.policy import judging, repository, runs, subject
from portal.policy.schemas import Judgement, Outcome

A_MOMENT: Final = timedelta(minutes=1)
"""For so long counts what was said about the time, so that a worker need not ask again what was asked at the confirmation."""
_RESTLESS: Final = "The policies were changed while they were asked about this plan. Try again in a moment."


def due(session: Session, run_id: str, *, since: datetime | None = None) -> bool:
    """Whether a policy was made or changed since the plan was last judged, or depends on the time and was not asked just now.

    Just now is after `since`, or within the last minute.
    """
    return bool(_due(session, run_id, since)[1])


def standing(session: Session, run_id: str) -> Outcome:
    """What the policies that there are now have said about the plan, when nothing is due."""
    policies = runs.applicable(session, repository.around(session, run_id))
    before = _before(session, run_id)
    rows = [before[policy.id].model_dump() for policy in policies if policy.id in before]
    return runs.outcome(rows, at_apply={policy.id for policy in policies if runs.asks_at_apply(policy)})


def problem_of_apply(session: Session, run_id: str, *, since: datetime | None = None) -> str | None:
    """Why the plan may not be applied now. The deployment is locked, and whatever was due has been asked; nothing is here."""
    policies, wanted = _due(session, run_id, since)
    if wanted:
        return _RESTLESS
    before = _before(session, run_id)
    repository.drop_results(session, run_id, but=[policy.id for policy in policies])
    return runs.refusal([before[policy.id].model_dump() for policy in policies])


def ask(run_id: str, *, status: str, since: datetime | None = None) -> None:
    """Ask what is due, and keep what comes out. The caller holds no transaction, and nothing is held while it is evaluated."""
    with unit_of_work() as session:
        _, wanted = _due(session, run_id, since)
        summary, digest = repository.summary_of(session, run_id), repository.digest_of(session, run_id)
        facts = runs.facts(repository.around(session, run_id))
    if summary is None or not wanted:
        return
    answers = judging.judge(subject.of(summary, facts), [runs.question(policy) for policy in wanted])
    with unit_of_work() as session:
        # A run that somebody has moved meanwhile is theirs: an override may be on its way, and is not written over.
        if repository.locked_status(session, run_id) == status:
            _keep(session, run_id, digest, list(zip(wanted, answers, strict=True)))


def _keep(session: Session, run_id: str, digest: str, answered: list[tuple[Policy, Judgement]]) -> None:
    """What was said by a version, or about a plan, that is not there any more is thrown away."""
    if repository.digest_of(session, run_id) != digest:
        return
    now = {policy.id: policy.version for policy in runs.applicable(session, repository.around(session, run_id))}
    before = _before(session, run_id)
    rows = [
        runs.kept_row(policy, answer, digest, before.get(policy.id))
        for policy, answer in answered
        if now.get(policy.id) == policy.version
    ]
    repository.drop_results(session, run_id, but=now.keys())
    repository.put_results(session, run_id, rows)


def _before(session: Session, run_id: str) -> dict[str, PolicyResult]:
    return {row.policy_id: row for row in repository.results(session, run_id)}


def _due(session: Session, run_id: str, since: datetime | None) -> tuple[list[Policy], list[Policy]]:
    """The policies that judge the run, and those of them that have to be asked."""
    policies = runs.applicable(session, repository.around(session, run_id))
    if not policies:
        return [], []
    digest, before = repository.digest_of(session, run_id), _before(session, run_id)
    since = since or clock.now() - A_MOMENT
    return policies, [policy for policy in policies if _is_due(policy, before.get(policy.id), digest, since)]


def _is_due(policy: Policy, result: PolicyResult | None, digest: str, since: datetime) -> bool:
    if result is None or runs.is_of_before(policy, result, digest):
        return True
    return runs.asks_at_apply(policy) and result.judged_at < since
