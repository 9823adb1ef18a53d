"""What an administrator learns of the installation: whether it fares well, and what to do when not."""

from __future__ import annotations

import pytest

from portal.auth.schemas import SYSTEM
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden
from portal.migrations import fit
from portal.run import installation, work
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def seen() -> installation.InstallationView:
    with unit_of_work() as session:
        return installation.view(session, SYSTEM)


def verdict(name: str) -> tuple[str, str]:
    return next((item.verdict, item.text) for item in seen().health if item.name == name)


def test_it_says_at_which_revision_the_database_is_and_what_takes_its_place() -> None:
    found = seen()
    assert found.database.revision == fit.head()
    assert verdict("PostgreSQL")[0] == "ok"
    assert found.database_bytes > sum(table.bytes for table in found.tables) / 2 > 0
    assert found.disk.total > found.disk.free > 0


def test_queues_that_nobody_works_on_are_named_until_somebody_does() -> None:
    said = verdict("Workers")
    assert said[0] == "failing"
    assert "apply, control, plan" in said[1]
    with unit_of_work() as session:
        work.register_worker(session, name="w1", queues=["plan", "apply"], concurrency=3, versions={})
    assert "queues control" in verdict("Workers")[1]
    with unit_of_work() as session:
        work.register_worker(session, name="c1", queues=["control"], concurrency=1, versions={})
    assert verdict("Workers") == ("ok", "3 phases of runs can go on at once.")


def test_a_redis_that_is_away_is_said_with_what_that_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRACE_REDIS_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()
    said = verdict("Redis")
    assert said[0] == "failing"
    assert "Runs go on" in said[1]


def test_it_is_for_administrators() -> None:
    viewer = people.actor("v@example.com", "member")
    with pytest.raises(Forbidden), unit_of_work() as session:
        installation.view(session, viewer)
