"""The trail goes to other places, and leaves in the open when it is old."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from portal.audit import retention, sinks, stream
from portal.audit import service as audit
from portal.audit.schemas import AuditEventView, AuditFilter
from portal.auth.schemas import SYSTEM
from portal.kit import clock, origin
from portal.kit.db import unit_of_work
from portal.kit.errors import Forbidden, Invalid, Unavailable
from portal.models import AuditSink
from tests.support import people

pytestmark = pytest.mark.usefixtures("database")


def record(*ids: str) -> None:
    for object_id in ids:
        with unit_of_work() as session:
            audit.record(session, SYSTEM, "thing.make", object_kind="thing", object_id=object_id)


def record_long_ago(monkeypatch: pytest.MonkeyPatch, *ids: str) -> None:
    with monkeypatch.context() as past:
        past.setattr("portal.audit.service.now", lambda: clock.now() - timedelta(days=100))
        record(*ids)


class Place:
    """A sink that keeps what it gets; `fails` refuses the next batch."""

    name, target = "place", "tests"

    def __init__(self) -> None:
        self.got: list[int] = []
        self.fails = False

    def send(self, events: Sequence[AuditEventView]) -> None:
        if self.fails:
            raise Unavailable("The receiver answered with 500.")
        self.got += [event.n for event in events]


def deliver(place: Place) -> int:
    with unit_of_work() as session:
        return stream.deliver(session, place)


def test_a_place_gets_every_event_once_and_in_order() -> None:
    place = Place()
    record("a", "b")
    assert deliver(place) == 2
    assert deliver(place) == 0
    record("c")
    assert deliver(place) == 1
    assert place.got == [1, 2, 3]


def test_what_a_place_refused_comes_again_after_a_while_and_nothing_is_left_out() -> None:
    place = Place()
    record("a")
    place.fails = True
    assert deliver(place) == 0
    record("b")
    place.fails = False
    assert deliver(place) == 0  # the pause after a failure
    with unit_of_work() as session:
        row = session.get_one(AuditSink, "place")
        assert row.error == "The receiver answered with 500."
        row.failed_at = clock.now() - timedelta(minutes=5)
        session.add(row)
    assert deliver(place) == 2
    assert place.got == [1, 2]
    with unit_of_work() as session:
        assert session.get_one(AuditSink, "place").error is None


def test_of_two_senders_at_once_one_sends() -> None:
    record("a")
    place, inside, go = Place(), threading.Event(), threading.Event()
    keep = place.send

    def slow(events: Sequence[AuditEventView]) -> None:
        inside.set()
        assert go.wait(60)
        keep(events)

    place.send = slow  # type: ignore[method-assign]
    first = threading.Thread(target=deliver, args=(place,))
    first.start()
    assert inside.wait(60)
    assert deliver(place) == 0
    go.set()
    first.join(60)
    assert place.got == [1]


@pytest.fixture
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A syslog server for one connection over TCP; what it was sent is in the list once it has said goodbye."""
    got: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with closing(peer):
                while piece := peer.recv(65536):
                    got.append(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], got
        thread.join(60)


def test_syslog_gets_messages_that_count_their_octets(listening: tuple[int, list[bytes]]) -> None:
    port, got = listening
    record("é")
    with unit_of_work() as session:
        assert stream.deliver(session, sinks.Syslog("tcp", "127.0.0.1", port)) == 1
    length, _, rest = b"".join(got).partition(b" ")
    assert int(length) == len(rest)
    assert json.loads(rest.split(b" - ", 1)[1])["object_id"] == "é"


def test_a_syslog_server_that_is_not_there_is_a_reason_and_not_a_loss() -> None:
    record("a")
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with unit_of_work() as session:
        assert stream.deliver(session, sinks.Syslog("tcp", "127.0.0.1", port)) == 0
    with unit_of_work() as session:
        row = session.get_one(AuditSink, "syslog")
        assert (row.last_n, "did not take the events" in (row.error or "")) == (0, True)


def test_old_events_leave_with_an_anchor_and_the_rest_still_verifies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record_long_ago(monkeypatch, "a", "b")
    record("c")
    with unit_of_work() as session:
        done = retention.prune(session, SYSTEM, before=clock.now() - timedelta(days=50), archive=tmp_path)
    with unit_of_work() as session:
        found = audit.verify(session)
        events = audit.list_events(session, SYSTEM).items
    assert (done.removed, done.last) == (2, 2)
    assert (found.ok, found.count, found.removed) == (True, 2, 2), found.reason
    assert [(item.n, item.action) for item in events] == [(4, "audit.prune"), (3, "thing.make")]
    archived = retention.verify_file(tmp_path / (done.archive or ""))
    assert (archived.ok, archived.count, archived.head) == (True, 2, events[1].previous_hash)


def test_a_file_of_old_events_that_was_changed_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    record_long_ago(monkeypatch, "a", "b")
    with unit_of_work() as session:
        done = retention.prune(session, SYSTEM, before=clock.now() - timedelta(days=50), archive=tmp_path)
    path = tmp_path / (done.archive or "")
    path.write_text(path.read_text().replace('"object_id":"b"', '"object_id":"x"'))
    assert retention.verify_file(path).broken_at == 2


def test_old_events_leave_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def prune() -> int:
        with unit_of_work() as session:
            return retention.prune(session, SYSTEM, before=clock.now() - timedelta(days=50)).removed

    record_long_ago(monkeypatch, "a", "b", "c")
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    with monkeypatch.context() as past:
        past.setattr("portal.audit.service.now", lambda: clock.now() - timedelta(days=99))
        assert prune() == 2
    assert prune() == 2  # the last one, and what was said of the first removal
    assert prune() == 0
    with unit_of_work() as session:
        found = audit.verify(session)
    assert (found.ok, found.count, found.removed) == (True, 1, 4), found.reason


def test_attack_37_young_events_cannot_be_removed_not_even_with_an_anchor() -> None:
    record("a", "b")
    with pytest.raises(Invalid, match="at least 30 days"), unit_of_work() as session:
        retention.prune(session, SYSTEM, before=clock.now())
    with unit_of_work() as session:
        session.execute(text("INSERT INTO audit_anchor (n, hash, removed, created_at) VALUES (2, 'x', 2, now())"))
    with pytest.raises(ProgrammingError, match="never changed or deleted"), unit_of_work() as session:
        session.execute(text("DELETE FROM audit_event WHERE n <= 2"))


def test_attack_37_an_anchor_that_nobody_accounts_for_is_found(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record_long_ago(monkeypatch, "a", "b")
    record("c")
    engine = create_engine(database)
    with engine.begin() as connection:
        digest = connection.execute(text("SELECT hash FROM audit_event WHERE n = 2")).scalar_one()
        connection.execute(
            text("INSERT INTO audit_anchor (n, hash, removed, created_at) VALUES (2, :hash, 2, now())"),
            {"hash": digest},
        )
        connection.execute(text("DELETE FROM audit_event WHERE n <= 2"))
    engine.dispose()
    with unit_of_work() as session:
        found = audit.verify(session)
    assert not found.ok
    assert "no event in it says that those before were removed" in (found.reason or "")


def test_attack_37_anchors_are_never_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    record_long_ago(monkeypatch, "a")
    with unit_of_work() as session:
        retention.prune(session, SYSTEM, before=clock.now() - timedelta(days=50))
    for statement in ("UPDATE audit_anchor SET n = 99", "DELETE FROM audit_anchor", "TRUNCATE audit_anchor"):
        with pytest.raises(ProgrammingError, match="never changed or deleted"), unit_of_work() as session:
            session.execute(text(statement))


def test_a_head_that_was_kept_elsewhere_is_missed_when_the_newest_events_are_cut_off(database: str) -> None:
    record("a", "b")
    with unit_of_work() as session:
        head = audit.verify(session).head
        assert audit.has_hash(session, SYSTEM, head)
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM audit_event WHERE n = 2"))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER ALL"))
    engine.dispose()
    with unit_of_work() as session:
        assert audit.verify(session).ok
        assert not audit.has_hash(session, SYSTEM, head)


def test_an_event_says_from_where_it_was_asked_for_and_a_forged_place_is_found(database: str) -> None:
    with origin.asked_from(origin.Origin("api", "192.0.2.7", "curl/8", "abc")):
        record("a")
    record("b")
    with unit_of_work() as session:
        newest, first = audit.list_events(session, SYSTEM).items
        by_address = audit.list_events(session, SYSTEM, wanted=AuditFilter(address="192.0.2.7")).items
    assert first.origin == {"via": "api", "address": "192.0.2.7", "agent": "curl/8", "request_id": "abc"}
    assert newest.origin is None
    assert [item.n for item in by_address] == [1]
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        connection.execute(text('UPDATE audit_event SET origin = \'{"address": "198.51.100.9"}\' WHERE n = 1'))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER ALL"))
    engine.dispose()
    with unit_of_work() as session:
        assert audit.verify(session).broken_at == 1


def test_filters_by_family_and_by_part_of_a_name_take_no_wildcards() -> None:
    ada = people.actor("ada@example.com", "admin")
    with unit_of_work() as session:
        audit.record(session, ada, "thing.make", object_kind="thing", object_id="a")
        audit.record(session, ada, "thingummy.make", object_kind="thing", object_id="b")
    with unit_of_work() as session:

        def found(**wanted: str) -> list[str]:
            page = audit.list_events(session, SYSTEM, wanted=AuditFilter(**wanted), limit=100)  # type: ignore[arg-type]
            return [item.object_id for item in page.items if item.object_kind == "thing"]

        assert found(action="thing.") == ["a"]
        assert found(actor="ADA@") == ["b", "a"]
        assert found(actor="%") == found(action="%.") == []


def test_an_export_is_in_the_trail_and_takes_the_right_to_it() -> None:
    record("a")
    with unit_of_work() as session:
        pieces = audit.exported(session, SYSTEM, wanted=AuditFilter(object_kind="thing"), form="jsonl")
    assert [AuditEventView.model_validate_json(line).object_id for line in pieces] == ["a"]
    with unit_of_work() as session:
        newest = audit.list_events(session, SYSTEM).items[0]
    assert (newest.action, newest.detail["filter"]) == ("audit.export", {"object_kind": "thing"})
    viewer = people.actor("v@example.com", "viewer")
    for call in (
        lambda session: audit.exported(session, viewer, wanted=AuditFilter(), form="csv"),
        lambda session: stream.trail(session, viewer),
        lambda session: retention.prune(session, viewer, before=clock.now() - timedelta(days=99)),
        lambda session: audit.has_hash(session, viewer, "x"),
    ):
        with pytest.raises(Forbidden), unit_of_work() as session:
            call(session)


def test_a_change_says_what_differs() -> None:
    said = audit.changes({"name": "a", "role": "viewer"}, {"name": "a", "role": "admin", "note": "n"})
    assert said == {"before": {"role": "viewer"}, "after": {"role": "admin", "note": "n"}}
