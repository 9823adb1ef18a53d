"""Between confirmation and apply: policies, quotas and overrides as the worker finds them that takes the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict
from portal.models import NotificationEvent, PolicyResult, ProjectLimits, RunToken
from portal.policy import judging
from portal.run import moves, work
from portal.run.schemas import Job
from tests.service.policy.test_policies import FINE, audit_events, change, override, plan_of, planned, policy
from tests.service.run import world as w
from tests.service.run.world import World

EUROPE = {
    "rule": "expression",
    "settings": {"expression": "change.after.location.startsWith('europe-')", "message": "It is not in Europe."},
}


def take(**given: Any) -> Job | None:
    return work.next_job(queues={"plan", "apply"}, worker="w1", **given)


def confirmed(world: World, **given: Any) -> str:
    run_id = planned(world, **given)
    assert w.confirm(world, run_id).status == "apply_queued"
    return run_id


def told(run_id: str) -> list[str]:
    with unit_of_work() as session:
        return list(session.exec(select(NotificationEvent.event).where(col(NotificationEvent.run_id) == run_id)).all())


@pytest.mark.parametrize("how", ["made", "tightened"])
def test_attack_23_a_policy_that_came_after_the_confirmation_stops_the_apply_before_it_begins(
    world: World, how: str
) -> None:
    if how == "tightened":
        found = policy(world, **FINE, name="Late")
        run_id = confirmed(world)
        change(world, found, settings={"regions": ["europe-*"]})
    else:
        run_id = confirmed(world)
        policy(world, **EUROPE, name="Late")
    assert take() is None
    run = w.get(world, run_id)
    assert run.status == "policy_denied"
    assert run.error is not None
    assert run.error.summary == "The policy “Late” does not allow this plan."
    assert "google_storage_bucket.this" in run.error.detail
    assert run.error.next_step
    assert run.applying_at is None
    with unit_of_work() as session:
        assert (
            session.exec(
                select(RunToken).where(col(RunToken.run_id) == run_id, col(RunToken.revoked_at).is_(None))
            ).all()
            == []
        )
    (event,) = audit_events("run.refuse")
    assert (event.object_id, event.actor_kind, event.detail["status"]) == (run_id, "system", "policy_denied")
    assert "Late" in event.detail["reason"]
    assert "run.policy_denied" in told(run_id)
    assert [(item.policy_name, item.passed) for item in plan_of(world, run_id).policy] == [("Late", False)]


def test_what_the_policies_allow_is_taken_also_when_one_of_them_is_new(world: World) -> None:
    policy(world, **FINE, name="Before")
    run_id = confirmed(world)
    policy(world, name="After", rule="expression", settings={"expression": "change.after.location == 'US'"})
    job = take()
    assert job is not None
    assert (job.run_id, job.phase) == (run_id, "apply")
    assert [item.policy_name for item in plan_of(world, run_id).policy] == ["After", "Before"]


def test_what_somebody_may_override_goes_back_to_people_with_its_plan_and_is_applied_once_they_agree(
    world: World,
) -> None:
    run_id = confirmed(world)
    policy(world, "override", name="Softly")
    before = w.get(world, run_id).planned_at
    assert take() is None
    run = w.get(world, run_id)
    assert (run.status, run.planned_at, run.confirmed_at, run.queue is not None and run.queue.code) == (
        "planned", before, None, "policy",
    )  # fmt: skip
    assert told(run_id).count("run.needs_confirmation") == 2
    override(world, run_id)
    w.confirm(world, run_id)
    job = take()
    assert job is not None
    assert job.run_id == run_id


def test_attack_23_an_override_counts_at_the_apply_for_its_version_of_the_policy_and_no_other(world: World) -> None:
    soft = policy(world, "override", name="Softly")
    first, second = planned(world), planned(world)
    for run_id in (first, second):
        override(world, run_id)
        w.confirm(world, run_id)
    job = take()
    assert job is not None
    assert job.run_id == first
    change(world, soft, settings={"regions": ["asia-*"]})
    assert take() is None
    assert w.status(second) == "planned"
    with pytest.raises(Conflict, match="Softly"):
        w.confirm(world, second)


def test_a_window_that_has_closed_since_sends_the_plan_back_and_a_moment_is_not_asked_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = judging.judge
    monkeypatch.setattr(judging, "judge", lambda subject, questions: asked.append("") or real(subject, questions))
    policy(world, name="Before noon", rule="expression", settings={"form": "plan", "expression": "time.year > 2000"})
    run_id = confirmed(world)
    asked.clear()
    job = take()
    assert job is not None
    assert asked == []
    with unit_of_work() as session:
        work.hand_back(session, run_id, job.claim)
        session.exec(select(PolicyResult)).one().judged_at -= timedelta(minutes=2)
    monkeypatch.setattr(
        judging, "judge", lambda _, questions: asked.append("") or [judging.Judgement(passed=False) for _ in questions]
    )
    assert take() is None
    assert (asked, w.status(run_id)) == ([""], "planned")


def test_while_policies_are_asked_nobody_waits_for_a_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, other = confirmed(world), w.create(world, w.deployment(world))
    policy(world, **EUROPE)
    taken: list[Job | None] = []

    def slowly(real: Callable[..., Any], *given: Any) -> Any:
        with unit_of_work() as session:
            session.connection().execute(text("SET LOCAL lock_timeout = '5s'"))
            taken.append(work.claim_next(session, queues={"plan"}, worker="w2"))
            assert moves.lock_deployment(session, run_id) is not None
        return real(*given)

    real = judging.judge
    monkeypatch.setattr(judging, "judge", lambda *given: slowly(real, *given))
    assert take() is None
    assert [job and job.run_id for job in taken] == [other.id]
    assert w.status(run_id) == "policy_denied"


def test_policies_that_change_while_they_are_asked_leave_the_run_unapplied_and_hold_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, other = confirmed(world), w.create(world, w.deployment(world))
    found, real, regions = policy(world, name="Restless", **FINE), judging.judge, iter(("US", "u*", "us*", "*"))

    def restless(subject: Any, questions: Sequence[Any]) -> Any:
        change(world, found, settings={"regions": [next(regions)]})
        return real(subject, questions)

    monkeypatch.setattr(judging, "judge", restless)
    job = take()
    assert job is not None
    assert job.run_id == other.id
    assert w.status(run_id) == "apply_queued"


def test_a_policy_that_cannot_be_asked_leaves_the_run_unapplied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = confirmed(world)
    policy(world, **FINE)
    monkeypatch.setattr(judging, "judge", lambda *_: 1 / 0)
    assert take() is None
    assert w.claim(run_id, "apply") is None
    assert w.status(run_id) == "apply_queued"


def test_attack_24_a_quota_that_was_lowered_since_the_confirmation_is_compared_at_the_apply(world: World) -> None:
    fits, too_much = confirmed(world), confirmed(world)

    def quota(resources: int) -> None:
        with unit_of_work() as session:
            row = session.get(ProjectLimits, world.project_id) or ProjectLimits(
                project_id=world.project_id, updated_at=clock.now()
            )
            row.resources = resources
            session.add(row)

    quota(2)
    job = take()
    assert job is not None
    assert job.run_id == fits
    quota(1)
    assert take() is None
    run = w.get(world, too_much)
    assert run.status == "policy_denied"
    assert run.error is not None
    assert "its quota is 1" in (run.error.explanation or "")
