"""Invitations and resets, with their mail where this portal sends any. Without, the link is what its maker hands over."""

from __future__ import annotations

from sqlmodel import Session

from portal.auth import resets
from portal.auth.account_schemas import InvitationLink, NewInvitation, ResetLink
from portal.auth.schemas import Actor
from portal.notification import service as notifications
from portal.project import invitations


def invite(session: Session, actor: Actor, request: NewInvitation) -> InvitationLink:
    """A new invitation; see portal/project/invitations.py."""
    return _mailed(session, actor, invitations.invite(session, actor, request))


def send_again(session: Session, actor: Actor, invitation_id: str) -> InvitationLink:
    """A new link for an open invitation."""
    return _mailed(session, actor, invitations.send_again(session, actor, invitation_id))


def start_reset(session: Session, actor: Actor, user_id: str) -> ResetLink:
    """A link with which the user sets a new password, mailed to them too."""
    made = resets.start(session, actor, user_id)
    notifications.notify(session, "user.reset", user=made.email, started_by=actor.label)
    return made.model_copy(update={"mailed": _mail_reset(session, made, made.email)})


def forgotten(session: Session, email: str) -> bool:
    """Mail a link to whoever forgot their password; nothing where there is no such user, or no mail."""
    if not notifications.can_mail():
        return False
    found = resets.start_forgotten(session, email)
    return found is not None and _mail_reset(session, found[1], found[0].name)


def _mail_reset(session: Session, made: ResetLink, name: str) -> bool:
    return notifications.send_mail(
        session, made.email, "password_reset", link=made.link, name=name, expires_at=made.expires_at
    )


def _mailed(session: Session, actor: Actor, made: InvitationLink) -> InvitationLink:
    mailed = notifications.send_mail(
        session,
        made.email,
        "invitation",
        link=made.link,
        name=made.name,
        invited_by=actor.label,
        expires_at=made.expires_at,
    )
    if mailed:
        invitations.note_mailed(session, made.id)
    notifications.notify(session, "user.invited", user=made.email, invited_by=actor.label)
    return made.model_copy(update={"mailed": mailed})
