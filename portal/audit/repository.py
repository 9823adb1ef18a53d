"""The trail's rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from portal.audit.schemas import AuditFilter
from portal.models import AuditAnchor, AuditEvent, AuditSink

_LOCK = 7_221_914_002  # an arbitrary number that only the audit trail uses
_BATCH = 500
_EXACT = ("actor_id", "object_kind", "object_id", "project_id")


def lock_chain(session: Session) -> None:
    """Make this transaction the only one that appends, until it ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def last(session: Session) -> tuple[int, str] | None:
    """The newest event's number and hash."""
    row = session.exec(select(AuditEvent.n, AuditEvent.hash).order_by(col(AuditEvent.n).desc()).limit(1)).first()
    return None if row is None or row[0] is None else (row[0], row[1])


def page(session: Session, wanted: AuditFilter, *, before: int | None, limit: int) -> list[AuditEvent]:
    """At most `limit` events, newest first, older than number `before`."""
    query = _matching(wanted).order_by(col(AuditEvent.n).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEvent.n) < before)
    return list(session.exec(query))


def after(session: Session, wanted: AuditFilter, n: int, *, limit: int = _BATCH) -> list[AuditEvent]:
    """At most `limit` events, oldest first, newer than number `n`."""
    query = _matching(wanted).where(col(AuditEvent.n) > n).order_by(col(AuditEvent.n)).limit(limit)
    return list(session.exec(query.execution_options(populate_existing=True)))


def walk(session: Session) -> Iterator[AuditEvent]:
    """Every event, oldest first, without holding them all in memory."""
    n = -1
    while batch := after(session, AuditFilter(), n):
        yield from batch
        n = batch[-1].n or 0
        session.expunge_all()


def count(session: Session) -> int:
    """How many events there are: they have no gap, so the first and the last say it."""
    first, newest = session.exec(select(func.min(AuditEvent.n), func.max(AuditEvent.n))).one()
    return 0 if first is None or newest is None else newest - first + 1


def anchor(session: Session) -> AuditAnchor | None:
    """Up to where events were removed by retention."""
    return session.exec(select(AuditAnchor).order_by(col(AuditAnchor.n).desc()).limit(1)).first()


def newest_before(session: Session, at: datetime, *, at_most: int) -> AuditEvent | None:
    """The last of the first `at_most` events such that it and all before it are older than `at`."""
    younger = select(func.min(AuditEvent.n)).where(col(AuditEvent.at) >= at).scalar_subquery()
    first = select(func.min(AuditEvent.n)).scalar_subquery()
    query = select(AuditEvent).where(col(AuditEvent.n) < func.coalesce(younger, 2**62))
    query = query.where(col(AuditEvent.n) < first + at_most)
    return session.exec(query.order_by(col(AuditEvent.n).desc()).limit(1)).first()


def delete_up_to(session: Session, n: int) -> int:
    """Remove the events up to number `n`; the database refuses what no anchor covers."""
    return session.exec(delete(AuditEvent).where(col(AuditEvent.n) <= n)).rowcount


def has_hash(session: Session, digest: str) -> bool:
    """Whether an event or an anchor has this hash."""
    events = select(AuditEvent.n).where(col(AuditEvent.hash) == digest)
    anchors = select(AuditAnchor.n).where(col(AuditAnchor.hash) == digest)
    return session.exec(events.union(anchors).limit(1)).first() is not None  # type: ignore[call-overload]


def sink(session: Session, name: str) -> AuditSink | None:
    """How far the sink is, locked; None when somebody else sends at this moment, or it is new."""
    query = select(AuditSink).where(col(AuditSink.name) == name).with_for_update(skip_locked=True)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def introduce(session: Session, name: str) -> None:
    """A new sink has got nothing yet. In a transaction of its own: whoever comes at the same moment would wait for it."""
    query = text("INSERT INTO audit_sink (name, last_n) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING")
    session.execute(query, {"name": name})


def sinks(session: Session) -> dict[str, AuditSink]:
    """Every sink that there ever was."""
    return {row.name: row for row in session.exec(select(AuditSink))}


def sent(session: Session) -> int:
    """The number of the newest event that has left the portal; 0 when none has."""
    return session.exec(select(func.max(AuditSink.last_n))).one() or 0


def _matching(wanted: AuditFilter) -> Any:
    query = select(AuditEvent)
    for name in _EXACT:
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(AuditEvent, name) == value)
    if wanted.action is not None:
        action = col(AuditEvent.action)
        begins = wanted.action.endswith(".")
        query = query.where(action.startswith(wanted.action, autoescape=True) if begins else action == wanted.action)
    if wanted.actor is not None:
        query = query.where(col(AuditEvent.actor_label).icontains(wanted.actor, autoescape=True))
    if wanted.address is not None:
        query = query.where(col(AuditEvent.origin)["address"].astext == wanted.address)  # type: ignore[index]
    if wanted.since is not None:
        query = query.where(col(AuditEvent.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(AuditEvent.at) < wanted.until)
    return query
