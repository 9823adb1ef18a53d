"""Record what was done, read it, and prove that nobody changed it since.

An event is written at the very end of its transaction, just before the commit: the lock which keeps the chain from forking is
then the last one that a transaction takes, so auditing neither blocks others for long nor can be part of a deadlock.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from portal.audit import chain, repository
from portal.audit.schemas import AuditCheck, AuditEventView, AuditFilter, Doer, Reader
from portal.kit import origin
from portal.kit.clock import now
from portal.kit.errors import FieldProblem, Invalid
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.models import AuditEvent

_PENDING = "audit_pending"


def record(
    session: Session,
    actor: Doer,
    action: str,
    *,
    object_kind: str,
    object_id: str,
    project_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note that `actor` did `action` (`deployment.create`) to one object. The event commits or fails with the change itself.

    `detail` is cleaned: secrets by name are masked, long texts cut. Give names and ids, never values that a user typed as secret.
    """
    session.info.setdefault(_PENDING, []).append(
        {
            "at": now(),
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_label": chain.clean(actor.label),
            "action": action,
            "object_kind": object_kind,
            "object_id": chain.clean(object_id),
            "project_id": project_id,
            "detail": chain.clean(detail or {}),
            "origin": chain.clean(asked.as_dict()) if (asked := origin.current()) else None,
        }
    )


def list_events(
    session: Session,
    actor: Reader,
    *,
    wanted: AuditFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AuditEventView]:
    """One page of the trail, newest first."""
    actor.require("audit.read")
    size = clamp(limit)
    keys = decode_cursor(cursor, length=1)
    if keys is not None and (not isinstance(keys[0], int) or not 0 <= keys[0] < 2**63):
        raise Invalid("This cursor is not one of ours.", [FieldProblem("cursor", "not a cursor")])
    rows = repository.page(session, wanted or AuditFilter(), before=keys[0] if keys else None, limit=size + 1)
    items = [AuditEventView.model_validate(row, from_attributes=True) for row in rows[:size]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].n) if len(rows) > size else None)


def check(session: Session, actor: Reader) -> AuditCheck:
    """`verify`, for whoever may read the trail."""
    actor.require("audit.read")
    return verify(session)


def verify(session: Session) -> AuditCheck:
    """Walk the whole chain and compute every hash again."""
    previous, count = chain.GENESIS, 0
    for row in repository.walk(session):
        if reason := _fault(row, previous, count + 1):
            return AuditCheck(ok=False, count=count, head=previous, broken_at=row.n, reason=reason)
        previous, count = row.hash, count + 1
    return AuditCheck(ok=True, count=count, head=previous)


def _fault(row: AuditEvent, previous: str, expected: int) -> str | None:
    if row.n != expected:
        return f"Event {expected} is missing."
    if row.previous_hash != previous:
        return f"Event {row.n} does not follow the one before it."
    if chain.event_hash(row.model_dump(), previous) != row.hash:
        return f"Event {row.n} was changed after it was written."
    return None


def _append_pending(session: Session) -> None:
    """Called before every commit. A savepoint that ends is not a commit."""
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    pending: list[dict[str, Any]] = session.info.pop(_PENDING)
    session.flush()
    repository.lock_chain(session)
    n, previous = repository.last(session) or (0, chain.GENESIS)
    for values in pending:
        n += 1
        digest = chain.event_hash({**values, "n": n}, previous)
        session.add(AuditEvent(**values, n=n, previous_hash=previous, hash=digest))
        previous = digest
    session.flush()


def _forget_pending(session: Session) -> None:
    session.info.pop(_PENDING, None)


event.listen(Session, "before_commit", _append_pending)
event.listen(Session, "after_rollback", _forget_pending)
