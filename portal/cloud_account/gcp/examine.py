"""Trying an account: who it is, which project, what it may not do, which APIs are off, and whether the clocks agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from portal.cloud_account.gcp import needs as wanted
from portal.cloud_account.gcp.client import Asking, address, asking, explained, last, with_many
from portal.cloud_account.gcp.needs import Need
from portal.cloud_account.gcp.settings import Settings
from portal.cloud_account.outgoing import Answered
from portal.cloud_account.provider import Assertion, Examination, Finding, Needs
from portal.cloud_account.schemas import Given
from portal.kit.clock import now
from portal.kit.errors import Unavailable

SECONDS: Final = 10.0
PERMISSIONS: Final = 100
"""Of one question, by Google's own limit."""
APIS: Final = 20
KEY_AGE: Final = timedelta(days=90)
"""Google's own advice for rotating a key."""
ENDING: Final = timedelta(days=30)
SKEW: Final = 60.0
"""Seconds; Google refuses an assertion at five minutes."""


def examine(given: Given, assertion: Assertion, needs: Needs) -> Examination:
    """Everything that can be seen in a few seconds. A sign-in that fails is a finding, too."""
    try:
        with asking(given, assertion, phase="apply", seconds=SECONDS) as google:
            findings = [_signed_in(google), *_of_project(google), *_of_rights(google, needs), *_of_places(google)]
            findings += [*_of_key(google), *_of_clock(google)]
            identity, target = google.signed_in.identity, _title(google, findings)
    except Unavailable as error:
        return Examination([Finding(check="sign-in", severity="error", title=error.message)])
    return Examination([*findings, *_of_plans(given, assertion, needs)], identity, target)


def _signed_in(google: Asking) -> Finding:
    return Finding(check="sign-in", severity="ok", title=f"Google gave a token to {google.signed_in.identity}.")


def _title(google: Asking, findings: Iterable[Finding]) -> str | None:
    named = next((found for found in findings if found.check == "target" and found.severity == "ok"), None)
    return named.title if named else None


def _of_project(google: Asking) -> Iterator[Finding]:
    try:
        project = google.get(address("cloudresourcemanager", "v3/projects/{p}", p=google.project))
    except Unavailable as error:
        yield _project_unseen(google, error)
        return
    name, state = str(project.get("displayName") or google.project), str(project.get("state") or "")
    google.number = last(str(project.get("name") or ""))
    if state == "ACTIVE":
        yield Finding(check="target", severity="ok", title=f"{name} ({google.project}, number {google.number})")
        yield from _of_billing(google)
    else:
        title = f"The project {google.project} is not active: {state.lower().replace('_', ' ') or 'unknown'}."
        restore = f"gcloud projects undelete {google.project}"
        yield Finding(check="target", severity="error", title=title, fix=restore if state == "DELETE_REQUESTED" else "")


def _project_unseen(google: Asking, error: Unavailable) -> Finding:
    if isinstance(error, Answered) and error.answer in (403, 404):
        told = explained(error, google.project)
        if told is not error:
            return Finding(check="target", severity="error", title=told.message)
        title = f"The account cannot see the project {google.project}, or there is none with this id."
        return Finding(check="target", severity="error", title=title, fix=_grant(google, [wanted.always().role]))
    return Finding(check="target", severity="error", title=error.message)


def _of_billing(google: Asking) -> Iterator[Finding]:
    """Only where the account may see it: few need to, and Google says nothing otherwise."""
    try:
        found = google.get(address("cloudbilling", "v1/projects/{p}/billingInfo", p=google.project))
    except Unavailable:
        return
    if found.get("billingEnabled") is False:
        fix = f"gcloud billing projects link {google.project} --billing-account=ACCOUNT"
        title = "Billing is off for the project: most resources cannot be made."
        yield Finding(check="billing", severity="error", title=title, fix=fix)


def _of_rights(google: Asking, needs: Needs) -> Iterator[Finding]:
    types = wanted.of(needs.resource_types)
    for look in (_of_permissions, _of_apis):
        try:
            yield from look(google, types)
        except Unavailable as error:
            check = "permissions" if look is _of_permissions else "apis"
            title = f"Which {'permissions are missing' if look is _of_permissions else 'APIs are off'} cannot be told: "
            told = explained(error, google.project) if isinstance(error, Answered) else error
            yield Finding(check=check, severity="warning", title=title + told.message)


def _of_permissions(google: Asking, types: Mapping[str, Need]) -> Iterator[Finding]:
    here = {name: need for name, need in types.items() if need.on == "project"}
    elsewhere = {name: need for name, need in types.items() if need.on == "resource"}
    asked = frozenset().union(*(need.permissions for need in (*here.values(), *elsewhere.values())))
    missing = _missing(google, asked | wanted.always().permissions)
    lacking = {name: need for name, need in here.items() if need.permissions & missing}
    if lacking:
        yield _lacking(google, lacking, missing, whole=len(lacking) == len(here))
    else:
        title = (
            f"Every permission is there that {_kinds(len(here))} of resources need."
            if here
            else "No template needs any."
        )
        yield Finding(check="permissions", severity="ok", title=title)
    if apart := {name: need for name, need in elsewhere.items() if need.permissions & missing}:
        yield _apart(google, apart, missing)


def _lacking(google: Asking, lacking: Mapping[str, Need], missing: frozenset[str], *, whole: bool) -> Finding:
    lines = [f"- `{name}`: {', '.join(sorted(need.permissions & missing))}" for name, need in lacking.items()]
    title = f"{len(missing)} permissions are missing: {_kinds(len(lacking))} of resources cannot be made in full."
    roles = sorted({role for need in lacking.values() for role in need.roles})
    severity = "error" if whole else "warning"
    fix = _grant(google, roles)
    return Finding(check="permissions", severity=severity, title=title, detail="\n".join(lines), fix=fix)


def _apart(google: Asking, apart: Mapping[str, Need], missing: frozenset[str]) -> Finding:
    lines = [f"- `{name}`: {', '.join(sorted(need.permissions & missing))}" for name, need in apart.items()]
    title = "Rights on keys and secrets are not given for the whole project; they can be given on each of them instead."
    roles = sorted({role for need in apart.values() for role in need.roles})
    return Finding(
        check="permissions", severity="warning", title=title, detail="\n".join(lines), fix=_grant(google, roles)
    )


def _missing(google: Asking, permissions: Iterable[str]) -> frozenset[str]:
    """What the account may not do in the project, as far as Google can tell."""
    asked = sorted(permissions)
    found: set[str] = set()
    for start in range(0, len(asked), PERMISSIONS):
        found |= _refused(google, asked[start : start + PERMISSIONS])
    return frozenset(found)


def _refused(google: Asking, asked: list[str]) -> set[str]:
    """One that Google does not know for projects spoils the whole question; then each half is asked, down to that one."""
    url = address("cloudresourcemanager", "v3/projects/{p}:testIamPermissions", p=google.project)
    try:
        granted = google.outgoing.post(url, {"permissions": asked}).get("permissions") or ()
    except Answered as error:
        if error.answer != 400:
            raise
        if len(asked) == 1:
            return set()
        half = len(asked) // 2
        return _refused(google, asked[:half]) | _refused(google, asked[half:])
    return set(asked) - set(granted)


def _of_apis(google: Asking, types: Mapping[str, Need]) -> Iterator[Finding]:
    apis = wanted.apis(types.values())
    off = sorted(_off(google, apis)) if apis else []
    if off:
        affected = sum(1 for need in types.values() if set(need.apis) & set(off))
        title = f"{len(off)} of {len(apis)} APIs are off: {_kinds(affected)} of resources cannot be made."
        fix = f"gcloud services enable {' '.join(off)} --project={google.project}"
        severity = "error" if len(off) == len(apis) else "warning"
        yield Finding(check="apis", severity=severity, title=title, detail=", ".join(off), fix=fix)
    elif apis:
        yield Finding(check="apis", severity="ok", title=f"All {len(apis)} APIs are on.")


def _off(google: Asking, apis: list[str]) -> Iterator[str]:
    parent = f"projects/{google.number or google.project}"
    url = f"https://serviceusage.googleapis.com/v1/{parent}/services:batchGet"
    for start in range(0, len(apis), APIS):
        names = [f"{parent}/services/{api}" for api in apis[start : start + APIS]]
        services: list[dict[str, Any]] = google.get(with_many(url, "names", names)).get("services") or []
        on = {last(str(service.get("name"))) for service in services if service.get("state") == "ENABLED"}
        yield from (api for api in apis[start : start + APIS] if api not in on)


def _of_places(google: Asking) -> Iterator[Finding]:
    """Whether the region and the zone of the settings exist and are open. Silent where the account may not look."""
    named = (("regions", google.settings.region), ("zones", google.settings.zone))
    for kind, name in named:
        if name is None:
            continue
        try:
            found = google.get(f"{google.compute}/{kind}/{name}")
        except Answered as error:
            if error.answer == 404:
                fix = f"gcloud compute {kind} list --project={google.project}"
                yield Finding(check="region", severity="error", title=f"There is no {kind[:-1]} {name}.", fix=fix)
        except Unavailable:
            return
        else:
            yield _place(kind[:-1], name, str(found.get("status") or "UP"))


def _place(kind: str, name: str, status: str) -> Finding:
    if status == "UP":
        return Finding(check="region", severity="ok", title=f"The {kind} {name} can be used.")
    return Finding(
        check="region", severity="warning", title=f"Google says that the {kind} {name} is {status.lower()} now."
    )


def _of_key(google: Asking) -> Iterator[Finding]:
    """A key does not say when it was made or ends, but IAM does, to those who may ask (iam.serviceAccountKeys.get)."""
    email, key_id = google.signed_in.key or ("", "")
    if not email or not key_id:
        return
    url = address("iam", "v1/projects/-/serviceAccounts/{email}/keys/{key}", email=email, key=key_id)
    try:
        found = google.get(url)
    except Unavailable:
        return
    made, ends = _moment(found.get("validAfterTime")), _moment(found.get("validBeforeTime"))
    new = f"gcloud iam service-accounts keys create key.json --iam-account={email}"
    if ends is not None and ends - now() < ENDING:
        title = f"The key ends on {ends:%Y-%m-%d}. Make a new one, and enter it here."
        yield Finding(check="expiry", severity="warning", title=title, fix=new)
    elif made is not None and now() - made > KEY_AGE:
        title = f"The key is {(now() - made).days} days old. Google advises a new one every {KEY_AGE.days} days."
        yield Finding(check="expiry", severity="warning", title=title, fix=new)


def _of_clock(google: Asking) -> Iterator[Finding]:
    skew = google.outgoing.skew if google.outgoing.skew is not None else google.signed_in.skew
    if skew is None:
        return
    if abs(skew) < SKEW:
        yield Finding(check="clock", severity="ok", title="This machine's clock agrees with Google's.")
        return
    side = "ahead of" if skew > 0 else "behind"
    title = f"This machine's clock is {abs(skew):.0f} seconds {side} Google's. At 300 no sign-in works."
    yield Finding(check="clock", severity="warning", title=title, fix="timedatectl set-ntp true")


def _of_plans(given: Given, assertion: Assertion, needs: Needs) -> Iterator[Finding]:
    """Plans that act as a service account of their own: whether they can, and whether it may read."""
    if not Settings.model_validate(given.settings).plan_service_account:
        return
    try:
        with asking(given, assertion, phase="plan", seconds=SECONDS) as google:
            yield _of_reading(google, needs)
    except Unavailable as error:
        yield Finding(check="sign-in", severity="error", title=f"Plans cannot be made: {error.message}")


def _of_reading(google: Asking, needs: Needs) -> Finding:
    here = [need for need in wanted.of(needs.resource_types).values() if need.on == "project"]
    reading = {name for need in here for name in need.permissions if _reads(name)} | wanted.always().permissions
    missing = _missing(google, reading)
    plans = google.signed_in.identity
    if not missing:
        return Finding(
            check="permissions", severity="ok", title=f"Plans act as {plans}, which may read all that they need."
        )
    return Finding(
        check="permissions",
        severity="warning",
        title=f"Plans act as {plans}, which lacks {len(missing)} permissions to read.",
        detail=", ".join(sorted(missing)),
        fix=_grant(google, ["roles/viewer", "roles/iam.securityReviewer"]),
    )


def _reads(permission: str) -> bool:
    return last(permission.replace(".", "/")) in ("get", "list", "getIamPolicy")


def _grant(google: Asking, roles: Iterable[str]) -> str:
    command = f"gcloud projects add-iam-policy-binding {google.project} --member={_member(google)} --condition=None"
    return "\n".join(f"{command} --role={role}" for role in roles)


def _member(google: Asking) -> str:
    """Whoever is signed in, as IAM writes it."""
    identity = google.signed_in.identity
    if identity.startswith("principal://"):
        return identity
    return f"serviceAccount:{identity}" if identity.endswith(".gserviceaccount.com") else "user:YOU@EXAMPLE.COM"


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _kinds(count: int) -> str:
    return f"{count} kind{'' if count == 1 else 's'}"
