from __future__ import annotations

import threading

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from portal.audit import chain
from portal.audit import service as audit
from portal.audit.schemas import AuditFilter
from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid
from portal.models import Project
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def record(*ids: str, action: str = "thing.make") -> None:
    with unit_of_work() as session:
        for object_id in ids:
            audit.record(
                session, SYSTEM, action, object_kind="thing", object_id=object_id, detail={"n": 1.0, "é": [None]}
            )


def as_superuser(url: str, statement: str) -> None:
    """What somebody with the database's own password can do."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER ALL"))
    engine.dispose()


def test_events_are_chained_over_transactions() -> None:
    record("a", "b")
    record("c")
    with unit_of_work() as session:
        found = audit.verify(session)
        newest = audit.list_events(session, SYSTEM).items
    assert (found.ok, found.count, found.head) == (True, 3, newest[0].hash)
    assert [(item.n, item.object_id) for item in newest] == [(3, "c"), (2, "b"), (1, "a")]


def test_an_empty_trail_is_whole() -> None:
    with unit_of_work() as session:
        found = audit.verify(session)
    assert (found.ok, found.count, found.head) == (True, 0, chain.GENESIS)


def test_an_event_lives_and_dies_with_the_change_that_it_is_about() -> None:
    def fail_after_both() -> None:
        with unit_of_work() as session:
            session.add(Project(id="project-x", slug="x", name="x", created_at=clock.now()))
            audit.record(session, SYSTEM, "project.create", object_kind="project", object_id="project-x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_both()
    with unit_of_work() as session:
        assert session.get(Project, "project-x") is None
        assert audit.list_events(session, SYSTEM).items == []


def test_an_event_recorded_beside_a_savepoint_is_written_once_at_the_end() -> None:
    with unit_of_work() as session:
        audit.record(session, SYSTEM, "thing.make", object_kind="thing", object_id="a")
        with session.begin_nested():
            audit.record(session, SYSTEM, "thing.make", object_kind="thing", object_id="b")
    with unit_of_work() as session:
        assert audit.verify(session).count == 2


def test_the_database_refuses_to_change_or_delete_events() -> None:
    record("a")
    for statement in ("UPDATE audit_event SET actor_label = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        with pytest.raises(ProgrammingError, match="never changed or deleted"), unit_of_work() as session:
            session.execute(text(statement))
    with unit_of_work() as session:
        assert audit.verify(session).count == 1


@pytest.mark.parametrize(
    ("statement", "broken_at", "said"),
    [
        ("UPDATE audit_event SET detail = '{}' WHERE n = 2", 2, "changed after it was written"),
        ("UPDATE audit_event SET at = at - interval '1 day' WHERE n = 3", 3, "changed after it was written"),
        ("DELETE FROM audit_event WHERE n = 2", 3, "Event 2 is missing"),
        ("DELETE FROM audit_event WHERE n = 1", 2, "Event 1 is missing"),
        ("UPDATE audit_event SET previous_hash = 'x' WHERE n = 2", 2, "does not follow"),
    ],
)
def test_a_change_behind_our_back_is_found(database: str, statement: str, broken_at: int, said: str) -> None:
    record("a", "b", "c")
    as_superuser(database, statement)
    with unit_of_work() as session:
        found = audit.verify(session)
    assert (found.ok, found.broken_at) == (False, broken_at)
    assert said in (found.reason or "")


def test_many_writers_at_once_make_one_chain_without_a_gap() -> None:
    gate, failures = threading.Barrier(8), []

    def write(name: str) -> None:
        gate.wait(timeout=60)
        try:
            for number in range(5):
                record(f"{name}-{number}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    with unit_of_work() as session:
        found = audit.verify(session)
    assert (found.ok, found.count) == (True, 40)


def test_only_administrators_read_the_trail() -> None:
    for role in ("viewer", "member"):
        reader = people.actor(f"{role}@example.com", role)
        with unit_of_work() as session:
            for call in (audit.list_events, audit.check):
                with pytest.raises(Forbidden):
                    call(session, reader)


def test_the_trail_is_read_in_pages_and_by_filter() -> None:
    record("a", "b", "c")
    record("a", action="thing.break")
    seen: list[int] = []
    cursor = None
    with unit_of_work() as session:
        while True:
            page = audit.list_events(session, SYSTEM, cursor=cursor, limit=3)
            seen += [item.n for item in page.items]
            if (cursor := page.next_cursor) is None:
                break
        of_a = audit.list_events(session, SYSTEM, wanted=AuditFilter(object_id="a")).items
        broken = audit.list_events(session, SYSTEM, wanted=AuditFilter(action="thing.break")).items
        none = audit.list_events(session, SYSTEM, wanted=AuditFilter(until=of_a[-1].at)).items
    assert seen == [4, 3, 2, 1]
    assert [item.n for item in of_a] == [4, 1]
    assert [item.n for item in broken] == [4]
    assert none == []


def test_a_cursor_that_is_not_ours_is_refused() -> None:
    for cursor in ("x", "WyJ4Il0", "WzEsMl0", "Wy0xXQ", "W3RydWVd", "WzFlMzA5XQ", "Ww" * 200):
        with pytest.raises(Invalid), unit_of_work() as session:
            audit.list_events(session, SYSTEM, cursor=cursor)


def test_signing_in_and_managing_users_leaves_a_trail_without_secrets() -> None:
    ada = people.actor("ada@example.com", "admin")
    bearer = people.token(ada.user_id or "")
    with unit_of_work() as session:
        page = audit.list_events(session, SYSTEM)
    assert {item.action for item in page.items} == {"user.create", "session.begin", "token.create"}
    assert people.PASSWORD not in page.model_dump_json()
    assert bearer not in page.model_dump_json()
