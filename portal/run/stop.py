"""Discard a plan; cancel a run: at once while it waits, through its worker while one holds it."""

from __future__ import annotations

from sqlalchemy import func, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.models import Run
from portal.run import access, events, lost, moves
from portal.run.lifecycle import RUNNING, Status, cancelable, discardable
from portal.run.moves import Move
from portal.run.schemas import NewEvent, RunView

MAX_REASON = 500


def discard(session: Session, actor: Actor, *, run_id: str) -> RunView:
    """The plan will not be applied. Conflict when there is none to discard."""
    project_id = access.authorise(session, actor, run_id, "run.discard")
    moves.lock_deployment(session, run_id)
    run = access.view(session, actor, run_id)
    note = f"Discarded by {actor.label}."
    if not discardable(run.status) or not moves.move(session, run_id, Move("planned", "discarded", note=note)):
        raise Conflict(f"This run is {run.status.replace('_', ' ')}; only a finished plan can be discarded.")
    _audit(session, actor, "run.discard", run, project_id)
    return access.view(session, actor, run_id)


def cancel(session: Session, actor: Actor, *, run_id: str, force: bool = False, reason: str = "") -> RunView:
    """Stop the run. Terraform, when it runs, is asked to end in good order.

    `force`, a second time, kills it: a person's act, which takes a right of its own and a reason, both in the audit trail.
    """
    project_id = access.authorise(session, actor, run_id, "run.force_cancel" if force else "run.cancel")
    if force:
        reason = _reason(reason)
    moves.lock_deployment(session, run_id)
    run = access.view(session, actor, run_id)
    if not cancelable(run.status):
        raise Conflict(f"This run is {run.status.replace('_', ' ')}, so there is nothing to cancel.{_hint(run.status)}")
    if run.status in RUNNING:
        _ask_worker(session, actor, run, force=force, reason=reason)
        _settle_if_lost(session, run_id)
    elif not moves.move(session, run_id, Move(run.status, "canceled", note=f"Canceled by {actor.label}.")):
        raise Conflict("A worker has just taken this run. Cancel it again to stop it.")
    _audit(session, actor, "run.force_cancel" if force else "run.cancel", run, project_id, reason)
    return access.view(session, actor, run_id)


def _reason(given: str) -> str:
    text = " ".join(given.split())
    if not text or len(text) > MAX_REASON:
        wanted = f"Say why this run must be killed, in at most {MAX_REASON} characters."
        raise Invalid(wanted, [FieldProblem("reason", wanted)])
    return text


def _settle_if_lost(session: Session, run_id: str) -> None:
    """Nobody is there to ask when the run's worker has been silent for a whole lease: what the sweep would do, at once."""
    query = select(Run).where(col(Run.id) == run_id, col(Run.lease_expires_at) < func.clock_timestamp())
    query = query.options(defer(Run.values)).execution_options(populate_existing=True)  # type: ignore[arg-type]
    run = session.exec(query).one_or_none()
    if run is not None:
        lost.settle(session, run)


def _hint(status: Status) -> str:
    return " Discard its plan instead." if discardable(status) else ""


def _ask_worker(session: Session, actor: Actor, run: RunView, *, force: bool, reason: str) -> None:
    """Note the wish on the run; the worker reads it with its next beat."""
    if force and run.cancel_requested_at is None:
        raise Conflict("Cancel the run first and give it a moment; then it can be forced.")
    at = clock.now()
    columns = {
        "cancel_requested_at": func.coalesce(Run.cancel_requested_at, at),
        "cancel_requested_by": func.coalesce(Run.cancel_requested_by, actor.label),
    } | ({"cancel_forced_at": at} if force else {})
    query = update(Run).where(col(Run.id) == run.id, col(Run.status) == run.status).values(**columns)
    if session.exec(query, execution_options=moves.NO_SYNC).rowcount == 0:
        raise Conflict("This run has just ended.")
    text = f"{actor.label} asked to kill this run: {reason}" if force else f"{actor.label} asked to stop this run."
    events.append(session, run.id, [NewEvent("log", {"level": "warn", "text": text, "phase": _phase(run.status)})])
    events.tell_lists(session)


def _phase(status: Status) -> str:
    return "apply" if status == "applying" else "plan"


def _audit(session: Session, actor: Actor, action: str, run: RunView, project_id: str, reason: str = "") -> None:
    detail = {"deployment_id": run.deployment_id, "deployment": run.deployment_name, "status": run.status}
    detail |= {"reason": reason} if reason else {}
    audit.record(session, actor, action, object_kind="run", object_id=run.id, project_id=project_id, detail=detail)
