"""Rows into views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.permissions import Action, Standing
from portal.auth.schemas import Actor
from portal.deployment import rules, versions
from portal.deployment.repository import Row, last_runs
from portal.deployment.schemas import (
    DeploymentAction,
    DeploymentDetail,
    DeploymentView,
    LastRun,
    OwnerRef,
    TemplateRef,
)
from portal.kit.errors import TerraceError
from portal.models import Deployment
from portal.project import service as project_service
from portal.quota import guardrails
from portal.run.schemas import AccountRef, ProjectRef
from portal.state import holds
from portal.state import service as state_service
from portal.state.schemas import LockView, StateWaitView
from portal.template import releases
from portal.template import service as templates
from portal.template.schemas import FieldError

_COPIED = (
    "id", "name", "status", "auto_apply", "created_at", "updated_at", "applied_at", "expires_at", "destroyed_at",
    "monthly_cost",
)  # fmt: skip
_ACTIONS: dict[DeploymentAction, Action] = {
    "update": "deployment.update",
    "start_run": "run.create",
    "destroy": "deployment.destroy",
    "act": "deployment.act",
    "reveal": "output.reveal",
}


def of_rows(session: Session, actor: Actor, rows: Sequence[Row]) -> list[DeploymentView]:
    """The views of a page, in a fixed number of queries."""
    return [DeploymentView(**fields) for fields in _fields(session, actor, rows)]


def detail(session: Session, actor: Actor, row: Row) -> DeploymentDetail:
    """One deployment with its values, the secret ones masked."""
    deployment = row.deployment
    sensitive = _sensitive(session, deployment)
    position = state_service.position(session, deployment.id)
    holder, wait = state_service.lock_holder(session, deployment.id), holds.find(session, deployment.id)
    fields = _fields(session, actor, [row])[0]
    if _may_unlock(session, actor, deployment.project_id, holder, wait):
        fields["actions"].append("unlock_state")
    return DeploymentDetail(
        **fields,
        values=rules.masked(deployment.values, sensitive),
        sensitive=sorted(sensitive),
        secrets_set=sorted(name for name in sensitive if deployment.values.get(name) is not None),
        resource_count=len(state_service.latest_resources(session, deployment.id)),
        state_serial=position.serial if position else None,
        state_locked_by=holder.run_id if holder else None,
        state_lock=holder,
        state_wait=wait,
        guardrail_problems=_beyond_guardrails(session, deployment),
    )


def _beyond_guardrails(session: Session, deployment: Deployment) -> list[FieldError]:
    """What the project does not allow any more, in a deployment from before."""
    if deployment.destroyed_at is not None:
        return []
    try:
        module = versions.kept(session, deployment.template_version_id).module
        rules = guardrails.rules_of(session, deployment.project_id, deployment.template_key, module)
        return rules.problems(module, deployment.values)
    except TerraceError:
        return []


def _may_unlock(
    session: Session, actor: Actor, project_id: str, lock: LockView | None, wait: StateWaitView | None
) -> bool:
    """Whether there is something to unlock, and this actor may."""
    if lock is None and wait is None:
        return False
    wanted: Action = "state.force_unlock" if rules.at_stake(lock, wait) else "state.unlock"
    return permissions.allows(actor, wanted, project_service.role_in(session, actor, project_id))


def _sensitive(session: Session, deployment: Deployment) -> set[str]:
    """The variables whose values are secret: all of them when the kept template can no longer be read."""
    try:
        return templates.sensitive_variables(versions.kept(session, deployment.template_version_id).module)
    except TerraceError:
        return set(deployment.values)


def _fields(session: Session, actor: Actor, rows: Sequence[Row]) -> list[dict[str, Any]]:
    projects = {row.deployment.project_id for row in rows}
    roles = project_service.roles_in(session, actor, projects)
    latest = {key: versions.latest(key) for key in {row.deployment.template_key for row in rows}}
    runs = last_runs(session, [row.deployment.id for row in rows])
    standings = releases.of(session, [(row.deployment.template_key, row.content_hash) for row in rows])
    fields = [
        _one(row, actor, roles[row.deployment.project_id], latest[row.deployment.template_key], runs) for row in rows
    ]
    for one, row in zip(fields, rows, strict=True):
        standing = standings[(row.deployment.template_key, row.content_hash)]
        one["template"] = one["template"].model_copy(update=standing.model_dump())
    return fields


def _one(row: Row, actor: Actor, role: Standing | None, latest: Any, runs: dict[str, Any]) -> dict[str, Any]:
    deployment, last = row.deployment, runs.get(row.deployment.id)
    alive = deployment.destroyed_at is None
    return {
        **{name: getattr(deployment, name) for name in _COPIED},
        "project": ProjectRef(id=deployment.project_id, slug=row.project_slug),
        "template": TemplateRef(
            key=deployment.template_key,
            title=row.template_title,
            version=row.template_version,
            content_hash=row.content_hash,
            latest_version=latest.version if latest else None,
            outdated=latest is not None and latest.content_hash != row.content_hash,
        ),
        "cloud_account": AccountRef(
            id=deployment.cloud_account_id, slug=row.account_slug, cloud=row.cloud, kind=row.account_kind
        ),
        "owner": _owner(row),
        "last_run": LastRun(**dict(zip(LastRun.model_fields, last, strict=True))) if last else None,
        "sandbox": row.account_kind == "sandbox",
        "actions": _can(deployment, actor, role) if alive else [],
    }


def _can(deployment: Deployment, actor: Actor, role: Standing | None) -> list[DeploymentAction]:
    found: list[DeploymentAction] = [
        name for name, action in _ACTIONS.items() if permissions.allows(actor, action, role)
    ]
    return [*found, "transfer"] if rules.may_transfer(actor, role, deployment.owner_id) else found


def _owner(row: Row) -> OwnerRef | None:
    if row.deployment.owner_id is None:
        return None
    return OwnerRef(id=row.deployment.owner_id, email=cast(str, row.owner_email), here=row.owner_here)
