"""What Google's sign-in means when it refuses, in a sentence that says what to do. Pure.

Google's own sentences are compared by their fixed parts; what is not known is repeated, cut short and without anything that
could prove who somebody is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.gcp.door import HOSTS, Refusal

_PROOFS: Final = re.compile(r"eyJ[\w-]+(?:\.[\w-]*)*|ya29\.[\w.-]+|1//[\w-]{10,}|GOCSPX-[\w-]+|[\w+=-]{40,}")
ENABLE: Final = "`gcloud services enable {api} --project={project}`"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the sign-in that failed."""

    project: str
    account: str | None = None
    """The service account of a key."""
    target: str | None = None
    """The service account that was to be acted as."""
    provider: str | None = None
    """projects/…/workloadIdentityPools/…/providers/…"""
    subject: str | None = None
    issuer: str | None = None
    audience: str | None = None
    machine: bool = False
    """It was the machine's own login."""
    skew: float | None = None

    @property
    def member(self) -> str:
        """Who asked, as IAM writes it."""
        if self.account:
            return f"serviceAccount:{self.account}"
        if self.provider:
            pool = self.provider.partition("/providers/")[0]
            return f"principal://iam.googleapis.com/{pool}/subject/{self.subject or 'SUBJECT'}"
        return "serviceAccount:WHOEVER-THE-MACHINE-IS"


def sentence(refusal: Refusal | None, about: About) -> str:
    """What was wrong and what to do."""
    if refusal is None:
        return "The credentials cannot be used as they are. Enter them anew, whole and unchanged."
    if about.machine and refusal.host not in HOSTS:
        return (
            f"The metadata server of this machine gave no token ({refusal.status}): has the machine a service account?"
        )
    if refusal.body is None:
        return f"Google's sign-in gave an answer that is not Google's ({refusal.status}). Is a proxy in between?"
    if refusal.host == "iamcredentials.googleapis.com":
        return _impersonation(refusal, about)
    code, said = _oauth(refusal.body)
    known = _STS if refusal.host == "sts.googleapis.com" else _TOKEN
    for part, explained in known:
        if part in f"{code}: {said}".lower():
            return explained(about)
    return f"Google refused the credentials: {without_proofs(said or code or str(refusal.status))}"


def without_proofs(text: str) -> str:
    """The first line of what somebody said, with nothing in it that looks like a token or a key."""
    line = next(iter(text.strip().splitlines()), "")
    return _PROOFS.sub("********", line)[:300]


def clock(skew: float | None) -> str:
    """How far off this machine's clock is, in words."""
    if skew is None or abs(skew) < 5:
        return "this machine's clock is not Google's"
    return f"this machine's clock is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} Google's"


def _deleted_key(about: About) -> str:
    return (
        "Google no longer knows this key: it was deleted, or it belongs to another service account. Make a new one: "
        f"`gcloud iam service-accounts keys create key.json --iam-account={about.account or 'ACCOUNT'}`"
    )


def _clock(about: About) -> str:
    return f"Google refused the credentials because of the time: {clock(about.skew)}. Let it be set by NTP."


def _no_account(about: About) -> str:
    account = about.account or "of these credentials"
    return f"The service account {account} no longer exists, or is disabled: `gcloud iam service-accounts list`."


def _disabled(about: About) -> str:
    account = about.account or "ACCOUNT"
    return f"The service account is disabled. Enable it: `gcloud iam service-accounts enable {account}`."


def _ended(about: About) -> str:
    if about.machine:
        return "The login of this machine has ended. Renew it there: `gcloud auth application-default login`."
    return "These credentials were revoked or have expired. Enter new ones."


def _no_provider(about: About) -> str:
    named = about.provider or about.audience or "that the configuration names"
    return (
        f"There is no workload identity provider {named}, or it is disabled. "
        "Its path holds the number of the project, not its id: `gcloud iam workload-identity-pools providers list`."
    )


def _audience(about: About) -> str:
    return (
        f"The provider allows other audiences than {about.audience or 'the one in the token'}. Allow it: "
        f"`{_update(about)} --allowed-audiences={about.audience or 'AUDIENCE'}`"
    )


def _condition(about: About) -> str:
    return (
        "The provider's attribute condition rejects the token. "
        f"Its subject is {about.subject or 'unknown'}, its issuer {about.issuer or 'unknown'}, "
        f"its audience {about.audience or 'unknown'}: let the condition allow these."
    )


def _issuer(about: About) -> str:
    return (
        f"The provider trusts another issuer than {about.issuer or 'that of the token'}. "
        f"Let it trust this one: `{_update(about)} --issuer-uri={about.issuer or 'ISSUER'}`"
    )


def _unreachable(about: About) -> str:
    return (
        f"Google could not read the keys of the issuer {about.issuer or 'of the token'}. "
        "Its /.well-known/openid-configuration must be reachable from the internet by HTTPS, or upload the keys: "
        f"`{_update(about)} --jwk-json-path=jwks.json`"
    )


def _too_old(about: About) -> str:
    return f"The token was too old for Google: it is not kept fresh, or {clock(about.skew)}."


def _signature(about: About) -> str:
    return (
        f"The token's signature does not fit the keys that Google knows of {about.issuer or 'its issuer'}. "
        "Were keys uploaded that are not the newest?"
    )


def _too_long(_: About) -> str:
    return (
        "The subject of the token is longer than the 127 bytes that Google takes. Choose a coarser `subject_scope`, "
        "or map google.subject to a shorter claim such as assertion.deployment."
    )


def _update(about: About) -> str:
    parts = re.fullmatch(r".*projects/(\d+)/.*workloadIdentityPools/([^/]+)/providers/([^/]+)", about.provider or "")
    project, pool, name = parts.groups() if parts else ("PROJECT", "POOL", "PROVIDER")
    return (
        f"gcloud iam workload-identity-pools providers update-oidc {name} --workload-identity-pool={pool} "
        f"--location=global --project={project}"
    )


_Known = tuple[tuple[str, Callable[[About], str]], ...]
_TOKEN: Final[_Known] = (
    ("invalid jwt signature", _deleted_key),
    ("iat and exp", _clock),
    ("account not found", _no_account),
    ("disabled", _disabled),
    ("token has been expired or revoked", _ended),
    ("invalid_rapt", _ended),
    ("reauth", _ended),
)
_STS: Final[_Known] = (
    ("attribute condition", _condition),
    ("invalid_target", _no_provider),
    ("127 bytes", _too_long),
    ("error connecting to the given credential's issuer", _unreachable),
    ("expected audience", _audience),
    ("audience in id token", _audience),
    ("issuer", _issuer),
    ("stale", _too_old),
    ("expired", _too_old),
    ("issued at", _too_old),
    ("signature", _signature),
    ('invalid value for "audience"', _no_provider),
)


def _impersonation(refusal: Refusal, about: About) -> str:
    error = refusal.body.get("error") if isinstance(refusal.body, dict) else None
    error = error if isinstance(error, dict) else {}
    said, target = str(error.get("message") or ""), about.target or "the service account"
    if "SERVICE_DISABLED" in str(error.get("details")) or "has not been used in project" in said:
        # The API counts for the project of whoever asks, which Google names by its number.
        number = re.search(r"project (\d+)", said)
        project = number.group(1) if number else about.project
        return f"The IAM Credentials API is off: {ENABLE.format(api='iamcredentials.googleapis.com', project=project)}."
    if refusal.status == 404:
        return f"There is no service account {target} to act as: `gcloud iam service-accounts list`."
    if refusal.status in (401, 403):
        return _may_not_act(target, about)
    return f"Google would not let the account act as {target}: {without_proofs(said or str(refusal.status))}"


def _may_not_act(target: str, about: About) -> str:
    role = "roles/iam.workloadIdentityUser" if about.provider else "roles/iam.serviceAccountTokenCreator"
    return (
        f"The account may not act as {target}, or there is no such service account. Allow it: "
        f"`gcloud iam service-accounts add-iam-policy-binding {target} --role={role} --member={about.member}`"
    )


def _oauth(body: Any) -> tuple[str, str]:
    """The code and the sentence of an OAuth error; the newer services of Google nest both."""
    if not isinstance(body, dict):
        return "", ""
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("status") or error.get("code") or ""), str(error.get("message") or "")
    return str(error or ""), str(body.get("error_description") or "")
