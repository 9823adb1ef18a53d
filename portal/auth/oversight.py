"""What administrators see of a user, and end: sessions, tokens, lock, second step, what they own."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, permissions, pulse, repository, roles, second_step, sessions, tokens, users
from portal.auth.account_schemas import IdentityView, MembershipView, Owned, UserDetails
from portal.auth.schemas import Actor, SessionView, TokenView
from portal.kit.clock import now
from portal.kit.errors import NotFound
from portal.models import User


def details(session: Session, actor: Actor, user_id: str) -> UserDetails:
    """One user, with what they are and hold."""
    permissions.require(actor, "user.read")
    user, at = _user(session, user_id), now()
    lock = account_repository.find_lock(session, user_id)
    return UserDetails(
        has_password=user.password_hash is not None,
        failures=lock.failures if lock else 0,
        locked_until=lock.locked_until if lock and lock.locked_until and lock.locked_until > at else None,
        second_step=second_step.is_on(session, user_id),
        second_step_required=user.role in second_step.required_roles(session),
        recovery_codes_left=account_repository.recovery_codes_left(session, user_id),
        memberships=_memberships(session, user_id),
        owned=[
            Owned(project_id=project.id, project=project.slug, deployments=count)
            for project, count in account_repository.owned(session, user_id)
        ],
        identities=_identities(session, user_id),
        sessions=len(sessions.live(session, user_id)),
        tokens=len(account_repository.live_tokens(session, user_id, at)),
        **users.views(session, actor, [user])[0].model_dump(),
    )


def list_sessions(session: Session, actor: Actor, user_id: str) -> list[SessionView]:
    """The user's sessions, the last used first."""
    permissions.require(actor, "user.read")
    _user(session, user_id)
    return [sessions.view(row, actor) for row in sessions.live(session, user_id)]


def end_sessions(session: Session, actor: Actor, user_id: str, session_id: str | None = None) -> int:
    """End one of the user's sessions, or every one. What they have open stops within seconds."""
    user = _managed(session, actor, user_id)
    ended = repository.revoke_sessions(session, user_id, now(), only=session_id)
    if session_id is not None and not ended:
        raise NotFound("There is no such session, or it has ended.")
    pulse.stir(session)
    detail = {"email": user.email, "ended": ended}
    audit.record(session, actor, "session.revoke", object_kind="user", object_id=user_id, detail=detail)
    return ended


def list_tokens(session: Session, actor: Actor, user_id: str) -> list[TokenView]:
    """The user's API tokens that are good, newest first."""
    permissions.require(actor, "user.read")
    user = _user(session, user_id)
    rows = account_repository.live_tokens(session, user_id, now())
    return tokens.views(session, [(row, user) for row in rows])


def end_tokens(session: Session, actor: Actor, user_id: str) -> int:
    """Every API token of the user's works no more."""
    permissions.require(actor, "token.manage")
    user = _managed(session, actor, user_id)
    ended = repository.revoke_tokens(session, user_id, now())
    detail = {"email": user.email, "ended": ended}
    audit.record(session, actor, "token.revoke", object_kind="user", object_id=user_id, detail=detail)
    return ended


def standings(session: Session, session_ids: Collection[str]) -> dict[str, Actor]:
    """Who each of these sessions belongs to, as of now; those that are over are missing. Counts as no use of any."""
    at, found = now(), account_repository.sessions_by_id(session, set(session_ids))
    return {
        row.id: sessions.actor_of(session, row, user)
        for row, user in found
        if sessions.is_live(row, at) and user.disabled_at is None
    }


def _memberships(session: Session, user_id: str) -> list[MembershipView]:
    return [
        MembershipView(
            project_id=project.id, project=project.slug, name=project.name, role=permissions.project_role(role)
        )
        for project, role in account_repository.memberships(session, user_id)
    ]


def _identities(session: Session, user_id: str) -> list[IdentityView]:
    found = account_repository.identities(session, user_id)
    return [IdentityView(provider=provider.title, subject=row.label or row.subject) for row, provider in found]


def _managed(session: Session, actor: Actor, user_id: str) -> User:
    permissions.require(actor, "user.manage")
    user = _user(session, user_id)
    roles.require_may_manage(session, actor, user.role)
    return user


def _user(session: Session, user_id: str) -> User:
    user = repository.find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user
