"""Making runs: one of a deployment is active at a time, the others wait for their turn."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.kit import clock, ids, tracing
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.models import Deployment, Run
from portal.project import service as project_service
from portal.quota import service as quotas
from portal.run import access, events, moves, places, rights
from portal.run.lifecycle import KINDS, Kind, Status, retryable
from portal.run.moves import Move
from portal.run.schemas import Command, NewEvent, RunView

MAX_MESSAGE = 500
MAX_PENDING = 50


def create(
    session: Session,
    actor: Actor,
    *,
    deployment_id: str,
    kind: Kind,
    auto_apply: bool | None = None,
    message: str = "",
    values: dict[str, Any] | None = None,
    command: Command | None = None,
    takes: Action | None = None,
) -> RunView:
    """A run of the deployment as it is now; `values` and `auto_apply` are the deployment's unless given.

    A destroy waits for a person unless `auto_apply` is given: who let changes through has not agreed to that. A run starts
    at once, or waits until the runs before it have ended. An action, and nothing else, has a `command`. `takes`: the action
    that it is part of, such as to change a deployment; without one it is by its kind (portal/run/rights.py).
    """
    deployment = _locked(session, actor, deployment_id, takes or rights.of(kind))
    _check(session, deployment, kind, message)
    _check_command(kind, command)
    quotas.require_run(session, deployment.project_id, deployment.id, kind)
    places.require(session, deployment, deployment.values if values is None else values, kind)
    run = _run(actor, deployment, kind, message)
    by_itself = deployment.auto_apply and kind not in ("destroy", "action")
    run.auto_apply = by_itself if auto_apply is None else auto_apply
    if command is not None:
        run.action, run.confirmed_by_label = command.model_dump(), actor.label
    run.values = deployment.values if values is None else values
    _start(session, run)
    audit.record(
        session,
        actor,
        "run.create",
        object_kind="run",
        object_id=run.id,
        project_id=run.project_id,
        detail={
            "deployment_id": deployment.id,
            "deployment": deployment.name,
            "kind": kind,
            "auto_apply": run.auto_apply,
            **({"action": command.name, "resource": command.address} if command else {}),
        },
    )
    return access.view(session, actor, run.id)


def retry(session: Session, actor: Actor, *, run_id: str) -> RunView:
    """Ask again for what an ended run did not do, or a plan that is out of date will not do, with the deployment as it is now."""
    access.authorise(session, actor, run_id, "project.read")
    run = access.view(session, actor, run_id)
    access.authorise(session, actor, run_id, rights.of(run.kind))
    if run.kind == "action":
        raise Conflict("Start the action again on the deployment's page: it looks at the resource as it is now.")
    if run.stale:
        waiting = _make_way(session, run)
        if waiting is not None:
            return access.view(session, actor, waiting)
    elif not retryable(run.status):
        raise Conflict(
            f"This run is {run.status.replace('_', ' ')}; only one that did not do its work can be tried again."
        )
    return create(session, actor, deployment_id=run.deployment_id, kind=run.kind, message=run.message)


def _make_way(session: Session, outdated: RunView) -> str | None:
    """Discard the plan; the run that waited behind it and does the same, if there is one."""
    moves.lock_deployment(session, outdated.id)
    if not moves.move(session, outdated.id, Move("planned", "discarded", note=outdated.stale)):
        raise Conflict("This plan has just been confirmed or discarded.")
    next_ = moves.active_run(session, outdated.deployment_id)
    kind = session.exec(select(col(Run.kind)).where(col(Run.id) == next_)).one_or_none()
    return next_ if kind == outdated.kind else None


def _locked(session: Session, actor: Actor, deployment_id: str, action: Action) -> Deployment:
    """The deployment, locked: of two creations at the same time, the second sees the first's run."""
    query = select(Deployment).where(col(Deployment.id) == deployment_id).with_for_update(key_share=True)
    deployment = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if deployment is None or project_service.role_in(session, actor, deployment.project_id) is None:
        raise NotFound(f"There is no deployment {deployment_id[:80]!r}.")
    project_service.require(session, actor, deployment.project_id, action)
    return deployment


def _check(session: Session, deployment: Deployment, kind: Kind, message: str) -> None:
    if kind not in KINDS:
        text = f"There is no kind of run {str(kind)[:40]!r}; there are {', '.join(KINDS)}."
        raise Invalid(text, [FieldProblem("kind", text)])
    if len(message) > MAX_MESSAGE:
        text = f"Use at most {MAX_MESSAGE} characters."
        raise Invalid(text, [FieldProblem("message", text)])
    if deployment.destroyed_at is not None:
        raise Conflict("This deployment was destroyed, so nothing can be run on it. Make a new one.")
    if moves.count_pending(session, deployment.id) >= MAX_PENDING:
        raise Conflict(f"{MAX_PENDING} runs of this deployment are waiting already. Cancel some of them first.")


def _check_command(kind: Kind, command: Command | None) -> None:
    if (kind == "action") != (command is not None):
        text = "An action is started on the deployment's actions, not as a run."
        raise Invalid(text, [FieldProblem("kind", text)])


def _run(actor: Actor, deployment: Deployment, kind: Kind, message: str) -> Run:
    return Run(
        id=ids.new_id("run"),
        deployment_id=deployment.id,
        project_id=deployment.project_id,
        kind=kind,
        status="pending",
        message=message,
        template_version_id=deployment.template_version_id,
        cloud_account_id=deployment.cloud_account_id,
        values={},
        created_by_kind=actor.kind,
        created_by_id=actor.id,
        created_by_label=actor.label,
        created_at=clock.now(),
        event_count=1,
        **tracing.origin(),
    )


def _start(session: Session, run: Run) -> None:
    """Every run begins as pending and moves on at once when it is the only one, so there is one road for all."""
    first: Status = "pending"
    session.add(run)
    session.flush()
    events.insert_rows(session, run.id, 1, [NewEvent("status", {"status": first, "from": None})])
    events.tell_lists(session)
    moves.start_next(session, run.deployment_id)
