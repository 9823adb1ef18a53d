"""Every change of a run's status goes through here: compare-and-set, the event, the times, and what an end brings with it.

Order of locks: the deployment's row, the quotas of its project (`portal/quota/repository.py`), the run's row. Whoever may end a
run locks the deployment first (`lock_deployment`), so an ending, a creation and a sweep cannot wait for each other in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal.kit import clock, queue, tracing
from portal.models import Deployment, Run, RunPlan
from portal.run import costs, events, gate, outcome, told
from portal.run.lifecycle import ACTIVE, QUEUED, RUNNING, TERMINAL, Kind, Status, can, first_queued, phase_of, stamps
from portal.run.schemas import NewEvent
from portal.state import service as state_service

NO_SYNC = {"synchronize_session": False}
"""Rows are changed by SQL and read again; the session's objects are not patched."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: from `left` to `reached`, only while `claim` (if any) is the run's, setting `columns` with it."""

    left: Status
    reached: Status
    claim: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    note: str | None = None
    """A sentence for the status event: why, when that is not plain."""


def lock_deployment(session: Session, run_id: str) -> str | None:
    """Lock the run's deployment against other creations and endings; its id, or None when there is no such run."""
    owner = select(col(Run.deployment_id)).where(col(Run.id) == run_id).scalar_subquery()
    # NO KEY UPDATE: rows that merely refer to the deployment may still be inserted meanwhile.
    query = select(col(Deployment.id)).where(col(Deployment.id) == owner).with_for_update(key_share=True)
    return session.exec(query).one_or_none()


def move(session: Session, run_id: str, wanted: Move) -> bool:
    """Make the move; False (and nothing changed) when the run is elsewhere by now or the claim is another's."""
    if not can(wanted.left, wanted.reached):
        raise ValueError(f"the run machine has no move from {wanted.left} to {wanted.reached}")
    last = _compare_and_set(session, run_id, wanted)
    if last is None:
        return False
    data = {"status": wanted.reached, "from": wanted.left} | ({"note": wanted.note} if wanted.note else {})
    events.insert_rows(session, run_id, last, [NewEvent("status", data)])
    events.tell_lists(session)
    if "planned" in (wanted.left, wanted.reached):
        events.tell_approvers(session)
    if wanted.reached in QUEUED:
        call_worker(session, run_id, wanted.reached)
    if wanted.reached in TERMINAL:
        _finish(session, run_id, wanted)
    return True


def _compare_and_set(session: Session, run_id: str, wanted: Move) -> int | None:
    """The number of the event to write, or None when the comparison failed."""
    columns: dict[str, Any] = {"status": wanted.reached, "event_count": col(Run.event_count) + 1}
    columns |= dict.fromkeys(stamps(wanted.reached), clock.now())
    # Of whoever let it be applied; that it is planned may be due to the end of another run, which is nobody's wish.
    columns |= tracing.origin() if wanted.reached == "apply_queued" else {}
    columns |= {} if wanted.reached in RUNNING else {"claim": None, "lease_expires_at": None}
    query = update(Run).where(col(Run.id) == run_id, col(Run.status) == wanted.left)
    if wanted.claim is not None:
        query = query.where(col(Run.claim) == wanted.claim)
    query = query.values(**(columns | wanted.columns)).returning(col(Run.event_count))
    return session.exec(query, execution_options=NO_SYNC).scalar_one_or_none()


def call_worker(session: Session, run_id: str, status: Status) -> None:
    """Send the message of a queued run after the commit, and note when, so that the sweep can send it again."""
    phase = phase_of(status)
    if phase is None:
        return
    query = update(Run).where(col(Run.id) == run_id).values(nudged_at=clock.now())
    session.exec(query, execution_options=NO_SYNC)
    queue.enqueue(session, phase.task, run_id, queue=phase.queue)


def end_phase(session: Session, run_id: str) -> None:
    """Take back what a worker had for one phase beside the claim: its token and its lock on the state."""
    state_service.revoke_tokens(session, run_id)
    state_service.release_lock_of_run(session, run_id)


def _finish(session: Session, run_id: str, ended: Move) -> None:
    """What an end brings with it, in the transaction of the end."""
    end_phase(session, run_id)
    dropped = update(RunPlan).where(col(RunPlan.run_id) == run_id).values(plan_file=None, lock_file=None)
    session.exec(dropped, execution_options=NO_SYNC)
    costs.keep(session, run_id)
    query = select(Run.kind, Run.deployment_id, Run.project_id).where(col(Run.id) == run_id)
    kind, deployment_id, project_id = session.exec(query).one()
    result = _tell_deployment(session, deployment_id, cast(Kind, kind), ended)
    destroyed = result == "destroyed" and kind == "destroy"
    told.ended(session, run_id, project_id, cast(Kind, kind), ended.reached, destroyed=destroyed)
    if result == "destroyed":
        _cancel_pending(session, deployment_id)
    else:
        start_next(session, deployment_id)


def _tell_deployment(session: Session, deployment_id: str, kind: Kind, ended: Move) -> str:
    before = session.exec(select(col(Deployment.status)).where(col(Deployment.id) == deployment_id)).one()
    result = outcome.after(kind=kind, left=ended.left, reached=ended.reached, before=before)
    at = clock.now()
    columns: dict[str, Any] = {"status": result.status, "updated_at": at}
    columns |= {"applied_at": at} if result.applied else {}
    columns |= {"destroyed_at": at} if result.destroyed else {}
    query = update(Deployment).where(col(Deployment.id) == deployment_id).values(**columns)
    session.exec(query, execution_options=NO_SYNC)
    return result.status


def start_next(session: Session, deployment_id: str) -> str | None:
    """Start the oldest pending run if none is active; its id. The caller has locked the deployment."""
    if active_run(session, deployment_id) is not None:
        return None
    run_id = session.exec(_pending(deployment_id).limit(1)).one_or_none()
    if run_id is None:
        return None
    kind = cast(Kind, session.exec(select(col(Run.kind)).where(col(Run.id) == run_id)).one())
    return run_id if move(session, run_id, _first(session, run_id, kind)) else None


def _first(session: Session, run_id: str, kind: Kind) -> Move:
    """Where the run goes whose turn it is. An action that somebody has to agree to waits as a plan does."""
    waits_for = gate.ask_action(session, run_id) if kind == "action" else None
    if waits_for is None:
        return Move("pending", first_queued(kind))
    return Move("pending", "planned", note=f"It waits to be approved by {waits_for}.")


def active_run(session: Session, deployment_id: str) -> str | None:
    """The id of the deployment's active run."""
    query = select(col(Run.id)).where(col(Run.deployment_id) == deployment_id, col(Run.status).in_(ACTIVE))
    return session.exec(query).one_or_none()


def count_pending(session: Session, deployment_id: str) -> int:
    """How many runs of the deployment wait for their turn."""
    query = select(func.count()).where(col(Run.deployment_id) == deployment_id, col(Run.status) == "pending")
    return session.exec(query).one()


def _pending(deployment_id: str) -> Any:
    query = select(col(Run.id)).where(col(Run.deployment_id) == deployment_id, col(Run.status) == "pending")
    return query.order_by(col(Run.created_at), col(Run.id))


def _cancel_pending(session: Session, deployment_id: str) -> None:
    for run_id in session.exec(_pending(deployment_id)).all():
        move(session, run_id, Move("pending", "canceled", note="The deployment was destroyed."))
