"""The sweep: what keeps runs moving when a message, a worker or a person was lost. Any number may run at the same time.

It never waits for a lock: what another transaction holds is being dealt with, and the next sweep looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, cast

import structlog
from sqlalchemy import func, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.approval import service as approvals
from portal.auth.schemas import SYSTEM
from portal.kit import clock
from portal.kit.db import after_commit
from portal.kit.errors import TerraceError
from portal.models import ApprovalRequest, Deployment, Run
from portal.run import create, hold, line, lost, measured, moves, repository, stale, waiting
from portal.run.lifecycle import ACTIVE, PHASES, QUEUED, RUNNING, Status
from portal.run.moves import Move
from portal.run.schemas import SweepReport
from portal.state import holds
from portal.state import service as state_service

log = structlog.get_logger(__name__)
NUDGE_AFTER = timedelta(seconds=5)
"""A queued run whose message is older than this gets another: a message that came twice does nothing."""
BATCH = 100
RESULTS_KEPT = timedelta(days=1)
"""How long what an action printed can be looked at."""
EXPIRY_PAUSE = timedelta(hours=1)
"""How long after a failed destroy an expired deployment is left alone."""


def sweep(session: Session) -> SweepReport:
    """End runs whose worker stopped, start runs that nobody started, send lost messages again, destroy what has expired."""
    ended = _end_lost(session)
    holds.release_overdue(session)
    unlocked = state_service.release_dead_locks(session)
    if unlocked:
        log.warning("dead_locks_released", deployments=unlocked)
    _discard_expired_plans(session)
    _discard_unapproved(session)
    repository.forget_results(session, before=clock.now() - RESULTS_KEPT)
    started = _start_forgotten(session)
    expired = _destroy_expired(session)
    return SweepReport(nudged=_send_again(session), started=started, ended=ended, expired=expired)


def _each(session: Session, items: Iterable[Any], do: Callable[..., str | None]) -> tuple[str, ...]:
    """What `do` gave for each item. One that fails is left for the next sweep, and keeps the others from nothing."""
    done: list[str] = []
    for item in items:
        try:
            with session.begin_nested():
                result = do(*item)
        except (TerraceError, SQLAlchemyError) as error:
            log.warning("sweep_left_one", item=item[0], error=type(error).__name__)
            continue
        if result is not None:
            done.append(result)
    return tuple(done)


def _end_lost(session: Session) -> tuple[str, ...]:
    silent = session.exec(
        select(Run.id, Run.deployment_id).where(*_is_lost()).order_by(col(Run.lease_expires_at)).limit(BATCH)
    ).all()
    return _each(
        session,
        silent,
        lambda run_id, deployment_id: run_id if _lock(session, deployment_id) and _end(session, run_id) else None,
    )


def _is_lost() -> tuple[Any, ...]:
    return col(Run.status).in_(RUNNING), col(Run.lease_expires_at) < func.clock_timestamp()


def _lock(session: Session, deployment_id: str) -> bool:
    """Lock the deployment unless somebody has it."""
    query = select(col(Deployment.id)).where(col(Deployment.id) == deployment_id)
    return session.exec(query.with_for_update(key_share=True, skip_locked=True)).one_or_none() is not None


def _end(session: Session, run_id: str) -> bool:
    query = select(Run).where(col(Run.id) == run_id, *_is_lost()).with_for_update(skip_locked=True)
    query = query.options(defer(Run.values)).execution_options(populate_existing=True)  # type: ignore[arg-type]
    run = session.exec(query).one_or_none()
    if run is None or not lost.settle(session, run):
        return False
    phase = "apply" if run.applying_at else "plan"
    after_commit(session, lambda: measured.LEASES_LOST.add(1, phase))
    return True


def _discard_expired_plans(session: Session) -> tuple[str, ...]:
    """Plans that nobody confirmed in time; whoever waited behind them starts."""
    query = select(Run.id, Run.deployment_id).where(col(Run.status) == "planned", col(Run.planned_at) < stale.oldest())
    found = session.exec(query.order_by(col(Run.planned_at)).limit(BATCH)).all()
    wanted = Move("planned", "discarded", note=stale.expired())
    return _each(
        session,
        found,
        lambda run_id, item: run_id if _lock(session, item) and moves.move(session, run_id, wanted) else None,
    )


def _discard_unapproved(session: Session) -> tuple[str, ...]:
    """Plans that nobody approved in time; whoever waited behind them starts."""
    found = approvals.overdue(session, limit=BATCH)
    return _each(
        session, found, lambda run_id, item: run_id if _lock(session, item) and _discard_one(session, run_id) else None
    )


def _discard_one(session: Session, run_id: str) -> bool:
    note = "Nobody approved this in time. Start it again to ask anew."
    approvals.expire(session, run_id)
    return moves.move(session, run_id, Move("planned", "discarded", note=note))


def _start_forgotten(session: Session) -> tuple[str, ...]:
    """Pending runs are started by the end of the run before them; this is for the day when that was not enough."""
    active = select(col(Run.deployment_id)).where(col(Run.status).in_(ACTIVE))
    waiting = select(col(Run.deployment_id)).where(col(Run.status) == "pending")
    query = waiting.where(col(Run.deployment_id).not_in(active)).distinct().limit(BATCH)
    found = [(deployment_id,) for deployment_id in session.exec(query).all()]
    return _each(session, found, lambda item: moves.start_next(session, item) if _lock(session, item) else None)


def _send_again(session: Session) -> tuple[str, ...]:
    """Wake workers for runs that could start and do not: as many as there are free slots, and no more often than needed."""
    seen = waiting.workers(repository.live_queues(session), repository.busy(session))
    statuses = [phase.queued for phase in PHASES.values() if seen.taking[phase.queue]]
    free = min(repository.total_slots(session) - seen.busy, BATCH)
    if free <= 0 or not statuses:
        return ()
    could_start = line.upcoming(session, statuses, most=free)
    forgotten = col(Run.id).in_(could_start) & (col(Run.nudged_at) < clock.now() - NUDGE_AFTER)
    query = select(Run.id, Run.status).where(forgotten, col(Run.status).in_(QUEUED)).with_for_update(skip_locked=True)
    rows: Sequence[tuple[str, str]] = session.exec(query).all()
    for run_id, status in rows:
        moves.call_worker(session, run_id, cast(Status, status))
    return tuple(run_id for run_id, _ in rows)


def _destroy_expired(session: Session) -> tuple[str, ...]:
    if hold.find(session) is not None:
        return ()
    now = clock.now()
    # Its own plan may wait to be approved: it is left to whoever has to agree.
    asked = select(col(ApprovalRequest.run_id)).where(col(ApprovalRequest.state) == "waiting")
    own = (col(Run.kind) == "destroy") & (col(Run.created_by_id) == SYSTEM.id) & col(Run.id).in_(asked)
    goes_on = col(Run.status).in_([*(ACTIVE - {"planned"}), "pending"])
    busy = select(col(Run.deployment_id)).where(goes_on | ((col(Run.status) == "planned") & own))
    tried = select(col(Run.deployment_id)).where(
        col(Run.kind) == "destroy", col(Run.created_at) > now - EXPIRY_PAUSE, col(Run.created_by_id) == SYSTEM.id
    )
    due = (
        col(Deployment.expires_at) < now,
        col(Deployment.destroyed_at).is_(None),
        col(Deployment.id).not_in(busy),
        col(Deployment.id).not_in(tried),
    )
    # Locked and looked at in one statement: whoever has just extended the deployment comes first.
    query = select(col(Deployment.id)).where(*due).limit(BATCH).with_for_update(key_share=True, skip_locked=True)
    found = [(deployment_id,) for deployment_id in session.exec(query).all()]
    return _each(session, found, lambda deployment_id: _destroy(session, deployment_id))


def _destroy(session: Session, deployment_id: str) -> str:
    active = moves.active_run(session, deployment_id)
    if active is not None:
        moves.move(session, active, Move("planned", "discarded", note="The deployment has expired."))
    run = create.create(
        session,
        SYSTEM,
        deployment_id=deployment_id,
        kind="destroy",
        auto_apply=True,
        message="The deployment has expired.",
    )
    query = update(Deployment).where(col(Deployment.id) == deployment_id).values(updated_at=clock.now())
    session.exec(query, execution_options=moves.NO_SYNC)
    return run.id
