"""Rows of tables: what pages show of runs and deployments. Frozen, small, free of secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.deployment.schemas import DeploymentView
from portal.run.schemas import RunView, Waiting

_WHY = {
    "no_worker": ", no worker",
    "no_worker_for_queue": ", no worker",
    "deployment_busy": ", deployment busy",
    "state_missing": ", state missing",
    "project_limit": ", project limit",
    "account_limit": ", account limit",
    "account_disabled": ", account disabled",
    "confirmation": ", behind a plan to confirm",
}


@dataclass(frozen=True)
class RunRow:
    """A run in a list."""

    id: str = ""
    deployment: str = ""
    deployment_id: str = ""
    template: str = ""
    cloud: str = "other"
    kind: str = ""
    action: str = ""
    """What an action does, in the template's words."""
    status: str = ""
    counts: str = ""
    cost: str = ""
    """How much more or less it costs a month."""
    by: str = ""
    project: str = ""
    created_at: str = ""
    took: str = ""
    waits: str = ""
    sandbox: bool = False


@dataclass(frozen=True)
class DeploymentRow:
    """A deployment in a list."""

    id: str = ""
    name: str = ""
    template: str = ""
    version: str = ""
    outdated: bool = False
    release: str = ""
    """`deprecated` or `revoked`, of its version."""
    release_message: str = ""
    replaced_by: str = ""
    cloud: str = "other"
    account: str = ""
    project: str = ""
    owner: str = ""
    status: str = ""
    cost: str = ""
    """A month, as it was applied last."""
    run_id: str = ""
    run_status: str = ""
    updated_at: str = ""
    expires_at: str = ""
    sandbox: bool = False


def run_row(view: RunView) -> RunRow:
    """A run as its row."""
    return RunRow(
        id=view.id,
        deployment=view.deployment_name,
        deployment_id=view.deployment_id,
        template=view.template_title,
        cloud=view.cloud_account.cloud,
        kind=view.kind,
        action=view.action.title if view.action else "",
        status=_status(view.kind, view.status),
        counts=_counts(view),
        cost=_cost(view),
        by=view.created_by,
        project=view.project.slug,
        created_at=iso(view.created_at),
        took=_took(view),
        waits=_waits(view.queue),
        sandbox=view.sandbox,
    )


def deployment_row(view: DeploymentView) -> DeploymentRow:
    """A deployment as its row."""
    last = view.last_run
    return DeploymentRow(
        id=view.id,
        name=view.name,
        template=view.template.title,
        version=view.template.version,
        outdated=view.template.outdated,
        release=view.template.state if view.template.state in ("deprecated", "revoked") else "",
        release_message=view.template.message,
        replaced_by=view.template.replaced_by or "",
        cloud=view.cloud_account.cloud,
        account=view.cloud_account.slug,
        project=view.project.slug,
        owner=view.owner.email if view.owner else "",
        status=view.status,
        cost="" if view.monthly_cost is None else money(view.monthly_cost),
        run_id=last.id if last else "",
        run_status=_status(last.kind, last.status) if last else "",
        updated_at=iso(view.updated_at),
        expires_at=iso(view.expires_at),
        sandbox=view.sandbox,
    )


def iso(moment: datetime | None) -> str:
    """A time for the browser; "" when there is none."""
    return moment.isoformat() if moment else ""


def _status(kind: str, status: str) -> str:
    """The status for the page: an action applies no plan, so it has words of its own."""
    return {"applying": "acting", "applied": "acted"}.get(status, status) if kind == "action" else status


def _waits(queue: Waiting | None) -> str:
    """A few words; the run's own page has the sentence."""
    if queue is not None and queue.code == "approval":
        return "to be approved"
    if queue is None or queue.position is None:
        return ""
    return f"{_ordinal(queue.position)} in line{_WHY.get(queue.code, '')}"


def _counts(view: RunView) -> str:
    if view.has_changes is None:
        return ""
    if not view.has_changes:
        return "no changes"
    counts = view.counts
    return f"+{counts.add} ~{counts.change} −{counts.destroy}"


def _cost(view: RunView) -> str:
    """Only what makes a difference."""
    delta = round(view.cost_delta or 0, 2)
    return f"{'+' if delta > 0 else '−'}{money(abs(delta))} a month" if delta else ""


def money(amount: float) -> str:
    """US dollars, to the cent below a hundred."""
    return f"${amount:,.2f}" if abs(amount) < 100 else f"${amount:,.0f}"


def _took(view: RunView) -> str:
    began = view.planning_at or view.applying_at
    if view.ended_at is None or began is None:
        return ""
    return took((view.ended_at - began).total_seconds())


def took(seconds: float) -> str:
    """A length of time, in minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
