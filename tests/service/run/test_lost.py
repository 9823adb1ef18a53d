"""A lost worker: its plan is made again by itself, its apply says how far it got and offers the recovery run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.kit.db import unit_of_work
from portal.kit.errors import Unauthenticated
from portal.models import Run
from portal.run import lost, service, work
from portal.run.progress import MOST_NAMED, Saved, in_words, sort
from portal.run.schemas import Counts, Job, NewEvent, PlanSummary, ResourceChange, RunError
from portal.state import service as state_service
from tests.service.run import world as w
from tests.service.run.world import World

SAVED = "terraform_data.this"
"""What the states of `world` have."""


@pytest.fixture
def world(alone: World) -> World:
    """A sweep looks at everything, so each test has a database of its own."""
    return alone


def lose(run_id: str) -> tuple[str, ...]:
    w.expire_lease(run_id)
    with unit_of_work() as session:
        return work.sweep(session).ended


def change(address: str, action: str = "create") -> ResourceChange:
    kind, _, name = address.partition(".")
    return ResourceChange.model_validate({"address": address, "type": kind, "name": name, "action": action})


def step(address: str, status: str, action: str = "create") -> NewEvent:
    return NewEvent("resource", {"address": address, "action": action, "status": status, "phase": "apply"})


def test_a_plan_whose_worker_was_lost_is_made_again_at_the_place_that_it_had(world: World) -> None:
    run = w.create(world, w.deployment(world))
    before = w.get(world, run.id).plan_queued_at
    first = w.claimed(run.id)
    assert lose(run.id) == (run.id,)
    view = w.get(world, run.id)
    assert (view.status, view.plan_queued_at, view.error) == ("plan_queued", before, None)
    assert "made again (1 of 2)" in w.events(run.id)[-1].data["note"]
    with pytest.raises(Unauthenticated), unit_of_work() as session:
        state_service.read(session, deployment_id=run.deployment_id, bearer=first.state_token.reveal())
    w.planned(run.id)
    assert w.status(run.id) == "planned"


def test_a_plan_that_takes_every_worker_down_ends(world: World) -> None:
    run = w.create(world, w.deployment(world))
    for _ in range(lost.MAX_REPLANS):
        w.claimed(run.id)
        lose(run.id)
        assert w.status(run.id) == "plan_queued"
    w.claimed(run.id)
    lose(run.id)
    view = w.get(world, run.id)
    assert view.status == "errored"
    assert view.error is not None
    assert view.error.interrupted is None
    assert "retry" in view.actions


def test_a_plan_that_was_to_be_stopped_is_not_made_again(world: World) -> None:
    run = w.create(world, w.deployment(world))
    w.claimed(run.id)
    with unit_of_work() as session:
        service.cancel(session, world.member, run_id=run.id)
    lose(run.id)
    assert w.status(run.id) == "canceled"


def applying(world: World, *changes: ResourceChange) -> Job:
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id, PlanSummary(counts=Counts(add=len(changes)), has_changes=True, changes=list(changes)))
    return w.claimed(run.id, "apply")


def test_an_apply_whose_worker_was_lost_says_what_is_finished_what_was_in_flight_and_what_was_not_begun(
    world: World,
) -> None:
    job = applying(world, change(SAVED), change("a.flying"), change("a.waiting"), change("a.read", "read"))
    told = [step(SAVED, "running"), step("a.flying", "running"), step(SAVED, "done")]
    with unit_of_work() as session:
        assert work.append(session, job.run_id, job.claim, told)
    w.write_state(job, w.state_body())
    lose(job.run_id)
    view = w.get(world, job.run_id)
    assert view.status == "errored"
    assert view.error is not None
    reached = view.error.interrupted
    assert reached is not None
    assert reached.finished.addresses == [SAVED]
    assert reached.in_flight.addresses == ["a.flying"]
    assert reached.not_begun.addresses == ["a.waiting"]
    assert view.error.detail.splitlines()[0] == f"Finished (1): {SAVED}"
    assert "a.waiting" in w.events(job.run_id)[-2].data["detail"]
    with unit_of_work() as session:
        recovery = service.retry(session, world.member, run_id=job.run_id)
    assert (recovery.status, recovery.kind) == ("plan_queued", "plan_and_apply")
    assert w.row(Run, recovery.id).deployment_id == job.deployment_id


def test_what_was_finished_and_is_in_no_state_is_told_apart() -> None:
    changes = [change("a.saved"), change("a.made"), change("a.gone", "delete"), change("a.still_there", "delete")]
    steps = [(each.address, each.action, "done") for each in changes]
    newest = Saved({"a.saved", "a.still_there"}, by_this_run=True)
    found = sort(changes, steps, saved=newest)
    assert found.finished.addresses == ["a.gone", "a.saved"]
    assert found.unsaved.addresses == ["a.made", "a.still_there"]
    assert "Finished, but not in the state that was saved (2): a.made" in in_words(found)
    assert sort(changes, steps, saved=replace(newest, by_this_run=False)).unsaved.count == 4


@pytest.mark.parametrize("forced", [False, True])
def test_an_apply_whose_terraform_was_killed_says_what_nobody_could_save(world: World, forced: bool) -> None:
    job = applying(world, change("a.made"), change("a.flying"))
    told = [step("a.made", "running"), step("a.made", "done"), step("a.flying", "running")]
    with unit_of_work() as session:
        assert work.append(session, job.run_id, job.claim, told)
    with unit_of_work() as session:
        if forced:
            assert work.end_canceled(session, job.run_id, job.claim, cut_short=True)
        else:
            killed = RunError(summary="Terraform was ended from outside (SIGKILL).")
            assert work.fail(session, job.run_id, job.claim, killed, cut_short=True)
    view = w.get(world, job.run_id)
    assert view.status == ("canceled" if forced else "errored")
    assert view.error is not None
    assert view.error.interrupted is not None
    assert view.error.interrupted.unsaved.addresses == ["a.made"]
    assert view.error.interrupted.in_flight.addresses == ["a.flying"]
    assert "may exist without being in the state" in str(view.error.explanation)
    assert "In flight, may exist without being in the state (1): a.flying" in view.error.detail


def test_a_replacement_is_finished_when_both_halves_are() -> None:
    changes = [change("a.half", "replace"), change("a.whole", "replace"), change("a.broken", "update")]
    steps = [
        ("a.half", "delete", "done"),
        ("a.half", "create", "running"),
        ("a.whole", "delete", "done"),
        ("a.whole", "create", "done"),
        ("a.broken", "update", "failed"),
    ]
    found = sort(changes, steps)
    assert found.in_flight.addresses == ["a.half"]
    assert found.finished.addresses == ["a.whole"]
    assert found.failed.addresses == ["a.broken"]
    assert found.not_begun.count == 0


def test_of_thousands_of_resources_the_number_is_told_and_the_first_are_named() -> None:
    found = sort([change(f"a.n{number:05}") for number in range(5000)], [])
    assert found.not_begun.count == 5000
    assert len(found.not_begun.addresses) == MOST_NAMED
    assert "and 4,800 more" in in_words(found)
