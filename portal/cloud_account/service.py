"""Use cases of cloud accounts. Everybody may see which there are; administrators put credentials in; nobody gets them out."""

from __future__ import annotations

from types import ModuleType
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.cloud_account import azure, gcp, lookups, repository
from portal.cloud_account.schemas import (
    AccountEnvironment,
    AccountTest,
    CloudAccountChange,
    CloudAccountView,
    Given,
    Lookup,
    NewCloudAccount,
)
from portal.kit.clock import now
from portal.kit.errors import Conflict, FieldProblem, Invalid, NotFound, Unavailable
from portal.kit.ids import is_slug, new_id, slugify
from portal.kit.pagination import Page, clamp, decode_cursor, encode_cursor
from portal.kit.validation import sentence_of
from portal.models import CloudAccount

CLOUDS: dict[str, ModuleType] = {"azure": azure, "gcp": gcp}
SANDBOX = {"sandbox-azure": ("azure", "Sandbox (Azure)"), "sandbox-gcp": ("gcp", "Sandbox (Google Cloud)")}
"""The accounts that exist from the first start: slug → cloud, name."""
METHODS = frozenset({
    "client_secret", "client_certificate", "workload_identity", "managed_identity",
    "service_account_key", "application_default",
})  # fmt: skip


def ensure_sandbox_accounts(session: Session) -> None:
    """The two sandbox accounts exist. Safe in several processes at once."""
    for slug, (cloud, name) in SANDBOX.items():
        repository.insert_once(session, _row(slug, name, cloud, "sandbox", Given({}, {})))


def list_accounts(
    session: Session, actor: Actor, *, cloud: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[CloudAccountView]:
    """The accounts by slug, of one cloud or of all."""
    permissions.require(actor, "cloud_account.read")
    size, keys = clamp(limit), decode_cursor(cursor, length=1)
    rows = repository.page(session, cloud=cloud, after=str(keys[0]) if keys else None, limit=size + 1)
    items = [_view(row) for row in rows[:size]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].slug) if len(rows) > size else None)


def resolve(session: Session, actor: Actor, id_or_slug: str) -> CloudAccountView:
    """The account with this id or slug."""
    permissions.require(actor, "cloud_account.read")
    return _view(_find(session, id_or_slug))


get = resolve


def create(session: Session, actor: Actor, request: NewCloudAccount) -> CloudAccountView:
    """A new account. Invalid names every setting or credential that cannot be used, and repeats none."""
    permissions.require(actor, "cloud_account.manage")
    slug = request.slug or slugify(request.name)
    if not is_slug(slug):
        problem = "Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end."
        raise Invalid(problem, [FieldProblem("slug", problem)])
    given = _checked(request.cloud, request.kind, request.settings, request.credentials)
    row = _row(slug, request.name.strip(), request.cloud, request.kind, given)
    if not repository.insert_once(session, row):
        raise Conflict(f"There is, or was, a cloud account {slug!r}. Choose another name.")
    _record(session, actor, "cloud_account.create", row, credentials_changed=bool(given.credentials))
    return _view(row)


def update(session: Session, actor: Actor, id_or_slug: str, change: CloudAccountChange) -> CloudAccountView:
    """Rename the account, or replace its settings or credentials. Runs that have begun keep what they started with."""
    permissions.require(actor, "cloud_account.manage")
    row = _find(session, id_or_slug, lock=True)
    if change.name is not None:
        row.name = change.name.strip()
    if "run_limit" in change.model_fields_set:
        row.run_limit = change.run_limit
    if change.settings is not None or change.credentials is not None:
        settings = row.settings if change.settings is None else change.settings
        credentials = row.credentials if change.credentials is None else change.credentials
        given = _checked(row.cloud, row.kind, settings, credentials)
        row.settings, row.credentials = given.settings, given.credentials or None
    session.add(row)
    facts = {"credentials_changed": change.credentials is not None, "run_limit": row.run_limit}
    _record(session, actor, "cloud_account.update", row, **facts)
    return _view(row)


def delete(session: Session, actor: Actor, id_or_slug: str) -> None:
    """Remove the account and its credentials. Conflict while a deployment uses it; the record of past ones stays."""
    permissions.require(actor, "cloud_account.manage")
    row = _find(session, id_or_slug, lock=True)
    if row.slug in SANDBOX:
        raise Conflict("The sandbox accounts belong to the portal and stay.")
    used_now, used_ever = repository.deployments_using(session, row.id)
    if used_now:
        raise Conflict(f"{used_now} deployments use this account. Destroy them first.")
    if used_ever:
        row.disabled_at, row.credentials = now(), None
        session.add(row)
    else:
        session.delete(row)
    _record(session, actor, "cloud_account.delete", row)


def test(session: Session, actor: Actor, id_or_slug: str) -> AccountTest:
    """Try the credentials now, for a few seconds at most, and say plainly what failed."""
    permissions.require(actor, "cloud_account.manage")
    row = _find(session, id_or_slug)
    if row.kind == "sandbox":
        message = "This account is simulated: it has no credentials to try, and nothing it makes is real."
        return AccountTest(ok=True, simulated=True, message=message, checked_at=now())
    given = Given(row.settings, row.credentials or {})
    try:
        CLOUDS[row.cloud].obtain_token(given)
        ok, message = True, "The cloud accepted the credentials and gave a token."
    except Unavailable as error:
        ok, message = False, _without_secrets(error.message, CLOUDS[row.cloud].environment(row.slug, given))
    _record(session, actor, "cloud_account.test", row, ok=ok)
    return AccountTest(ok=ok, simulated=False, message=message, checked_at=now())


def lookup(
    session: Session, actor: Actor, id_or_slug: str, kind: str, parameters: dict[str, str] | None = None
) -> Lookup:
    """Options of a kind (region, vm-size, …) in this account's cloud, narrowed by values of other fields."""
    account = resolve(session, actor, id_or_slug)
    return lookups.find(account.cloud, kind, parameters or {})


def environment_for(session: Session, account_id: str) -> AccountEnvironment:
    """Everything Terraform needs to act for the account, decrypted. For the worker that holds a run, and nobody else."""
    row = _find(session, account_id)
    if row.kind == "sandbox":
        return AccountEnvironment("sandbox", cast(Any, row.cloud), row.slug)
    return CLOUDS[row.cloud].environment(row.slug, Given(row.settings, row.credentials or {}))


def _checked(cloud: str, kind: str, settings: dict[str, Any], credentials: dict[str, Any] | None) -> Given:
    """Settings and credentials as they are stored; Invalid with an error a field."""
    if kind == "sandbox":
        if settings or credentials:
            raise Invalid(
                "The sandbox needs no settings and no credentials.", [FieldProblem("credentials", "leave out")]
            )
        return Given({}, {})
    module = CLOUDS[cloud]
    problems: list[FieldProblem] = []
    good_settings = _parsed(TypeAdapter(module.Settings), settings, "settings", problems)
    good_credentials = _parsed(module.CREDENTIALS, credentials or {}, "credentials", problems)
    if not problems:
        try:
            module.check(good_settings, good_credentials)
        except ValueError as error:
            problems.append(FieldProblem("settings", str(error)))
    if problems:
        raise Invalid("These settings or credentials cannot be used.", problems)
    return Given(good_settings.model_dump(mode="json", exclude_none=True), good_credentials.model_dump(mode="json"))


def _parsed(adapter: TypeAdapter[Any], value: Any, path: str, problems: list[FieldProblem]) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems.extend(FieldProblem(_place(path, item["loc"]), sentence_of(item)) for item in found)
        return None


def _place(path: str, location: tuple[Any, ...]) -> str:
    """Where the problem is, in the client's words: the union's own tag, which comes first, was not written by it."""
    written = location[1:] if location and location[0] in METHODS else location
    return ".".join([path, *map(str, written)])


def _find(session: Session, id_or_slug: str, *, lock: bool = False) -> CloudAccount:
    row = repository.find(session, id_or_slug, lock=lock)
    if row is None:
        raise NotFound(f"There is no cloud account {id_or_slug!r}.")
    return row


def _row(slug: str, name: str, cloud: str, kind: str, given: Given) -> CloudAccount:
    return CloudAccount(
        id=new_id("account"), slug=slug, name=name, cloud=cloud, kind=kind,
        settings=given.settings, credentials=given.credentials or None, created_at=now(),
    )  # fmt: skip


def _without_secrets(message: str, account: AccountEnvironment) -> str:
    for secret in account.secrets:
        message = message.replace(secret, "********")
    return message


def _record(session: Session, actor: Actor, action: str, row: CloudAccount, **detail: Any) -> None:
    facts = {"slug": row.slug, "cloud": row.cloud, "kind": row.kind, **detail}
    audit.record(session, actor, action, object_kind="cloud_account", object_id=row.id, detail=facts)


def _view(row: CloudAccount) -> CloudAccountView:
    return CloudAccountView(
        id=row.id, slug=row.slug, name=row.name, cloud=cast(Any, row.cloud), kind=cast(Any, row.kind),
        settings=row.settings, method=(row.credentials or {}).get("method"), run_limit=row.run_limit,
        created_at=row.created_at,
    )  # fmt: skip
