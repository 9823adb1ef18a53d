"""What Entra ID's error codes mean to whoever keeps an account: one sentence on what is wrong, one on what to do.

Source of the codes: "Microsoft Entra authentication and authorization error codes" and the texts that Entra ID sends along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from portal.cloud_account.azure.settings import Settings

_CODE: Final = re.compile(r"AADSTS(\d+)")

_NEW_SECRET: Final = "`az ad app credential reset --id {client} --append`"  # noqa: S105 - a command
_TRUST: Final = (
    "Entra ID trusts no statement like the one that was shown: issuer {issuer}, subject {subject}, audience {audience}. Trust it "
    'with `az ad app federated-credential create --id {client} --parameters \'{{"name": "terrace", "issuer": "{issuer}", '
    '"subject": "{subject}", "audiences": ["{audience}"]}}\'`; upper and lower case count.'
)
_UNKNOWN_TENANT: Final = (
    "There is no tenant {tenant} in {cloud}. Compare it with `az account show --query tenantId`, and see whether the account "
    "belongs to another of Microsoft's clouds."
)
_SWITCHED_OFF: Final = (
    "The application {client} is disabled. Enable it in Entra ID, under Enterprise applications, Properties."
)
_SECOND_FACTOR: Final = (
    "The tenant {tenant} asks for a second factor, which a run cannot give. "
    "Use a service principal or a managed identity."
)
_LOGIN_ENDED: Final = (
    "The login of the Azure CLI has ended. Run `az login --tenant {tenant}` again as the worker's user."
)
_EXPIRED_STATEMENT: Final = (
    "The signed statement is outside of its time: it has expired, or this machine's clock is wrong. Compare the clock with "
    "the true time (`timedatectl`); a token file must be kept fresh by its platform."
)

SENTENCES: Final[dict[str, str]] = {
    "7000215": "The client secret is not one of the application {client}. Enter the secret's value, not its ID, or make a "
    f"new one: {_NEW_SECRET}.",
    "7000222": f"The client secret of the application {{client}} has expired. Make a new one ({_NEW_SECRET}) and enter it here.",
    "700016": "There is no application {client} in the tenant {tenant}: one of the IDs belongs elsewhere. Compare them with "
    "`az ad app show --id {client} --query appId` and `az account show --query tenantId`.",
    "7000229": "The application {client} has no service principal in the tenant {tenant}. Make it: "
    "`az ad sp create --id {client}`.",
    "7000112": _SWITCHED_OFF,
    "7000116": _SWITCHED_OFF,
    "90002": _UNKNOWN_TENANT,
    "900021": _UNKNOWN_TENANT,
    "900023": _UNKNOWN_TENANT,
    "700027": "Entra ID does not know the certificate, or it has expired there. Add it to the application: "
    "`az ad app credential reset --id {client} --cert @certificate.pem --append`.",
    "700024": _EXPIRED_STATEMENT,
    "500133": _EXPIRED_STATEMENT,
    "70021": _TRUST,
    "700211": _TRUST,
    "700212": _TRUST,
    "700213": _TRUST,
    "7002137": _TRUST,
    "7002138": _TRUST,
    "50166": "Entra ID could not read {issuer}/.well-known/openid-configuration. The portal's address must be reachable from the "
    "internet over HTTPS, with a certificate that is publicly trusted.",
    "50013": "Entra ID could not check the signature of the statement of {issuer}. Its published keys must be reachable from the "
    "internet and be the ones that sign; after a change, try again in some minutes.",
    "500011": "The tenant {tenant} does not know Azure Resource Manager, so it has no subscription. Check the tenant ID.",
    "50034": "The user of this login does not exist in the tenant {tenant}. Check the tenant ID.",
    "53003": "A conditional access policy of the tenant {tenant} forbids this sign-in. Exclude the service principal or let this "
    "machine's address through.",
    "53000": "A conditional access policy of the tenant {tenant} asks for a managed device, which a server is not.",
    "50076": _SECOND_FACTOR,
    "50079": _SECOND_FACTOR,
    "50173": _LOGIN_ENDED,
    "70043": _LOGIN_ENDED,
    "700082": _LOGIN_ENDED,
    "700084": _LOGIN_ENDED,
    "90033": "Entra ID has a passing fault. Try again in a minute.",
}
"""AADSTS code → what to tell. Placeholders are the account's own settings and what the shown statement says of itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a federated statement says of itself. Not secret, unlike the statement."""

    issuer: str = "of the token"
    subject: str = "of the token"
    audience: str = ""


def sentence(text: str, settings: Settings, client: str, shown: Shown) -> str:
    """What an error of Entra ID means. Its own first sentence when the code is not known here."""
    found = _CODE.search(text)
    known = SENTENCES.get(found[1]) if found else None
    if known is None:
        return f"Entra ID refused the sign-in: {_first_line(text)}"
    names: dict[str, Any] = {"client": client, "tenant": settings.tenant_id, "cloud": settings.cloud.title}
    said = known.format(
        **names, issuer=shown.issuer, subject=shown.subject, audience=shown.audience or settings.cloud.audience
    )
    return f"{said} (AADSTS{found[1] if found else ''})"


def _first_line(text: str) -> str:
    lines = text.removeprefix("Authentication failed: ").strip().splitlines()
    return lines[0].partition(" Trace ID:")[0][:300] if lines else "it gave no reason."
