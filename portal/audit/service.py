"""Record what was done, read it, and prove that nobody changed it since.

An event is written at the very end of its transaction, just before the commit: the lock which keeps the chain from forking is
then the last one that a transaction takes, so auditing neither blocks others for long nor can be part of a deadlock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session

from portal.audit import chain, export, repository
from portal.audit.schemas import AuditCheck, AuditEventView, AuditFilter, Doer, Format, Reader
from portal.kit import origin
from portal.kit.clock import now
from portal.kit.db import unit_of_work
from portal.kit.errors import FieldProblem, Invalid
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.models import AuditEvent

_PENDING, _MARKS = "audit_pending", "audit_savepoints"


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


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What differs, for the `detail` of a change: `{"before": {…}, "after": {…}}`."""
    differs = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before[name] for name in differs if name in before},
        "after": {name: after[name] for name in differs if name in after},
    }


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
    return events_of(session, wanted or AuditFilter(), cursor=cursor, limit=limit)


def events_of(
    session: Session, wanted: AuditFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[AuditEventView]:
    """As `list_events`, for services above, which have authorised: the events of a project or of one object."""
    size = clamp(limit)
    keys = decode_cursor(cursor, length=1)
    if keys is not None and (not isinstance(keys[0], int) or not 0 <= keys[0] < 2**63):
        raise Invalid("This cursor is not one of ours.", [FieldProblem("cursor", "not a cursor")])
    rows = repository.page(session, wanted, before=keys[0] if keys else None, limit=size + 1)
    items = [view(row) for row in rows[:size]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].n) if len(rows) > size else None)


def check(session: Session, actor: Reader) -> AuditCheck:
    """`verify`, for whoever may read the trail."""
    actor.require("audit.read")
    return verify(session)


def has_hash(session: Session, actor: Reader, digest: str) -> bool:
    """Whether an event with this hash is (or, removed by retention, was) in the trail."""
    actor.require("audit.read")
    return repository.has_hash(session, digest)


def verify(session: Session) -> AuditCheck:
    """Walk the whole chain and compute every hash again."""
    sent = repository.sent(session)  # before the walk: what comes and is sent meanwhile says nothing
    anchor = repository.anchor(session)
    start, previous = (anchor.n, anchor.hash) if anchor else (0, chain.GENESIS)
    count, accounted = 0, anchor is None
    for row in repository.walk(session):
        if reason := _fault(row, previous, start + count + 1):
            return AuditCheck(ok=False, count=count, head=previous, removed=start, broken_at=row.n, reason=reason)
        accounted = accounted or _accounts_for(row, start, anchor.hash if anchor else "")
        previous, count = row.hash, count + 1
    if sent > start + count:
        # A superuser's delete leaves a chain that is whole; that more of it has left the portal already does not go away.
        reason = f"Event {sent} was sent elsewhere and is not here: the newest events were removed."
        return AuditCheck(
            ok=False, count=count, head=previous, removed=start, broken_at=start + count + 1, reason=reason
        )
    if not accounted:
        reason = f"The trail begins after event {start}, and no event in it says that those before were removed."
        return AuditCheck(ok=False, count=count, head=previous, removed=start, broken_at=start + 1, reason=reason)
    return AuditCheck(ok=True, count=count, head=previous, removed=start)


def exported(session: Session, actor: Reader, *, wanted: AuditFilter, form: Format) -> Iterator[str]:
    """The events, oldest first, as a file in pieces. That somebody took it with them is an event itself.

    The pieces are read in short transactions of their own, so that a slow reader holds none open.
    """
    actor.require("audit.export")
    asked = {name: str(value) for name, value in wanted.model_dump(exclude_none=True).items()}
    record(
        session, actor, "audit.export", object_kind="audit", object_id=form, detail={"format": form, "filter": asked}
    )
    return export.lines(_everything(wanted), form)


def view(row: AuditEvent) -> AuditEventView:
    """One event for readers."""
    return AuditEventView.model_validate(row, from_attributes=True)


def _everything(wanted: AuditFilter) -> Iterator[AuditEventView]:
    n = -1
    while True:
        with unit_of_work() as session:
            batch = [view(row) for row in repository.after(session, wanted, n)]
        if not batch:
            return
        yield from batch
        n = batch[-1].n


def _accounts_for(row: AuditEvent, n: int, digest: str) -> bool:
    return row.action == "audit.prune" and (row.detail.get("last"), row.detail.get("hash")) == (n, digest)


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
    session.info.pop(_MARKS, None)
    session.flush()
    repository.lock_chain(session)
    n, previous = repository.last(session) or _removed(session)
    for values in pending:
        n += 1
        digest = chain.event_hash({**values, "n": n}, previous)
        session.add(AuditEvent(**values, n=n, previous_hash=previous, hash=digest))
        previous = digest
    session.flush()


def _removed(session: Session) -> tuple[int, str]:
    """What comes before the first event of an empty table."""
    anchor = repository.anchor(session)
    return (anchor.n, anchor.hash) if anchor else (0, chain.GENESIS)


def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_PENDING, ()))


def _forget_undone(session: Session, transaction: SessionTransaction) -> None:
    """Of what a savepoint undid nothing is told; what came before it stays, and is told with the commit."""
    if transaction.nested or transaction.parent is None:
        del session.info.get(_PENDING, [])[session.info.get(_MARKS, {}).get(transaction, 0) :]


event.listen(Session, "before_commit", _append_pending)
event.listen(Session, "after_transaction_create", _mark_savepoint)
event.listen(Session, "after_soft_rollback", _forget_undone)
