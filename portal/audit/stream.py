"""The trail on its way to other places, and what the settings say of it. Called by the control worker every few seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import Session

from portal.audit import repository, retention, service
from portal.audit.schemas import AuditFilter, Pruned, Reader, SinkView, TrailView
from portal.audit.sinks import Sink, configured
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import Unavailable

log = structlog.get_logger(__name__)
BATCH = 200
_PAUSE = timedelta(seconds=30)
"""After a failure. The order is kept, so one that fails holds up the rest of its own place and no other."""


def deliver(session: Session, sink: Sink) -> int:
    """Send the next batch; how many events that was. 0 also when somebody else is sending, or a failure is recent."""
    if sink.name not in repository.sinks(session):
        with unit_of_work() as own:
            repository.introduce(own, sink.name)
    state = repository.sink(session, sink.name)
    if state is None or (state.failed_at is not None and state.failed_at > now() - _PAUSE):
        return 0
    batch = [service.view(row) for row in repository.after(session, AuditFilter(), state.last_n, limit=BATCH)]
    if not batch:
        return 0
    try:
        sink.send(batch)
    except Unavailable as error:
        if state.failed_at is None:
            log.warning("audit_not_sent", sink=sink.name, reason=error.message)
        state.failed_at, state.error = now(), error.message
        batch = []
    else:
        state.last_n, state.sent_at, state.failed_at, state.error = batch[-1].n, now(), None, None
    session.add(state)
    return len(batch)


def prune_old(session: Session, actor: Reader) -> Pruned:
    """Remove what is older than the operator wants to keep; nothing without a setting."""
    rules = settings().audit
    if not rules.days:
        return Pruned(removed=0)
    return retention.prune(session, actor, before=now() - timedelta(days=rules.days), archive=rules.archive)


def trail(session: Session, actor: Reader) -> TrailView:
    """Where the trail goes, how far it is there, and how long it stays here."""
    actor.require("audit.read")
    newest = (repository.last(session) or (0, ""))[0]
    known, anchor, rules = repository.sinks(session), repository.anchor(session), settings().audit
    views = []
    for sink in configured(rules):
        row = known.get(sink.name)
        facts: dict[str, Any] = row.model_dump() if row else {"name": sink.name}
        views.append(SinkView(**facts, target=sink.target, behind=newest - (row.last_n if row else 0)))
    return TrailView(
        sinks=views,
        days=rules.days,
        archive=rules.archive is not None,
        count=repository.count(session),
        removed=anchor.n if anchor else 0,
    )


__all__ = ["BATCH", "configured", "deliver", "prune_old", "trail"]
