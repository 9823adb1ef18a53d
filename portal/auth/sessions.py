"""Browser sessions: sign in, sign out, who a cookie belongs to."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import passwords, permissions, repository, roles, throttle
from portal.auth.oidc import policy as passwords_off
from portal.auth.schemas import Actor, SessionView, SignedIn, UserView
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.errors import NotFound, Unauthenticated
from portal.models import User, UserSession

log = structlog.get_logger(__name__)
IDLE = timedelta(hours=2)
"""A session that nobody used for this long is over, whatever its absolute end."""
_TOUCH_EVERY = timedelta(minutes=1)
_KEEP_ENDED = timedelta(days=30)
_REFUSED = "This e-mail address and password do not belong together."


def sign_in(
    session: Session, *, email: str, password: str, ip: str, user_agent: str, previous_cookie: str | None = None
) -> SignedIn:
    """A new session with a new cookie; a session that the browser had before ends.

    Unauthenticated with one and the same sentence for an unknown address, a wrong password and a disabled user;
    TooManyRequests after too many attempts.
    """
    throttle.attempt(ip, email)
    user = repository.find_user_by_email(session, email)
    known = user is not None and user.disabled_at is None and passwords_off.may_use_password(session, user)
    if not passwords.matches(user.password_hash if user and known else None, password) or user is None:
        throttle.failed(ip)
        log.warning("sign_in_refused", address=ip)
        raise passwords_off.refusal(session) or Unauthenticated(_REFUSED)
    throttle.succeeded(ip, email)
    passwords_off.note_break_glass(session, user, ip)
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.new_hash(password)
    if previous_cookie:
        _end_previous(session, previous_cookie)
    return _open(session, user, ip=ip, user_agent=user_agent)


def open_for(
    session: Session, user: User, *, ip: str, user_agent: str, previous_cookie: str | None = None
) -> SignedIn:
    """A new session of somebody whom an identity provider vouches for, who may come in; the browser's former one ends."""
    if previous_cookie:
        _end_previous(session, previous_cookie)
    return _open(session, user, ip=ip, user_agent=user_agent)


def sign_out(session: Session, actor: Actor) -> None:
    """End the actor's session. An API token is not a session: revoke it instead."""
    permissions.require(actor, "me.sign_out")
    if actor.session_id is None or actor.user_id is None:
        raise NotFound("There is no session to end: this is an API token.")
    repository.revoke_sessions(session, actor.user_id, now(), only=actor.session_id)
    audit.record(session, actor, "session.end", object_kind="user", object_id=actor.user_id)


def actor_for_session(session: Session, cookie: str | None) -> Actor:
    """Who the cookie belongs to, role and all read anew; Unauthenticated when it is nobody's or over."""
    at = now()
    found = repository.session_with_user(session, digest(cookie)) if cookie else None
    if found is None or not _is_live(found[0], at) or found[1].disabled_at is not None:
        raise Unauthenticated("Your session has ended. Sign in again.")
    row, user = found
    repository.touch(session, UserSession, row.id, at, _TOUCH_EVERY)
    return _actor(session, row, user)


def csrf_matches(session: Session, actor: Actor, given: str) -> bool:
    """Whether `given` is the word that the actor's session got when it began."""
    found = repository.session_with_user(session, actor.session_id) if actor.session_id else None
    return found is not None and hmac.compare_digest(found[0].csrf.encode(), given.encode())


def list_sessions(session: Session, actor: Actor) -> list[SessionView]:
    """The actor's own sessions, the last used first."""
    permissions.require(actor, "me.sessions")
    at = now()
    rows = repository.live_sessions(session, actor.user_id or "", at)
    return [_view(row, actor) for row in rows if _is_live(row, at)]


def revoke_sessions(session: Session, actor: Actor, *, session_id: str | None = None) -> int:
    """End one of the actor's own sessions, or every one but the present. Returns how many ended."""
    permissions.require(actor, "me.sessions")
    user_id = actor.user_id or ""
    keep = actor.session_id if session_id is None else None
    ended = repository.revoke_sessions(session, user_id, now(), only=session_id, keep=keep)
    if session_id is not None and not ended:
        raise NotFound("There is no such session, or it has ended.")
    audit.record(session, actor, "session.revoke", object_kind="user", object_id=user_id, detail={"ended": ended})
    return ended


def digest(secret: str) -> str:
    """How a cookie or token is stored and looked up. They are random and long, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _open(session: Session, user: User, *, ip: str, user_agent: str) -> SignedIn:
    at = now()
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    row = UserSession(
        id=digest(cookie),
        user_id=user.id,
        csrf=csrf,
        created_at=at,
        expires_at=at + timedelta(seconds=settings().session_seconds),
        last_seen_at=at,
        ip=ip[:64],
        user_agent=user_agent.replace("\x00", "")[:200],
    )
    user.last_seen_at = at
    session.add(user)
    session.add(row)
    repository.delete_sessions_before(session, at - _KEEP_ENDED)
    audit.record(
        session, _actor(session, row, user), "session.begin", object_kind="user", object_id=user.id, detail={"ip": ip}
    )
    return SignedIn(cookie, csrf, UserView.model_validate(user, from_attributes=True), row.expires_at)


def _end_previous(session: Session, cookie: str) -> None:
    if found := repository.session_with_user(session, digest(cookie)):
        repository.revoke_sessions(session, found[1].id, now(), only=found[0].id)


def _is_live(row: UserSession, at: datetime) -> bool:
    return row.revoked_at is None and at < row.expires_at and at < row.last_seen_at + IDLE


def _actor(session: Session, row: UserSession, user: User) -> Actor:
    return Actor(
        kind="user",
        id=user.id,
        label=user.email,
        role=user.role,
        grant=roles.grant(session, user.role),
        user_id=user.id,
        session_id=row.id,
        must_change_password=user.must_change_password,
    )


def _view(row: UserSession, actor: Actor) -> SessionView:
    return SessionView(current=row.id == actor.session_id, **row.model_dump(include=set(SessionView.model_fields)))
