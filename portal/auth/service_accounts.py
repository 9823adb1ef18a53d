"""Accounts of programs: users who never sign in, with API tokens of their own, members of projects like people."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions, repository, role_rows, roles
from portal.auth.schemas import Actor, NewServiceAccount, ServiceAccountChange, ServiceAccountView
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound
from portal.kit.ids import is_slug, new_id, slugify
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import User

DOMAIN: Final = "service.invalid"
"""Where their addresses are: a domain that never exists, so no mail leaves and no identity provider vouches for one."""


def list_service_accounts(
    session: Session, actor: Actor, *, cursor: str | None = None, limit: int = 50
) -> Page[ServiceAccountView]:
    """Every service account, disabled ones too, in the order in which they came."""
    permissions.require(actor, "service_account.manage")
    size = clamp(limit)
    rows = role_rows.page_of_accounts(session, after=decode_moment_cursor(cursor), limit=size + 1)
    items = _views(session, rows[:size])
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def get_service_account(session: Session, actor: Actor, account_id: str) -> ServiceAccountView:
    """One service account."""
    permissions.require(actor, "service_account.manage")
    return _views(session, [_get(session, account_id)])[0]


def create_service_account(session: Session, actor: Actor, request: NewServiceAccount) -> ServiceAccountView:
    """A new one, in no project yet and without a token. Its name makes its address, by which projects take it in."""
    permissions.require(actor, "service_account.manage")
    role = roles.require_may_give(session, actor, request.role)
    slug = slugify(request.name)
    if not is_slug(slug):
        problem = "Give it a name with letters or digits."
        raise Invalid(problem, [FieldProblem("name", problem)])
    row = User(
        id=new_id("user"), kind="service", email=f"{slug}@{DOMAIN}", name=request.name.strip(), role=role, created_at=now()
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(f"There is already a service account {slug}@{DOMAIN}.") from error
    audit.record(
        session, actor, "service_account.create", object_kind="user", object_id=row.id,
        detail={"address": row.email, "role": role},
    )  # fmt: skip
    return _views(session, [row])[0]


def update_service_account(
    session: Session, actor: Actor, account_id: str, change: ServiceAccountChange
) -> ServiceAccountView:
    """Change name or role, or shut it out; its tokens then end for good."""
    permissions.require(actor, "service_account.manage")
    row = _get(session, account_id)
    roles.require_may_manage(session, actor, row.role)
    before = {"name": row.name, "role": row.role, "disabled": row.disabled_at is not None}
    if change.name is not None:
        row.name = change.name.strip()
    if change.role is not None:
        row.role = roles.require_may_give(session, actor, change.role)
    if change.disabled is not None:
        _set_disabled(session, row, change.disabled)
    session.add(row)
    session.flush()
    after = {"name": row.name, "role": row.role, "disabled": row.disabled_at is not None}
    audit.record(
        session, actor, "service_account.update", object_kind="user", object_id=row.id,
        detail={"address": row.email, "before": before, "after": after},
    )  # fmt: skip
    return _views(session, [row])[0]


def _get(session: Session, account_id: str) -> User:
    row = repository.find_user(session, account_id)
    if row is None or row.kind != "service":
        raise NotFound("There is no such service account.")
    return row


def _set_disabled(session: Session, row: User, disabled: bool) -> None:
    if not disabled:
        row.disabled_at = None
    elif row.disabled_at is None:
        row.disabled_at = now()
        repository.revoke_tokens(session, row.id, now())


def _views(session: Session, rows: list[User]) -> list[ServiceAccountView]:
    tokens = role_rows.live_tokens(session, [row.id for row in rows], now())
    return [
        ServiceAccountView(
            id=row.id, address=row.email, name=row.name, role=row.role, created_at=row.created_at,
            disabled_at=row.disabled_at, tokens=tokens[row.id][0] if row.id in tokens else 0,
            last_used_at=tokens[row.id][1] if row.id in tokens else None,
        )
        for row in rows
    ]  # fmt: skip
