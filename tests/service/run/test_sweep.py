"""The sweep: what a crash leaves, and that any number of sweepers do it once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from sqlalchemy import text
from sqlmodel import Session
from structlog.testing import capture_logs

from portal.kit import clock
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from portal.models import Deployment, Run, StateLock
from portal.run import service, sweep, work
from portal.run.schemas import NewEvent, RunError, SweepReport
from portal.state import service as state_service
from tests.service.run import world as w
from tests.service.run.world import World


@pytest.fixture
def world(alone: World) -> World:
    """A sweep looks at everything, so each test has a database of its own."""
    return alone


def swept() -> SweepReport:
    with unit_of_work() as session:
        return work.sweep(session)


def worker_with_slots(count: int) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name="worker", queues=["plan", "apply"], concurrency=count)


def applying(world: World, deployment: str) -> tuple[str, str, str]:
    """A run in its apply phase that holds the state: (run id, claim, token)."""
    run = w.create(world, deployment, auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    with unit_of_work() as session:
        given = {"deployment_id": deployment, "bearer": job.state_token.reveal()}
        state_service.lock(session, **given, info={"ID": "held"})
        state_service.write(session, **given, body=w.state_body(), lock_id="held")
    return run.id, job.claim, job.state_token.reveal()


def test_a_worker_that_stopped_in_an_apply_leaves_a_usable_deployment(world: World) -> None:
    deployment = w.deployment(world)
    run_id, claim, token = applying(world, deployment)
    waiting = w.create(world, deployment)
    w.expire_lease(run_id)
    assert swept().ended == (run_id,)
    view = w.get(world, run_id)
    assert view.status == "errored"
    assert view.error is not None
    assert view.error.summary == "The worker stopped while applying."
    assert view.error.next_step
    assert [event.type for event in w.events(run_id)][-2:] == ["diagnostic", "status"]
    assert w.row(StateLock, deployment) is None
    assert w.row(Deployment, deployment).status == "failed"
    assert w.status(waiting.id) == "plan_queued"
    with unit_of_work() as session:
        assert state_service.position(session, deployment) is not None, "what Terraform had saved is kept"
        assert work.beat(session, run_id, claim).lost
        with pytest.raises(Unauthenticated):
            state_service.write(session, deployment_id=deployment, bearer=token, body=w.state_body(2), lock_id="held")


def test_a_run_whose_worker_beats_is_left_alone(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    w.expire_lease(run.id)
    with unit_of_work() as session:
        assert not work.beat(session, run.id, job.claim).lost
    assert swept().ended == ()
    assert w.status(run.id) == "planning"


def test_a_silent_worker_is_found_within_thirty_seconds_by_default(settings_env: Callable[..., None]) -> None:
    settings_env()
    assert settings().lease_seconds + 2 * settings().sweep_seconds < 30
    assert settings().beat_seconds * 3 < settings().lease_seconds


def test_many_sweepers_end_a_run_once(world: World) -> None:
    runs = [w.create(world, w.deployment(world)) for _ in range(5)]
    for run in runs:
        w.claimed(run.id)
        w.expire_lease(run.id)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: swept(), range(8)))
    assert sorted(run_id for report in reports for run_id in report.ended) == sorted(run.id for run in runs)
    for run in runs:
        assert [event.data.get("status") for event in w.events(run.id)].count("plan_queued") == 2


def test_a_sweep_does_not_wait_for_a_transaction_that_holds_the_run(world: World) -> None:
    run = w.create(world, w.deployment(world))
    job = w.claimed(run.id)
    w.expire_lease(run.id)
    with unit_of_work() as session:
        assert work.append(session, run.id, job.claim, [NewEvent("log", {"text": "still writing"})])
        with capture_logs() as logs:
            assert swept().ended == ()
        assert logs == [], "nothing ran into the time limit of a lock"
    assert swept().ended == (run.id,)


def test_a_lost_message_is_sent_again(world: World) -> None:
    worker_with_slots(1)
    run = w.create(world, w.deployment(world))
    assert swept().nudged == ()
    with redis.Redis.from_url(settings().redis_database(0)) as broker:
        broker.flushdb()
        w.seconds_ago("nudged_at", run.id, 60)
        assert swept().nudged == (run.id,)
        assert broker.llen("plan") == 1
        assert run.id.encode() in broker.lindex("plan", 0)  # type: ignore[operator]
        assert b"hunter2" not in broker.lindex("plan", 0)  # type: ignore[operator]
    assert swept().nudged == ()


def test_a_message_is_not_sent_again_while_every_slot_is_busy_or_nobody_is_there(world: World) -> None:
    waiting = [w.create(world, w.deployment(world)) for _ in range(3)]
    for run in waiting:
        w.seconds_ago("nudged_at", run.id, 60)
    assert swept().nudged == (), "no worker is there to take it"
    worker_with_slots(2)
    w.claim(waiting[0].id, "plan")
    assert len(swept().nudged) == 1, "one slot is free, so one message may have been lost"


def test_a_pending_run_that_nobody_started_is_started(world: World) -> None:
    deployment = w.deployment(world)
    first, second = w.create(world, deployment), w.create(world, deployment)
    with unit_of_work() as session:
        session.get_one(Run, first.id).status = "errored"
    assert swept().started == (second.id,)
    assert w.status(second.id) == "plan_queued"


def test_an_expired_deployment_is_destroyed_by_itself_and_once(world: World) -> None:
    deployment = w.deployment(world, expires_at=clock.now() + timedelta(hours=1))
    assert swept().expired == ()
    with clock.moved(timedelta(hours=2)):
        reports = [swept(), swept()]
        (run_id,) = reports[0].expired
        assert reports[1].expired == ()
        w.planned(run_id)
        view = w.get(world, run_id)
        assert (view.kind, view.status, view.created_by) == ("destroy", "apply_queued", "Terrace")
    assert w.row(Deployment, deployment).status == "new"


def test_expiry_waits_for_an_apply_and_does_not_overtake_it(world: World) -> None:
    deployment = w.deployment(world, expires_at=clock.now())
    run_id, claim, _ = applying(world, deployment)
    assert swept().expired == ()
    with unit_of_work() as session:
        assert work.finish_apply(session, run_id, claim, applied=1)
    assert len(swept().expired) == 1


def test_expiry_discards_a_plan_that_nobody_confirmed(world: World) -> None:
    deployment = w.deployment(world, expires_at=clock.now())
    run = w.create(world, deployment)
    w.planned(run.id)
    assert len(swept().expired) == 1
    assert w.status(run.id) == "discarded"


def test_a_deployment_that_was_extended_in_time_lives_on(world: World) -> None:
    deployment = w.deployment(world, expires_at=clock.now())
    with unit_of_work() as session:
        session.get_one(Deployment, deployment).expires_at = clock.now() + timedelta(days=1)
    assert swept().expired == ()


def test_a_destroy_that_failed_is_not_tried_again_at_once(world: World) -> None:
    w.deployment(world, expires_at=clock.now())
    (run_id,) = swept().expired
    job = w.claimed(run_id)
    with unit_of_work() as session:
        work.fail(session, run_id, job.claim, RunError(summary="Broken."))
    assert swept().expired == ()
    with clock.moved(sweep.EXPIRY_PAUSE + timedelta(minutes=1)):
        assert len(swept().expired) == 1


def test_workers_are_live_while_they_beat(world: World) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name="w1", queues=["plan", "apply"], concurrency=2, versions={"terrace": "1"})
        work.register_worker(session, name="w2", queues=["control"], concurrency=1)
        work.stop_worker(session, "w2")
        assert not work.beat_worker(session, "nobody")
    run = w.create(world, w.deployment(world))
    w.claimed(run.id)
    with unit_of_work() as session:
        seen = service.system_view(session, world.admin)
    assert [(item.name, item.live, item.runs) for item in seen.workers] == [("w1", True, [run.id]), ("w2", False, [])]
    assert (seen.queue.planning, seen.queue.slots) == (1, 2)
    assert seen.versions["postgresql"]


def test_one_run_that_cannot_be_ended_does_not_keep_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [w.create(world, w.deployment(world)).id for _ in range(3)]
    for run_id in runs:
        w.claimed(run_id)
        w.expire_lease(run_id)
    bad, real = runs[1], sweep._end

    def end(session: Session, run_id: str) -> bool:
        if run_id == bad:
            session.connection().execute(text("SELECT 1 / 0"))
        return real(session, run_id)

    monkeypatch.setattr(sweep, "_end", end)
    assert sorted(swept().ended) == sorted(set(runs) - {bad})
    assert w.status(bad) == "planning"
