"""API tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.auth import service as auth
from portal.auth.schemas import NewToken, NewTokenView, TokenView
from portal.kit.pagination import Page

router = APIRouter(prefix="/tokens", tags=["tokens"])
Everybody = Annotated[bool, Query(alias="all", description="Everybody's tokens, for administrators")]


@router.get("")
def list_tokens(
    session: Work, actor: CurrentActor, everybody: Everybody = False, cursor: Cursor = None, limit: Limit = 50
) -> Page[TokenView]:
    """One's own tokens, newest first; none shows more of itself than its first letters."""
    return auth.list_tokens(session, actor, everybody=everybody, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_token(session: Work, actor: CurrentActor, request: NewToken) -> NewTokenView:
    """A new token, shown this once."""
    return auth.create_token(session, actor, request)


@router.get("/{token_id}")
def get_token(session: Work, actor: CurrentActor, token_id: str) -> TokenView:
    """One token."""
    return auth.get_token(session, actor, token_id)


@router.delete("/{token_id}", status_code=204)
def revoke_token(session: Work, actor: CurrentActor, token_id: str) -> None:
    """The token works no more."""
    auth.revoke_token(session, actor, token_id)
