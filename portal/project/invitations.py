"""Invitations: an administrator says who may come, as what and into which projects; whoever holds the link chooses the rest.

The link holds 256 random bits behind its `#`, is good once and for seven days, and is kept hashed. Mailing it is for the layers
above; without mail the administrator hands it over.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, handed, passwords, permissions, roles, throttle, users
from portal.auth.account_schemas import (
    InvitationLink,
    InvitationOffer,
    InvitationView,
    MembershipView,
    NewInvitation,
)
from portal.auth.schemas import Actor
from portal.auth.sessions import digest
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.errors import Conflict, FieldProblem, Gone, Invalid, NotFound
from portal.kit.ids import new_id
from portal.models import Invitation, User
from portal.project import repository
from portal.project import service as projects

GOOD_FOR = timedelta(days=7)


def invite(session: Session, actor: Actor, request: NewInvitation) -> InvitationLink:
    """A new invitation; its link is in this answer only. Conflict when the address is a user's or invited already."""
    permissions.require(actor, "user.manage")
    email, secret, at = users.clean_email(request.email), secrets.token_urlsafe(32), now()
    roles.require_may_give(session, actor, request.role)
    _require_free(session, email, at)
    row = Invitation(
        id=new_id("invite"),
        email=email,
        name=request.name.strip(),
        role=request.role,
        memberships=_memberships(session, actor, request),
        token_hash=digest(secret),
        invited_by=actor.label,
        created_at=at,
        expires_at=at + GOOD_FOR,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(f"{email} was invited a moment ago.") from error
    detail = {"email": email, "role": row.role, "memberships": row.memberships}
    audit.record(session, actor, "invitation.create", object_kind="invitation", object_id=row.id, detail=detail)
    return _link(session, row, secret)


def list_invitations(session: Session, actor: Actor) -> list[InvitationView]:
    """Those that nobody accepted or took back, the newest first; expired ones can be sent again."""
    permissions.require(actor, "user.read")
    return [_view(session, row) for row in account_repository.open_invitations(session)]


def send_again(session: Session, actor: Actor, invitation_id: str) -> InvitationLink:
    """A new link, good for another seven days. The old one is worth nothing from now on."""
    permissions.require(actor, "user.manage")
    row, secret = _open(session, invitation_id), secrets.token_urlsafe(32)
    roles.require_may_give(session, actor, row.role)
    row.token_hash, row.expires_at, row.invited_by = digest(secret), now() + GOOD_FOR, actor.label
    session.add(row)
    detail = {"email": row.email}
    audit.record(session, actor, "invitation.send_again", object_kind="invitation", object_id=row.id, detail=detail)
    return _link(session, row, secret)


def revoke(session: Session, actor: Actor, invitation_id: str) -> None:
    """The link is worth nothing from now on."""
    permissions.require(actor, "user.manage")
    row = _open(session, invitation_id)
    row.revoked_at = now()
    session.add(row)
    detail = {"email": row.email}
    audit.record(session, actor, "invitation.revoke", object_kind="invitation", object_id=row.id, detail=detail)


def note_mailed(session: Session, invitation_id: str) -> None:
    """For whoever mailed the link. Authorised by having made it."""
    row = account_repository.hold_invitation(session, invitation_id)
    if row is not None:
        row.sent_at = now()
        session.add(row)


def look(session: Session, token: str, *, ip: str) -> InvitationOffer:
    """What the link offers; Gone with a sentence when it was used, taken back or is over, NotFound when it never was."""
    row = _offered(session, token, ip=ip)
    names = [item.name for item in _membership_views(session, row)]
    return InvitationOffer(
        email=row.email,
        name=row.name,
        role=row.role,
        projects=names,
        invited_by=row.invited_by,
        expires_at=row.expires_at,
    )


def accept(session: Session, token: str, *, name: str, password: str, ip: str) -> User:
    """A user with the name and password that they chose, in the role and projects of the invitation, which is used up."""
    row = _offered(session, token, ip=ip, hold=True)
    passwords.require_good(password, email=row.email)
    user = users.add_user(session, email=row.email, name=name, role=row.role, password=password, must_change=False)
    row.accepted_at, row.user_id = now(), user.id
    session.add(row)
    for item in _membership_views(session, row):
        repository.put_member(session, item.project_id, user.id, item.role, now())
    themselves = Actor(kind="user", id=user.id, label=user.email, role=user.role, user_id=user.id)
    detail = {"email": user.email, "role": user.role, "invited_by": row.invited_by}
    audit.record(session, themselves, "invitation.accept", object_kind="user", object_id=user.id, detail=detail)
    return user


def _require_free(session: Session, email: str, at: datetime) -> None:
    if users.find_by_email(session, email) is not None:
        problem = f"There is already a user with the address {email}."
        raise Conflict(problem)
    for row in account_repository.open_invitations(session, email):
        if at < row.expires_at:
            raise Conflict(f"{email} was invited already. Send that invitation again, or revoke it first.")
        row.revoked_at = at
        session.add(row)
        session.flush()


def _memberships(session: Session, actor: Actor, request: NewInvitation) -> list[dict[str, str]]:
    """Each project with the role there, as whoever invites may give it; `default` when nothing is said."""
    if request.memberships is None:
        projects.ensure_default(session)
        found = repository.find(session, projects.DEFAULT_SLUG)
        return [{"project_id": found.id, "role": _usual_role(request.role)}] if found else []
    chosen: dict[str, str] = {}
    for index, item in enumerate(request.memberships):
        project_id = projects.resolve(session, actor, item.project).id
        if project_id in chosen:
            problem = "Name each project once."
            raise Invalid(problem, [FieldProblem(f"memberships[{index}].project", problem)])
        inside = projects.require(session, actor, project_id, "project.manage")
        chosen[project_id] = roles.require_may_give_in_project(session, inside, item.role, before=None)
    return [{"project_id": project_id, "role": role} for project_id, role in chosen.items()]


def _usual_role(role: str) -> str:
    """What somebody of this role in the portal is in `default`."""
    return "viewer" if role in permissions.ONLY_READ else permissions.ALIASES.get(role, "deployer")


def _open(session: Session, invitation_id: str) -> Invitation:
    row = account_repository.hold_invitation(session, invitation_id)
    if row is None:
        raise NotFound("There is no such invitation.")
    if row.accepted_at is not None:
        raise Conflict(f"{row.email} has accepted this invitation.")
    if row.revoked_at is not None:
        raise Conflict("This invitation was revoked.")
    return row


def _offered(session: Session, token: str, *, ip: str, hold: bool = False) -> Invitation:
    throttle.guess(ip)
    row = account_repository.find_invitation(session, digest(token), hold=hold)
    if row is None:
        throttle.failed(ip)
        raise NotFound("There is no such invitation. Was the link copied whole? A newer mail makes an older link void.")
    if row.accepted_at is not None:
        raise Gone("This invitation was used already. Sign in with the address and password that you chose.")
    if row.revoked_at is not None:
        raise Gone("This invitation was taken back. Ask whoever invited you.")
    if now() >= row.expires_at:
        raise Gone("This invitation is over: it was good for seven days. Ask whoever invited you to send it again.")
    if not handed.still_may(session, row.invited_by, row.role):
        raise Gone("Whoever invited you may not do that any more. Ask an administrator to invite you.")
    return row


def _link(session: Session, row: Invitation, secret: str) -> InvitationLink:
    link = f"{settings().public_url}/invite#{secret}"
    return InvitationLink(link=link, **_view(session, row).model_dump())


def _view(session: Session, row: Invitation) -> InvitationView:
    shown = row.model_dump(include=set(InvitationView.model_fields) - {"memberships"})
    return InvitationView(memberships=_membership_views(session, row), expired=now() >= row.expires_at, **shown)


def _membership_views(session: Session, row: Invitation) -> list[MembershipView]:
    """The projects that are still there."""
    found = account_repository.projects(session, {item["project_id"] for item in row.memberships})
    return [
        MembershipView(project_id=project.id, project=project.slug, name=project.name, role=item["role"])
        for item in row.memberships
        if (project := found.get(item["project_id"])) is not None
    ]
