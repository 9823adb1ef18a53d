"""Trying an Azure account: who it is, which subscription it reaches, and what the templates need that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from portal.cloud_account.azure import manager, needs, rights
from portal.cloud_account.azure.manager import Manager
from portal.cloud_account.azure.methods import ClientCertificate, PortalIdentity, load, stored
from portal.cloud_account.azure.sign_in import SignedIn, Who, sign_in
from portal.cloud_account.outgoing import Answered
from portal.cloud_account.provider import Assertion, Examination, Finding, Needs
from portal.cloud_account.schemas import Given
from portal.kit.clock import now
from portal.kit.errors import Unavailable

SECONDS: Final = 10.0
"""For each sign-in, and for all questions after it."""
CLOCK_WARNS: Final = 60
CLOCK_BREAKS: Final = 300
"""Seconds: Entra ID refuses what is signed more than five minutes away from its own time."""
DAYS: Final = 30
NAMED: Final = 12
"""As many missing rights are named; the rest is counted."""
STATES: Final = {
    "Warned": "it takes no new resources until its bill is settled",
    "PastDue": "its bill is past due, and it will be disabled soon",
    "Disabled": "it is disabled: everything in it can only be read or deleted",
    "Expired": "it has expired",
    "Deleted": "it has been deleted",
}
ROLES_HELP: Final = (
    "az role assignment create --assignee {client} --role Contributor --scope /subscriptions/{subscription}"
)
OPTIONAL: Final = "Microsoft.Authorization/"
"""Role assignments and locks are options of templates, which Contributor leaves out."""


def expires_at(given: Given) -> datetime | None:
    """When the certificate ends. A client secret's end is known to Entra ID only."""
    _, credentials = stored(given)
    if not isinstance(credentials, ClientCertificate):
        return None
    return load(credentials)[1].not_valid_after_utc


def examine(given: Given, assertion: Assertion, wanted: Needs) -> Examination:
    """Sign in as everybody that the account has, and look at what they may do."""
    applies, plans = (manager.who(given, assertion, reads=reads) for reads in (False, True))
    separate = applies.settings.plan_client_id is not None
    if separate and isinstance(applies.credentials, PortalIdentity):
        # Only a run may sign in as the one that applies; a look-up's statement is trusted by the one that plans.
        return _with(given, plans, wanted, reads_only=True, more=[_not_tried(applies)])
    found = _with(given, applies, wanted, reads_only=False)
    return _and_plans(found, plans, wanted) if separate and found.identity is not None else found


def _with(given: Given, who: Who, wanted: Needs, *, reads_only: bool, more: Iterable[Finding] = ()) -> Examination:
    try:
        signed_in = sign_in(who, SECONDS)
    except Unavailable as error:
        return Examination([_error("sign-in", error.message), *_expiry(given)])
    identity = signed_in.identity or who.client or "the machine's identity"
    findings = [Finding(check="sign-in", severity="ok", title=f"Signed in as {identity}.")]
    findings += _tenant(who, signed_in)
    with manager.asking(who, signed_in, SECONDS) as asked:
        target, about = _target(asked, who)
        findings += about
        if target is not None:
            findings += _rest(asked, who, wanted, reads_only=reads_only)
        findings += _clock(asked.outgoing.skew if asked.outgoing.skew is not None else signed_in.skew)
    return Examination([*findings, *more, *_expiry(given)], identity, target)


def _rest(asked: Manager, who: Who, wanted: Needs, *, reads_only: bool) -> Iterator[Finding]:
    for check, look in (
        ("permissions", lambda: _permissions(asked, who, wanted, reads_only=reads_only)),
        ("apis", lambda: _providers(asked, wanted)),
        ("region", lambda: _regions(asked)),
    ):
        yield from _tried(check, look)


def _tried(check: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What could not be read is no reason to call the account broken."""
    try:
        return look()
    except Unavailable as error:
        return [Finding(check=check, severity="warning", title="This could not be looked at.", detail=error.message)]


def _and_plans(found: Examination, plans: Who, wanted: Needs) -> Examination:
    """The second identity, which may read and should do no more."""
    try:
        signed_in = sign_in(plans, SECONDS)
    except Unavailable as error:
        more = [_error("sign-in", f"The identity for plans: {error.message}")]
    else:
        more = [
            Finding(
                check="sign-in", severity="ok", title=f"Plans are signed in as {signed_in.identity or plans.client}."
            )
        ]
        with manager.asking(plans, signed_in, SECONDS) as asked:
            more += _tried("permissions", lambda: _permissions(asked, plans, wanted, reads_only=True))
    return Examination([*found.findings, *more], found.identity, found.target)


def _target(asked: Manager, who: Who) -> tuple[str | None, list[Finding]]:
    subscription = str(who.settings.subscription_id)
    try:
        found = asked.get("", manager.SUBSCRIPTIONS)
    except Answered as error:
        if error.answer not in (403, 404):
            return None, [_error("target", error.message)]
        title = f"The subscription {subscription} is not there for this identity: the ID is another's, or it has no role in it."
        return None, [_error("target", title, fix=_role(who))]
    except Unavailable as error:
        return None, [_error("target", error.message)]
    name, state = str(found.get("displayName") or subscription), str(found.get("state") or "Enabled")
    findings = [Finding(check="target", severity="ok", title=f"The subscription is {name}.", detail=subscription)]
    if state != "Enabled":
        title = f"The subscription {name} is {state}: {STATES.get(state, 'resources may not be made in it')}."
        fix = "Settle this in the Azure portal under Cost Management, or choose another subscription."
        findings = [_error("target", title, fix=fix) if state != "Warned" else _warning("target", title, fix=fix)]
    tenant = str(found.get("tenantId") or "").lower()
    if tenant and tenant != str(who.settings.tenant_id):
        title = f"The subscription {name} belongs to the tenant {tenant}, not to {who.settings.tenant_id}."
        findings.append(_error("target", title, fix="Change the account's tenant ID."))
    return name, findings


def _tenant(who: Who, signed_in: SignedIn) -> list[Finding]:
    """A machine's identity and a login bring a tenant of their own."""
    if signed_in.tenant is None or signed_in.tenant == str(who.settings.tenant_id):
        return []
    title = f"The sign-in is of the tenant {signed_in.tenant}, not of {who.settings.tenant_id}."
    return [_error("sign-in", title, fix="Change the account's tenant ID, or sign in to the tenant that it names.")]


def _permissions(asked: Manager, who: Who, wanted: Needs, *, reads_only: bool) -> list[Finding]:
    entries = list(asked.items("/providers/Microsoft.Authorization/permissions", manager.PERMISSIONS))
    lacking = rights.missing(entries, needs.actions(wanted.resource_types, reads_only=reads_only))
    whose = " for plans" if reads_only else ""
    findings = list(_lacking(lacking, who, whose, reads_only=reads_only))
    if reads_only and not rights.missing(entries, ["Microsoft.Resources/subscriptions/resourceGroups/write"]):
        title = "The identity for plans may also change things."
        findings.append(_warning("permissions", title, fix="Give it the role Reader instead of Contributor."))
    if not findings:
        title = f"Nothing that the templates need is missing{whose}."
        findings = [Finding(check="permissions", severity="ok", title=title)]
    return findings


def _lacking(lacking: list[str], who: Who, whose: str, *, reads_only: bool) -> Iterator[Finding]:
    optional = [action for action in lacking if action.startswith(OPTIONAL) and not reads_only]
    needed = [action for action in lacking if action not in optional]
    if needed:
        title = f"{len(needed)} rights that the templates need are missing in this subscription{whose}."
        yield _error(
            "permissions", title, detail=_listed(needed), fix=_role(who, "Reader" if reads_only else "Contributor")
        )
    if optional:
        title = "Role assignments and locks, which are options of templates, cannot be made."
        fix = _role(who, "Role Based Access Control Administrator")
        yield _warning("permissions", title, detail=_listed(optional), fix=fix)


def _providers(asked: Manager, wanted: Needs) -> list[Finding]:
    needed = needs.namespaces(wanted.resource_types)
    states = {
        str(item.get("namespace", "")).lower(): str(item.get("registrationState", ""))
        for item in asked.items("/providers", manager.PROVIDERS)
    }
    off = sorted(name for name in needed if states.get(name.lower()) not in ("Registered", "Registering"))
    if not off:
        return [
            Finding(check="apis", severity="ok", title="Every resource provider that the templates need is registered.")
        ]
    subscription = asked.settings.subscription_id
    commands = [f"az provider register --namespace {name} --subscription {subscription}" for name in off]
    title = f"{len(off)} resource providers that the templates need are not registered: {', '.join(off)}."
    return [_error("apis", title, fix="\n".join(commands))]


def _regions(asked: Manager) -> list[Finding]:
    open_ = [item for item in asked.items("/locations", manager.SUBSCRIPTIONS) if is_physical(item)]
    if not open_:
        return [_error("region", "No region is open to this subscription.")]
    return [Finding(check="region", severity="ok", title=f"{len(open_)} regions are open to this subscription.")]


def is_physical(location: Mapping[str, Any]) -> bool:
    """Whether things can be made there: Azure also lists geographies and stages."""
    return (location.get("metadata") or {}).get("regionType", "Physical") == "Physical"


def _clock(skew: float | None) -> list[Finding]:
    if skew is None or abs(skew) < CLOCK_WARNS:
        return []
    title = f"This machine's clock is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} Azure's."
    make = _error if abs(skew) >= CLOCK_BREAKS else _warning
    return [make("clock", title, fix="Synchronise it: `timedatectl set-ntp true`.")]


def _expiry(given: Given) -> list[Finding]:
    end = expires_at(given)
    if end is None:
        return []
    day, days = end.astimezone(UTC).date().isoformat(), (end - now()).days
    fix = "Add a new certificate to the application, then rotate the credentials here."
    if end <= now():
        return [_error("expiry", f"The certificate ended on {day}.", fix=fix)]
    if days < DAYS:
        return [_warning("expiry", f"The certificate ends on {day}, in {days} days.", fix=fix)]
    return [Finding(check="expiry", severity="ok", title=f"The certificate is good until {day}.")]


def _not_tried(applies: Who) -> Finding:
    title = f"What the application {applies.client} may do was not tried."
    detail = "Only a run that applies is trusted to sign in as it; a test signs in as the identity for plans."
    return Finding(check="permissions", severity="ok", title=title, detail=detail)


def _role(who: Who, role: str = "Contributor") -> str:
    client = who.client or "<the identity's object id>"
    command = ROLES_HELP.format(client=client, subscription=who.settings.subscription_id)
    return command.replace("--role Contributor", f'--role "{role}"' if " " in role else f"--role {role}")


def _listed(actions: list[str]) -> str:
    more = f" and {len(actions) - NAMED} more" if len(actions) > NAMED else ""
    return ", ".join(actions[:NAMED]) + more


def _error(check: str, title: str, *, detail: str = "", fix: str = "") -> Finding:
    return Finding(check=check, severity="error", title=title, detail=detail, fix=fix)


def _warning(check: str, title: str, *, detail: str = "", fix: str = "") -> Finding:
    return Finding(check=check, severity="warning", title=title, detail=detail, fix=fix)
