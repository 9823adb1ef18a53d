"""Service accounts: programs with tokens of their own. Tokens are made with `POST /tokens` and the account's id as `user_id`."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.auth import service as auth
from portal.auth.schemas import NewServiceAccount, ServiceAccountChange, ServiceAccountView, TokenView
from portal.kit.pagination import Page

router = APIRouter(prefix="/service-accounts", tags=["service accounts"])


@router.get("")
def list_service_accounts(
    session: Work, actor: CurrentActor, cursor: Cursor = None, limit: Limit = 50
) -> Page[ServiceAccountView]:
    """Every service account, disabled ones too."""
    return auth.list_service_accounts(session, actor, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_service_account(session: Work, actor: CurrentActor, request: NewServiceAccount) -> ServiceAccountView:
    """A new one, in no project and without a token."""
    return auth.create_service_account(session, actor, request)


@router.get("/{account_id}")
def get_service_account(session: Work, actor: CurrentActor, account_id: str) -> ServiceAccountView:
    """One service account."""
    return auth.get_service_account(session, actor, account_id)


@router.patch("/{account_id}")
def update_service_account(
    session: Work, actor: CurrentActor, account_id: str, change: ServiceAccountChange
) -> ServiceAccountView:
    """Change name or role, or shut it out; its tokens then end for good."""
    return auth.update_service_account(session, actor, account_id, change)


@router.get("/{account_id}/tokens")
def list_tokens(
    session: Work, actor: CurrentActor, account_id: str, cursor: Cursor = None, limit: Limit = 50
) -> Page[TokenView]:
    """Its tokens that are not revoked, newest first."""
    auth.get_service_account(session, actor, account_id)
    return auth.list_tokens(session, actor, user_id=account_id, cursor=cursor, limit=limit)
