"""API tokens: made once, stored hashed, scoped, expiring."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, repository, role_rows, roles
from portal.auth.permissions import EVERYWHERE, RULES, Action
from portal.auth.schemas import Actor, NewToken, NewTokenView, TokenView
from portal.auth.sessions import digest
from portal.kit.clock import now
from portal.kit.errors import FieldProblem, Forbidden, Invalid, NotFound, Unauthenticated
from portal.kit.ids import new_id
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import ApiToken, Project, User

MOST = 1000
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
    project, actions = _project(session, owner, request.project), _actions(request.actions)
    row = add_token(session, owner, secret, name=request.name, scope=request.scope, expires_at=expires_at)
    row.project_id, row.actions = project.id if project else None, actions
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "token.create", object_kind="token", object_id=row.id, project_id=row.project_id,
        detail={
            "name": row.name, "scope": row.scope, "user_id": owner.id, "expires_at": row.expires_at,
            "project": project.slug if project else None, "actions": actions,
        },
    )  # fmt: skip
    return NewTokenView(token=secret, **views(session, [(row, owner)])[0].model_dump())


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
    session: Session,
    actor: Actor,
    *,
    everybody: bool = False,
    user_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[TokenView]:
    """The actor's own tokens that are not revoked, newest first; everybody's, or one account's, for whoever manages those."""
    if user_id is not None:
        permissions.require(actor, _managing(repository.find_user(session, user_id)))
    else:
        permissions.require(actor, "token.manage" if everybody else "token.read")
    size = clamp(limit)
    owner = user_id or (None if everybody else actor.user_id or "")
    rows = repository.page_of_tokens(session, owner, after=decode_moment_cursor(cursor), limit=size + 1)
    items = views(session, rows[:size])
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def tokens_of(session: Session, user_id: str) -> list[TokenView]:
    """The user's tokens that work now. For services above, which authorise: this one does not."""
    at = now()
    rows = repository.page_of_tokens(session, user_id, after=None, limit=MOST)
    return views(session, [row for row in rows if _is_live(row[0], at)])


def get_token(session: Session, actor: Actor, token_id: str) -> TokenView:
    """One token; NotFound when it is somebody else's and the actor is no administrator."""
    permissions.require(actor, "token.read")
    return views(session, [_find(session, actor, token_id)])[0]


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
    owner = repository.find_user(session, user_id) if user_id else None
    permissions.require(actor, "token.create" if user_id == actor.user_id else _managing(owner))
    if owner is None:
        raise NotFound("There is no such user.")
    if owner.id != actor.user_id:
        roles.require_may_manage(session, actor, owner.role)
    if owner.disabled_at is not None:
        raise Forbidden("This user is disabled and gets no token.")
    return owner


def _find(session: Session, actor: Actor, token_id: str) -> tuple[ApiToken, User]:
    found = repository.find_token(session, token_id)
    if found is None or not (found[1].id == actor.user_id or permissions.allows(actor, _managing(found[1]))):
        raise NotFound("There is no such token.")
    return found


def _managing(owner: User | None) -> Action:
    """The action that lets somebody else have a hand in this user's tokens."""
    return "service_account.manage" if owner is not None and owner.kind == "service" else "token.manage"


def _project(session: Session, owner: User, wanted: str | None) -> Project | None:
    if wanted is None:
        return None
    found = role_rows.project_of(session, owner, wanted, everywhere=owner.role in EVERYWHERE)
    if found is None:
        problem = f"There is no project {wanted!r}, or its owner is not a member of it."
        raise Invalid(problem, [FieldProblem("project", problem)])
    return found


def _actions(wanted: list[str] | None) -> list[str] | None:
    """The actions in the order of the table; Invalid when one is not for a list of a token's."""
    if wanted is None:
        return None
    may = [action for action, rule in RULES.items() if rule.delegable]
    if wrong := sorted(set(wanted) - set(may)):
        problem = f"{wrong[0][:40]} is no action that a token may be limited to."
        raise Invalid(problem, [FieldProblem("actions", problem)])
    return [action for action in may if action in set(wanted)]


def _is_live(token: ApiToken, at: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or at < token.expires_at)


def views(session: Session, rows: list[tuple[ApiToken, User]]) -> list[TokenView]:
    """Tokens with whose they are, for people; of whoever the caller has authorised."""
    slugs = role_rows.slugs(session, {token.project_id for token, _ in rows if token.project_id})
    fields = set(TokenView.model_fields) - {"project", "user_email"}
    return [
        TokenView(
            user_email=user.email, project=slugs.get(token.project_id or ""), **token.model_dump(include=fields)
        )
        for token, user in rows
    ]  # fmt: skip
