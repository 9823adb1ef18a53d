"""A deployment that is locked at a moment when every policy has said what it says of a plan.

Expressions are evaluated before, with nothing held: neither the lock, for which everybody waits who wants anything of the
deployment, nor a connection. Behind the lock it is compared whether that is still what there is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from portal.kit import clock, db
from portal.kit.errors import Conflict
from portal.models import RunPlan
from portal.policy import late
from portal.run import moves

MOST_TIMES: Final = 3
"""So often policies are asked that change while they are. Then `gate.require_open` says so."""


def lock(session: Session, run_id: str) -> datetime:
    """Lock it; since when what policies said about the time counts, for `gate.require_open`.

    The caller has authorised, and has written nothing. Conflict when the plan was made again meanwhile.
    """
    since, plan = clock.now(), _plan(session, run_id)
    for _ in range(MOST_TIMES):
        if late.due(session, run_id, since=since):
            db.let_go(session)
            late.ask(run_id, status="planned", since=since)
        if _locked(session, run_id, since):
            break
    else:
        moves.lock_deployment(session, run_id)
    if _plan(session, run_id) != plan:
        raise Conflict("The plan was made again meanwhile. Look at the new one first.")
    return since


def _locked(session: Session, run_id: str, since: datetime) -> bool:
    """Lock it, unless something is due again: a lock goes with the part of the transaction that took it."""
    attempt = session.begin_nested()
    moves.lock_deployment(session, run_id)
    if late.due(session, run_id, since=since):
        attempt.rollback()
        return False
    attempt.commit()
    return True


def _plan(session: Session, run_id: str) -> str | None:
    return session.exec(select(col(RunPlan.plan_sha256)).where(col(RunPlan.run_id) == run_id)).one_or_none()
