"""Links with which a user sets a new password: made by an administrator, or asked for by whoever forgot theirs."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import account_repository, handed, locks, passwords, permissions, pulse, repository, roles, throttle
from portal.auth.account_schemas import ResetLink, ResetOffer
from portal.auth.oidc import policy
from portal.auth.schemas import SYSTEM, Actor
from portal.auth.sessions import digest
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.errors import Forbidden, Gone, NotFound
from portal.kit.ids import new_id
from portal.models import PasswordReset, User

GOOD_FOR = timedelta(hours=1)


def start(session: Session, actor: Actor, user_id: str) -> ResetLink:
    """A link for this user. Until it is used nothing changes: the old password stays good."""
    permissions.require(actor, "user.manage")
    user = repository.find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    roles.require_may_manage(session, actor, user.role)
    if user.disabled_at is not None:
        raise Forbidden("This user is shut out. Let them in again first.")
    if user.kind != "person":
        raise Forbidden("A service account has tokens and no password.")
    return _new_link(session, actor, user)


def start_forgotten(session: Session, email: str) -> tuple[User, ResetLink] | None:
    """A link for whoever forgot their password, to be mailed and shown to nobody; None where there is no password to forget."""
    user = repository.find_user_by_email(session, email)
    if user is None or user.disabled_at is not None or user.password_hash is None:
        return None
    if not policy.may_use_password(session, user):
        return None
    return user, _new_link(session, SYSTEM, user)


def look(session: Session, token: str, *, ip: str) -> ResetOffer:
    """Whose password the link sets; Gone when it was used, is over or was taken back."""
    reset, user = _good(session, token, ip=ip)
    return ResetOffer(email=user.email, expires_at=reset.expires_at)


def use(session: Session, token: str, password: str, *, ip: str) -> User:
    """The new password counts; every session ends, a lock is lifted, the link is used up."""
    reset, user = _good(session, token, ip=ip, hold=True)
    passwords.require_good(password, email=user.email)
    at = now()
    reset.used_at = at
    user.password_hash, user.must_change_password = passwords.new_hash(password), False
    session.add_all([reset, user])
    repository.revoke_sessions(session, user.id, at)
    account_repository.delete_half_sign_ins(session, at, user.id)
    account_repository.revoke_resets(session, user.id, at)
    locks.clear(session, user.id)
    pulse.stir(session)
    detail = {"email": user.email, "started_by": reset.started_by}
    audit.record(
        session, _themselves(user), "user.reset_password", object_kind="user", object_id=user.id, detail=detail
    )
    return user


def _new_link(session: Session, actor: Actor, user: User) -> ResetLink:
    at, secret = now(), secrets.token_urlsafe(32)
    account_repository.revoke_resets(session, user.id, at)
    session.add(
        PasswordReset(
            id=new_id("reset"),
            user_id=user.id,
            token_hash=digest(secret),
            started_by=actor.label,
            created_at=at,
            expires_at=at + GOOD_FOR,
        )
    )
    detail = {"email": user.email}
    audit.record(session, actor, "user.start_reset", object_kind="user", object_id=user.id, detail=detail)
    # Behind the `#`: a browser sends that part to nobody, so it is in no log and in no Referer.
    return ResetLink(email=user.email, link=f"{settings().public_url}/reset#{secret}", expires_at=at + GOOD_FOR)


def _good(session: Session, token: str, *, ip: str, hold: bool = False) -> tuple[PasswordReset, User]:
    throttle.guess(ip)
    found = account_repository.find_reset(session, digest(token), hold=hold)
    if found is None:
        throttle.failed(ip)
        raise NotFound("There is no such link. Was it copied whole? Ask for a new one.")
    if problem := _problem(*found, now()):
        raise Gone(problem)
    if not handed.still_may(session, found[0].started_by, found[1].role):
        raise Gone("Whoever made this link may not do that any more. Ask an administrator for a new one.")
    return found


def _problem(reset: PasswordReset, user: User, at: datetime) -> str | None:
    if reset.used_at is not None:
        return "This link was used already. Ask for a new one if it was not you."
    if reset.revoked_at is not None:
        return "There is a newer link for this account. Use that one."
    if at >= reset.expires_at:
        return "This link is over: it was good for an hour. Ask for a new one."
    return "This account is shut out. Ask an administrator." if user.disabled_at is not None else None


def _themselves(user: User) -> Actor:
    """Whoever holds the link acts as its user, for the audit trail."""
    return Actor(kind="user", id=user.id, label=user.email, role=user.role, user_id=user.id)
