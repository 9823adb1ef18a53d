"""What a worker that is being stopped gives back is done by another one; a plan of another Terraform is made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from portal.models import Run
from portal.run import service, work
from portal.run.schemas import Job, NewEvent, RunView
from portal.state import service as state_service
from tests.service.run import world as w
from tests.service.run.world import World

OURS, THEIRS = "terraform 1.15.0", "terraform 1.14.0"


def told(function: Callable[..., bool], job: Job, **given: Any) -> bool:
    with unit_of_work() as session:
        return function(session, job.run_id, job.claim, **given)


def run_of(world: World, **given: Any) -> str:
    return w.create(world, w.deployment(world), **given).id


def planned_by(run_id: str, engine: str | None) -> None:
    job = w.claimed(run_id)
    assert told(work.finish_plan, job, plan_file=b"PLAN", lock_file=b"LOCK", summary=w.CHANGES, engine=engine)


def applying(world: World, *, made_by: str | None = OURS, **given: Any) -> Job:
    run_id = run_of(world, **given)
    planned_by(run_id, made_by)
    if w.status(run_id) == "planned":
        w.confirm(world, run_id)
    return w.claimed(run_id, "apply")


def take(world: World, engine: str | None, worker: str = "w1") -> str | None:
    with unit_of_work() as session:
        job = work.claim_next(session, queues={"plan", "apply"}, worker=worker, engine=engine)
    return job and job.run_id


def known(name: str, **versions: str) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name=name, queues=["apply", "plan"], concurrency=1, versions=versions)


def last_note(run_id: str) -> str:
    return [event.data.get("note", "") for event in w.events(run_id) if event.type == "status"][-1]


def test_a_plan_that_is_handed_back_waits_at_the_place_that_it_had_and_costs_no_try(world: World) -> None:
    job = w.claimed(run_of(world))
    queued_at = w.row(Run, job.run_id).plan_queued_at
    assert told(work.hand_back, job)
    run = w.row(Run, job.run_id)
    assert (run.status, run.plan_queued_at, run.replans, run.claim) == ("plan_queued", queued_at, 0, None)
    assert "another one makes this plan" in last_note(job.run_id)
    assert not told(work.hand_back, job)
    w.planned(job.run_id)
    assert w.status(job.run_id) == "planned"


def test_an_apply_that_had_not_begun_is_applied_by_another_worker_once(world: World) -> None:
    job = applying(world)
    before = w.row(Run, job.run_id)
    assert told(work.hand_back, job)
    run = w.row(Run, job.run_id)
    assert (run.status, run.confirmed_at, run.applying_at) == ("apply_queued", before.confirmed_at, None)
    assert run.confirmed_by_label == world.member.label
    for late in (work.finish_apply, work.end_stopped):
        assert not told(late, job)
    with unit_of_work() as session, pytest.raises(Exception, match="token"):
        state_service.read(session, deployment_id=job.deployment_id, bearer=job.state_token.reveal())
    again = w.claimed(job.run_id, "apply")
    assert (again.plan_file, again.plan_engine) == (b"PLAN", OURS)
    assert told(work.finish_apply, again, applied=4)
    assert w.status(job.run_id) == "applied"


@pytest.mark.parametrize("phase", ["plan", "apply"])
def test_what_was_to_be_canceled_is_not_handed_back(world: World, phase: str) -> None:
    job = w.claimed(run_of(world)) if phase == "plan" else applying(world)
    with unit_of_work() as session:
        service.cancel(session, world.member, run_id=job.run_id)
    assert told(work.hand_back, job)
    assert w.status(job.run_id) == "canceled"


def test_an_apply_that_was_begun_ends_with_what_it_did_and_offers_the_recovery_run(world: World) -> None:
    job = applying(world)
    w.write_state(job, w.state_body())
    data = {"phase": "apply", "address": "terraform_data.this", "action": "create", "status": "done"}
    told(work.append, job, new=[NewEvent("resource", data)])
    assert told(work.end_stopped, job)
    view = w.get(world, job.run_id, world.member)
    assert view.status == "errored"
    assert view.error is not None
    assert view.error.summary == "The worker was stopped while it applied this run."
    assert view.error.interrupted is not None
    assert "recovery run" in (view.error.next_step or "")
    assert "retry" in view.actions
    with unit_of_work() as session, pytest.raises(Unauthenticated):
        state_service.write(
            session,
            deployment_id=job.deployment_id,
            bearer=job.state_token.reveal(),
            body=w.state_body(2),
            lock_id="lock-1",
        )


def test_a_plan_of_another_terraform_that_a_person_confirmed_is_made_again_and_confirmed_again(world: World) -> None:
    job = applying(world, made_by=THEIRS)
    assert job.plan_engine == THEIRS
    assert told(work.plan_again, job, here=OURS)
    view = w.get(world, job.run_id)
    assert (view.status, view.confirmed_at, view.confirmed_by, view.applying_at) == ("plan_queued", None, None, None)
    assert last_note(job.run_id) == (
        f"This plan was made by {THEIRS} and the worker has {OURS}, so it is made again. It must be confirmed again."
    )
    planned_by(job.run_id, OURS)
    assert w.status(job.run_id) == "planned"


def test_a_plan_of_another_terraform_with_auto_apply_is_made_again_and_applied(world: World) -> None:
    job = applying(world, made_by=THEIRS, auto_apply=True)
    assert told(work.plan_again, job, here=OURS)
    planned_by(job.run_id, OURS)
    assert w.status(job.run_id) == "apply_queued"


def test_a_plan_is_not_made_again_for_ever(world: World) -> None:
    job = applying(world, made_by=THEIRS, auto_apply=True)
    for _ in range(2):
        assert told(work.plan_again, job, here=OURS)
        planned_by(job.run_id, THEIRS)
        job = w.claimed(job.run_id, "apply")
    assert told(work.plan_again, job, here=OURS)
    error = w.get(world, job.run_id).error
    assert error is not None
    assert error.summary == f"This plan was made by {THEIRS}, and the worker has {OURS}."


def test_a_plan_is_left_to_a_worker_that_reads_it_and_taken_when_there_is_none(alone: World) -> None:
    known("old", plans=THEIRS)
    known("new", plans=OURS)
    first, second = run_of(alone, auto_apply=True), run_of(alone)
    planned_by(first, THEIRS)
    assert take(alone, OURS, "new") == second
    assert take(alone, OURS, "new") is None
    assert take(alone, THEIRS, "old") == first
    third = run_of(alone, auto_apply=True)
    planned_by(third, THEIRS)
    with unit_of_work() as session:
        work.leave_line(session, "old", by="test")
    assert take(alone, OURS, "new") == third


def stale(world: World, run_id: str) -> str | None:
    view: RunView = w.get(world, run_id)
    return view.stale


def test_a_plan_that_no_worker_can_apply_any_more_is_stale_and_says_so(alone: World) -> None:
    run_id = run_of(alone)
    planned_by(run_id, THEIRS)
    assert stale(alone, run_id) is None
    known("before", terraform="1.14.0")  # of a version that did not say whose plans it reads
    known("new", plans=OURS)
    assert stale(alone, run_id) is None
    with unit_of_work() as session:
        work.stop_worker(session, "before")
    assert stale(alone, run_id) == f"This plan was made by {THEIRS}, which no worker has any more."
    known("old", plans=THEIRS)
    assert stale(alone, run_id) is None
