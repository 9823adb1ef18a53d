"""Approve, reject, withdraw: what somebody says about a plan or an action, and what becomes of its run."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlmodel import Session

from portal.approval import service as approvals
from portal.approval.schemas import ApprovalView, Decide
from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.kit.errors import Conflict
from portal.models import Run
from portal.project import service as projects
from portal.run import access, events, gate, hold, judged, moves, stale
from portal.run.lifecycle import Kind
from portal.run.moves import Move
from portal.run.schemas import NewEvent, RunView

log = structlog.get_logger(__name__)
_SAID = {"approve": "approved this", "reject": "rejected this", "withdraw": "withdrew what they had said"}


def approval(session: Session, actor: Actor, *, run_id: str) -> ApprovalView:
    """Who has to agree to the run's plan, who did, and what was said about plans that it had before."""
    project_id = access.authorise(session, actor, run_id, "approval.read")
    inside = projects.role_in(session, actor, project_id)
    run = access.view(session, actor, run_id)
    return approvals.view(session, actor, inside, run_id=run_id, status=run.status)


def decide(session: Session, actor: Actor, *, run_id: str, wish: Decide) -> RunView:
    """Approve the plan, reject it (which discards it), or take back what one said. With the last approval that was missing a
    run that applies by itself goes on."""
    project_id = access.authorise(session, actor, run_id, "approval.read")
    inside = projects.role_in(session, actor, project_id)
    since = _lock(session, actor, run_id, wish)
    run = access.view(session, actor, run_id)
    before = run.approval
    state = approvals.decide(session, actor, inside, run_id=run_id, status=run.status, wish=wish)
    if not _is_new(before, actor, wish):
        return run
    _tell(session, actor, run_id, wish, run.kind)
    if state == "rejected":
        note = f"Rejected by {actor.label}: {' '.join(wish.reason.split())}"
        moves.move(session, run_id, Move("planned", "discarded", note=note))
    elif state == "approved":
        go_on(session, run_id, since=since)
    plan = before.plan if before else ""
    audit.record(
        session,
        actor,
        f"approval.{wish.decision}",
        object_kind="run",
        object_id=run_id,
        project_id=project_id,
        detail={"deployment_id": run.deployment_id, "deployment": run.deployment_name, "plan": plan, "state": state}
        | ({"reason": wish.reason} if wish.reason else {}),
    )
    return access.view(session, actor, run_id)


def _lock(session: Session, actor: Actor, run_id: str, wish: Decide) -> datetime | None:
    """Lock the deployment, with policies asked before by whoever may let the run go on with this word."""
    run = access.view(session, actor, run_id)
    counts = run.approval is not None and run.approval.can_decide
    if wish.decision == "approve" and run.auto_apply and counts:
        return judged.lock(session, run_id)
    moves.lock_deployment(session, run_id)
    return None


def waiting(session: Session, actor: Actor, project_ids: Collection[str] | None, *, mine: bool) -> list[str]:
    """The runs in these projects whose plan waits to be approved, where the actor may see that; with `mine`, for this actor."""
    seen = projects.readable_ids(session, actor, "approval.read")
    wanted = seen if project_ids is None else {*project_ids} if seen is None else {*project_ids} & seen
    return approvals.waiting_runs(session, actor, project_ids=wanted, mine=mine)


def count_mine(session: Session, actor: Actor) -> int:
    """How many plans wait for this actor: the number beside Approvals."""
    return len(waiting(session, actor, None, mine=True))


def _is_new(before: ApprovalView | None, actor: Actor, wish: Decide) -> bool:
    """Saying the same twice leaves no second trace."""
    said = [item for item in before.decisions if item.user_id == actor.user_id] if before else []
    return not any(item.decision == wish.decision and item.withdrawn_at is None for item in said)


def _tell(session: Session, actor: Actor, run_id: str, wish: Decide, kind: Kind) -> None:
    reason = f": {' '.join(wish.reason.split())}" if wish.reason.strip() else "."
    what = "" if wish.decision == "withdraw" else " action" if kind == "action" else " plan"
    text = f"{actor.label} {_SAID[wish.decision]}{what}{reason}"
    line = NewEvent("log", {"level": "info", "text": text, "phase": "plan"})
    events.append(session, run_id, [line, NewEvent("approval", {"decision": wish.decision, "by": actor.label})])
    events.tell_lists(session)
    events.tell_approvers(session)


def go_on(session: Session, run_id: str, *, since: datetime | None) -> None:
    """What applies by itself goes on with its last approval, unless something else has come in between; then a person looks.

    An action does: whoever started it has confirmed it.
    """
    run = session.get_one(Run, run_id, populate_existing=True)
    is_action = run.kind == "action"
    if not (run.auto_apply or is_action) or run.status != "planned" or hold.find(session) is not None:
        return
    if stale.reason(session, run_id) is not None:
        return
    try:
        with session.begin_nested():
            gate.require_open(session, run_id, since=since)
    except Conflict as error:
        log.info("approved_run_waits", run=run_id, why=error.code)
        return
    columns = {} if is_action else {"confirmed_by_label": "auto-apply"}
    moves.move(session, run_id, Move("planned", "apply_queued", columns=columns))
