"""Rows of users, sessions and tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, text, update
from sqlmodel import Session, col, select, tuple_

from portal.models import ApiToken, SignInLock, User, UserSession

_FIRST_START = 7_221_914_003  # an arbitrary number that only the first start uses


def lock_first_start(session: Session) -> None:
    """Let one replica at a time make the first administrator."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_START})


def has_users(session: Session) -> bool:
    return session.exec(select(User.id).limit(1)).first() is not None


def find_user(session: Session, user_id: str) -> User | None:
    return session.get(User, user_id)


def find_user_by_email(session: Session, email: str) -> User | None:
    return session.exec(select(User).where(func.lower(col(User.email)) == email.strip().lower())).first()


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users are wanted: `q` is in the address or the name."""

    q: str
    role: str | None
    status: str | None
    at: datetime


def page_of_users(
    session: Session, wanted: UserFilter, *, after: tuple[datetime, str] | None, limit: int
) -> list[User]:
    query = select(User).where(*_conditions(wanted)).order_by(col(User.created_at), col(User.id)).limit(limit)
    if after is not None:
        query = query.where(tuple_(col(User.created_at), col(User.id)) > after)
    return list(session.exec(query))


def _conditions(wanted: UserFilter) -> Iterator[Any]:
    yield User.kind == "person"
    if wanted.q:
        yield or_(*(column.icontains(wanted.q, autoescape=True) for column in (col(User.email), col(User.name))))
    if wanted.role:
        yield User.role == wanted.role
    locked = select(SignInLock.user_id).where(col(SignInLock.locked_until) > wanted.at)
    if wanted.status == "disabled":
        yield col(User.disabled_at).is_not(None)
    elif wanted.status == "active":
        yield col(User.disabled_at).is_(None)
    elif wanted.status == "locked":
        yield col(User.id).in_(locked)


def lock_active_admins(session: Session) -> set[str]:
    """The ids of the administrators who can sign in; held until the transaction ends, so that two cannot remove each other."""
    query = (
        select(User.id)
        .where(User.role == "admin", User.kind == "person", col(User.disabled_at).is_(None))
        .order_by(col(User.id))
        .with_for_update()
    )
    return set(session.exec(query))


def session_with_user(session: Session, session_id: str) -> tuple[UserSession, User] | None:
    query = select(UserSession, User).join(User, col(User.id) == col(UserSession.user_id))
    return session.exec(query.where(UserSession.id == session_id)).first()


def live_sessions(session: Session, user_id: str, at: datetime) -> list[UserSession]:
    query = select(UserSession).where(
        UserSession.user_id == user_id, col(UserSession.revoked_at).is_(None), col(UserSession.expires_at) > at
    )
    return list(session.exec(query.order_by(col(UserSession.last_seen_at).desc())))


def revoke_sessions(
    session: Session, user_id: str, at: datetime, *, only: str | None = None, keep: str | None = None
) -> int:
    """End the user's sessions: one of them, or all but one. Returns how many ended."""
    change = update(UserSession).where(col(UserSession.user_id) == user_id, col(UserSession.revoked_at).is_(None))
    if only is not None:
        change = change.where(col(UserSession.id) == only)
    if keep is not None:
        change = change.where(col(UserSession.id) != keep)
    return session.execute(change.values(revoked_at=at)).rowcount  # type: ignore[attr-defined]


def delete_sessions_before(session: Session, at: datetime) -> None:
    """Drop a few rows of sessions that ended before `at`; called now and then, so the table stays small."""
    old = select(UserSession.id).where(or_(col(UserSession.expires_at) < at, col(UserSession.revoked_at) < at))
    for row in session.exec(select(UserSession).where(col(UserSession.id).in_(old.limit(20)))):
        session.delete(row)


def token_with_user(session: Session, token_hash: str) -> tuple[ApiToken, User] | None:
    query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
    return session.exec(query.where(ApiToken.token_hash == token_hash)).first()


def find_token(session: Session, token_id: str) -> tuple[ApiToken, User] | None:
    query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
    return session.exec(query.where(ApiToken.id == token_id)).first()


def page_of_tokens(
    session: Session, user_id: str | None, *, after: tuple[datetime, str] | None, limit: int
) -> list[tuple[ApiToken, User]]:
    """Tokens that are not revoked, newest first; everybody's when `user_id` is None."""
    query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
    query = query.where(col(ApiToken.revoked_at).is_(None))
    if user_id is not None:
        query = query.where(ApiToken.user_id == user_id)
    if after is not None:
        query = query.where(tuple_(col(ApiToken.created_at), col(ApiToken.id)) < after)
    return list(session.exec(query.order_by(col(ApiToken.created_at).desc(), col(ApiToken.id).desc()).limit(limit)))


def revoke_tokens(session: Session, user_id: str, at: datetime) -> int:
    change = update(ApiToken).where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
    return session.execute(change.values(revoked_at=at)).rowcount  # type: ignore[attr-defined]


def touch(
    session: Session, model: type[UserSession] | type[ApiToken], row_id: str, at: datetime, rest: timedelta
) -> None:
    """Note that a session or token was used, at most once in `rest`; never waits for a row that somebody else holds."""
    name = "last_seen_at" if model is UserSession else "last_used_at"
    column: Any = getattr(model, name)
    stale = select(model.id).where(model.id == row_id, or_(column.is_(None), column < at - rest))
    change = update(model).where(col(model.id).in_(stale.with_for_update(skip_locked=True)))
    session.execute(change.values({name: at}), execution_options={"synchronize_session": False})
