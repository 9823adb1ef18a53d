"""The trail's rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session, col, select

from portal.audit.schemas import AuditFilter
from portal.models import AuditEvent

_LOCK = 7_221_914_002  # an arbitrary number that only the audit trail uses
_BATCH = 500


def lock_chain(session: Session) -> None:
    """Make this transaction the only one that appends, until it ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def last(session: Session) -> tuple[int, str] | None:
    """The newest event's number and hash."""
    row = session.exec(select(AuditEvent.n, AuditEvent.hash).order_by(col(AuditEvent.n).desc()).limit(1)).first()
    return None if row is None or row[0] is None else (row[0], row[1])


def page(session: Session, wanted: AuditFilter, *, before: int | None, limit: int) -> list[AuditEvent]:
    """At most `limit` events, newest first, older than number `before`."""
    query = select(AuditEvent).order_by(col(AuditEvent.n).desc()).limit(limit)
    for name, value in wanted.model_dump(exclude={"since", "until"}, exclude_none=True).items():
        query = query.where(getattr(AuditEvent, name) == value)
    if wanted.since is not None:
        query = query.where(col(AuditEvent.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(AuditEvent.at) < wanted.until)
    if before is not None:
        query = query.where(col(AuditEvent.n) < before)
    return list(session.exec(query))


def walk(session: Session) -> Iterator[AuditEvent]:
    """Every event, oldest first, without holding them all in memory."""
    after = -1
    while True:
        query = select(AuditEvent).where(col(AuditEvent.n) > after).order_by(col(AuditEvent.n)).limit(_BATCH)
        batch = list(session.exec(query.execution_options(populate_existing=True)))
        if not batch:
            return
        yield from batch
        after = batch[-1].n or 0
        session.expunge_all()
