"""Attack 37: the trail is altered, cut, written anew, or something is done that never reaches it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlmodel import select

from portal.audit import chain, repository, retention
from portal.audit import service as audit
from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.kit.db import Session, unit_of_work
from portal.models import AuditEvent, Project
from tests.service.audit.test_audit import as_superuser, record
from tests.service.audit.test_trail import Place, deliver

pytestmark = pytest.mark.usefixtures("database")


def act(session: Session, name: str) -> None:
    """A change with its event."""
    session.add(Project(id=f"project-{name}", slug=name, name=name, created_at=clock.now()))
    audit.record(session, SYSTEM, "project.create", object_kind="project", object_id=f"project-{name}")


def done() -> tuple[list[str], list[str]]:
    """What was changed, and what the trail says."""
    with unit_of_work() as session:
        changed = session.exec(select(Project.id).order_by(Project.id)).all()
        told = session.exec(select(AuditEvent.object_id).order_by(AuditEvent.object_id)).all()
        assert audit.verify(session).ok
    return list(changed), list(told)


def test_attack_37_what_a_savepoint_undid_is_not_told_and_what_came_before_it_is() -> None:
    with unit_of_work() as session:
        act(session, "a")
        for name in ("b", "c"):
            with suppress(RuntimeError), session.begin_nested():
                act(session, name)
                if name == "b":
                    raise RuntimeError
        with suppress(RuntimeError), session.begin_nested():
            with session.begin_nested():
                act(session, "d")
            raise RuntimeError
        act(session, "e")
    there = ["project-a", "project-c", "project-e"]
    assert done() == (there, there)


@pytest.mark.parametrize("when", ["before the event", "at the commit"])
def test_attack_37_a_crash_between_the_act_and_its_event_leaves_neither(
    database: str, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with unit_of_work() as session:
        act(session, "a")
    engine = create_engine(database)

    def cut(session: Session) -> None:
        """As a database or a network that goes away at this very moment."""
        number = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})

    def interrupted() -> None:
        keep = repository.last
        with unit_of_work() as session:
            act(session, "b")
            session.flush()
            if when == "before the event":
                monkeypatch.setattr(repository, "lock_chain", cut)
            else:
                monkeypatch.setattr(repository, "last", lambda given: (keep(given), cut(given))[0])

    with pytest.raises(DBAPIError):
        interrupted()
    monkeypatch.undo()
    engine.dispose()
    assert done() == (["project-a"], ["project-a"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET hash = hash",
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE n = 2 ON CONFLICT (n) DO UPDATE SET actor_label = 'x'",
        "MERGE INTO audit_event t USING (SELECT 2 AS n) s ON t.n = s.n WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM audit_event WHERE n = 3 RETURNING n) SELECT * FROM gone",
        "DELETE FROM audit_event WHERE at < now() + interval '1 day'",
        "TRUNCATE audit_event, audit_anchor CASCADE",
    ],
)
def test_attack_37_the_portals_own_role_has_no_statement_that_alters_the_trail(statement: str) -> None:
    record("a", "b", "c")
    with pytest.raises(ProgrammingError, match="never changed or deleted"), unit_of_work() as session:
        session.execute(text(statement))
    with unit_of_work() as session:
        assert (audit.verify(session).ok, audit.verify(session).count) == (True, 3)


def forged(n: int, previous: str, **more: Any) -> AuditEvent:
    """An event that nobody asked for, with a hash as it must be."""
    values: dict[str, Any] = {
        "at": clock.now(), "actor_kind": "user", "actor_id": "u", "actor_label": "eve@example.com",
        "action": "thing.make", "object_kind": "thing", "object_id": "forged", "project_id": None, "detail": {}, "origin": None,
    } | more  # fmt: skip
    return AuditEvent(**values, n=n, previous_hash=previous, hash=chain.event_hash({**values, "n": n}, previous))


def test_attack_37_nothing_is_put_between_or_beside_events() -> None:
    record("a", "b", "c")
    with unit_of_work() as session:
        hashes = {row.n: row.hash for row in session.exec(select(AuditEvent))}
    for n, previous in ((2, hashes[1]), (7, hashes[2]), (4, hashes[2])):
        with pytest.raises(IntegrityError), unit_of_work() as session:
            session.add(forged(n, previous))
    with unit_of_work() as session:
        session.add(forged(5, hashes[3]))
    with unit_of_work() as session:
        assert audit.verify(session).reason == "Event 4 is missing."


def test_attack_37_a_tail_that_was_cut_off_is_missed_once_it_was_sent_elsewhere(database: str) -> None:
    record("a", "b", "c")
    assert deliver(Place()) == 3
    as_superuser(database, "DELETE FROM audit_event WHERE n = 3")
    with unit_of_work() as session:
        found = audit.verify(session)
    assert (found.ok, found.broken_at) == (False, 3)
    assert "Event 3 was sent elsewhere" in (found.reason or "")


def test_attack_37_a_trail_written_anew_from_an_old_point_does_not_hold_the_hash_that_was_kept(database: str) -> None:
    """Whoever may do everything in the database computes hashes too: what was kept elsewhere is what they cannot."""
    record("a", "b", "c")
    with unit_of_work() as session:
        kept = audit.verify(session).head
    as_superuser(database, "DELETE FROM audit_event WHERE n > 1")
    with unit_of_work() as session:
        previous = (repository.last(session) or (0, ""))[1]
        for n in (2, 3, 4):
            session.add(row := forged(n, previous))
            previous = row.hash
    with unit_of_work() as session:
        assert audit.verify(session).ok
        assert not audit.has_hash(session, SYSTEM, kept)


def test_attack_37_a_clock_that_is_set_back_makes_no_event_old_enough_to_remove(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record("a")
    with monkeypatch.context() as past:
        past.setattr("portal.audit.service.now", lambda: clock.now() - timedelta(days=400))
        record("b", "c")
    with unit_of_work() as session:
        assert audit.verify(session).ok, "the order is that of the numbers, whatever clocks say"
        assert retention.prune(session, SYSTEM, before=clock.now() - timedelta(days=50)).removed == 0
    with unit_of_work() as session:
        session.execute(text("INSERT INTO audit_anchor (n, hash, removed, created_at) VALUES (3, 'x', 2, now())"))
        session.execute(text("DELETE FROM audit_event WHERE n IN (2, 3)"))
    with unit_of_work() as session:
        assert not audit.verify(session).ok, "and what somebody takes with an anchor of their own is missed"
