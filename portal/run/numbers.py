"""The numbers that /metrics shows about runs. Counts only, so that they can be shown to whoever reaches the metrics port."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from portal.models import Run, StateHold
from portal.run import hold, repository, workers
from portal.run.lifecycle import ACTIVE, PHASES, RUNNING, TERMINAL

_OPEN: Final = (*sorted(ACTIVE), "pending")
_LINES: Final = {phase.queued: phase.queue for phase in PHASES.values()} | {"pending": "pending"}
_STATE_KINDS: Final = ("expected", "spooled", "refused")
_KEEP_SECONDS: Final = 60.0
_ended: dict[str, tuple[float, dict[str, int]]] = {}


@dataclass(frozen=True, slots=True)
class Metrics:
    """No names and no ids."""

    runs: Mapping[str, float]
    waiting: Mapping[str, float]
    """Runs that wait: for a worker, by queue, or (`pending`) for another run of their deployment."""
    oldest: Mapping[str, float]
    """Seconds for which the first of each has waited; 0 when nobody waits."""
    live_workers: int
    slots: int
    busy: int
    states: Mapping[str, float]
    """States that the portal does not have yet, by kind."""
    held: bool


def metrics(session: Session) -> Metrics:
    """The numbers of this moment."""
    counts = dict.fromkeys(_OPEN, 0) | _open(session)
    return Metrics(
        runs={**counts, **_ended_counts(session)},
        waiting={queue: counts[status] for status, queue in _LINES.items()},
        oldest=dict.fromkeys(_LINES.values(), 0.0) | _oldest(session),
        live_workers=sum(worker.live for worker in workers.list_workers(session)),
        slots=repository.total_slots(session),
        busy=sum(counts[status] for status in RUNNING),
        states=dict.fromkeys(_STATE_KINDS, 0) | _states(session),
        held=hold.find(session) is not None,
    )


def _open(session: Session) -> dict[str, int]:
    """From the index of open runs, however many have ended."""
    return _pairs(session, select(Run.status, func.count()).where(col(Run.status).in_(_OPEN)).group_by(col(Run.status)))


def _ended_counts(session: Session) -> dict[str, int]:
    """Counting a million rows takes a second, so it is done once a minute."""
    name = str(session.get_bind().engine.url)
    at, found = _ended.get(name, (float("-inf"), {}))
    if time.monotonic() - at > _KEEP_SECONDS:
        query = select(Run.status, func.count()).where(col(Run.status).in_(TERMINAL)).group_by(col(Run.status))
        found = dict.fromkeys(sorted(TERMINAL), 0) | _pairs(session, query)
        _ended[name] = (time.monotonic(), found)
    return found


def _oldest(session: Session) -> dict[str, float]:
    since = func.min(func.coalesce(Run.confirmed_at, Run.plan_queued_at, Run.created_at))
    age = func.greatest(0, func.extract("epoch", func.clock_timestamp() - since))
    query = select(Run.status, age).where(col(Run.status).in_(_LINES)).group_by(col(Run.status))
    return {_LINES[status]: float(seconds) for status, seconds in _pairs(session, query).items()}


def _states(session: Session) -> dict[str, int]:
    return _pairs(session, select(StateHold.kind, func.count()).group_by(col(StateHold.kind)))


def _pairs(session: Session, query: Any) -> dict[str, Any]:
    return {str(name): number for name, number in session.exec(query).all()}
