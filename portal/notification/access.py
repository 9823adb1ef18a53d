"""Who may manage which channel: administrators every one, the owners of a project its own. Auditors see every one."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth import permissions
from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.kit.errors import Forbidden, NotFound
from portal.models import NotificationChannel
from portal.project import limits
from portal.project import service as projects


def require_seen(session: Session, actor: Actor, channel_id: str) -> NotificationChannel:
    """The channel, when the actor may look at it: who may manage it may."""
    return _required(session, actor, channel_id, "notification.review")


def require(session: Session, actor: Actor, channel_id: str, *, lock: bool = False) -> NotificationChannel:
    """The channel, when the actor may manage it; NotFound when it must not be known to exist."""
    return _required(session, actor, channel_id, "notification.manage", lock=lock)


def _required(
    session: Session, actor: Actor, channel_id: str, action: Action, *, lock: bool = False
) -> NotificationChannel:
    row = session.get(NotificationChannel, channel_id, with_for_update=lock, populate_existing=lock)
    missing = NotFound("There is no such channel.")
    if permissions.allows(actor, action):
        if row is None:
            raise missing
        return row
    permissions.require_standing(actor)
    if row is None or row.project_id is None:
        raise missing
    projects.require(session, actor, row.project_id, "project.manage")
    return row


def changing(session: Session, actor: Actor, channel_id: str, *, lock: bool = False) -> NotificationChannel:
    """The same, when it may also send or become another: those of an archived project can only be removed."""
    row = require(session, actor, channel_id, lock=lock)
    if row.project_id is not None:
        limits.require_open(session, row.project_id)
    return row


def seen_project(session: Session, actor: Actor, project: str) -> str:
    """The id of the project, when the actor may look at its channels."""
    return _project(session, actor, project, "notification.review")


def managed_project(session: Session, actor: Actor, project: str) -> str:
    """The id of the project, when the actor may manage its channels."""
    return _project(session, actor, project, "notification.manage")


def _project(session: Session, actor: Actor, project: str, action: Action) -> str:
    found = projects.resolve(session, actor, project).id
    if not permissions.allows(actor, action):
        projects.require(session, actor, found, "project.manage")
    return found


def managed_projects(session: Session, actor: Actor) -> set[str]:
    """The projects whose channels the actor may manage; Forbidden when there is none."""
    ids = projects.readable_ids(session, actor)
    mine = set() if ids is None else ids
    standing = projects.roles_in(session, actor, mine)
    found = {item for item in mine if permissions.allows(actor, "project.manage", standing[item])}
    if not found:
        raise Forbidden("Channels are managed by administrators and by the owners of projects.")
    return found
