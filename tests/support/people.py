"""People to test with: an administrator, members and viewers, their sessions and tokens."""

from __future__ import annotations

from argon2 import PasswordHasher
from pydantic import SecretStr

from portal.auth import service as auth
from portal.auth.permissions import Role, Scope
from portal.auth.schemas import SYSTEM, Actor, NewToken, NewUser, SignedIn
from portal.kit.db import Session, unit_of_work
from portal.project import service as projects

PASSWORD = "correct horse battery staple"
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""argon2id with the least work, for tests which sign in often."""


def user(email: str, role: Role = "member", *, join: bool = True, must_change: bool = False) -> str:
    """A user with PASSWORD, a member of `default` when `join`. Returns the id."""
    request = NewUser(email=email, role=role, password=SecretStr(PASSWORD))
    with unit_of_work() as session:
        create = projects.create_user_with_membership if join else auth.create_user
        made = create(session, SYSTEM, request)
        if not must_change:
            _settle(session, made.id)
    return made.id


def _settle(session: Session, user_id: str) -> None:
    """As if the user had chosen the password."""
    from portal.models import User

    row = session.get(User, user_id)
    assert row is not None
    row.must_change_password = False
    session.add(row)


def token(user_id: str, scope: Scope = "write", days: int | None = 1) -> str:
    """An API token of the user."""
    request = NewToken(name="test", scope=scope, expires_in_days=days, user_id=user_id)
    with unit_of_work() as session:
        return auth.create_token(session, SYSTEM, request).token


def sign_in(email: str, password: str = PASSWORD, *, ip: str = "192.0.2.1", previous: str | None = None) -> SignedIn:
    """A new session of the user."""
    with unit_of_work() as session:
        found = auth.sign_in(
            session, email=email, password=password, ip=ip, user_agent="test", previous_cookie=previous
        )
    assert isinstance(found, SignedIn), "this user has a second step"
    return found


def by_cookie(cookie: str | None) -> Actor:
    """Whoever the cookie belongs to."""
    with unit_of_work() as session:
        return auth.actor_for_session(session, cookie)


def by_token(bearer: str | None) -> Actor:
    """Whoever the token belongs to."""
    with unit_of_work() as session:
        return auth.actor_for_token(session, bearer)


def actor(email: str, role: Role = "member") -> Actor:
    """A new user, signed in."""
    user(email, role)
    return by_cookie(sign_in(email).cookie)
