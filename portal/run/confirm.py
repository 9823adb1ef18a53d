"""Confirm: apply exactly the plan that was shown, and only if nothing has moved since."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict
from portal.run import access, moves, repository
from portal.run.lifecycle import confirmable
from portal.run.moves import Move
from portal.run.schemas import RunView
from portal.state import service as state_service

MOVED = (
    "The state has changed since this plan was made, so the plan was discarded. "
    "Start a new run to see what is to be done now."
)


def confirm(session: Session, actor: Actor, *, run_id: str) -> RunView:
    """Let the plan be applied. Conflict when there is no plan to confirm (any more), or the state has moved."""
    project_id = access.authorise(session, actor, run_id, "run.confirm")
    run = access.view(session, actor, run_id)
    if not confirmable(run.status):
        raise _not_confirmable(run)
    if is_stale(session, run):
        _discard_stale(run_id)
        raise Conflict(MOVED)
    moves.lock_deployment(session, run_id)
    columns = {"confirmed_by_label": actor.label}
    if is_stale(session, run) or not moves.move(session, run_id, Move("planned", "apply_queued", columns=columns)):
        raise _not_confirmable(access.view(session, actor, run_id))
    audit.record(
        session,
        actor,
        "run.confirm",
        object_kind="run",
        object_id=run_id,
        project_id=project_id,
        detail={"deployment_id": run.deployment_id, "deployment": run.deployment_name, **run.counts.model_dump()},
    )
    return access.view(session, actor, run_id)


def is_stale(session: Session, run: RunView) -> bool:
    """Whether the state is another than the one that the plan was made against."""
    position = state_service.position(session, run.deployment_id)
    now = (position.serial, position.lineage) if position else (None, None)
    return repository.planned_against(session, run.id) != now


def _discard_stale(run_id: str) -> None:
    """In a transaction of its own: the one that refuses is rolled back, and this must stay."""
    with unit_of_work() as session:
        moves.lock_deployment(session, run_id)
        moves.move(session, run_id, Move("planned", "discarded", note=MOVED))


def _not_confirmable(run: RunView) -> Conflict:
    return Conflict(f"This run is {run.status.replace('_', ' ')}; only a finished plan can be confirmed.")
