"""Making a deployment: everything is checked before anything is written, and its first run starts at once."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import service as cloud_accounts
from portal.cloud_account.schemas import CloudAccountView
from portal.deployment import access, repository, rules, values, versions
from portal.deployment.schemas import Created, DeploymentRequest
from portal.deployment.versions import Pinned
from portal.kit import clock, ids
from portal.kit.errors import FieldProblem, Invalid, NotFound
from portal.models import Deployment
from portal.project import service as projects
from portal.project.schemas import ProjectView
from portal.quota import guardrails
from portal.quota import service as quotas
from portal.run import service as runs
from portal.template import releases


def create(session: Session, actor: Actor, request: DeploymentRequest) -> Created:
    """A new deployment and its first run. Invalid names each thing that is wrong with the request."""
    project = _project(session, actor, request)
    account = _account(session, actor, request)
    name = rules.checked_name(request.name)
    expires_at = rules.expiry(request.ttl, now=clock.now())
    guardrails.require_template(session, project.id, request.template)
    version = versions.pin(session, request.template, request.version)
    releases.require_offered(session, actor, key=version.key, content_hash=version.content_hash, project_id=project.id)
    _require_same_cloud(version, account)
    cloud_accounts.require_usable(session, actor, account.id, project_id=project.id, template=version.key)
    guarded = guardrails.rules_of(session, project.id, version.key, version.module)
    values.refuse_life(guarded.of, expires_at)
    judged = values.judged(version, guarded.completed(request.values), name=name)
    values.refuse(guarded.problems(version.module, judged))
    values.refuse_places(session, account.id, version, judged)
    values.refuse_others(version, guarded.completed({}), judged, project.role)
    quotas.require_deployment(session, project.id)
    deployment = Deployment(
        id=ids.new_id("dep"),
        name=name,
        project_id=project.id,
        cloud_account_id=account.id,
        template_key=version.key,
        template_version_id=version.id,
        values=judged,
        auto_apply=request.auto_apply,
        owner_id=actor.user_id,
        created_at=clock.now(),
        updated_at=clock.now(),
        expires_at=expires_at,
    )
    save(session, deployment)
    _audit(session, actor, deployment, version, account)
    run = runs.create(
        session, actor, deployment_id=deployment.id, kind="plan_and_apply", message=request.message or "First run",
        takes="deployment.create",
    )  # fmt: skip
    return Created(deployment=access.detail(session, actor, deployment.id), run=run)


def save(session: Session, deployment: Deployment) -> None:
    """Write the row; Invalid when its project has a deployment of that name, also when it came at the same moment."""
    if repository.name_taken_by_another(session, deployment):
        _refuse_name(deployment.name)
    try:
        with session.begin_nested():
            session.add(deployment)
            session.flush()
    except IntegrityError as error:
        if "uq_deployment_project_name" in str(error.orig):
            _refuse_name(deployment.name)
        raise


def _refuse_name(name: str) -> NoReturn:
    text = f"This project has a deployment called {name!r} already. Choose another name."
    raise Invalid(text, [FieldProblem("name", text)])


def _project(session: Session, actor: Actor, request: DeploymentRequest) -> ProjectView:
    try:
        project = projects.resolve(session, actor, request.project)
    except NotFound as error:
        raise Invalid(error.message, [FieldProblem("project", error.message)]) from None
    projects.require(session, actor, project.id, "deployment.create")
    return project


def _account(session: Session, actor: Actor, request: DeploymentRequest) -> CloudAccountView:
    permissions.require(actor, "cloud_account.use")
    try:
        return cloud_accounts.resolve(session, actor, request.cloud_account)
    except NotFound as error:
        raise Invalid(error.message, [FieldProblem("cloud_account", error.message)]) from None


def _require_same_cloud(version: Pinned, account: CloudAccountView) -> None:
    cloud = version.key.partition("/")[0]
    if cloud in ("azure", "gcp") and cloud != account.cloud:
        text = f"{version.title} needs an account of {cloud}, and {account.slug} is one of {account.cloud}."
        raise Invalid(text, [FieldProblem("cloud_account", text)])


def _audit(session: Session, actor: Actor, deployment: Deployment, version: Pinned, account: CloudAccountView) -> None:
    detail = {
        "name": deployment.name,
        "template": version.key,
        "version": version.version,
        "content_hash": version.content_hash,
        "cloud_account": account.slug,
        "expires_at": deployment.expires_at.isoformat() if deployment.expires_at else None,
    }
    audit.record(
        session,
        actor,
        "deployment.create",
        object_kind="deployment",
        object_id=deployment.id,
        project_id=deployment.project_id,
        detail=detail,
    )
