"""A worker that was stopped for minutes and goes on as if nothing had happened: the run is no longer its own.

Every road by which a worker writes is tried, one after the other and at the very moment of the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import text

from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from portal.models import RunPlan, StateLock
from portal.run import rescue, work
from portal.run.schemas import Job, NewEvent, RunError
from portal.state import service
from portal.state.errors import StateConflict
from tests.service.run import world as w
from tests.service.run.world import World
from tests.service.state.test_backend import lock, of, read, write

LINE = NewEvent("log", {"text": "I am back."})


@pytest.fixture
def world(alone: World) -> World:
    """A sweep looks at everything, so each test has a database of its own."""
    return alone


def swept(run_id: str) -> None:
    w.expire_lease(run_id)
    with unit_of_work() as session:
        assert work.sweep(session).ended == (run_id,)


def attempts(job: Job) -> dict[str, bool]:
    """Every report that a worker can make, and whether it was taken."""
    ways: dict[str, Callable[..., bool]] = {
        "beat": lambda session: not work.beat(session, job.run_id, job.claim).lost,
        "append": lambda session: work.append(session, job.run_id, job.claim, [LINE]),
        "finish_plan": lambda session: work.finish_plan(
            session, job.run_id, job.claim, plan_file=b"OLD", lock_file=None, summary=w.CHANGES
        ),
        "finish_apply": lambda session: work.finish_apply(session, job.run_id, job.claim, applied=9),
        "fail": lambda session: work.fail(session, job.run_id, job.claim, RunError(summary="Broken.")),
        "end_canceled": lambda session: work.end_canceled(session, job.run_id, job.claim),
    }
    taken = {}
    for name, way in ways.items():
        with unit_of_work() as session:
            taken[name] = way(session)
    return taken


def test_after_a_plan_was_given_to_another_worker_the_first_writes_nothing(world: World) -> None:
    run = w.create(world, w.deployment(world))
    first = w.claimed(run.id)
    swept(run.id)
    second = w.claimed(run.id)
    told = len(w.events(run.id))
    assert set(attempts(first).values()) == {False}
    for try_it in (lambda: read(first), lambda: lock(first), lambda: write(first, w.state_body())):
        with pytest.raises(Unauthenticated):
            try_it()
    assert (w.status(run.id), len(w.events(run.id))) == ("planning", told)
    assert w.row(RunPlan, run.id) is None
    with unit_of_work() as session:
        assert work.append(session, run.id, second.claim, [LINE]), "the second goes on as if there had been no first"


def test_after_an_apply_was_given_up_neither_it_nor_its_lock_is_in_the_way_of_the_next(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    first = w.claimed(run.id, "apply")
    lock(first)
    write(first, w.state_body(1))
    swept(run.id)
    told = len(w.events(run.id))
    assert set(attempts(first).values()) == {False}
    assert (w.status(run.id), len(w.events(run.id))) == ("errored", told)
    with unit_of_work() as session:
        rescue.nothing_kept(session, run.id)
    again = w.create(world, run.deployment_id, auto_apply=True)
    w.planned(again.id)
    second = w.claimed(again.id, "apply")
    lock(second, "theirs")
    for try_it in (lambda: write(first, w.state_body(2)), lambda: unlock(first)):
        with pytest.raises(Unauthenticated):
            try_it()
    assert write(second, w.state_body(2), "theirs") == 2


def unlock(job: Job) -> None:
    with unit_of_work() as session:
        service.unlock(session, **of(job), lock_id="mine")


def waits_or_done(future: Future[None]) -> None:
    """Until the thread has ended, or stands before a row that another transaction holds."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    end = time.monotonic() + 60
    while not future.done() and time.monotonic() < end:
        with unit_of_work() as session:
            if session.connection().execute(query).scalar_one():
                return
        time.sleep(0.01)


def test_a_lock_that_is_asked_for_at_the_moment_of_the_end_is_not_left_behind(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work() as session:
            assert work.fail(session, run.id, job.claim, RunError(summary="Broken."))
            late = pool.submit(lock, job)
            waits_or_done(late)
        with pytest.raises(Unauthenticated):
            late.result(60)
    assert w.row(StateLock, run.deployment_id) is None


def test_a_state_that_is_written_at_the_moment_of_the_end_is_whole_or_refused(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    lock(job)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work() as session:
            assert work.fail(session, run.id, job.claim, RunError(summary="Broken."))
            late = pool.submit(lambda: [write(job, w.state_body())])
            waits_or_done(late)  # type: ignore[arg-type]
        with pytest.raises((Unauthenticated, StateConflict)):
            late.result(60)
    with unit_of_work() as session:
        assert service.position(session, run.deployment_id) is None


def test_a_lock_whose_run_is_not_in_progress_is_freed_by_the_sweep(world: World) -> None:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    job = w.claimed(run.id, "apply")
    lock(job)
    with unit_of_work() as session:
        work.sweep(session)
        assert service.lock_holder(session, run.deployment_id), "a run in progress keeps its own"
        session.connection().execute(text("UPDATE state_lock SET run_id = 'run-of-long-ago'"))
    with unit_of_work() as session:
        work.sweep(session)
        assert service.lock_holder(session, run.deployment_id) is None
