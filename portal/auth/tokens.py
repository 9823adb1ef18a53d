"""API tokens: made once, stored hashed, scoped, expiring."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, repository, roles
from portal.auth.schemas import Actor, NewToken, NewTokenView, TokenView
from portal.auth.sessions import digest
from portal.kit.clock import now
from portal.kit.errors import FieldProblem, Forbidden, Invalid, NotFound, Unauthenticated
from portal.kit.ids import new_id
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import ApiToken, User

_TOUCH_EVERY = timedelta(minutes=1)
_SHOWN = 7
"""Characters of a token by which a person recognises it: `tt_` and four of 43."""


def actor_for_token(session: Session, bearer: str | None) -> Actor:
    """Whose token it is, role read anew; Unauthenticated when it is unknown, over, revoked, or its user disabled."""
    at = now()
    found = repository.token_with_user(session, digest(bearer)) if bearer else None
    if found is None or not _is_live(found[0], at) or found[1].disabled_at is not None:
        raise Unauthenticated("This API token is not valid: unknown, expired or revoked.")
    token, user = found
    repository.touch(session, ApiToken, token.id, at, _TOUCH_EVERY)
    return Actor(
        kind="token",
        id=token.id,
        label=f"{user.email} ({token.name})",
        role=user.role,
        grant=roles.grant(session, user.role),
        user_id=user.id,
        scope="read" if token.scope == "read" else "write",
        project_id=token.project_id,
        only=None if token.actions is None else permissions.lasting(token.actions),
    )


def create_token(session: Session, actor: Actor, request: NewToken) -> NewTokenView:
    """A new token of the actor's own, or of another user when an administrator asks. The token itself is in this answer only."""
    owner = _owner(session, actor, request)
    if request.expires_in_days is None and owner.role != "admin":
        problem = "Only an administrator's token may last for ever. Give a number of days."
        raise Invalid(problem, [FieldProblem("expires_in_days", problem)])
    expires_at = now() + timedelta(days=request.expires_in_days) if request.expires_in_days else None
    secret = "tt_" + secrets.token_urlsafe(32)
    row = add_token(session, owner, secret, name=request.name, scope=request.scope, expires_at=expires_at)
    audit.record(
        session, actor, "token.create", object_kind="token", object_id=row.id,
        detail={"name": row.name, "scope": row.scope, "user_id": owner.id, "expires_at": row.expires_at},
    )  # fmt: skip
    return NewTokenView(token=secret, **_view(row, owner).model_dump())


def add_token(
    session: Session, owner: User, secret: str, *, name: str, scope: str, expires_at: datetime | None
) -> ApiToken:
    """The row of a token whose text is known to the caller only."""
    row = ApiToken(
        id=new_id("token"),
        user_id=owner.id,
        name=name.strip(),
        prefix=secret[:_SHOWN] if secret.startswith("tt_") else secret[:3],
        token_hash=digest(secret),
        scope=scope,
        created_at=now(),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def list_tokens(
    session: Session, actor: Actor, *, everybody: bool = False, cursor: str | None = None, limit: int = 50
) -> Page[TokenView]:
    """The actor's own tokens that are not revoked, newest first; everybody's for an administrator who asks."""
    permissions.require(actor, "token.manage" if everybody else "token.read")
    size = clamp(limit)
    owner = None if everybody else actor.user_id or ""
    rows = repository.page_of_tokens(session, owner, after=decode_moment_cursor(cursor), limit=size + 1)
    items = [_view(token, user) for token, user in rows[:size]]
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def get_token(session: Session, actor: Actor, token_id: str) -> TokenView:
    """One token; NotFound when it is somebody else's and the actor is no administrator."""
    permissions.require(actor, "token.read")
    return _view(*_find(session, actor, token_id))


def revoke_token(session: Session, actor: Actor, token_id: str) -> None:
    """The token works no more, from now on."""
    permissions.require(actor, "token.revoke")
    row, _ = _find(session, actor, token_id)
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        audit.record(session, actor, "token.revoke", object_kind="token", object_id=row.id, detail={"name": row.name})


def _owner(session: Session, actor: Actor, request: NewToken) -> User:
    user_id = request.user_id or actor.user_id
    permissions.require(actor, "token.create" if user_id == actor.user_id else "token.manage")
    owner = repository.find_user(session, user_id) if user_id else None
    if owner is None:
        raise NotFound("There is no such user.")
    if owner.disabled_at is not None:
        raise Forbidden("This user is disabled and gets no token.")
    return owner


def _find(session: Session, actor: Actor, token_id: str) -> tuple[ApiToken, User]:
    found = repository.find_token(session, token_id)
    if found is None or not (found[1].id == actor.user_id or permissions.allows(actor, "token.manage")):
        raise NotFound("There is no such token.")
    return found


def _is_live(token: ApiToken, at: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or at < token.expires_at)


def _view(token: ApiToken, user: User) -> TokenView:
    return TokenView(user_email=user.email, **token.model_dump(include=set(TokenView.model_fields)))
