"""Rows into RunViews: the same for one run and for a page of them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sqlmodel import Session

from portal.approval import service as approvals
from portal.approval.schemas import ApprovalView
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.models import Run
from portal.policy import service as policies
from portal.policy.schemas import ChecksView
from portal.project import service as project_service
from portal.run import lifecycle, line, repository, rights, stale, waiting
from portal.run.lifecycle import QUEUED, RUNNING, Status
from portal.run.repository import Row
from portal.run.schemas import AccountRef, Command, Counts, ProjectRef, RunAction, RunError, RunView, Waiting

_COPIED = (
    "id", "deployment_id", "kind", "status", "auto_apply", "message", "created_at", "plan_queued_at", "planning_at",
    "planned_at", "confirmed_at", "applying_at", "ended_at", "cancel_requested_at", "worker", "applied_count", "has_changes",
    "monthly_cost", "cost_delta",
)  # fmt: skip


def of_rows(session: Session, actor: Actor, rows: Sequence[Row]) -> list[RunView]:
    """The views, in order, with what this actor can do to each."""
    roles = project_service.roles_in(session, actor, {row.run.project_id for row in rows})
    outdated = stale.reasons(session, [row.run.id for row in rows if row.run.status == "planned"])
    asked = approvals.views(session, actor, {row.run.id: row.run.status for row in rows}, roles)
    checks = policies.checks(session, [row.run.id for row in rows])
    queues = _queues(session, rows, asked, checks)
    held = {run_id for run_id, item in asked.items() if item.state != "approved"}
    held |= {run_id for run_id, item in checks.items() if item.blocking}
    return [
        _view(
            row,
            actions(
                actor,
                row,
                roles[row.run.project_id],
                stale=row.run.id in outdated,
                held=row.run.id in held,
                soft=row.run.id in checks and checks[row.run.id].overridable,
            ),
            queues.get(row.run.id),
            outdated.get(row.run.id),
            asked.get(row.run.id) if permissions.allows(actor, "approval.read", roles[row.run.project_id]) else None,
            checks.get(row.run.id),
        )
        for row in rows
    ]


def actions(
    actor: Actor,
    row: Row,
    role: permissions.Standing | None,
    *,
    stale: bool = False,
    held: bool = False,
    soft: bool = False,
) -> list[RunAction]:
    """What the actor can do to the run now: the machine allows it, and their role does."""
    status = cast(Status, row.run.status)
    possible: dict[RunAction, tuple[bool, permissions.Action]] = {
        "confirm": (lifecycle.confirmable(status) and not stale and not held, "run.confirm"),
        "discard": (lifecycle.discardable(status), "run.discard"),
        "cancel": (lifecycle.cancelable(status) and row.run.cancel_requested_at is None, "run.cancel"),
        "force_cancel": (
            status in RUNNING and row.run.cancel_requested_at is not None and row.run.cancel_forced_at is None,
            "run.force_cancel",
        ),
        "retry": (
            (lifecycle.retryable(status) or stale) and row.run.kind != "action" and row.destroyed_at is None,
            rights.of(row.run.kind),
        ),
        "override_policy": (lifecycle.confirmable(status) and soft, "policy.override"),
    }
    return [name for name, (can, action) in possible.items() if can and permissions.allows(actor, action, role)]


def _view(
    row: Row,
    can: list[RunAction],
    queue: Waiting | None,
    outdated: str | None,
    asked: ApprovalView | None,
    checks: ChecksView | None,
) -> RunView:
    run = row.run
    counts = Counts(add=run.add_count, change=run.change_count, destroy=run.destroy_count, replace=run.replace_count)
    return RunView(
        **{name: getattr(run, name) for name in _COPIED},
        deployment_name=row.deployment_name,
        project=ProjectRef(id=run.project_id, slug=row.project_slug),
        template_key=row.template_key,
        template_title=row.template_title,
        template_version=row.template_version,
        cloud_account=AccountRef(
            id=run.cloud_account_id, slug=row.account_slug, cloud=row.cloud, kind=row.account_kind
        ),
        created_by=run.created_by_label,
        confirmed_by=run.confirmed_by_label,
        counts=counts,
        total_operations=counts.add + counts.change + counts.destroy,
        error=RunError.model_validate(run.error) if run.error else None,
        actions=can,
        queue=queue,
        action=Command.model_validate(run.action) if run.action else None,
        has_result=row.has_result,
        stale=outdated,
        approval=asked,
        checks=checks,
        last_event_n=run.event_count,
        sandbox=row.account_kind == "sandbox",
    )


def _queues(
    session: Session, rows: Sequence[Row], asked: Mapping[str, ApprovalView], checks: Mapping[str, ChecksView]
) -> dict[str, Waiting]:
    queued = [row.run for row in rows if row.run.status in QUEUED]
    pending = [row.run for row in rows if row.run.status == "pending"]
    planned = {
        row.run.id: _planned(row, asked.get(row.run.id), checks.get(row.run.id))
        for row in rows
        if lifecycle.confirmable(cast(Status, row.run.status))
    }
    return {**_queued(session, queued), **_pending(session, pending), **planned}


def _planned(row: Row, asked: ApprovalView | None, checks: ChecksView | None) -> Waiting:
    if checks is not None and checks.blocking:
        return waiting.for_policy(checks)
    action = row.run.kind == "action"
    if asked is not None:
        return waiting.for_approval(row.project_slug, asked, action=action)
    return waiting.for_confirmation(row.project_slug, action=action)


def _queued(session: Session, runs: list[Run]) -> dict[str, Waiting]:
    if not runs:
        return {}
    seen = waiting.workers(repository.live_queues(session), repository.busy(session))
    places = line.places(session, [run.id for run in runs], together=seen.together)
    found = {
        run.id: waiting.for_worker(cast(Status, run.status), places[run.id], seen) for run in runs if run.id in places
    }
    # What stands nowhere lacks a state, or a worker has taken it since its row was read.
    missing = line.without_state(session, [run.id for run in runs if run.id not in places])
    return found | {run_id: waiting.for_state() for run_id in missing}


def _pending(session: Session, runs: list[Run]) -> dict[str, Waiting]:
    if not runs:
        return {}
    lines = repository.pending_lines(session, [run.deployment_id for run in runs])
    found: dict[str, Waiting] = {}
    for run in runs:
        of_deployment = lines.get(run.deployment_id, [])
        blocker = next(((run_id, status) for run_id, status in of_deployment if status != "pending"), (None, None))
        ahead = [run_id for run_id, status in of_deployment if status == "pending"]
        position = ahead.index(run.id) if run.id in ahead else 0
        found[run.id] = waiting.behind(position, blocker[0], cast("Status | None", blocker[1]))
    return found
