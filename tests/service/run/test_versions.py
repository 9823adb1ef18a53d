"""Old and new versions side by side agree, or refuse each other in one clear sentence.

The other version is simulated by its contract, which is all that processes see of each other: the revision that the database
is at and what it says about older code, messages as the other version writes them, the row of a worker.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from portal import migrations
from portal.api.app import create_api
from portal.kit import queue
from portal.kit.config import PROJECT_DIR, settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from portal.kit.version import own_version
from portal.migrations import fit
from portal.run import service, work
from portal.run.schemas import WorkerView
from tests.service.run import world as w
from tests.service.run.world import World
from worker import tasks
from worker.drain import Drain

FUTURE = "9001"


def be_at(revision: str, *, oldest: str | None = None) -> None:
    """The database of another version. `oldest` is what that one's migration said about older code."""
    with unit_of_work() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        if oldest is not None:
            session.connection().execute(
                text("INSERT INTO schema_revision VALUES (:it, :oldest, '99.0', now())"),
                {"it": revision, "oldest": oldest},
            )


def problem() -> str | None:
    with unit_of_work() as session:
        return migrations.problem(session)


def grow() -> None:
    """Every table gets what a newer version could have added to it."""
    with unit_of_work() as session:
        names = session.connection().execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for (name,) in names.all():
            session.connection().execute(
                text(f'ALTER TABLE "{name}" ADD COLUMN future text, ADD COLUMN more int DEFAULT 7')
            )
        session.connection().execute(text("CREATE TABLE future (id text PRIMARY KEY)"))


def test_code_goes_on_beside_a_newer_database_that_says_it_may(alone: World) -> None:
    grow()
    be_at(FUTURE, oldest=migrations.head())
    assert problem() is None
    migrations.upgrade(settings().require_database_url())
    migrations.refuse_unfit(settings().require_database_url())
    assert TestClient(create_api()).get("/readyz").json()["checks"]["database"] == "ok"
    run_id = w.create(alone, w.deployment(alone)).id
    w.applied(alone, run_id)
    assert w.status(run_id) == "applied"


def older() -> None:
    be_at(fit.chain()[-2]["revision"])


UNFIT: dict[str, tuple[Callable[[], None], str]] = {
    "newer, and done with this code": (lambda: be_at(FUTURE, oldest=FUTURE), "newer than this version"),
    "newer, and does not say": (lambda: be_at(FUTURE), "does not say which code may work with it"),
    "older": (older, "Run `terrace migrate` of this version first"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_database_of_a_version_that_this_one_cannot_work_with_is_refused_everywhere(alone: World, case: str) -> None:
    change, words = UNFIT[case]
    change()
    assert words in (problem() or "")
    assert own_version() in (problem() or "")
    with pytest.raises(ConfigurationError, match=words):
        migrations.refuse_unfit(settings().require_database_url())
    ready = TestClient(create_api()).get("/readyz")
    assert (ready.status_code, words in ready.json()["checks"]["database"]) == (503, True)
    if case != "older":
        with pytest.raises(ConfigurationError, match="newer"):
            migrations.upgrade(settings().require_database_url())


def test_a_worker_does_not_start_on_a_database_that_is_too_new_and_the_command_line_says_why(alone: World) -> None:
    be_at(FUTURE, oldest=FUTURE)
    for command in (["celery", "-A", "worker.app", "worker", "-Q", "plan"], ["portal.cli", "serve"]):
        ended = subprocess.run(
            [sys.executable, "-m", *command], cwd=PROJECT_DIR, capture_output=True, text=True, timeout=120, check=False
        )
        assert ended.returncode == 1, ended
        assert "The database is newer than this version" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_worker_that_runs_when_the_database_becomes_too_new_takes_nothing_more_and_ends(alone: World) -> None:
    register("w1", {"terrace": own_version()})
    ended: list[bool] = []
    drain = Drain("w1", CONSUMER, lambda: ended.append(True))
    drain.look()
    assert not is_draining("w1")
    run_id = w.create(alone, w.deployment(alone)).id
    be_at(FUTURE, oldest=FUTURE)
    drain.look()
    assert w.take(worker="w1") is None
    drain.look()
    assert ended == [True]
    assert w.status(run_id) == "plan_queued"
    (view,) = views(alone)
    assert view.drain_requested_by == "itself: the database is of another version"


CONSUMER = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from={}))))
"""As Celery's, of no queue."""


def is_draining(name: str) -> bool:
    with unit_of_work() as session:
        return work.is_draining(session, name)


def register(name: str, versions: dict[str, str]) -> None:
    with unit_of_work() as session:
        work.register_worker(session, name=name, queues=["apply", "plan"], concurrency=1, versions=versions)


def views(world: World) -> list[WorkerView]:
    with unit_of_work() as session:
        return service.system_view(session, world.admin).workers


def test_the_page_of_workers_tells_which_are_of_another_version(alone: World) -> None:
    ours = {"terrace": own_version(), "database": migrations.head()}
    register("before versions were kept", {"python": "3.11"})
    register("of another version", {"terrace": "0.0.1"})
    register("of the same number", {**ours, "database": "0001"})
    register("ours", ours)
    notes = {view.name: view.note for view in views(alone)}
    assert notes == {
        "before versions were kept": "It does not say which version it is.",
        "of another version": f"Version 0.0.1; this portal is {own_version()}.",
        "of the same number": f"Its code knows database revision 0001; this portal's {migrations.head()}.",
        "ours": "",
    }


@pytest.mark.parametrize(
    ("headers", "taken"),
    [(None, True), ({}, True), ({"terrace_message": queue.FORMAT}, True), ({"terrace_message": 99}, False)],
)
@pytest.mark.parametrize("task", [tasks.plan, tasks.apply])
def test_a_message_of_a_format_that_is_not_known_here_is_refused_and_its_run_waits(
    alone: World, monkeypatch: pytest.MonkeyPatch, task: Any, headers: dict[str, int] | None, taken: bool
) -> None:
    run_id = w.create(alone, w.deployment(alone)).id
    asked: list[str] = []
    monkeypatch.setattr(work, "claim_next", lambda *_, **__: asked.append("claim"))
    task.apply(args=[run_id], headers=headers, throw=True)
    assert bool(asked) is taken
    assert w.status(run_id) == "plan_queued"


def test_a_refused_message_of_another_shape_breaks_nothing() -> None:
    plan: Any = tasks.plan
    plan.apply(args=["run", "more"], kwargs={"deadline": 3}, headers={"terrace_message": 2}, throw=True)


def test_messages_say_their_format(alone: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("celery.Celery.send_task", lambda _self, _name, **given: sent.append(given))
    w.create(alone, w.deployment(alone))
    assert [queue.understands(given["headers"]) for given in sent] == [True]
    assert sent[0]["headers"] == {"terrace_message": queue.FORMAT}
