"""What people decide about a run: confirm, discard, cancel, retry. Each is refused when the run has moved on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import col, delete, select

from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent, ProjectMember, Run, StateLock
from portal.run import service, work
from portal.run.schemas import Beat, RunError, RunView
from portal.state import service as state_service
from tests.service.run import world as w
from tests.service.run.world import World


def act(action: Callable[..., RunView], actor: Any, run_id: str, **given: Any) -> RunView:
    with unit_of_work() as session:
        return action(session, actor, run_id=run_id, **given)


def test_only_a_finished_plan_is_confirmed(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with pytest.raises(Conflict, match="plan queued"):
        w.confirm(world, run.id)
    w.claimed(run.id)
    with pytest.raises(Conflict, match="planning"):
        w.confirm(world, run.id)


def test_a_plan_is_confirmed_once_however_often_it_is_asked(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)

    def attempt(_: int) -> bool:
        try:
            w.confirm(world, run.id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1
    with pytest.raises(Conflict):
        w.confirm(world, run.id)


@pytest.mark.parametrize(("serial", "lineage"), [(2, "lineage-1"), (1, "lineage-2")])
def test_a_plan_whose_state_has_moved_is_discarded_and_the_refusal_says_so(
    world: World, serial: int, lineage: str
) -> None:
    deployment = w.deployment(world)
    w.put_state(deployment, 1)
    run = w.create(world, deployment)
    w.planned(run.id)
    w.put_state(deployment, serial, lineage)
    with pytest.raises(Conflict, match="has changed since this plan"):
        w.confirm(world, run.id)
    assert w.status(run.id) == "discarded"
    assert w.events(run.id)[-1].data["note"].startswith("The state has changed")


def test_a_plan_against_no_state_is_stale_once_there_is_one(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment)
    w.planned(run.id)
    w.put_state(deployment, 0)
    with pytest.raises(Conflict, match="has changed since this plan"):
        w.confirm(world, run.id)


def test_a_plan_against_the_newest_state_is_confirmed(world: World) -> None:
    deployment = w.deployment(world)
    w.put_state(deployment, 4)
    run = w.create(world, deployment)
    job = w.claimed(run.id)
    with unit_of_work() as session:
        assert work.finish_plan(
            session,
            run.id,
            job.claim,
            plan_file=b"PLAN",
            lock_file=None,
            summary=w.CHANGES,
            state_serial=4,
            state_lineage="lineage-1",
        )
    assert w.confirm(world, run.id).status == "apply_queued"


def test_a_plan_that_terraform_made_against_an_older_state_is_not_confirmed(world: World) -> None:
    deployment = w.deployment(world)
    w.put_state(deployment, 4)
    run = w.create(world, deployment)
    job = w.claimed(run.id)
    with unit_of_work() as session:
        assert work.finish_plan(
            session,
            run.id,
            job.claim,
            plan_file=b"PLAN",
            lock_file=None,
            summary=w.CHANGES,
            state_serial=3,
            state_lineage="lineage-1",
        )
    with pytest.raises(Conflict, match="has changed"):
        w.confirm(world, run.id)


def test_a_role_lost_after_the_plan_confirms_nothing(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    with unit_of_work() as session:
        session.exec(delete(ProjectMember).where(col(ProjectMember.user_id) == world.member.user_id))
    with pytest.raises(NotFound):
        w.confirm(world, run.id)
    assert w.status(run.id) == "planned"


@pytest.mark.parametrize("action", [service.confirm, service.discard, service.cancel, service.retry])
def test_viewers_decide_nothing(world: World, action: Callable[..., RunView]) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    with pytest.raises(Forbidden):
        act(action, world.viewer, run.id)
    assert w.get(world, run.id, world.viewer).actions == []
    assert w.get(world, run.id, world.member).actions == ["confirm", "discard"]


def test_a_discarded_plan_can_be_made_again_but_never_applied(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    assert act(service.discard, world.member, run.id).status == "discarded"
    assert w.claim(run.id, "apply") is None
    with pytest.raises(Conflict):
        act(service.discard, world.member, run.id)
    again = act(service.retry, world.member, run.id)
    assert (again.status, again.kind) == ("plan_queued", run.kind)


def test_a_run_that_did_its_work_is_not_tried_again(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.applied(world, run.id)
    with pytest.raises(Conflict, match="applied"):
        act(service.retry, world.member, run.id)


@pytest.mark.parametrize("queued", ["pending", "plan_queued", "apply_queued"])
def test_a_waiting_run_is_canceled_at_once(world: World, queued: str) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment)
    if queued == "pending":
        run = w.create(world, deployment)
    if queued == "apply_queued":
        w.planned(run.id)
        w.confirm(world, run.id)
    assert w.status(run.id) == queued
    assert act(service.cancel, world.member, run.id).status == "canceled"
    assert w.claim(run.id) is None
    assert w.claim(run.id, "apply") is None


def test_a_running_run_is_asked_first_and_killed_second_by_an_administrator_who_says_why(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    with pytest.raises(Conflict, match="Cancel the run first"):
        act(service.cancel, world.admin, run.id, force=True, reason="It hangs.")
    assert act(service.cancel, world.member, run.id).status == "planning"
    with unit_of_work() as session:
        assert work.beat(session, run.id, job.claim) == Beat(cancel_requested=True)
    with pytest.raises(Forbidden):
        act(service.cancel, world.member, run.id, force=True, reason="It hangs.")
    for nothing in ("", "  ", "x" * 501):
        with pytest.raises(Invalid, match="Say why"):
            act(service.cancel, world.admin, run.id, force=True, reason=nothing)
    act(service.cancel, world.admin, run.id, force=True, reason="It hangs.")
    with unit_of_work() as session:
        assert work.beat(session, run.id, job.claim) == Beat(cancel_requested=True, force=True)
        assert work.end_canceled(session, run.id, job.claim)
    assert w.status(run.id) == "canceled"
    with unit_of_work() as session:
        query = select(AuditEvent).where(col(AuditEvent.object_id) == run.id).order_by(col(AuditEvent.n).desc())
        last = session.exec(query).first()
    assert last is not None
    assert (last.action, last.detail["reason"]) == ("run.force_cancel", "It hangs.")


def test_killing_is_offered_to_administrators_once_a_run_was_asked_to_stop(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.claimed(run.id)
    assert w.get(world, run.id).actions == ["cancel"]
    act(service.cancel, world.member, run.id)
    assert w.get(world, run.id, world.admin).actions == ["force_cancel"]
    assert w.get(world, run.id, world.member).actions == []
    act(service.cancel, world.admin, run.id, force=True, reason="It hangs.")
    assert w.get(world, run.id, world.admin).actions == []


def test_a_run_whose_worker_is_gone_is_canceled_at_once(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment)
    w.claimed(run.id)
    waiting = w.create(world, deployment)
    w.expire_lease(run.id)
    assert act(service.cancel, world.member, run.id).status == "canceled"
    assert w.status(waiting.id) == "plan_queued"


def test_an_apply_whose_worker_is_gone_ends_at_once_and_says_how_far_it_got(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment, auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    with unit_of_work() as session:
        given = {"deployment_id": deployment, "bearer": job.state_token.reveal()}
        state_service.lock(session, **given, info={"ID": "held"})
    w.expire_lease(run.id)
    ended = act(service.cancel, world.member, run.id)
    assert (ended.status, ended.error is not None) == ("errored", True)
    assert w.row(StateLock, deployment) is None


def test_a_plan_that_finishes_after_the_cancel_is_canceled_all_the_same(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    job = w.claimed(run.id)
    act(service.cancel, world.member, run.id)
    with unit_of_work() as session:
        assert work.finish_plan(session, run.id, job.claim, plan_file=b"P", lock_file=None, summary=w.CHANGES)
    assert w.status(run.id) == "canceled"


def test_a_plan_is_not_canceled_but_discarded_and_an_end_is_neither(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    with pytest.raises(Conflict, match="Discard its plan"):
        act(service.cancel, world.member, run.id)
    act(service.discard, world.member, run.id)
    with pytest.raises(Conflict, match="nothing to cancel"):
        act(service.cancel, world.member, run.id)


def test_a_cancel_and_a_claim_at_the_same_moment_leave_one_winner(world: World) -> None:
    for _ in range(5):
        run = w.create(world, w.deployment(world))
        with ThreadPoolExecutor(2) as pool:
            job = pool.submit(w.claim, run.id)
            view = pool.submit(_cancel_or_none, world, run.id)
            claimed, canceled = job.result(), view.result()
        if claimed is None:
            assert w.status(run.id) == "canceled"
        else:
            assert w.status(run.id) == "planning"
            assert canceled is None or w.row(Run, run.id).cancel_requested_at is not None


def _cancel_or_none(world: World, run_id: str) -> RunView | None:
    try:
        return act(service.cancel, world.member, run_id)
    except Conflict:
        return None


def test_every_decision_is_audited_with_who_and_what(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.planned(run.id)
    w.confirm(world, run.id)
    job = w.claimed(run.id, "apply")
    act(service.cancel, world.admin, run.id)
    with unit_of_work() as session:
        assert work.fail(session, run.id, job.claim, RunError(summary="Stopped."))
        rows = session.exec(select(AuditEvent).where(col(AuditEvent.object_id) == run.id).order_by(col(AuditEvent.n)))
        seen = [(row.action, row.actor_label) for row in rows]
    assert seen == [
        ("run.create", world.member.label),
        ("run.confirm", world.member.label),
        ("run.cancel", world.admin.label),
    ]
