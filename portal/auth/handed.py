"""A link is worth what whoever handed it out may do now: somebody who was shut out or demoted has left none for themselves."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth import permissions, repository, roles
from portal.auth.permissions import Role
from portal.auth.schemas import Actor
from portal.kit.errors import Forbidden


def still_may(session: Session, label: str, role: Role) -> bool:
    """Whether this maker of a link, by the label that was kept, may still have a hand in accounts of the role.

    What the portal itself handed out stands: nobody else has seen it.
    """
    maker = repository.find_user_by_email(session, label.partition(" (")[0])
    if maker is None:
        return True
    if maker.disabled_at is not None:
        return False
    grant = roles.grant(session, maker.role)
    actor = Actor("user", maker.id, maker.email, maker.role, user_id=maker.id, grant=grant)
    try:
        permissions.require(actor, "user.manage")
        roles.require_may_manage(session, actor, role)
    except Forbidden:
        return False
    return True
