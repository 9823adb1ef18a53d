"""A state that may still have to arrive: from when an apply lost its worker until it is known where its last state is.

While a deployment has such a hold no run of it is taken by a worker; a person with the right to it may end the wait.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.kit import clock
from portal.kit.config import settings
from portal.models import Run, StateHold, Worker
from portal.state.schemas import HoldKind, StateWaitView

NO_SYNC = {"synchronize_session": False}


def expect(session: Session, deployment_id: str, run_id: str, worker: str | None) -> None:
    """The worker was lost in an apply. It has a while to say whether it keeps a state; nobody waits for it for ever."""
    row = _row(deployment_id, run_id, worker, "expected", until=_patience())
    session.exec(insert(StateHold).values(**row).on_conflict_do_nothing())


def keep(session: Session, deployment_id: str, run_id: str, worker: str | None, kind: HoldKind, note: str = "") -> None:
    """The worker keeps a state that nobody has taken yet: wait until it is delivered, or until a person ends that."""
    row = _row(deployment_id, run_id, worker, kind, note=note)
    session.exec(insert(StateHold).values(**row).on_conflict_do_update(index_elements=["deployment_id"], set_=row))


def turn(session: Session, run_id: str, kind: HoldKind, note: str = "") -> None:
    """What is known of a hold that is there. One that a person has ended does not come back."""
    query = update(StateHold).where(col(StateHold.run_id) == run_id).values(kind=kind, note=note, until=None)
    session.exec(query, execution_options=NO_SYNC)


def postpone(session: Session, run_id: str) -> None:
    """The worker is back and still at it."""
    query = update(StateHold).where(col(StateHold.run_id) == run_id, col(StateHold.kind) == "expected")
    session.exec(query.values(until=_patience()), execution_options=NO_SYNC)


def release(session: Session, *, run_id: str | None = None, deployment_id: str | None = None) -> bool:
    """End the wait; whether there was one."""
    query = delete(StateHold)
    query = query.where(col(StateHold.run_id) == run_id) if run_id else query
    query = query.where(col(StateHold.deployment_id) == deployment_id) if deployment_id else query
    return bool(run_id or deployment_id) and session.exec(query, execution_options=NO_SYNC).rowcount > 0


def release_overdue(session: Session) -> list[str]:
    """End the waits for workers that never came back; their deployments."""
    query = delete(StateHold).where(col(StateHold.until) < clock.now()).returning(col(StateHold.deployment_id))
    return list(session.exec(query, execution_options=NO_SYNC).scalars().all())


def find(session: Session, deployment_id: str) -> StateWaitView | None:
    """What the deployment waits for."""
    query = select(StateHold).where(col(StateHold.deployment_id) == deployment_id)
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    return StateWaitView.model_validate(row, from_attributes=True) if row else None


def of_run(session: Session, run_id: str) -> str | None:
    """What the run's deployment waits for, as a kind."""
    query = select(col(StateHold.kind)).join(Run, col(Run.deployment_id) == col(StateHold.deployment_id))
    return session.exec(query.where(col(Run.id) == run_id)).one_or_none()


def expected_from(session: Session, folder: str) -> Collection[str]:
    """The runs whose workers worked in this data folder, and of which nobody has yet said whether a state is kept there."""
    query = select(col(StateHold.run_id)).join(Worker, col(Worker.name) == col(StateHold.worker))
    here = col(Worker.versions)["folder"].astext == folder
    return session.exec(query.where(here, col(StateHold.kind) == "expected")).all()


def count(session: Session) -> dict[str, int]:
    """How many deployments wait for a state, by kind; for metrics."""
    found = dict(session.exec(select(StateHold.kind, func.count()).group_by(StateHold.kind)).all())
    return {kind: found.get(kind, 0) for kind in ("expected", "spooled", "refused")}


def _row(
    deployment_id: str,
    run_id: str,
    worker: str | None,
    kind: HoldKind,
    *,
    note: str = "",
    until: datetime | None = None,
) -> dict[str, Any]:
    return {
        "deployment_id": deployment_id,
        "run_id": run_id,
        "worker": worker,
        "kind": kind,
        "note": note,
        "created_at": clock.now(),
        "until": until,
    }


def _patience() -> datetime:
    return clock.now() + timedelta(seconds=settings().state_wait_seconds)
