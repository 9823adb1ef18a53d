"""The line of the runs that wait for a worker: who is next, who is passed over, and what each is told."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, text, update
from sqlmodel import col

from portal.kit import clock
from portal.kit.db import engine, unit_of_work
from portal.models import CloudAccount, Deployment, Project, Run, StateHold
from portal.run import line, service, work
from portal.run.lifecycle import Kind
from portal.run.schemas import Job, WaitingCode
from tests.service.run import world as w
from tests.service.run.world import World
from worker import executor, tasks


@pytest.fixture
def world(alone: World) -> World:
    """The line is everybody's, so each test has a database of its own."""
    return alone


def another(world: World) -> World:
    """A second project beside the first, with people of its own and the same cloud account."""
    return replace(w.build(), account_id=world.account_id)


def queued(world: World, count: int = 1, kind: Kind = "plan_and_apply", **of_deployment: Any) -> list[str]:
    """Runs that wait to be planned, each of a deployment of its own."""
    return [w.create(world, w.deployment(world, **of_deployment), kind).id for _ in range(count)]


def apply_queued(world: World) -> str:
    """A run that wait to be applied."""
    run = w.create(world, w.deployment(world), auto_apply=True)
    w.planned(run.id)
    return run.id


def taken(count: int, **given: Any) -> list[str | None]:
    """What so many free slots take, one after the other."""
    jobs = [w.take(**given) for _ in range(count)]
    return [job.run_id if job else None for job in jobs]


def limit(model: type[Project] | type[CloudAccount], key: str, number: int | None) -> None:
    with unit_of_work() as session:
        session.get_one(model, key).run_limit = number


def finish(job: Job | None) -> None:
    assert job is not None
    with unit_of_work() as session:
        assert work.finish_plan(session, job.run_id, job.claim, plan_file=b"P", lock_file=None, summary=w.NOTHING)


def worker(name: str = "w1", queues: tuple[str, ...] = ("plan", "apply"), slots: int = 8) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name=name, queues=queues, concurrency=slots)


def waits(world: World, run_id: str) -> tuple[int | None, WaitingCode]:
    found = w.get(world, run_id).queue
    assert found is not None
    return found.position, found.code


def test_projects_take_turns_however_much_one_of_them_asks_for(world: World) -> None:
    flood = queued(world, 6)
    other = another(world)
    late = queued(other, 2)
    assert taken(8) == [flood[0], late[0], flood[1], late[1], *flood[2:]]


def test_a_project_that_was_just_served_lets_the_others_go_first(world: World) -> None:
    other = another(world)
    first = queued(world, 1)
    assert taken(1) == first
    more, theirs = queued(world, 1), queued(other, 1)
    assert taken(2) == [*theirs, *more]


def test_applies_go_before_plans_and_plans_before_drift_checks(world: World) -> None:
    other = another(world)
    drift = queued(world, 1, "drift")
    plans = queued(world, 1) + queued(other, 1)
    applies = [apply_queued(other), apply_queued(world)]
    order = taken(5)
    assert (set(order[:2]), set(order[2:4]), order[4:]) == (set(applies), set(plans), drift)


def test_a_flood_of_applies_holds_up_no_plan_and_no_drift_check_for_ever(world: World) -> None:
    other = another(world)
    plan, drift = queued(other, 1)[0], queued(other, 1, "drift")[0]
    flood = [apply_queued(world) for _ in range(4)]
    w.seconds_ago("plan_queued_at", plan, line.PLAN_PATIENCE.total_seconds() + 1)
    w.seconds_ago("plan_queued_at", drift, line.DRIFT_PATIENCE.total_seconds() + 1)
    order = taken(6)
    assert order.index(plan) < 2
    assert order.index(drift) < 4
    assert [run for run in order if run in flood] == flood


@pytest.mark.parametrize("limited", ["project", "account"])
def test_a_limit_passes_over_a_run_until_another_has_ended(world: World, limited: str) -> None:
    other = another(world)
    mine, theirs = queued(world, 3), queued(other, 1, cloud_account_id=_second_account())
    worker()
    limit(Project, world.project_id, 2) if limited == "project" else limit(CloudAccount, world.account_id, 2)
    jobs = [w.take() for _ in range(3)]
    assert [job and job.run_id for job in jobs] == [mine[0], theirs[0], mine[1]]
    assert w.take() is None
    assert waits(world, mine[2]) == (1, f"{limited}_limit")
    finish(jobs[0])
    assert waits(world, mine[2]) == (1, "starting")
    assert taken(1) == [mine[2]]


def test_a_limit_of_nought_pauses_and_no_limit_means_the_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = queued(world, 2)
    worker()
    limit(Project, world.project_id, 0)
    assert w.take() is None
    assert waits(world, run[0]) == (1, "project_limit")
    limit(Project, world.project_id, None)
    given = line.settings()
    monkeypatch.setattr(line, "settings", lambda: replace(given, project_runs=1))
    assert taken(2) == [run[0], None]


def test_many_workers_at_once_fill_a_limit_exactly_and_take_each_run_once(world: World) -> None:
    runs = queued(world, 12)
    limit(CloudAccount, world.account_id, 5)
    with ThreadPoolExecutor(8) as pool:
        got = [job for job in pool.map(lambda number: w.take(worker=f"w{number}"), range(24)) if job]
    assert len(got) == 5
    assert max(Counter(job.run_id for job in got).values()) == 1
    assert [w.status(run) for run in runs].count("planning") == 5


def test_a_worker_takes_only_what_its_queues_are_for(world: World) -> None:
    plan, apply = queued(world, 1)[0], apply_queued(world)
    assert taken(2, queues=("plan",)) == [plan, None]
    assert taken(1, queues=("control", "apply")) == [apply]


def test_a_run_that_somebody_is_busy_with_is_passed_over_and_nobody_waits(world: World) -> None:
    runs = queued(world, 2)
    with unit_of_work() as session:
        session.get_one(Deployment, w.row(Run, runs[0]).deployment_id, with_for_update={"key_share": True})
        assert taken(2) == [runs[1], None]
    assert taken(1) == [runs[0]]


def test_a_run_that_cannot_be_prepared_holds_up_nobody(world: World) -> None:
    bad, good = queued(world, 1)[0], queued(another(world), 1)[0]
    with unit_of_work() as session:
        session.connection().execute(
            text("UPDATE template_version SET archive = 'broken' WHERE id = :id"), {"id": world.template_version_id}
        )
    assert taken(1) == [good]
    assert w.status(bad) == "errored"


def test_a_deployment_whose_state_has_yet_to_arrive_starts_nothing_and_says_so(world: World) -> None:
    first, second = queued(world, 2)
    worker()
    with unit_of_work() as session:
        owner = w.row(Run, first).deployment_id
        session.add(StateHold(deployment_id=owner, run_id="run-x", kind="spooled", created_at=clock.now()))
    assert [waits(world, run) for run in (first, second)] == [(None, "state_missing"), (1, "starting")]
    assert taken(2) == [second, None]


def test_a_worker_that_drains_takes_nothing(world: World) -> None:
    (run,) = queued(world, 1)
    for name in ("leaving", "staying"):
        worker(name)
    with unit_of_work() as session:
        work.drain_worker(session, world.admin, "leaving")
    assert taken(1, worker="leaving") == [None]
    assert taken(1, worker="staying") == [run]


def test_what_a_draining_worker_holds_takes_no_slot_of_the_others(world: World) -> None:
    held, waiting = queued(world, 1), queued(world, 1)
    worker("leaving", slots=1)
    assert taken(1, worker="leaving") == held
    worker("staying", slots=1)
    with unit_of_work() as session:
        work.drain_worker(session, world.admin, "leaving")
    assert waits(world, waiting[0]) == (1, "starting")
    w.seconds_ago("nudged_at", waiting[0], 60)
    with unit_of_work() as session:
        assert work.sweep(session).nudged == tuple(waiting)


def test_runs_that_cannot_be_prepared_are_ended_a_few_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_TRIES", 2)
    runs = queued(world, 3)
    with unit_of_work() as session:
        session.connection().execute(
            text("UPDATE template_version SET archive = 'broken' WHERE id = :id"), {"id": world.template_version_id}
        )
    assert taken(1) == [None]
    assert sorted(w.status(run) for run in runs) == ["errored", "errored", "plan_queued"]


def test_positions_are_the_order_in_which_workers_take(world: World) -> None:
    runs = [*queued(world, 3), *queued(another(world), 2), *queued(another(world), 4)]
    runs += queued(world, 2)
    with unit_of_work() as session:
        told = line.places(session, runs, together=True)
    order = taken(len(runs))
    assert [told[run or ""].position for run in order] == list(range(1, len(runs) + 1))


def test_runs_of_the_same_moment_have_places_of_their_own_whoever_else_is_asked_about(world: World) -> None:
    second = _second_account()
    runs = [*queued(world, 3), *queued(world, 2, "plan_only", cloud_account_id=second), *queued(another(world), 2)]
    runs += queued(world, 2, "drift")
    with unit_of_work() as session:
        session.exec(update(Run).where(col(Run.id).in_(runs)).values(plan_queued_at=clock.now()))
    with unit_of_work() as session:
        told = line.places(session, runs, together=True)
        alone = [line.places(session, [run], together=True)[run].position for run in runs]
    assert alone == [told[run].position for run in runs]
    order = taken(len(runs))
    assert [told[run or ""].position for run in order] == list(range(1, len(runs) + 1))


def test_what_has_waited_long_stands_before_what_is_more_urgent_by_kind(world: World) -> None:
    drift, plan, apply = queued(world, 1, "drift")[0], queued(world, 1)[0], apply_queued(world)
    for run, patience in ((drift, line.DRIFT_PATIENCE), (plan, line.PLAN_PATIENCE)):
        w.seconds_ago("plan_queued_at", run, patience.total_seconds() + 1)
    fresh = queued(world, 1)[0]
    with unit_of_work() as session:
        told = line.places(session, [fresh, drift, plan, apply], together=True)
    assert [told[run].position for run in (apply, plan, drift, fresh)] == [1, 2, 3, 4]
    assert taken(4) == [apply, plan, drift, fresh]


def test_plans_and_applies_are_counted_apart_where_workers_take_only_one_kind(world: World) -> None:
    plans, apply = queued(world, 2), apply_queued(world)
    worker("planner", ("plan",), slots=1)
    assert [waits(world, run) for run in plans] == [(1, "starting"), (2, "workers_busy")]
    assert waits(world, apply) == (1, "no_worker_for_queue")


def test_one_message_is_enough_for_the_whole_line_and_need_not_name_what_is_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = queued(world, 3)
    seen: list[str] = []

    def carry_out(job: Job, **_: Any) -> None:
        seen.append(job.run_id)
        finish(job)

    monkeypatch.setattr(executor, "carry_out", carry_out)
    app = SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from={"plan": None, "apply": None})))
    woken = SimpleNamespace(request=SimpleNamespace(hostname="w1"), app=app)
    tasks._work(woken, runs[2])
    assert seen == runs
    tasks._work(woken, "run-that-never-was")
    assert seen == runs


def test_only_runs_that_could_start_are_called_again(world: World) -> None:
    full, free = queued(world, 2), queued(another(world), 1, cloud_account_id=_second_account())
    limit(CloudAccount, world.account_id, 0)
    worker(slots=8)
    with unit_of_work() as session:
        session.exec(update(Run).where(col(Run.id).in_([*full, *free])).values(nudged_at=col(Run.created_at)))
    for run in (*full, *free):
        w.seconds_ago("nudged_at", run, 60)
    with unit_of_work() as session:
        assert work.sweep(session).nudged == tuple(free)


def test_the_pick_reads_the_index_of_queued_runs_and_never_the_finished_ones(world: World) -> None:
    with unit_of_work() as session:
        session.connection().execute(text("SET LOCAL enable_seqscan = off"))
        given = line._parameters(statuses=["plan_queued", "apply_queued"], but=[], each=3)
        rows = session.connection().execute(text(f"EXPLAIN {line._PICK.text}"), given).scalars()
        plan = "\n".join(rows)
    assert plan.count("ix_run_queued") >= 3, plan
    assert "ix_run_open" in plan, "what workers hold"
    assert "Seq Scan on run" not in plan


def _second_account() -> str:
    with unit_of_work() as session:
        found = session.connection().execute(text("SELECT id FROM cloud_account WHERE slug = 'sandbox-gcp'"))
        return found.scalar_one()


def test_a_page_of_runs_costs_as_many_statements_for_many_projects_as_for_one(world: World) -> None:
    def statements() -> int:
        seen: list[str] = []
        listen = (engine(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        event.listen(*listen)
        with unit_of_work() as session:
            service.list_runs(session, world.admin)
            service.list_runs(session, world.viewer)
        event.remove(*listen)
        return len(seen)

    queued(world, 1)
    one = statements()
    for other in (another(world), another(world), another(world)):
        queued(other, 2)
    assert statements() == one
