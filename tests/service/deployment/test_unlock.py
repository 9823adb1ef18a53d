"""Force-unlock: with a reason, in the audit trail, refused where something could be lost but to an administrator who insists."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from portal.auth.schemas import Actor
from portal.deployment import service
from portal.deployment.schemas import DeploymentDetail
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, Locked, NotFound
from portal.models import AuditEvent
from portal.run import work
from portal.run.schemas import Job, RunError
from portal.state import service as state_service
from portal.state.errors import StateConflict
from tests.service.run import world as w
from tests.service.run.world import World

WHY = "It hangs since yesterday."


def applying(world: World) -> Job:
    """An apply in progress that holds the state."""
    run = w.create(world, w.deployment(world, template_key="azure/thing"), auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    given = {"deployment_id": job.deployment_id, "bearer": job.state_token.reveal()}
    with unit_of_work() as session:
        state_service.lock(session, **given, info={"ID": "held", "Who": "terraform", "Operation": "OperationTypeApply"})
    return job


def left_behind(world: World) -> Job:
    """A lock whose run is over; nothing like it is left by the portal itself."""
    job = applying(world)
    with unit_of_work() as session:
        work.fail(session, job.run_id, job.claim, RunError(summary="Broken."))
        query = text("INSERT INTO state_lock VALUES (:d, 'held', :r, '{}', now() - interval '2 hours')")
        session.connection().execute(query, {"d": job.deployment_id, "r": job.run_id})
    return job


def unlock(actor: Actor, job: Job, **given: Any) -> DeploymentDetail:
    with unit_of_work() as session:
        return service.unlock(session, actor, job.deployment_id, reason=given.pop("reason", WHY), **given)


def seen(actor: Actor, job: Job) -> DeploymentDetail:
    with unit_of_work() as session:
        return service.get(session, actor, job.deployment_id)


def test_a_lock_without_a_run_in_progress_shows_holder_and_age_and_any_member_may_end_it(world: World) -> None:
    job = left_behind(world)
    before = seen(world.member, job)
    assert before.state_lock is not None
    assert (before.state_lock.run_id, before.state_lock.live) == (job.run_id, False)
    assert (before.updated_at - before.state_lock.created_at).total_seconds() > 3600
    assert "unlock_state" in before.actions
    assert "unlock_state" not in seen(world.viewer, job).actions
    after = unlock(world.member, job)
    assert after.state_lock is None
    assert "unlock_state" not in after.actions
    with unit_of_work() as session:
        query = select(AuditEvent).where(col(AuditEvent.object_id) == job.deployment_id).order_by(col(AuditEvent.n))
        (event,) = session.exec(query.where(col(AuditEvent.action) == "state.unlock")).all()
    assert (event.actor_id, event.detail["reason"], event.detail["forced"]) == (world.member.id, WHY, False)
    assert (event.detail["lock_run"], event.detail["lock_id"]) == (job.run_id, "held")


def test_while_a_run_in_progress_holds_it_only_an_administrator_who_insists_may(world: World) -> None:
    job = applying(world)
    assert "unlock_state" not in seen(world.member, job).actions
    with pytest.raises(Forbidden):
        unlock(world.member, job, force=True)
    with pytest.raises(Locked, match="Cancel it instead"):
        unlock(world.admin, job)
    assert seen(world.admin, job).state_lock is not None
    assert unlock(world.admin, job, force=True).state_lock is None
    given = {"deployment_id": job.deployment_id, "bearer": job.state_token.reveal()}
    with pytest.raises(StateConflict, match="not locked"), unit_of_work() as session:
        state_service.write(session, **given, body=w.state_body(), lock_id="held")


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_without_a_reason_nothing_is_unlocked(world: World, reason: str) -> None:
    job = left_behind(world)
    with pytest.raises(Invalid) as error:
        unlock(world.admin, job, reason=reason)
    assert error.value.errors[0].path == "reason"
    assert seen(world.admin, job).state_lock is not None


def test_who_may_not_is_told_so_and_a_stranger_finds_nothing(world: World) -> None:
    job = left_behind(world)
    with pytest.raises(Forbidden):
        unlock(world.viewer, job)
    with pytest.raises(NotFound):
        unlock(world.stranger, job)
    unlock(world.member, job)
    with pytest.raises(Conflict, match="nothing to unlock"):
        unlock(world.member, job)


def waiting(world: World, kind: Any) -> tuple[Job, str]:
    """A deployment that waits for a state, and the run that waits for that."""
    job = applying(world)
    after = w.create(world, job.deployment_id)
    with unit_of_work() as session:
        work.fail(session, job.run_id, job.claim, RunError(summary="No state."), state_kept=kind)
    assert w.claim(after.id) is None
    return job, after.id


def test_a_wait_for_a_state_is_shown_and_a_person_may_end_it(world: World) -> None:
    job, after = waiting(world, "expected")
    wait = seen(world.member, job).state_wait
    assert wait is not None
    assert (wait.kind, wait.run_id, wait.worker) == ("expected", job.run_id, "w1")
    assert unlock(world.member, job).state_wait is None
    assert w.claim(after) is not None


def test_a_state_that_is_known_to_be_kept_is_given_up_by_an_administrator_only(world: World) -> None:
    job, after = waiting(world, "spooled")
    with pytest.raises(Forbidden):
        unlock(world.member, job, force=True)
    with pytest.raises(Locked, match="keeps a newer state"):
        unlock(world.admin, job)
    assert unlock(world.admin, job, force=True).state_wait is None
    assert w.claim(after) is not None
