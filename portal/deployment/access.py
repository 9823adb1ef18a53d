"""Who may touch a deployment: the one way from its id to permission."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.deployment import repository, views
from portal.deployment.schemas import DeploymentDetail
from portal.kit.errors import NotFound
from portal.models import Deployment
from portal.project import service as project_service


def authorise(session: Session, actor: Actor, deployment_id: str, action: Action) -> str:
    """The id of the deployment's project, when the actor may do `action` there."""
    project_id = repository.project_of(session, deployment_id)
    if project_id is None or project_service.role_in(session, actor, project_id) is None:
        raise not_found(deployment_id)
    project_service.require(session, actor, project_id, action)
    return project_id


def locked(session: Session, actor: Actor, deployment_id: str, action: Action) -> Deployment:
    """The deployment, locked, when the actor may do `action` to it."""
    authorise(session, actor, deployment_id, action)
    deployment = repository.lock(session, deployment_id)
    if deployment is None:
        raise not_found(deployment_id)
    return deployment


def detail(session: Session, actor: Actor, deployment_id: str) -> DeploymentDetail:
    """The deployment as it is now; the caller has authorised."""
    row = repository.find(session, deployment_id)
    if row is None:
        raise not_found(deployment_id)
    return views.detail(session, actor, row)


def not_found(deployment_id: str) -> NotFound:
    """The same answer for what does not exist and for what must not be known to exist."""
    return NotFound(f"There is no deployment {deployment_id[:80]!r}.")
