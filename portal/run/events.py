"""The append-only stream of a run: numbered from 1 without a gap, read by cursor.

The number comes from `UPDATE run SET event_count = event_count + k RETURNING event_count` in the transaction that inserts the
rows. The row lock orders the writers, so a reader who has seen event n has seen everything before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from portal.kit import clock, db, live
from portal.models import Run, RunEvent
from portal.run.schemas import NewEvent

MAX_TEXT: Final = 16_000
"""Characters of one text in an event; more is cut, with a note of how much."""
MAX_EVENTS: Final = 200_000
"""Of a log line past this number only a short note is kept; everything else is always kept whole."""
_LIST: Final = "runs"
APPROVALS: Final = "approvals"
"""The channel of whoever may have to agree to something."""
_LOOK_BACK: Final = 1_000
"""How many events others may have written since a batch whose answer was lost."""


def append(
    session: Session, run_id: str, events: Sequence[NewEvent], *, claim: str | None = None, again: bool = False
) -> bool:
    """Append the events; False (and nothing written) when the run is not held under `claim` any more.

    `again`: it was tried before and nobody knows how that ended, as the answer was lost. They are then written once all the same.
    """
    if not events or (again and _is_there(session, run_id, events, claim)):
        return True
    done = sum(map(_is_operation_done, events))
    query = update(Run).where(col(Run.id) == run_id)
    if claim is not None:
        query = query.where(col(Run.claim) == claim)
    query = query.values(
        event_count=col(Run.event_count) + len(events), applied_count=col(Run.applied_count) + done
    ).returning(col(Run.event_count))
    last = session.exec(query.execution_options(synchronize_session=False)).scalar_one_or_none()
    if last is None:
        return False
    insert_rows(session, run_id, last, events)
    return True


def _is_there(session: Session, run_id: str, events: Sequence[NewEvent], claim: str | None) -> bool:
    """Whether the batch was written already, told by its last event. The run's row is locked: who still writes is waited for."""
    last = events[-1]
    query = select(Run.event_count).where(col(Run.id) == run_id)
    query = query.where(col(Run.claim) == claim) if claim is not None else query
    count = session.exec(query.with_for_update(key_share=True)).one_or_none()
    if count is None or last.at is None:
        return False
    rows = select(RunEvent.n, RunEvent.data).where(
        col(RunEvent.run_id) == run_id,
        col(RunEvent.n) > count - len(events) - _LOOK_BACK,
        col(RunEvent.at) == last.at,
        col(RunEvent.type) == last.type,
    )
    return any(data == cut(_within_limit(n, last)) for n, data in session.exec(rows))


def insert_rows(session: Session, run_id: str, last: int, events: Sequence[NewEvent]) -> None:
    """Insert events whose last number is `last`; the caller has just counted them on the run's row."""
    at = clock.now()
    rows = [
        {"run_id": run_id, "n": n, "at": event.at or at, "type": event.type, "data": cut(_within_limit(n, event))}
        for n, event in enumerate(events, last - len(events) + 1)
    ]
    session.exec(insert(RunEvent), params=rows)
    tell(session, f"run:{run_id}")


def tell(session: Session, channel: str) -> None:
    """Nudge the channel after the commit, once however often it is asked for."""
    told: set[str] = session.info.setdefault("run.told", set())
    if channel not in told:
        told.add(channel)
        db.after_commit(session, lambda: _nudge(told, channel))


def tell_lists(session: Session) -> None:
    """Nudge whoever shows a list of runs."""
    tell(session, _LIST)


def tell_approvers(session: Session) -> None:
    """Nudge whoever is shown how many plans wait for them."""
    tell(session, APPROVALS)


def _nudge(told: set[str], channel: str) -> None:
    told.discard(channel)
    live.nudge(channel)


def cut(value: Any) -> Any:
    """The same JSON with every long text cut and marked."""
    if isinstance(value, str):
        # PostgreSQL's JSON cannot hold the NUL character.
        clean = value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        more = len(clean) - MAX_TEXT
        return clean if more <= 0 else f"{clean[:MAX_TEXT]} … (cut: {more:,} more characters)"
    if isinstance(value, dict):
        return {key: cut(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cut(item) for item in value]
    return value


def _within_limit(n: int, event: NewEvent) -> dict[str, Any]:
    if n <= MAX_EVENTS or event.type != "log":
        return event.data
    phase = {"phase": event.data["phase"]} if "phase" in event.data else {}
    return {"level": "warn", "text": "… (line dropped: this log is too long)", **phase}


def _is_operation_done(event: NewEvent) -> bool:
    data = event.data
    return (
        event.type == "resource"
        and data.get("phase") == "apply"
        and data.get("status") == "done"
        and data.get("action") != "read"
    )
