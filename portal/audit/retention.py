"""The oldest events leave when the operator wants it, in the open: an anchor says up to where, an event who did it and what
the last hash was, and the database itself refuses to delete anything younger than thirty days or beyond the anchor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import Session

from portal.audit import chain, export, repository, service
from portal.audit.schemas import AuditCheck, AuditEventView, AuditFilter, Pruned, Reader
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.models import AuditAnchor

YOUNGEST: Final = timedelta(days=30)
_AT_ONCE: Final = 50_000
"""Events that one removal takes at most: it holds the chain while it deletes."""


def prune(session: Session, actor: Reader, *, before: datetime, archive: Path | None = None) -> Pruned:
    """Remove the events that are older than `before`, some 50,000 at most; write them to a file in the folder `archive` first.

    The file's chain can be verified by itself. Nothing is removed when it cannot be written.
    """
    actor.require("audit.manage")
    if before > now() - YOUNGEST:
        text = "Events stay for at least 30 days. Choose an earlier time."
        raise Invalid(text, [FieldProblem("before", text)])
    repository.lock_chain(session)
    last = repository.newest_before(session, before, at_most=_AT_ONCE)
    if last is None or last.n is None:
        return Pruned(removed=0)
    n, digest, former = last.n, last.hash, repository.anchor(session)
    gone = n - (former.n if former else 0)
    written = _write(session, archive, n) if archive else None
    session.add(AuditAnchor(n=n, hash=digest, removed=gone, created_at=now()))
    session.flush()
    detail = {"before": before, "last": n, "hash": digest, "removed": gone, "archive": written}
    service.record(session, actor, "audit.prune", object_kind="audit", object_id="trail", detail=detail)
    repository.delete_up_to(session, n)
    return Pruned(removed=gone, last=n, archive=written)


def verify_file(path: Path) -> AuditCheck:
    """Walk the chain in a file of `prune`, or in a whole export as JSON lines."""
    previous, count, first = "", 0, 0
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                event = AuditEventView.model_validate_json(line)
            except ValueError as error:
                raise Conflict(f"Line {number} of {path.name} is no event of the trail.") from error
            first = first or event.n
            if reason := _fault(event, first + count, previous if count else event.previous_hash):
                return AuditCheck(ok=False, count=count, head=previous, broken_at=event.n, reason=reason)
            previous, count = event.hash, count + 1
    return AuditCheck(ok=True, count=count, head=previous, removed=max(0, first - 1))


def _fault(event: AuditEventView, expected: int, previous: str) -> str | None:
    if event.n != expected:
        return f"Event {expected} is missing."
    if event.previous_hash != previous:
        return f"Event {event.n} does not follow the one before it."
    if chain.event_hash(event.model_dump(), previous) != event.hash:
        return f"Event {event.n} was changed after it was written."
    return None


def _write(session: Session, folder: Path, last: int) -> str:
    """The events up to number `last` as JSON lines, on the disk before anything is removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    former = repository.anchor(session)
    path = folder / f"audit-{(former.n if former else 0) + 1:010}-{last:010}.jsonl"
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for piece in export.lines(_up_to(session, last), "jsonl"):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path.name


def _up_to(session: Session, last: int) -> Iterator[AuditEventView]:
    n = -1
    while n < last and (batch := repository.after(session, AuditFilter(), n)):
        for row in batch:
            n = row.n or 0
            if n <= last:
                yield service.view(row)
        session.expunge_all()
