"""Use cases of cloud accounts. Administrators put credentials in, whoever may use an account sees it, nobody gets them out."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import access, checked, clouds, expiry, kinds, repository, views
from portal.cloud_account.access import (
    AccountClosed,
    closed_since,
    is_bound_to_places,
    refused_places,
    require_runnable,
    require_usable,
)
from portal.cloud_account.asking import lookup, name_available, quota_left
from portal.cloud_account.kinds import CloudInfo
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import (
    AccountEnvironment,
    CloudAccountChange,
    CloudAccountDetail,
    CloudAccountView,
    Given,
    NewCloudAccount,
    Reason,
)
from portal.cloud_account.tool import ToolAccess
from portal.cloud_account.trial import begin_rotation, begin_test, end_rotation, end_test, examine, try_out
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.kit.ids import is_slug, new_id, slugify
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.models import CloudAccount
from portal.project import service as projects

__all__ = [
    "AccountClosed", "begin_rotation", "begin_test", "closed_since", "create", "delete", "disable", "enable",
    "end_rotation", "end_test", "ensure_sandbox_accounts", "environment_for", "examine", "expiries", "get",
    "is_bound_to_places", "list_accounts", "list_clouds", "lookup", "name_available", "quota_left", "refused_places",
    "require_runnable", "require_usable", "resolve", "secrets_of", "tool_access", "try_out", "update",
]  # fmt: skip
SANDBOX = {"sandbox-azure": ("azure", "Sandbox (Azure)"), "sandbox-gcp": ("gcp", "Sandbox (Google Cloud)")}
"""The accounts that exist from the first start: slug → cloud, name."""


def ensure_sandbox_accounts(session: Session) -> None:
    """The two sandbox accounts exist. Safe in several processes at once."""
    for slug, (cloud, name) in SANDBOX.items():
        repository.insert_once(session, _row(slug, name, cloud, "sandbox", Given({}, {})))


def list_accounts(
    session: Session, actor: Actor, *, cloud: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[CloudAccountView]:
    """The accounts that are open to any of the actor's projects, by slug, of one cloud or of all."""
    permissions.require(actor, "cloud_account.read")
    size, keys = clamp(limit), decode_cursor(cursor, length=1)
    rows = repository.page(
        session, cloud=cloud, after=str(keys[0]) if keys else None, limit=size + 1,
        project_ids=projects.readable_ids(session, actor),
    )  # fmt: skip
    items = views.of_rows(session, actor, rows[:size])
    return Page(items=items, next_cursor=encode_cursor(items[-1].slug) if len(rows) > size else None)


def list_clouds(_session: Session, actor: Actor) -> list[CloudInfo]:
    """What an account of each cloud asks for."""
    permissions.require(actor, "cloud_account.read")
    return kinds.clouds()


def resolve(session: Session, actor: Actor, id_or_slug: str) -> CloudAccountView:
    """The account with this id or slug; NotFound also when it is open to none of the actor's projects."""
    return views.of_rows(session, actor, [access.seen(session, actor, id_or_slug)])[0]


def get(session: Session, actor: Actor, id_or_slug: str) -> CloudAccountDetail | CloudAccountView:
    """As `resolve`; an administrator sees the last test's findings and who uses it, too."""
    return views.of_row(session, actor, access.seen(session, actor, id_or_slug))


def create(session: Session, actor: Actor, request: NewCloudAccount) -> CloudAccountView:
    """A new account. Invalid names every setting or credential that cannot be used, and repeats none."""
    permissions.require(actor, "cloud_account.manage")
    slug = request.slug or slugify(request.name)
    if not is_slug(slug):
        problem = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end."
        raise Invalid(problem, [FieldProblem("slug", problem)])
    given = checked.given(request.cloud, request.kind, request.settings, request.credentials)
    row = _row(slug, request.name.strip(), request.cloud, request.kind, given)
    row.scope = checked.scope(session, actor, request.cloud, request.scope)
    row.rotated_at, row.rotated_by = (now(), actor.label) if given.credentials else (None, None)
    told = expiry.end_of(request.secret_expires_on)
    row.expires_at = checked.expiry(row.cloud, row.kind, given, told)
    if not repository.insert_once(session, row):
        raise Conflict(f"There is, or was, a cloud account {slug!r}. Choose another name.")
    _record(session, actor, "cloud_account.create", row, credentials_changed=bool(given.credentials), scope=row.scope)
    return views.of_row(session, actor, row)


def update(session: Session, actor: Actor, id_or_slug: str, change: CloudAccountChange) -> CloudAccountView:
    """Rename the account, or replace its settings, credentials or scope. Runs that have begun keep what they started with."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug, lock=True)
    given_of_client, before = change.model_fields_set, _facts(row)
    if change.name is not None:
        row.name = change.name.strip()
    if "run_limit" in given_of_client:
        row.run_limit = change.run_limit
    if "scope" in given_of_client:
        row.scope = checked.scope(session, actor, row.cloud, change.scope)
    _replace(session, actor, row, change)
    session.add(row)
    changed = audit.changes(before, _facts(row))
    _record(session, actor, "cloud_account.update", row, credentials_changed=change.credentials is not None, **changed)
    return views.of_row(session, actor, row)


def _replace(session: Session, actor: Actor, row: CloudAccount, change: CloudAccountChange) -> None:
    """Settings and credentials, and with them what was known of the ones before."""
    told = expiry.end_of(change.secret_expires_on)
    if change.settings is None and change.credentials is None:
        if "secret_expires_on" in change.model_fields_set:
            row.expires_at = checked.expiry(row.cloud, row.kind, clouds.given_of(row), told)
        return
    settings = row.settings if change.settings is None else change.settings
    credentials = row.credentials if change.credentials is None else change.credentials
    given = checked.given(row.cloud, row.kind, settings, credentials)
    row.settings, row.credentials = given.settings, given.credentials or None
    row.tested_at = row.test_result = None
    if change.credentials is not None:
        row.rotated_at, row.rotated_by = now(), actor.label
        row.expires_at = checked.expiry(row.cloud, row.kind, given, told)
    elif "secret_expires_on" in change.model_fields_set:
        row.expires_at = checked.expiry(row.cloud, row.kind, given, told)
    repository.forget_answers(session, row.id)


def delete(session: Session, actor: Actor, id_or_slug: str) -> None:
    """Remove the account and its credentials. Conflict while a deployment uses it; the record of past ones stays."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug, lock=True)
    if row.slug in SANDBOX:
        raise Conflict("The sandbox accounts belong to the portal and stay.")
    used_now, used_ever = repository.deployments_using(session, row.id)
    if used_now:
        raise Conflict(f"{used_now} deployments use this account. Destroy them first.")
    if used_ever:
        row.disabled_at, row.credentials = now(), None
        session.add(row)
        repository.forget_answers(session, row.id)
    else:
        session.delete(row)
    _record(session, actor, "cloud_account.delete", row)


def disable(session: Session, actor: Actor, id_or_slug: str, request: Reason) -> CloudAccountView:
    """Start no run on the account until it is enabled again. Deployments keep their state; runs that go on end by themselves."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug, lock=True)
    if row.suspended_at is not None:
        raise Conflict(f"This account is disabled already, by {row.suspended_by}.")
    row.suspended_at, row.suspended_by, row.suspended_reason = now(), actor.label, request.reason.strip()
    session.add(row)
    _record(session, actor, "cloud_account.disable", row, reason=row.suspended_reason)
    return views.of_row(session, actor, row)


def enable(session: Session, actor: Actor, id_or_slug: str) -> CloudAccountView:
    """Let runs start on the account again; those that wait do so by themselves."""
    permissions.require(actor, "cloud_account.manage")
    row = access.find(session, id_or_slug, lock=True)
    if row.suspended_at is None:
        raise Conflict("This account is not disabled.")
    row.suspended_at = row.suspended_by = row.suspended_reason = None
    session.add(row)
    _record(session, actor, "cloud_account.enable", row)
    return views.of_row(session, actor, row)


def environment_for(session: Session, account_id: str, run: RunIdentity) -> AccountEnvironment:
    """Everything Terraform needs to act for the account, decrypted. For the worker that holds a run, and nobody else."""
    row = access.find(session, account_id)
    return clouds.cloud_of(row).environment(row.slug, clouds.given_of(row), run)


def tool_access(account: AccountEnvironment) -> ToolAccess:
    """What the cloud's own tool needs to act for a live account."""
    return clouds.CLOUDS[account.cloud].tool_access(account)


def secrets_of(session: Session, account_id: str) -> frozenset[str]:
    """What must be in nothing that people see, for whoever takes it out."""
    row = access.find(session, account_id)
    return frozenset(clouds.secrets_of(clouds.cloud_of(row), row.slug, clouds.given_of(row)))


def expiries(session: Session) -> dict[str, float]:
    """Seconds until the credentials end, by slug, of accounts whose credentials end. For /metrics."""
    at = now()
    return {slug: (ends - at).total_seconds() for slug, ends in repository.expiries(session)}


def _row(slug: str, name: str, cloud: str, kind: str, given: Given) -> CloudAccount:
    return CloudAccount(
        id=new_id("account"), slug=slug, name=name, cloud=cloud, kind=kind,
        settings=given.settings, credentials=given.credentials or None, created_at=now(),
    )  # fmt: skip


def _facts(row: CloudAccount) -> dict[str, Any]:
    """What may be said of an account before and after a change. No setting is a secret; credentials are kept apart."""
    return {"name": row.name, "settings": dict(row.settings), "run_limit": row.run_limit, "scope": row.scope}


def _record(session: Session, actor: Actor, action: str, row: CloudAccount, **detail: Any) -> None:
    facts = {"slug": row.slug, "cloud": row.cloud, "kind": row.kind, **detail}
    audit.record(session, actor, action, object_kind="cloud_account", object_id=row.id, detail=facts)
