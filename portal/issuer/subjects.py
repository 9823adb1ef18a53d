"""Who a token speaks of, as one text that a cloud compares whole, and which audience an account's cloud expects. Pure.

A subject is a row of `name:value` pairs, each value percent-encoded, so that no value can hold the `:` that separates them. The
names come in one order and the last pair is always the phase: different (account, project, deployment, phase) never give the
same subject, and none is the beginning of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

Scope = Literal["account", "project", "deployment"]
Phase = Literal["plan", "apply", "lookup"]
SCOPES: Final[tuple[Scope, ...]] = ("account", "project", "deployment")
METHOD: Final = "portal_identity"
"""How an account signs in that trusts the portal as an issuer."""
AZURE_AUDIENCES: Final = {
    "public": "api://AzureADTokenExchange",
    "usgovernment": "api://AzureADTokenExchangeUSGov",
    "china": "api://AzureADTokenExchangeChina",
}


def subject(
    *, scope: Scope, phase: Phase, account: str, project: str | None = None, deployment: str | None = None
) -> str:
    """The subject for one phase, as fine as `scope` says. A look-up belongs to no project, so to its account alone.

    ValueError when the scope needs a project or a deployment and none is given.
    """
    pairs = [("account", account)]
    if phase != "lookup" and scope != "account":
        pairs.append(("project", _given(project, "project")))
        if scope == "deployment":
            pairs.append(("deployment", _given(deployment, "deployment")))
    pairs.append(("phase", phase))
    return ":".join(f"{name}:{quote(value, safe='')}" for name, value in pairs)


def scope_of(settings: Mapping[str, Any]) -> Scope:
    """How fine the subjects of an account are: its setting `subject_scope`, else one for the account and phase."""
    found = settings.get("subject_scope", "account")
    return found if found in SCOPES else "account"


def audience_of(cloud: str, settings: Mapping[str, Any], credentials: Mapping[str, Any]) -> str | None:
    """The one audience for which tokens of an account are issued; None when it says none.

    `audience` as the administrator gave it, else what the cloud expects when nothing was chosen: Entra ID a word of its own,
    Google the address of the `provider` (projects/…/workloadIdentityPools/…/providers/…).
    """
    chosen = credentials.get("audience") or settings.get("audience")
    if chosen:
        return str(chosen)
    if cloud == "azure":
        return AZURE_AUDIENCES.get(str(settings.get("environment", "public")))
    provider = credentials.get("provider") or settings.get("provider")
    return google_audience(str(provider)) if provider else None


def google_audience(provider: str) -> str:
    """Google's default audience of a workload identity provider, from its resource name however that begins."""
    return "https://iam.googleapis.com/" + provider.removeprefix("https:").removeprefix("//iam.googleapis.com").strip(
        "/"
    )


def _given(value: str | None, what: str) -> str:
    if not value:
        raise ValueError(f"a subject of this account needs a {what}")
    return value
