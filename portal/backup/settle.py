"""After a restore: the portal knows an older world than the one in the cloud, so nothing of before may go on by itself."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.models import Run, RunToken, StateLock, UserSession, Worker
from portal.run import hold, moves
from portal.run.lifecycle import RUNNING, TERMINAL, Status, can
from portal.run.moves import Move
from portal.run.schemas import RunError

_SUMMARY: Final = "The portal was restored from a backup in which this run was not finished."


def settle(session: Session, actor: Actor, *, made_at: str) -> list[str]:
    """End what was open, forget who was there, place the hold; the ids of the runs that were ended."""
    ended = _end_open_runs(session, made_at)
    # Whoever held these is not there any more; a session that was ended since the backup must not live again.
    for table in (StateLock, UserSession, Worker):
        session.exec(delete(table))
    session.exec(update(RunToken).where(col(RunToken.revoked_at).is_(None)).values(revoked_at=col(RunToken.created_at)))
    hold.place(
        session,
        actor,
        reason=f"The portal was restored from a backup of {made_at[:16].replace('T', ' ')} UTC. What was applied since then is "
        "in the cloud and not in the states: look for drift first.",
    )
    audit.record(
        session,
        actor,
        "system.restore",
        object_kind="system",
        object_id="database",
        detail={"made_at": made_at, "ended_runs": len(ended)},
    )
    return ended


def _end_open_runs(session: Session, made_at: str) -> list[str]:
    """Those that wait for their turn first: the end of the run before them would start them."""
    query = select(Run.id, Run.status).where(col(Run.status).not_in(TERMINAL))
    rows = session.exec(query.order_by(col(Run.status) != "pending", col(Run.created_at), col(Run.id))).all()
    for run_id, status in rows:
        moves.lock_deployment(session, run_id)
        moves.move(session, run_id, _end_of(cast(Status, status), made_at))
    return [run_id for run_id, _ in rows]


def _end_of(status: Status, made_at: str) -> Move:
    """The move that ends a run of this status, with what to tell people."""
    if status in RUNNING:
        return Move(status, "errored", columns={"error": _error(status, made_at).model_dump()}, note=_SUMMARY)
    return Move(status, "canceled" if can(status, "canceled") else "discarded", note=_SUMMARY)


def _error(status: Status, made_at: str) -> RunError:
    if status == "planning":
        return RunError(summary=_SUMMARY, next_step="Start the run again. A plan changes nothing in the cloud.")
    return RunError(
        summary=_SUMMARY,
        explanation=f"It was applying when the backup was made ({made_at[:16].replace('T', ' ')} UTC). What it did after that is "
        "in the cloud, and not in the state that was restored.",
        next_step="Look for drift and compare with the cloud before you change anything; import or remove what the state lacks.",
    )
