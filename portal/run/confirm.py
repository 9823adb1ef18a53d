"""Confirm: apply exactly the plan that was shown, and only if nothing has moved since."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict
from portal.run import access, gate, judged, moves, stale
from portal.run.lifecycle import confirmable
from portal.run.moves import Move
from portal.run.schemas import RunView


def confirm(session: Session, actor: Actor, *, run_id: str) -> RunView:
    """Let the plan be applied. Conflict when there is no plan to confirm (any more), StalePlan when something has moved."""
    access.authorise(session, actor, run_id, "run.confirm")
    run = access.view(session, actor, run_id)
    if not confirmable(run.status):
        raise _not_confirmable(run)
    outdated = stale.reason(session, run_id)
    if outdated is not None:
        raise _discarded(run_id, outdated)
    since = judged.lock(session, run_id)
    columns = {"confirmed_by_label": actor.label}
    # Asked again behind the lock: whatever could have moved while policies were asked waits for it, rights too.
    project_id = access.authorise(session, actor, run_id, "run.confirm")
    outdated = stale.reason(session, run_id)
    if outdated is not None:
        raise _refused(outdated)
    gate.require_open(session, run_id, since=since)
    if not moves.move(session, run_id, Move("planned", "apply_queued", columns=columns)):
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


def _discarded(run_id: str, why: str) -> stale.StalePlan:
    """In a transaction of its own: the one that refuses is rolled back, and this must stay."""
    with unit_of_work() as session:
        moves.lock_deployment(session, run_id)
        moves.move(session, run_id, Move("planned", "discarded", note=why))
    return _refused(why)


def _refused(why: str) -> stale.StalePlan:
    return stale.StalePlan(f"{why} The plan was not applied. Plan again to see what is to be done now.")


def _not_confirmable(run: RunView) -> Conflict:
    return Conflict(f"This run is {run.status.replace('_', ' ')}; only a finished plan can be confirmed.")
