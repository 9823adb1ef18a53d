"""Whether a finished plan still says what would happen: bound to its state, its template version, its values, its account.

One answer for the page, the API and the confirmation: the sentence that says what has moved, or None.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from portal.cloud_account import service as cloud_accounts
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.errors import Conflict
from portal.models import CloudAccount, Deployment, Run, RunPlan
from portal.run import workers
from portal.state import service as state_service
from portal.state.schemas import Position


class StalePlan(Conflict):
    """The plan is not what would happen now. `message` says what has moved."""

    code, title = "plan_stale", "The plan is out of date"


class _Bound(NamedTuple):
    """What a plan is bound to, and what there is now."""

    run_id: str
    planned_at: Any
    deployment_id: str
    values: Any
    values_now: Any
    version: str
    version_now: str
    account: str
    account_now: str
    mark: str | None
    account_row: CloudAccount
    project_id: str
    template: str
    kind: str
    serial: int | None
    lineage: str | None
    engine: str | None


def reason(session: Session, run_id: str) -> str | None:
    """Why the plan of this run must not be applied any more."""
    return reasons(session, [run_id]).get(run_id)


def reasons(session: Session, run_ids: Collection[str]) -> dict[str, str]:
    """Of these runs those whose plan waits for a person and is out of date, and why. Three queries, however many."""
    if not run_ids:
        return {}
    rows = [_Bound(*row) for row in session.exec(_bound(run_ids)).all()]
    positions = state_service.positions(session, {row.deployment_id for row in rows})
    engines = workers.engines(session) if any(row.engine for row in rows) else []
    found = {
        row.run_id: _reason(row, positions.get(row.deployment_id)) or _other_engine(row.engine, engines) for row in rows
    }
    return {run_id: text for run_id, text in found.items() if text is not None}


def mark_of(account: CloudAccount) -> str:
    """A digest of where an account leads to. Renewed credentials lead to the same place."""
    text = json.dumps([account.cloud, account.kind, account.settings], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _bound(run_ids: Collection[str]) -> Any:
    return (
        select(
            Run.id, Run.planned_at, Run.deployment_id, Run.values, Deployment.values,
            Run.template_version_id, Deployment.template_version_id, Run.cloud_account_id, Deployment.cloud_account_id,
            Run.account_mark, CloudAccount, Run.project_id, Deployment.template_key, Run.kind,
            RunPlan.state_serial, RunPlan.state_lineage, RunPlan.engine,
        )  # type: ignore[call-overload]
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(CloudAccount, col(CloudAccount.id) == col(Run.cloud_account_id))
        .join(RunPlan, col(RunPlan.run_id) == col(Run.id))
        .where(col(Run.id).in_(run_ids), col(Run.status) == "planned")
        .execution_options(populate_existing=True)
    )  # fmt: skip


def _reason(row: _Bound, stored: Position | None) -> str | None:
    if (row.serial, row.lineage) != ((stored.serial, stored.lineage) if stored else (None, None)):
        return "The state has changed since this plan was made."
    if row.version != row.version_now:
        return "The deployment was moved to another version of its template since this plan was made."
    if row.values != row.values_now:
        return "The deployment's values were changed since this plan was made."
    if row.account != row.account_now or row.mark not in (None, mark_of(row.account_row)):
        return "The cloud account leads to another place than when this plan was made."
    closed = cloud_accounts.closed_since(
        row.account_row, project_id=row.project_id, template=row.template, kind=row.kind
    )
    if closed is not None:
        return closed
    if row.planned_at is not None and row.planned_at < oldest():
        return expired()
    return None


def _other_engine(made_by: str | None, engines: Collection[str | None]) -> str | None:
    """A plan is read by no other Terraform than the one that made it. While a worker does not say which it has, nobody knows."""
    if made_by is None or not engines or None in engines or made_by in engines:
        return None
    return f"This plan was made by {made_by}, which no worker has any more."


def oldest() -> Any:
    """A plan from before this moment has expired."""
    return clock.now() - timedelta(seconds=settings().plan_seconds)


def expired() -> str:
    """Why a plan is discarded that nobody confirmed."""
    return f"This plan is older than {_words(settings().plan_seconds)}; what is in the cloud may be different by now."


def _words(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}" + ("" if number == 1 else "s")
    return f"{seconds} seconds"
