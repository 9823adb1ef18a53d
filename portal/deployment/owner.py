"""Whose a deployment is: given to somebody else, one or all of a person's. Nothing else of it changes."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, roles
from portal.auth import repository as accounts
from portal.auth.schemas import Actor
from portal.deployment import access, repository, rules
from portal.deployment.schemas import DeploymentDetail, HandedOver, HandOver, Kept, NewOwner
from portal.kit import clock
from portal.kit.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from portal.models import Deployment, User
from portal.notification import service as notifications
from portal.project import service as projects


def transfer(session: Session, actor: Actor, deployment_id: str, request: NewOwner) -> DeploymentDetail:
    """Give the deployment to somebody who may deploy in its project: its owner may, owners of the project, administrators."""
    deployment = access.locked(session, actor, deployment_id, "deployment.read")
    standing = projects.role_in(session, actor, deployment.project_id)
    if not rules.may_transfer(actor, standing, deployment.owner_id):
        raise Forbidden(
            "A deployment is given to somebody else by its owner, an owner of its project or an administrator."
        )
    if deployment.destroyed_at is not None:
        raise Conflict("This deployment was destroyed, so nobody needs to own it.")
    person = _person(session, request.owner)
    if person is None or not _may_own(session, person, deployment.project_id):
        text = f"Nobody {request.owner[:100]!r} may deploy in this project. Make them a member first."
        raise Invalid(text, [FieldProblem("owner", text)])
    _give(session, actor, deployment, person)
    return access.detail(session, actor, deployment_id)


def hand_over(session: Session, actor: Actor, user_id: str, request: HandOver) -> HandedOver:
    """Give everything that a user owns to one person, for administrators. What that person may not own is left and named."""
    permissions.require(actor, "user.manage")
    owner = accounts.find_user(session, user_id)
    if owner is None:
        raise NotFound(f"There is no user {user_id[:80]!r}.")
    roles.require_may_manage(session, actor, owner.role)
    person = _person(session, request.to)
    if person is None or person.id == user_id:
        text = f"There is no other person {request.to[:100]!r} who may sign in."
        raise Invalid(text, [FieldProblem("to", text)])
    moved, kept = 0, []
    allowed: dict[str, bool] = {}
    for deployment_id in repository.owned_by(session, user_id):
        deployment = repository.lock(session, deployment_id)
        if deployment is None or deployment.owner_id != user_id or deployment.destroyed_at is not None:
            continue
        project_id = deployment.project_id
        if project_id not in allowed:
            allowed[project_id] = _may_own(session, person, project_id)
        if allowed[project_id]:
            _give(session, actor, deployment, person)
            moved += 1
        else:
            kept.append(Kept(id=deployment.id, name=deployment.name, project=_slug(session, deployment_id)))
    return HandedOver(moved=moved, kept=kept)


def wanted(session: Session, actor: Actor, owner: str | None) -> str | None:
    """The id of the owner whose deployments are asked for; nobody's, when there is no such person."""
    if owner in (None, "", "none"):
        return None
    if owner == "me":
        return actor.user_id or ""
    found = accounts.find_user(session, owner) or accounts.find_user_by_email(session, owner)
    return found.id if found else ""


def _person(session: Session, given: str) -> User | None:
    """A person with an account that works; a service account answers for nothing."""
    found = accounts.find_user(session, given) or accounts.find_user_by_email(session, given)
    return found if found is not None and found.kind == "person" and found.disabled_at is None else None


def _may_own(session: Session, person: User, project_id: str) -> bool:
    as_them = Actor("user", person.id, person.email, person.role, person.id, grant=roles.grant(session, person.role))
    standing = projects.role_in(session, as_them, project_id)
    return standing is not None and permissions.allows(as_them, "deployment.create", standing)


def _give(session: Session, actor: Actor, deployment: Deployment, person: User) -> None:
    before = accounts.find_user(session, deployment.owner_id) if deployment.owner_id else None
    if before is not None and before.id == person.id:
        return
    deployment.owner_id, deployment.updated_at = person.id, clock.now()
    session.add(deployment)
    session.flush()
    was = before.email if before else ""
    audit.record(
        session, actor, "deployment.transfer", object_kind="deployment", object_id=deployment.id,
        project_id=deployment.project_id,
        detail={"name": deployment.name, "owner": {"before": was or None, "after": person.email}},
    )  # fmt: skip
    notifications.notify(
        session, "deployment.transferred", project_id=deployment.project_id,
        people=[user.id for user in (before, person) if user is not None],
        deployment_id=deployment.id, deployment=deployment.name, by=actor.label, from_owner=was, to_owner=person.email,
    )  # fmt: skip


def _slug(session: Session, deployment_id: str) -> str:
    row = repository.find(session, deployment_id)
    return row.project_slug if row else ""
