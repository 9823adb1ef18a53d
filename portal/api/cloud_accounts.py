"""Cloud accounts. `{account}` is an id or a slug. Credentials go in and are in no answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from portal.api.deps import CurrentActor, Cursor, Limit, QuickActor, Work
from portal.cloud_account import service as accounts
from portal.cloud_account.kinds import CloudInfo
from portal.cloud_account.schemas import (
    AccountTest,
    AvailabilityView,
    Cloud,
    CloudAccountChange,
    CloudAccountDetail,
    CloudAccountView,
    Lookup,
    NewCloudAccount,
    Reason,
    Rotation,
    Trial,
)
from portal.deployment import accounts as trials
from portal.kit.pagination import Page

router = APIRouter(prefix="/cloud-accounts", tags=["cloud accounts"])
quick_router = APIRouter(prefix="/cloud-accounts", tags=["cloud accounts"])
"""Routes that wait for a cloud, and hold no transaction meanwhile."""
clouds_router = APIRouter(prefix="/clouds", tags=["cloud accounts"])
OfCloud = Annotated[Cloud | None, Query(description="Of this cloud only")]
ResourceType = Annotated[
    str, Query(alias="type", max_length=100, description="Terraform's, as in azurerm_storage_account")
]
Name = Annotated[str, Query(min_length=1, max_length=200)]


class Clouds(BaseModel):
    items: list[CloudInfo]


class Rotated(BaseModel):
    account: CloudAccountDetail | CloudAccountView
    test: AccountTest


@clouds_router.get("")
def list_clouds(actor: CurrentActor) -> Clouds:
    """What an account of each cloud asks for: settings, and ways to sign in with what each needs."""
    return Clouds(items=trials.clouds(actor))


@router.get("")
def list_accounts(
    session: Work, actor: CurrentActor, cloud: OfCloud = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[CloudAccountView]:
    """The accounts that are open to any of your projects."""
    return accounts.list_accounts(session, actor, cloud=cloud, cursor=cursor, limit=limit)


@router.post("", status_code=201)
def create_account(
    session: Work, actor: CurrentActor, request: NewCloudAccount
) -> CloudAccountDetail | CloudAccountView:
    """A new account."""
    return accounts.create(session, actor, request)


@router.get("/{account}")
def get_account(session: Work, actor: CurrentActor, account: str) -> CloudAccountDetail | CloudAccountView:
    """One account; for administrators with the last test's findings and the deployments that use it."""
    return accounts.get(session, actor, account)


@router.patch("/{account}")
def update_account(
    session: Work, actor: CurrentActor, account: str, change: CloudAccountChange
) -> CloudAccountDetail | CloudAccountView:
    """Rename an account, or replace its settings, credentials or scope."""
    return accounts.update(session, actor, account, change)


@router.delete("/{account}", status_code=204)
def delete_account(session: Work, actor: CurrentActor, account: str) -> None:
    """Remove an account that no deployment uses."""
    accounts.delete(session, actor, account)


@router.post("/{account}/disable")
def disable_account(
    session: Work, actor: CurrentActor, account: str, request: Reason
) -> CloudAccountDetail | CloudAccountView:
    """Start no run on an account; what runs now ends by itself, deployments stay as they are."""
    return accounts.disable(session, actor, account, request)


@router.post("/{account}/enable")
def enable_account(session: Work, actor: CurrentActor, account: str) -> CloudAccountDetail | CloudAccountView:
    """Let runs start on an account again."""
    return accounts.enable(session, actor, account)


@quick_router.post("/test")
def try_out(actor: QuickActor, request: Trial) -> AccountTest:
    """Try settings and credentials that are not saved."""
    return trials.try_out(actor, request)


@quick_router.post("/{account}/test")
def test_account(actor: QuickActor, account: str) -> AccountTest:
    """Sign in, name the target, and compare rights and enabled services with what the templates need."""
    return trials.test(actor, account)


@quick_router.post("/{account}/rotate")
def rotate_account(actor: QuickActor, account: str, request: Rotation) -> Rotated:
    """New credentials. They are tried first: when they do not work the old ones stay, unless `force` is set."""
    view, test = trials.rotate(actor, account, request)
    return Rotated(account=view, test=test)


@quick_router.get("/{account}/lookups/{kind}")
def lookup(actor: QuickActor, account: str, kind: str, request: Request) -> Lookup:
    """Options for a form field: region, zone, vm-size, … Other fields' values, as query parameters, narrow them."""
    return accounts.lookup(actor, account, kind, dict(request.query_params))


@quick_router.get("/{account}/name-available")
def name_available(actor: QuickActor, account: str, resource_type: ResourceType, name: Name) -> AvailabilityView:
    """Whether a name that must be unique can still be taken. A hint: the cloud decides when it is made."""
    return accounts.name_available(actor, account, resource_type, name)


@quick_router.get("/{account}/quota-left")
def quota_left(actor: QuickActor, account: str, resource_type: ResourceType, request: Request) -> AvailabilityView:
    """Whether there is room for one more. Other fields' values, as query parameters, say of what and where."""
    given = {name: value for name, value in request.query_params.items() if name != "type"}
    return accounts.quota_left(actor, account, resource_type, given)
