"""The first start: one administrator, made once, whoever starts first."""

from __future__ import annotations

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import passwords, repository, tokens, users
from portal.auth.schemas import SYSTEM, FirstAdmin
from portal.kit.errors import ConfigurationError, Invalid
from portal.models import User

DEFAULT_EMAIL = "admin@terrace.local"
SHORTEST_TOKEN = 16


def ensure_first_admin(
    session: Session, *, email: str | None, password: str | None, token: str | None
) -> FirstAdmin | None:
    """Make the administrator when there is no user yet; None when there is. Replicas that start together make one.

    Without `password` one is made up and is in the answer, once. `token` becomes an API token of theirs which does not expire.
    ConfigurationError when a given value cannot be used.
    """
    repository.lock_first_start(session)
    if repository.has_users(session):
        return None
    generated = None if password else passwords.generate()
    address = _address(email or DEFAULT_EMAIL)
    user = users.add_user(
        session,
        email=address,
        name="Administrator",
        role="admin",
        password=generated or _usable_password(password or "", address),
        must_change=False,
    )
    if token:
        _add_token(session, user, token)
    audit.record(session, SYSTEM, "user.create", object_kind="user", object_id=user.id, detail={"email": address})
    return FirstAdmin(address, generated)


def _address(email: str) -> str:
    try:
        return users.clean_email(email)
    except Invalid as error:
        raise ConfigurationError("TERRACE_ADMIN_EMAIL is not an e-mail address.") from error


def _usable_password(password: str, email: str) -> str:
    try:
        passwords.require_good(password, email=email, shortest=passwords.SHORTEST_OF_OPERATOR)
    except Invalid as error:
        raise ConfigurationError(f"TERRACE_ADMIN_PASSWORD cannot be used. {error.message}") from error
    return password


def _add_token(session: Session, user: User, token: str) -> None:
    if (
        len(token) < SHORTEST_TOKEN
        or len(token) > 200
        or not (token.isascii() and token.isprintable() and " " not in token)
    ):
        raise ConfigurationError(
            f"TERRACE_ADMIN_TOKEN must be {SHORTEST_TOKEN} to 200 letters, digits and signs without a space, "
            "and hard to guess. `openssl rand -hex 32` makes a good one."
        )
    tokens.add_token(session, user, token, name="first administrator", scope="write", expires_at=None)
