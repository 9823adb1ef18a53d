"""(h), (i) The queue with 10,000 waiting and 1,000,000 finished runs: picks and pages, measured where they are made.

`python -m tests.bench.queue` measures these alone. The rows are made by SQL in a database of their own, which takes a minute.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from sqlalchemy import event, text

from portal.auth.schemas import Actor
from portal.kit import db
from portal.kit.db import unit_of_work
from portal.run import line, service, work
from portal.run.lifecycle import PHASES
from tests.bench import backend
from tests.bench.figures import Row, spread, table
from tests.service.run import world

WAITING, FINISHED, PROJECTS = 10_000, 1_000_000, 40
ROUNDS = 60
TARGET = "p95 at most 50 ms"

_PROJECTS = """
INSERT INTO project (id, slug, name, created_at)
SELECT 'project-' || n, 'project-' || n, 'Project ' || n, now() FROM generate_series(1, :projects) AS n
"""
_DEPLOYMENTS = """
INSERT INTO deployment (id, name, project_id, cloud_account_id, template_key, template_version_id, values, status,
    auto_apply, created_at, updated_at)
SELECT 'dep-' || n, 'd' || n, 'project-' || 1 + n % :projects, :account, 'azure/tiny', :version, d.values, 'active',
    false, now(), now()
FROM generate_series(1, :deployments) AS n, (SELECT values FROM deployment LIMIT 1) AS d
"""
_RUNS = """
INSERT INTO run (id, deployment_id, project_id, kind, status, auto_apply, message, template_version_id, cloud_account_id,
    values, created_by_kind, created_by_id, created_by_label, created_at, plan_queued_at, confirmed_at, nudged_at, ended_at,
    add_count, change_count, destroy_count, replace_count, applied_count, event_count)
SELECT :prefix || n, 'dep-' || 1 + n % :deployments, 'project-' || 1 + (1 + n % :deployments) % :projects,
    CASE WHEN n % 7 <> 0 AND n % 4 = 0 THEN 'drift' WHEN n % 4 = 1 THEN 'destroy' ELSE 'plan_and_apply' END,
    {status}, false, '', :version, :account,
    d.values, 'user', 'user-x', 'somebody@example.test', {at}, {at}, CASE WHEN n % 7 = 0 THEN {at} END, {at}, {ended},
    1, 0, 0, 0, 1, 9
FROM generate_series(1, :count) AS n, (SELECT values FROM run LIMIT 1) AS d
"""
_ENDED = "(ARRAY['applied', 'planned_and_finished', 'errored', 'canceled', 'discarded'])[1 + n % 5]"
_QUEUED = "CASE WHEN n % 7 = 0 THEN 'apply_queued' ELSE 'plan_queued' END"
_AGO, _JUST_NOW = (
    "now() - make_interval(secs => :count - n + 1000)",
    "now() - make_interval(secs => (:count - n) * 0.02)",
)


def measure() -> Iterator[Row]:
    """Fill a database, measure, drop it."""
    with backend.of_its_own():
        admin = _fill()
        yield Row(f"(h) pick of {WAITING:,} waiting runs", _timed(_pick), TARGET)
        yield Row("    pick, claim and everything for the worker", _timed(_claim))
        yield Row(f"    page of runs, {FINISHED:,} finished", _timed(lambda: _page(admin)), TARGET)
        yield Row("    open runs only, with places", _timed(lambda: _page(admin, status=list(_open()))), TARGET)
        yield Row("    of one project", _timed(lambda: _page(admin, project="project-7")), TARGET)
        yield Row("    a waiting run's own page", _timed(lambda: _waiting_run(admin)), TARGET)
        yield Row("    the page of workers", _timed(lambda: _system(admin)), TARGET)
        yield from _statements()


def _fill() -> Actor:
    people = world.build()
    world.create(people, world.deployment(people))
    given = {"projects": PROJECTS, "account": people.account_id, "version": people.template_version_id}
    with unit_of_work() as session:
        run = session.connection().execute
        run(text("ALTER TABLE run DISABLE TRIGGER ALL"))
        run(text(_PROJECTS), given)
        run(text(_DEPLOYMENTS), given | {"deployments": WAITING})
        given |= {"deployments": WAITING}
        ended = _RUNS.format(status=_ENDED, at=_AGO, ended=_AGO)
        run(text(ended), given | {"count": FINISHED, "prefix": "run-e"})
        run(
            text(_RUNS.format(status=_QUEUED, at=_JUST_NOW, ended="NULL")),
            given | {"count": WAITING, "prefix": "run-q"},
        )
        run(text("ALTER TABLE run ENABLE TRIGGER ALL"))
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with unit_of_work() as session:
        for number in range(4):
            work.register_worker(session, name=f"w{number}", queues=["plan", "apply"], concurrency=8)
    return people.admin


def _timed(step: Callable[[], object]) -> str:
    step()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        step()
        took.append((time.perf_counter() - began) * 1000)
    return spread(took)


def _pick() -> None:
    with unit_of_work() as session:
        line.one_at_a_time(session)
        if line.pick(session, [phase.queued for phase in PHASES.values()]) is None:
            raise RuntimeError("nothing was picked")


def _claim() -> None:
    with unit_of_work() as session:
        if work.claim_next(session, queues=("plan", "apply"), worker="w0") is None:
            raise RuntimeError("nothing was claimed")
    with unit_of_work() as session:  # back to where it was, or limits would end the measurement
        undo = "UPDATE run SET status = 'plan_queued', claim = NULL WHERE status IN ('planning', 'applying')"
        session.connection().execute(text(undo))


def _open() -> Iterator[str]:
    yield from ("pending", "plan_queued", "planning", "planned", "apply_queued", "applying")


def _page(actor: Actor, **wanted: object) -> None:
    with unit_of_work() as session:
        if len(service.list_runs(session, actor, limit=50, **wanted).items) != 50:  # type: ignore[arg-type]
            raise RuntimeError("the page is not full")


def _waiting_run(actor: Actor) -> None:
    with unit_of_work() as session:
        if service.get(session, actor, run_id="run-q5000").queue is None:
            raise RuntimeError("the run does not wait")


def _system(actor: Actor) -> None:
    with unit_of_work() as session:
        service.system_view(session, actor)


def _statements() -> Iterator[Row]:
    """What one run costs the database, from its creation to its end, without events and beats of a long apply."""
    people = world.build()
    counted: list[str] = []
    deployment = world.deployment(people)
    event.listen(db.engine(), "before_cursor_execute", lambda *given: counted.append(given[2]))
    run_id = world.create(people, deployment, auto_apply=True).id
    created = len(counted)
    with unit_of_work() as session:
        session.connection().execute(
            text("UPDATE project SET run_limit = 0 WHERE id <> :id"), {"id": people.project_id}
        )
    counted.clear()
    for phase in ("plan", "apply"):
        job = world.take()
        if job is None or (job.run_id, job.phase) != (run_id, phase):
            raise RuntimeError(f"{phase} was not next")
        with unit_of_work() as session:
            if phase == "plan":
                work.finish_plan(session, run_id, job.claim, plan_file=b"P", lock_file=None, summary=world.CHANGES)
            else:
                work.finish_apply(session, run_id, job.claim, applied=4)
    yield Row("(i) database statements of a run", f"{created} to create, {len(counted)} for its plan and its apply")


def main() -> None:
    """These figures alone."""
    rows = []
    for row in measure():
        print(row.name, row.figure, sep=": ", flush=True)
        rows.append(row)
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
