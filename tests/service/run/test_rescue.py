"""A state that arrives late: taken when it follows what is stored, else refused; until then no run of the deployment starts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Invalid, Locked, NotFound, TooLarge
from portal.models import StateHold
from portal.run import rescue, work
from portal.run.schemas import Job, RunError
from portal.state import holds
from portal.state import service as state_service
from portal.state.errors import LockHeld, StateConflict
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(alone: World) -> World:
    """A sweep looks at everything, so each test has a database of its own."""
    return alone


def applying(world: World, deployment: str | None = None) -> Job:
    run = w.create(world, deployment or w.deployment(world), auto_apply=True)
    w.planned(run.id)
    return w.claimed(run.id, "apply")


def lose(job: Job) -> None:
    w.expire_lease(job.run_id)
    with unit_of_work() as session:
        assert work.sweep(session).ended == (job.run_id,)


def deliver(job: Job, serial: int, **more: str) -> int:
    with unit_of_work() as session:
        return rescue.deliver(session, job.run_id, w.state_body(serial, **more), worker="w1")


def serial(job: Job) -> int | None:
    with unit_of_work() as session:
        position = state_service.position(session, job.deployment_id)
        return position.serial if position else None


def test_after_a_lost_apply_no_run_starts_until_its_worker_has_delivered_the_state(world: World) -> None:
    job = applying(world)
    lose(job)
    with unit_of_work() as session:
        work.register_worker(session, name="w1", queues=["apply"], concurrency=1, versions={"folder": "f1"})
        assert list(holds.expected_from(session, "f1")) == [job.run_id]
        assert list(holds.expected_from(session, "f2")) == []
        assert holds.count(session) == {"expected": 1, "spooled": 0, "refused": 0}
    waiting = w.create(world, job.deployment_id)
    assert w.claim(waiting.id) is None
    assert deliver(job, 4) == 1
    assert serial(job) == 4
    assert w.row(StateHold, job.deployment_id) is None
    assert w.claim(waiting.id) is not None


def test_a_worker_that_keeps_nothing_says_so_and_the_next_run_starts(world: World) -> None:
    job = applying(world)
    lose(job)
    waiting = w.create(world, job.deployment_id)
    with unit_of_work() as session:
        rescue.nothing_kept(session, job.run_id)
    assert w.claim(waiting.id) is not None


def test_a_worker_that_never_comes_back_is_waited_for_only_a_while(world: World) -> None:
    job = applying(world)
    lose(job)
    waiting = w.create(world, job.deployment_id)
    with clock.moved(timedelta(minutes=1)), unit_of_work() as session:
        holds.postpone(session, job.run_id)
        work.sweep(session)
        assert holds.find(session, job.deployment_id), "it is back, and its Terraform is still ending"
    with clock.moved(timedelta(minutes=5)), unit_of_work() as session:
        work.sweep(session)
    assert w.claim(waiting.id) is not None


def test_a_state_that_is_known_to_be_kept_is_waited_for_without_an_end(world: World) -> None:
    job = applying(world)
    lose(job)
    with unit_of_work() as session:
        rescue.kept(session, job.run_id, worker="w1", kind="spooled")
    with clock.moved(timedelta(days=30)), unit_of_work() as session:
        work.sweep(session)
        found = holds.find(session, job.deployment_id)
    assert found is not None
    assert (found.kind, found.run_id, found.worker) == ("spooled", job.run_id, "w1")


def test_a_wait_that_was_ended_does_not_begin_again(world: World) -> None:
    job = applying(world)
    lose(job)
    with unit_of_work() as session:
        assert holds.release(session, deployment_id=job.deployment_id)
        rescue.kept(session, job.run_id, worker="w1", kind="spooled")
        assert holds.find(session, job.deployment_id) is None
    assert deliver(job, 2) == 1, "and yet the state is taken while it follows what is stored"


def test_a_run_that_ends_with_a_state_in_the_spool_holds_the_next_one_back(world: World) -> None:
    for end in ("fail", "cancel"):
        job = applying(world)
        waiting = w.create(world, job.deployment_id)
        with unit_of_work() as session:
            if end == "fail":
                work.fail(session, job.run_id, job.claim, RunError(summary="No state."), state_kept="spooled")
            else:
                work.end_canceled(session, job.run_id, job.claim, state_kept="refused")
        assert w.claim(waiting.id) is None


def test_the_same_state_twice_is_one_version_and_a_serial_that_is_not_above_the_stored_one_is_refused(
    world: World,
) -> None:
    job = applying(world)
    w.write_state(job, w.state_body(3))
    lose(job)
    assert deliver(job, 4) == deliver(job, 4) == 2
    for old in (4, 3, 1):
        with pytest.raises(StateConflict):
            deliver(job, old, terraform_version="1.0.0")
    with pytest.raises(StateConflict, match="lineage"):
        deliver(job, 9, lineage="another")
    assert serial(job) == 4


def test_a_state_of_the_past_is_refused_when_another_run_has_written_since(world: World) -> None:
    job = applying(world)
    w.write_state(job, w.state_body(1))
    lose(job)
    with unit_of_work() as session:
        holds.release(session, deployment_id=job.deployment_id)
    other = applying(world, job.deployment_id)
    with pytest.raises(Locked):
        deliver(job, 7)
    w.write_state(other, w.state_body(2))
    with unit_of_work() as session:
        assert work.finish_apply(session, other.run_id, other.claim)
    with pytest.raises(StateConflict, match="Another run"):
        deliver(job, 7)
    assert serial(job) == 2


def test_a_state_follows_the_one_that_its_plan_was_made_against(world: World) -> None:
    deployment = w.deployment(world)
    w.put_state(deployment, 5)
    job = applying(world, deployment)
    lose(job)
    assert deliver(job, 6) == 2
    w.put_state(deployment, 7)
    with pytest.raises(StateConflict, match="Another run"):
        deliver(job, 8)


def test_a_lock_of_another_run_is_respected(world: World) -> None:
    job = applying(world)
    lose(job)
    with unit_of_work() as session:
        session.connection().execute(
            text("INSERT INTO state_lock VALUES (:d, 'theirs', 'run-other', '{}', now())"), {"d": job.deployment_id}
        )
    with pytest.raises(LockHeld):
        deliver(job, 2)


def test_what_is_no_state_or_too_large_or_of_no_run_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = applying(world)
    lose(job)
    with pytest.raises(Invalid), unit_of_work() as session:
        rescue.deliver(session, job.run_id, b'{"half": ', worker="w1")
    with pytest.raises(NotFound), unit_of_work() as session:
        rescue.deliver(session, "run-none", w.state_body(), worker="w1")
    monkeypatch.setattr(state_service, "MAX_STATE_BYTES", 10)
    with pytest.raises(TooLarge):
        deliver(job, 2)
    with unit_of_work() as session:
        rescue.kept(session, job.run_id, worker="w1", kind="refused", note="Too large.")
        found = holds.find(session, job.deployment_id)
    assert found is not None
    assert (found.kind, found.note, found.until) == ("refused", "Too large.", None)


def test_a_first_state_that_terraform_could_not_name_is_named_once(world: World) -> None:
    """What is left when even the question for an existing state was refused."""
    job = applying(world)
    lose(job)
    with unit_of_work() as session:
        for _ in range(2):
            assert rescue.deliver(session, job.run_id, w.state_body(0, lineage=""), worker="w1") == 1
        position = state_service.position(session, job.deployment_id)
    assert position is not None
    assert (position.serial, len(position.lineage)) == (1, 36)
    other = w.deployment(world)
    w.put_state(other, 3)
    late = applying(world, other)
    lose(late)
    with pytest.raises(Invalid):
        deliver(late, 4, lineage="")


def test_a_delivery_is_in_the_audit_trail(world: World) -> None:
    job = applying(world)
    lose(job)
    deliver(job, 2)
    with unit_of_work() as session:
        query = text("SELECT actor_id, object_id FROM audit_event WHERE action = 'state.deliver'")
        assert session.connection().execute(query).all() == [("w1", job.deployment_id)]
