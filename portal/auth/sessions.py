"""Browser sessions: sign in, sign out, who a cookie belongs to."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import (
    account_repository,
    agents,
    locks,
    passwords,
    permissions,
    pulse,
    repository,
    roles,
    second_step,
    throttle,
)
from portal.auth.account_schemas import HalfSignedIn
from portal.auth.errors import WrongCode
from portal.auth.oidc import policy as passwords_off
from portal.auth.schemas import Actor, SessionView, SignedIn, UserView
from portal.kit import db
from portal.kit.clock import now
from portal.kit.config import settings
from portal.kit.errors import NotFound, Unauthenticated
from portal.models import HalfSignIn, User, UserSession

log = structlog.get_logger(__name__)
_TOUCH_EVERY = timedelta(minutes=1)
_KEEP_ENDED = timedelta(days=30)
_REFUSED = "This e-mail address and password do not belong together. After many wrong passwords an account is closed for a while."
HALF = timedelta(minutes=5)
"""How long somebody who gave the right password has for the second step."""
HALF_ATTEMPTS = 5


def sign_in(
    session: Session,
    *,
    email: str,
    password: str,
    ip: str,
    user_agent: str,
    previous_cookie: str | None = None,
    browser: str | None = None,
) -> SignedIn | HalfSignedIn:
    """A new session with a new cookie; a session that the browser had before ends. With a second step, half of that.

    Unauthenticated with one and the same sentence for an unknown address, a wrong password, a disabled user and a locked
    account; TooManyRequests after too many attempts. `browser` is the cookie by which a browser is known again.
    """
    throttle.attempt(ip, email)
    user = _who_gives(session, email, password, ip=ip, browser=browser)
    throttle.succeeded(ip, email)
    locks.clear(session, user.id)
    passwords_off.note_break_glass(session, user, ip)
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.new_hash(password)
    if second_step.is_on(session, user.id):
        return _halfway(session, user)
    return open_for(session, user, ip=ip, user_agent=user_agent, previous_cookie=previous_cookie)


def finish_sign_in(
    session: Session, *, half: str | None, code: str, ip: str, user_agent: str, previous_cookie: str | None = None
) -> SignedIn:
    """The second step: a session for whoever gave the password a moment ago and now a code. Unauthenticated otherwise."""
    row = _held(session, half) if half else None
    user = repository.find_user(session, row.user_id) if row else None
    if row is None or user is None or user.disabled_at is not None or now() >= row.expires_at:
        raise Unauthenticated("This took too long. Begin again with your password.")
    if row.attempts >= HALF_ATTEMPTS:
        raise Unauthenticated("Too many wrong codes. Begin again with your password.")
    throttle.attempt("second step", user.id)
    if not second_step.accepts(session, _themselves(user), user.id, code):
        half_id = row.id
        db.afterwards(session, lambda later: _count_attempt(later, half_id))
        raise WrongCode
    throttle.succeeded("second step", user.id)
    account_repository.delete_half_sign_ins(session, now(), user.id)
    return open_for(session, user, ip=ip, user_agent=user_agent, previous_cookie=previous_cookie)


def open_for(session: Session, user: User, *, ip: str, user_agent: str, previous_cookie: str | None = None) -> SignedIn:
    """A session for a user who has proved who they are, in whatever way; one that the browser had before ends."""
    if user.kind != "person":
        raise Unauthenticated(_REFUSED)
    if previous_cookie:
        _end_previous(session, previous_cookie)
    return _open(session, user, ip=ip, user_agent=user_agent)


def sign_out(session: Session, actor: Actor) -> None:
    """End the actor's session. An API token is not a session: revoke it instead."""
    permissions.require(actor, "me.sign_out")
    if actor.session_id is None or actor.user_id is None:
        raise NotFound("There is no session to end: this is an API token.")
    repository.revoke_sessions(session, actor.user_id, now(), only=actor.session_id)
    pulse.stir(session)
    audit.record(session, actor, "session.end", object_kind="user", object_id=actor.user_id)


def actor_for_session(session: Session, cookie: str | None, *, used: bool = True) -> Actor:
    """Who the cookie belongs to, role and all read anew; Unauthenticated when it is nobody's or over.

    `used`: whether a person does something. What an open page reads by itself does not keep a session alive.
    """
    at = now()
    found = repository.session_with_user(session, digest(cookie)) if cookie else None
    if found is None or not is_live(found[0], at) or found[1].disabled_at is not None:
        raise Unauthenticated("Your session has ended. Sign in again.")
    row, user = found
    if used:
        repository.touch(session, UserSession, row.id, at, _TOUCH_EVERY)
    return actor_of(session, row, user)


def csrf_matches(session: Session, actor: Actor, given: str) -> bool:
    """Whether `given` is the word that the actor's session got when it began."""
    found = repository.session_with_user(session, actor.session_id) if actor.session_id else None
    return found is not None and hmac.compare_digest(found[0].csrf.encode(), given.encode())


def list_sessions(session: Session, actor: Actor) -> list[SessionView]:
    """The actor's own sessions, the last used first."""
    permissions.require(actor, "me.sessions")
    return [view(row, actor) for row in live(session, actor.user_id or "")]


def live(session: Session, user_id: str) -> list[UserSession]:
    """The sessions of a user that are good now, the last used first."""
    at = now()
    return [row for row in repository.live_sessions(session, user_id, at) if is_live(row, at)]


def revoke_sessions(session: Session, actor: Actor, *, session_id: str | None = None) -> int:
    """End one of the actor's own sessions, or every one but the present. Returns how many ended."""
    permissions.require(actor, "me.sessions")
    user_id = actor.user_id or ""
    keep = actor.session_id if session_id is None else None
    ended = repository.revoke_sessions(session, user_id, now(), only=session_id, keep=keep)
    if session_id is not None and not ended:
        raise NotFound("There is no such session, or it has ended.")
    pulse.stir(session)
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
        session, actor_of(session, row, user), "session.begin", object_kind="user", object_id=user.id, detail={"ip": ip}
    )
    return SignedIn(
        cookie,
        csrf,
        UserView.model_validate(user, from_attributes=True),
        row.expires_at,
        locks.known_browser(user.id, at),
    )


def _end_previous(session: Session, cookie: str) -> None:
    if found := repository.session_with_user(session, digest(cookie)):
        repository.revoke_sessions(session, found[1].id, now(), only=found[0].id)


def is_live(row: UserSession, at: datetime) -> bool:
    """Whether the session is good: not ended, not too old, not left alone for too long."""
    idle = timedelta(seconds=settings().session_idle_seconds)
    return row.revoked_at is None and at < row.expires_at and at < row.last_seen_at + idle


def actor_of(session: Session, row: UserSession, user: User) -> Actor:
    """Who acts in this session."""
    return Actor(
        kind="user",
        id=user.id,
        label=user.email,
        role=user.role,
        grant=roles.grant(session, user.role),
        user_id=user.id,
        session_id=row.id,
        must_change_password=user.must_change_password,
        needs_second_step=second_step.is_missing(session, user),
    )


def view(row: UserSession, actor: Actor) -> SessionView:
    """A session as somebody sees it."""
    shown = row.model_dump(include=set(SessionView.model_fields))
    return SessionView(current=row.id == actor.session_id, device=agents.device(row.user_agent), **shown)


def _who_gives(session: Session, email: str, password: str, *, ip: str, browser: str | None) -> User:
    """The user with this address, who may come in, and whose password this is. The same work is done for everybody."""
    user = repository.find_user_by_email(session, email)
    person = user is not None and user.kind == "person" and user.disabled_at is None
    known = person and user is not None and passwords_off.may_use_password(session, user)
    familiar = known and user is not None and locks.is_known_browser(browser, user.id)
    closed = known and user is not None and not familiar and locks.is_locked(session, user.id)
    if passwords.matches(user.password_hash if user and known and not closed else None, password) and user is not None:
        return user
    throttle.failed(ip)
    log.warning("sign_in_refused", address=ip)
    if user is not None and known and not closed and not familiar and user.password_hash is not None:
        user_id = user.id
        db.afterwards(session, lambda later: locks.note_failure(later, user_id))
    raise passwords_off.refusal(session) or Unauthenticated(_REFUSED)


def _halfway(session: Session, user: User) -> HalfSignedIn:
    at, cookie = now(), secrets.token_urlsafe(32)
    account_repository.delete_half_sign_ins(session, at)
    session.add(HalfSignIn(id=digest(cookie), user_id=user.id, created_at=at, expires_at=at + HALF))
    return HalfSignedIn(cookie, at + HALF)


def _held(session: Session, half: str) -> HalfSignIn | None:
    """The half and, before it, its user's second step: a success ends all halves of a user, so of two one waits here."""
    known = session.get(HalfSignIn, digest(half))
    if known is None:
        return None
    account_repository.find_totp(session, known.user_id, hold=True)
    return session.get(HalfSignIn, known.id, with_for_update=True, populate_existing=True)


def _count_attempt(session: Session, half_id: str) -> None:
    row = session.get(HalfSignIn, half_id, with_for_update=True)
    if row is not None:
        row.attempts += 1
        session.add(row)


def _themselves(user: User) -> Actor:
    """For the audit trail, before there is a session."""
    return Actor(kind="user", id=user.id, label=user.email, role=user.role, user_id=user.id)  # type: ignore[arg-type]
