"""Cloud accounts. `{account}` is an id or a slug. Credentials go in and are in no answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.cloud_account import service as accounts
from portal.cloud_account.schemas import (
    AccountTest,
    Cloud,
    CloudAccountChange,
    CloudAccountView,
    Lookup,
    NewCloudAccount,
)
from portal.kit.pagination import Page

router = APIRouter(prefix="/cloud-accounts", tags=["cloud accounts"])
OfCloud = Annotated[Cloud | None, Query(description="Of this cloud only")]


@router.get("")
def list_accounts(
    session: Work, actor: CurrentActor, cloud: OfCloud = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[CloudAccountView]:
    """The accounts that deployments can go to."""
    return accounts.list_accounts(session, actor, cloud=cloud, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_account(session: Work, actor: CurrentActor, request: NewCloudAccount) -> CloudAccountView:
    """A new account."""
    return accounts.create(session, actor, request)


@router.get("/{account}")
def get_account(session: Work, actor: CurrentActor, account: str) -> CloudAccountView:
    """One account."""
    return accounts.get(session, actor, account)


@router.patch("/{account}")
def update_account(session: Work, actor: CurrentActor, account: str, change: CloudAccountChange) -> CloudAccountView:
    """Rename an account, or replace its settings or credentials."""
    return accounts.update(session, actor, account, change)


@router.delete("/{account}", status_code=204)
def delete_account(session: Work, actor: CurrentActor, account: str) -> None:
    """Remove an account that no deployment uses."""
    accounts.delete(session, actor, account)


@router.post("/{account}/test")
def test_account(session: Work, actor: CurrentActor, account: str) -> AccountTest:
    """Try an account's credentials now."""
    return accounts.test(session, actor, account)


@router.get("/{account}/lookups/{kind}")
def lookup(session: Work, actor: CurrentActor, account: str, kind: str, request: Request) -> Lookup:
    """Options for a form field: region, zone, vm-size, … Other fields' values, as query parameters, narrow them."""
    return accounts.lookup(session, actor, account, kind, dict(request.query_params))
