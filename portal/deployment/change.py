"""Changing a deployment: what is asked for changes at once, what is in the cloud only by the run that this starts."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth.permissions import Role
from portal.auth.schemas import Actor
from portal.deployment import access, rules, values, versions
from portal.deployment.create import save
from portal.deployment.schemas import DeploymentChange, Updated
from portal.deployment.versions import Pinned
from portal.kit import clock
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.models import Deployment
from portal.project import service as projects
from portal.quota import guardrails
from portal.quota import service as quotas
from portal.run import expiry
from portal.run import service as runs
from portal.template import releases
from portal.template import service as templates


def update(session: Session, actor: Actor, deployment_id: str, change: DeploymentChange) -> Updated:
    """Change what is given. New values or another template version start a plan."""
    deployment = access.locked(session, actor, deployment_id, "deployment.update")
    if deployment.destroyed_at is not None:
        raise Conflict("This deployment was destroyed, so it cannot be changed. Make a new one.")
    before = _facts(deployment)
    standing = projects.role_in(session, actor, deployment.project_id)
    needs_plan = _change_configuration(session, actor, deployment, change, standing.role if standing else None)
    _change_rest(session, deployment, change, configured=needs_plan)
    # Before a name is taken, and after a version is kept, as whoever makes a deployment does.
    quotas.lock(session, deployment.project_id)
    _change_name(deployment, change.name)
    deployment.updated_at = clock.now()
    save(session, deployment)
    if change.ttl is not None:
        expiry.take_back(session, deployment_id)
    _audit(session, actor, deployment, before, change)
    run = None
    if needs_plan:
        message = change.message or "Changed configuration"
        run = runs.create(
            session, actor, deployment_id=deployment_id, kind="plan_and_apply", message=message, takes="deployment.update"
        )  # fmt: skip
    return Updated(deployment=access.detail(session, actor, deployment_id), run=run)


def _change_configuration(
    session: Session, actor: Actor, deployment: Deployment, change: DeploymentChange, role: Role | None
) -> bool:
    """Set values and template version; whether they need a plan."""
    if change.values is None and change.version is None and not change.forget:
        return False
    current = versions.kept(session, deployment.template_version_id)
    if change.version:
        guardrails.require_template(session, deployment.project_id, deployment.template_key)
    wanted = versions.pin(session, deployment.template_key, change.version) if change.version else current
    if wanted.id == current.id:
        releases.require_changeable(session, current.id)
    else:
        releases.require_offered(
            session, actor, key=wanted.key, content_hash=wanted.content_hash, project_id=deployment.project_id
        )
    guarded = guardrails.rules_of(session, deployment.project_id, wanted.key, wanted.module)
    sensitive = templates.sensitive_variables(wanted.module)
    _require_secret(change.forget, sensitive)
    given = deployment.values if change.values is None else change.values
    if change.values is None:
        given = {name: value for name, value in given.items() if name not in change.forget}
    merged = rules.with_kept_secrets(given, deployment.values, sensitive=sensitive, forget=change.forget)
    given = guarded.completed(_known(wanted, merged, change))
    judged = values.judged(wanted, given, name=deployment.name)
    values.refuse(guarded.problems(wanted.module, judged))
    values.refuse(templates.change_errors(wanted.module, deployment.values, judged))
    values.refuse_others(wanted, {**deployment.values, **guarded.completed({})}, judged, role)
    values.refuse_places(session, deployment.cloud_account_id, wanted, judged)
    deployment.values, deployment.template_version_id = judged, wanted.id
    return True


def _known(wanted: Pinned, merged: dict[str, Any], change: DeploymentChange) -> dict[str, Any]:
    """With an upgrade alone, values of variables that the new version dropped go; sent ones are judged as they are."""
    if change.values is not None:
        return merged
    return {name: value for name, value in merged.items() if name in wanted.module.variables}


def _require_secret(forget: list[str], sensitive: set[str]) -> None:
    for index, name in enumerate(forget):
        if name not in sensitive:
            text = "Only secret values are forgotten; leave others out of `values`."
            raise Invalid(text, [FieldProblem(f"forget[{index}]", text)])


def _change_name(deployment: Deployment, name: str | None) -> None:
    if name is None:
        return
    former, deployment.name = deployment.name, rules.checked_name(name)
    if deployment.values.get(rules.OWN_VARIABLE) == former:
        # Reaches the cloud with the next run: a new name alone is no reason to change resources.
        deployment.values = {**deployment.values, rules.OWN_VARIABLE: deployment.name}


def _change_rest(session: Session, deployment: Deployment, change: DeploymentChange, *, configured: bool) -> None:
    if change.auto_apply is not None:
        deployment.auto_apply = change.auto_apply
    if change.ttl is not None:
        deployment.expires_at = rules.expiry(change.ttl, now=clock.now())
    if change.ttl is not None or (configured and deployment.expires_at is None):
        about = guardrails.about(session, deployment.project_id, deployment.template_key)
        values.refuse_life(about, deployment.expires_at)


def _facts(deployment: Deployment) -> dict[str, Any]:
    expires = deployment.expires_at.isoformat() if deployment.expires_at else None
    return {
        "name": deployment.name,
        "auto_apply": deployment.auto_apply,
        "expires_at": expires,
        "template_version_id": deployment.template_version_id,
    }


def _audit(
    session: Session, actor: Actor, deployment: Deployment, before: dict[str, Any], change: DeploymentChange
) -> None:
    """Names of changed things only: a value may be a secret."""
    after = _facts(deployment)
    changed = {name: {"before": before[name], "after": after[name]} for name in after if before[name] != after[name]}
    detail = {**changed, "values": sorted(change.values or ()), "forgotten": sorted(change.forget)}
    audit.record(
        session,
        actor,
        "deployment.update",
        object_kind="deployment",
        object_id=deployment.id,
        project_id=deployment.project_id,
        detail={name: value for name, value in detail.items() if value},
    )
