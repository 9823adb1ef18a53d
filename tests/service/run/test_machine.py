"""A run's way through the machine, against the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, NotFound
from portal.models import Deployment, Run, RunPlan, StateLock
from portal.run import moves, service, work
from portal.run.lifecycle import ACTIVE
from portal.run.moves import Move
from portal.run.schemas import NewEvent, RunError
from portal.state import service as state_service
from tests.service.run import world as w
from tests.service.run.world import World


def test_a_run_goes_from_creation_to_applied_and_its_deployment_becomes_active(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment)
    assert run.status == "plan_queued"
    w.applied(world, run.id)
    done = w.get(world, run.id)
    assert (done.status, done.applied_count, done.total_operations) == ("applied", 4, 4)
    times = (done.plan_queued_at, done.planning_at, done.planned_at, done.confirmed_at, done.applying_at, done.ended_at)
    known = [time for time in times if time is not None]
    assert len(known) == 6
    assert known == sorted(known)
    assert done.confirmed_by == world.member.label
    owner = w.row(Deployment, deployment)
    assert (owner.status, owner.applied_at is not None) == ("active", True)


def test_every_move_is_an_event_and_numbers_have_no_gap(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.applied(world, run.id)
    events = w.events(run.id)
    assert [event.n for event in events] == list(range(1, len(events) + 1))
    moves_seen = [(event.data["from"], event.data["status"]) for event in events if event.type == "status"]
    assert moves_seen == [
        (None, "pending"),
        ("pending", "plan_queued"),
        ("plan_queued", "planning"),
        ("planning", "planned"),
        ("planned", "apply_queued"),
        ("apply_queued", "applying"),
        ("applying", "applied"),
    ]


def test_of_fifty_runs_created_at_once_exactly_one_is_active(world: World) -> None:
    deployment = w.deployment(world)
    with ThreadPoolExecutor(16) as pool:
        runs = list(pool.map(lambda _: w.create(world, deployment), range(50)))
    statuses = [w.status(run.id) for run in runs]
    assert sum(status in ACTIVE for status in statuses) == 1
    assert statuses.count("pending") == 49


def test_the_database_itself_refuses_a_second_active_run(world: World) -> None:
    deployment = w.deployment(world)
    w.create(world, deployment)
    waiting = w.create(world, deployment)
    with pytest.raises(Exception, match="uq_run_active"), unit_of_work() as session:
        moves.move(session, waiting.id, Move("pending", "plan_queued"))


def test_the_next_pending_run_starts_with_the_end_of_the_one_before(world: World) -> None:
    deployment = w.deployment(world)
    first, second, third = (w.create(world, deployment) for _ in range(3))
    w.planned(first.id, w.NOTHING)
    assert [w.status(run.id) for run in (first, second, third)] == ["planned_and_finished", "plan_queued", "pending"]


def test_a_message_that_comes_twice_is_claimed_once(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda number: w.claim(run.id, worker=f"w{number}"), range(8)))
    assert sum(job is not None for job in jobs) == 1


def test_an_apply_cannot_be_claimed_before_it_was_confirmed(world: World) -> None:
    run = w.create(world, w.deployment(world))
    assert w.claim(run.id, "apply") is None
    w.planned(run.id)
    assert w.claim(run.id, "apply") is None


def test_an_apply_message_delivered_again_after_the_end_does_nothing(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.applied(world, run.id)
    assert w.claim(run.id, "apply") is None
    assert w.status(run.id) == "applied"


def test_a_lost_claim_writes_nothing_any_more(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.claimed(run.id)
    before = len(w.events(run.id))
    error = RunError(summary="late")
    with unit_of_work() as session:
        assert work.beat(session, run.id, "another").lost
        assert not work.append(session, run.id, "another", [NewEvent("log", {"text": "late"})])
        assert not work.finish_plan(session, run.id, "another", plan_file=b"", lock_file=None, summary=w.CHANGES)
        assert not work.fail(session, run.id, "another", error)
        assert not work.end_canceled(session, run.id, "another")
        assert not work.finish_apply(session, run.id, "another", applied=1)
    assert w.status(run.id) == "planning"
    assert len(w.events(run.id)) == before
    assert w.row(RunPlan, run.id) is None


def test_only_the_worker_that_holds_an_apply_can_end_it(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    first = w.planned(run.id)
    w.claimed(run.id, "apply")
    with unit_of_work() as session:
        assert not work.finish_apply(session, run.id, first.claim, applied=1)
    assert w.status(run.id) == "applying"


def test_the_job_of_an_apply_holds_exactly_what_the_plan_left(world: World) -> None:
    run = w.create(world, w.deployment(world))
    plan_job = w.planned(run.id)
    w.confirm(world, run.id)
    job = w.claimed(run.id, "apply")
    assert (job.plan_file, job.lock_file) == (b"PLAN", b"LOCK")
    assert job.files == plan_job.files == w.FILES
    assert job.values == {"size": 3, "password": "hunter2-hunter2"}
    assert "hunter2" not in repr(job)
    assert job.state_token.reveal() not in repr(job)


def test_auto_apply_goes_on_by_itself(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    view = w.get(world, run.id)
    assert (view.status, view.confirmed_by) == ("apply_queued", "auto-apply")


@pytest.mark.parametrize("kind", ["plan_only", "drift"])
def test_a_run_that_may_not_apply_ends_with_its_plan(world: World, kind: str) -> None:
    run = w.create(world, w.deployment(world), kind, auto_apply=True)  # type: ignore[arg-type]
    w.planned(run.id)
    assert w.status(run.id) == "planned_and_finished"


def test_an_empty_plan_ends_the_run_even_with_auto_apply(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id, w.NOTHING)
    assert w.status(run.id) == "planned_and_finished"


def test_a_destroy_run_ends_the_deployment_and_whatever_still_waited(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment, "destroy")
    waiting = [w.create(world, deployment) for _ in range(2)]
    w.applied(world, run.id)
    owner = w.row(Deployment, deployment)
    assert owner.status == "destroyed"
    assert owner.destroyed_at is not None
    assert [w.status(item.id) for item in waiting] == ["canceled", "canceled"]
    with pytest.raises(Conflict, match="was destroyed"):
        w.create(world, deployment)
    assert w.get(world, waiting[0].id).actions == [], "what is gone is not tried again"


def test_destroying_what_was_never_applied_needs_no_apply(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment, "destroy")
    w.planned(run.id, w.NOTHING)
    assert w.row(Deployment, deployment).status == "destroyed"


def test_an_end_frees_the_lock_revokes_the_token_and_drops_the_plan(world: World) -> None:
    deployment = w.deployment(world)
    run = w.create(world, deployment, auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    given = {"deployment_id": deployment, "bearer": job.state_token.reveal()}
    with unit_of_work() as session:
        state_service.lock(session, **given, info={"ID": "held"})
    with unit_of_work() as session:
        assert work.fail(session, run.id, job.claim, RunError(summary="It broke."))
    assert w.row(StateLock, deployment) is None
    plan = w.row(RunPlan, run.id)
    assert (plan.plan_file, plan.lock_file) == (None, None)
    with pytest.raises(Exception, match="token of a run"), unit_of_work() as session:
        state_service.read(session, **given)
    ended = w.row(Run, run.id)
    assert (ended.claim, ended.lease_expires_at) == (None, None)
    assert w.row(Deployment, deployment).status == "failed"


def test_a_failed_run_tells_no_secret(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    error = RunError(summary="Rejected hunter2-hunter2", detail='{"p": "hunter2-hunter2"} aHVudGVyMi1odW50ZXIy')
    with unit_of_work() as session:
        assert work.fail(session, run.id, job.claim, error)
    view = w.get(world, run.id)
    assert view.error is not None
    assert view.error.summary == "Rejected (sensitive)"
    assert "hunter2" not in view.error.detail
    assert "aHVudGVy" not in view.error.detail


def test_a_run_that_cannot_be_prepared_ends_with_the_reason(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with unit_of_work() as session:
        session.connection().execute(
            text("UPDATE template_version SET archive = 'broken' WHERE id = :id"), {"id": world.template_version_id}
        )
    assert w.claim(run.id) is None
    view = w.get(world, run.id)
    assert view.status == "errored"
    assert view.error is not None
    assert view.error.summary == "The run could not be prepared."


def test_moves_that_the_table_does_not_have_are_refused(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with pytest.raises(ValueError, match="no move from"), unit_of_work() as session:
        moves.move(session, run.id, Move("pending", "applied"))
    with unit_of_work() as session:
        assert not moves.move(session, run.id, Move("planned", "apply_queued"))


def test_what_is_waited_for_is_told(alone: World) -> None:
    deployment = w.deployment(alone)
    first, second = w.create(alone, deployment), w.create(alone, deployment)
    assert first.queue is not None
    assert first.queue.reason.startswith("No worker is connected.")
    assert second.queue is not None
    assert second.queue.reason == f"Waiting for {first.id} of this deployment to end."
    with unit_of_work() as session:
        work.register_worker(session, name="w1", queues=["plan", "apply"], concurrency=1)
    other = w.create(alone, w.deployment(alone))
    assert other.queue is not None
    assert (other.queue.position, other.queue.reason) == (2, "1 run ahead; 0 of 1 worker slots are busy.")
    w.claimed(first.id)
    now = w.get(alone, other.id).queue
    assert now is not None
    assert (now.position, now.reason) == (1, "Next in line; 1 of 1 worker slots are busy.")


def test_only_members_of_the_project_know_of_its_runs(world: World) -> None:
    run = w.create(world, w.deployment(world))
    with unit_of_work() as session:
        for use in (service.get, service.confirm, service.discard, service.cancel, service.retry):
            with pytest.raises(NotFound):
                use(session, world.stranger, run_id=run.id)
        for read in (service.plan, service.events):
            with pytest.raises(NotFound):
                read(session, world.stranger, run.id)
        assert service.list_runs(session, world.stranger).items == []
        assert [item.id for item in service.list_runs(session, world.viewer).items] == [run.id]


def test_the_list_pages_through_every_run_once(world: World) -> None:
    deployment = w.deployment(world)
    made = {w.create(world, deployment).id for _ in range(5)}
    seen: list[str] = []
    cursor = None
    with unit_of_work() as session:
        while True:
            page = service.list_runs(session, world.viewer, deployment_id=deployment, limit=2, cursor=cursor)
            seen += [item.id for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert sorted(seen) == sorted(made)
