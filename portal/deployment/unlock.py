"""Force-unlock: a person's act, with a reason, for a state whose lock or whose waiting nobody else will end."""

from __future__ import annotations

from typing import Any, Final

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.schemas import Actor
from portal.deployment import access, rules
from portal.deployment.schemas import DeploymentDetail
from portal.kit.errors import Conflict, FieldProblem, Invalid, Locked
from portal.project import service as projects
from portal.run import rescue
from portal.state import holds
from portal.state import service as state_service
from portal.state.schemas import LockView, StateWaitView

MAX_REASON: Final = 500


def unlock(
    session: Session, actor: Actor, deployment_id: str, *, reason: str = "", force: bool = False
) -> DeploymentDetail:
    """Free the state, and stop waiting for one that has yet to arrive.

    Locked while a run in progress holds it, or a state is known to be kept, unless an administrator says `force`.
    """
    deployment = access.locked(session, actor, deployment_id, "state.unlock")
    why = _reason(reason)
    lock, wait = state_service.lock_holder(session, deployment_id), holds.find(session, deployment_id)
    if lock is None and wait is None:
        raise Conflict("Nobody holds the state, and no state is waited for: there is nothing to unlock.")
    danger = rules.at_stake(lock, wait)
    if danger is not None:
        projects.require(session, actor, deployment.project_id, "state.force_unlock")
        if not force:
            raise Locked(f"{danger} To unlock it all the same, use `force`.")
    state_service.force_unlock(session, deployment_id)
    if wait is not None:
        rescue.give_up(session, wait.run_id)
    audit.record(
        session,
        actor,
        "state.unlock",
        object_kind="deployment",
        object_id=deployment_id,
        project_id=deployment.project_id,
        detail={"reason": why, "forced": danger is not None, **_ended(lock, wait)},
    )
    return access.detail(session, actor, deployment_id)


def _reason(text: str) -> str:
    clean = " ".join(text.split())
    if not clean or len(clean) > MAX_REASON:
        wanted = f"Say why, in at most {MAX_REASON} characters; the audit trail keeps it."
        raise Invalid(wanted, [FieldProblem("reason", wanted)])
    return clean


def _ended(lock: LockView | None, wait: StateWaitView | None) -> dict[str, Any]:
    held = {"lock_id": lock.lock_id, "lock_run": lock.run_id, "lock_since": lock.created_at.isoformat()} if lock else {}
    waited = {"wait": wait.kind, "wait_run": wait.run_id, "wait_worker": wait.worker} if wait else {}
    return held | waited
