"""The unit of work with what hangs on it: rows, messages, nudges; encrypted columns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
import redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.kit import db, live, queue
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.ids import new_id
from portal.models import CloudAccount, Project


def project(slug: str) -> Project:
    return Project(id=f"project-{slug}", slug=slug, name=slug, created_at=now())


def test_what_hangs_on_a_commit_happens_after_it_and_not_without_it(database: str) -> None:
    happened: list[str] = []

    def look(slug: str) -> None:
        with unit_of_work() as session:
            assert session.get(Project, f"project-{slug}"), "the row is there before the hook runs"
        happened.append(slug)

    def attempt(slug: str, *, fail: bool) -> None:
        with unit_of_work() as session:
            session.add(project(slug))
            db.after_commit(session, lambda: look(slug))
            if fail:
                raise RuntimeError

    attempt("a", fail=False)
    with pytest.raises(RuntimeError):
        attempt("b", fail=True)
    assert happened == ["a"]
    with unit_of_work() as session:
        assert session.get(Project, "project-b") is None


def test_a_hook_that_fails_undoes_nothing_and_stops_no_other(database: str) -> None:
    happened: list[str] = []
    with unit_of_work() as session:
        session.add(project("a"))
        db.after_commit(session, lambda: 1 / 0)
        db.after_commit(session, lambda: happened.append("second"))
    assert happened == ["second"]
    with unit_of_work() as session:
        assert session.get(Project, "project-a")


def test_an_error_of_the_database_prints_no_values(database: str) -> None:
    with pytest.raises(DBAPIError) as caught, unit_of_work() as session:
        session.execute(text("SELECT CAST(:given AS integer)"), {"given": "canary"})
    assert "canary" not in str(caught.value).replace(str(caught.value.orig), "")


def test_a_message_holds_ids_only_and_is_sent_after_the_commit(backend: str) -> None:
    with redis.Redis.from_url(settings().redis_database(0)) as client:
        with unit_of_work() as session:
            queue.enqueue(session, "terrace.run.plan", "run-1", queue=queue.PLAN)
            assert client.llen("plan") == 0
        raw = client.lpop("plan")
    assert isinstance(raw, bytes)
    message = json.loads(raw)
    assert message["headers"]["task"] == "terrace.run.plan"
    assert message["content-type"] == "application/json"


def test_a_lost_redis_loses_a_message_and_not_the_row(
    settings_env: Callable[..., None], fresh_postgres_url: str
) -> None:
    settings_env(TERRACE_DATABASE_URL=fresh_postgres_url, TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    with unit_of_work() as session:
        session.add(project("a"))
        queue.enqueue(session, "terrace.run.plan", "run-1", queue=queue.PLAN)
        db.after_commit(session, lambda: live.nudge("runs"))
    with unit_of_work() as session:
        assert session.get(Project, "project-a")


async def test_every_viewer_of_a_channel_is_woken_and_nobody_else(backend: str) -> None:
    hub, mine, theirs = live.hub(), new_id("run"), new_id("run")
    async with hub.subscribe(mine) as first, hub.subscribe(mine) as second, hub.subscribe(theirs) as other:
        # The reader wakes everybody once, when its subscription stands.
        await asyncio.wait_for(asyncio.gather(first.wait(), second.wait(), other.wait()), 60)
        for event in (first, second, other):
            event.clear()
        await asyncio.to_thread(live.nudge, mine)
        await asyncio.wait_for(asyncio.gather(first.wait(), second.wait()), 60)
        assert not other.is_set()


async def test_waiting_without_redis_ends_by_itself(settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    async with live.hub().subscribe("run:1") as event:
        await live.wait(event, poll=0.01)
        assert not event.is_set()


def test_an_encrypted_column_is_readable_with_the_key_only(database: str) -> None:
    credentials = {"client_secret": "canary", "é": [1, None]}
    with unit_of_work() as session:
        session.add(
            CloudAccount(
                id="account-1",
                slug="a",
                name="a",
                cloud="azure",
                kind="live",
                credentials=credentials,
                created_at=now(),
            )
        )
    with unit_of_work() as session:
        assert session.get_one(CloudAccount, "account-1").credentials == credentials
        stored = bytes(session.execute(text("SELECT credentials FROM cloud_account")).scalar_one())
    assert b"canary" not in stored


def test_a_process_that_stands_still_in_a_transaction_keeps_its_locks_no_longer_than_a_lease(database: str) -> None:
    with unit_of_work() as session:
        query = text("SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
        assert 0 < session.connection().execute(query).scalar_one() <= settings().lease_seconds * 1000
