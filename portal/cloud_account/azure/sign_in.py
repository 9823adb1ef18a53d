"""A token for Azure Resource Manager, through azure-identity. Every sign-in has a credential object of its own.

That object's cache is in its own memory and goes with it, so no account can ever be answered with another's token. What the
library sends goes to the sign-in host of the account's own cloud and nowhere else, in a bounded time; no redirect is followed.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from portal.cloud_account import files
from portal.cloud_account.azure import refusals
from portal.cloud_account.azure.methods import (
    AzureCli,
    ClientCertificate,
    ClientSecret,
    Credentials,
    ManagedIdentity,
    PortalIdentity,
    WorkloadIdentity,
)
from portal.cloud_account.azure.refusals import Shown
from portal.cloud_account.azure.settings import Settings
from portal.cloud_account.outgoing import Throttled
from portal.cloud_account.provider import Assertion
from portal.kit.errors import Unavailable
from portal.kit.secrets import Masked

if TYPE_CHECKING:
    from portal.cloud_account.azure.transport import Watched

SECONDS: Final = 10.0
"""For one sign-in of a test; a look-up gives what it has."""
NO_TENANT: Final = "AADSTS90002"
"""What Entra ID says of an unknown tenant, in an answer that the library does not pass on."""
CLOCK_MATTERS: Final = 60
MACHINE_TIMEOUTS: Final[dict[str, Any]] = {"connection_timeout": 2, "read_timeout": 5, "retry_total": 0}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token and what it says of itself."""

    bearer: Masked
    claims: dict[str, Any] = field(repr=False)
    skew: float | None = None

    @property
    def identity(self) -> str | None:
        """Who this is, in Azure's words."""
        user = self.claims.get("upn") or self.claims.get("unique_name")
        if user:
            return str(user)
        application, found = self.claims.get("appid") or self.claims.get("azp"), self.claims.get("oid")
        return f"application {application} (object {found})" if application else None

    @property
    def tenant(self) -> str | None:
        """The directory that gave the token."""
        found = self.claims.get("tid")
        return str(found).lower() if found else None


@dataclass(frozen=True, slots=True)
class Who:
    """One of an account's identities: the one that applies, or the one that plans and looks up."""

    settings: Settings
    credentials: Credentials
    reads: bool
    assertion: Assertion

    @property
    def client(self) -> str:
        found = self.settings.reader_id if self.reads else self.settings.client_id
        return str(found or "")

    @property
    def secret(self) -> str:
        """The client secret of this identity, when it has one."""
        if not isinstance(self.credentials, ClientSecret):
            return ""
        other = self.credentials.plan_client_secret if self.reads and self.settings.plan_client_id else None
        return other or self.credentials.client_secret

    def hidden(self) -> list[str]:
        """What must be in no message, whatever the other side answers."""
        match self.credentials:
            case ClientSecret():
                return [self.secret]
            case ClientCertificate():
                return [text for text in (self.credentials.password, self.credentials.certificate) if text]
            case _:
                return []


def sign_in(who: Who, seconds: float = SECONDS) -> SignedIn:
    """The token. Unavailable says in a sentence what failed and what to do, without any secret."""
    # Only whoever signs in waits for these imports: they take as long as the rest of a worker's start.
    from azure.core.exceptions import AzureError
    from azure.identity import CredentialUnavailableError

    from portal.cloud_account.azure.transport import Watched

    watched = Watched(who.settings.cloud.authorities, time.monotonic() + seconds)
    stated = _Stated(who)
    try:
        with _credential(who, watched, stated, seconds) as credential:
            token = credential.get_token(who.settings.cloud.scope).token
    except CredentialUnavailableError as error:
        raise Unavailable(_clean(_not_here(who, str(error)), who)) from None
    except (AzureError, ValueError) as error:
        # The library's error has the other side's answer in it, so it goes no further.
        raise stated.failure or _failed(str(error), who, watched, stated, seconds) from None
    return SignedIn(Masked(token), claims_of(token), watched.skew)


def prepare() -> None:
    """Have the library ready, so that its import costs no answer its time."""
    import azure.identity  # noqa: F401

    from portal.cloud_account.azure import transport  # noqa: F401


@dataclass
class _Stated:
    """The statement that is shown, what it says of itself, and why there is none."""

    who: Who
    shown: Shown = field(default_factory=Shown)
    failure: Unavailable | None = None

    def read(self) -> str:
        credentials = self.who.credentials
        try:
            if isinstance(credentials, WorkloadIdentity):
                statement = files.read(credentials.token_file)
            else:
                statement = self.who.assertion(self.who.settings.cloud.audience)
        except Unavailable as error:
            self.failure = error
            raise
        self.shown = _about(claims_of(statement))
        return statement


def _about(claims: dict[str, Any]) -> Shown:
    audience = claims.get("aud")
    first = audience[0] if isinstance(audience, list) and audience else audience
    return Shown(str(claims.get("iss", "")), str(claims.get("sub", "")), str(first or ""))


def _credential(who: Who, watched: Watched, stated: _Stated, seconds: float) -> Any:
    from azure import identity

    settings, credentials = who.settings, who.credentials
    tenant, client = str(settings.tenant_id), who.client
    # The hosts are ours and fixed, so the public cloud need not be asked whether they are Microsoft's.
    options: dict[str, Any] = {
        "authority": settings.cloud.authority, "disable_instance_discovery": True, "transport": watched, "retry_total": 0,
    }  # fmt: skip
    match credentials:
        case ClientSecret():
            return identity.ClientSecretCredential(tenant, client, who.secret, **options)
        case ClientCertificate():
            data, password = base64.b64decode(credentials.certificate), credentials.password or None
            return identity.CertificateCredential(tenant, client, certificate_data=data, password=password, **options)
        case WorkloadIdentity() | PortalIdentity():
            return identity.ClientAssertionCredential(tenant, client, stated.read, **options)
        case ManagedIdentity():
            # azurerm asks the machine, so this does too, also where the platform's federated variables are set (AKS).
            return identity.ManagedIdentityCredential(
                client_id=client or None, _exclude_workload_identity_credential=True, **MACHINE_TIMEOUTS
            )
        case AzureCli():
            subscription = str(settings.subscription_id)
            return identity.AzureCliCredential(subscription=subscription, process_timeout=max(1, round(seconds)))


def _failed(text: str, who: Who, watched: Watched, stated: _Stated, seconds: float) -> Unavailable:
    on_this_machine = isinstance(who.credentials, AzureCli | ManagedIdentity)
    if on_this_machine and "AADSTS" not in text:
        return Unavailable(_clean(_not_here(who, text), who))
    if not on_this_machine and (found := _unlike_entra(watched, who, seconds)):
        return found
    if watched.knows_no_tenant:
        text = NO_TENANT
    if "AADSTS" in text:
        said = refusals.sentence(text, who.settings, who.client, stated.shown) + _clock(watched.skew)
        return Unavailable(_clean(said, who))
    # It spoke, but not as Entra ID does; its words may be anything.
    return Unavailable("Entra ID gave an answer that is not one of its own. Is a proxy in between?")


def _unlike_entra(watched: Watched, who: Who, seconds: float) -> Unavailable | None:
    """What went wrong before Entra ID could judge."""
    if watched.elsewhere:
        return Unavailable("Entra ID pointed to an address that this portal does not call.")
    if watched.status is None:
        return Unavailable(
            f"Azure's sign-in ({who.settings.cloud.authority}) did not answer within {seconds:g} seconds. Can this machine "
            "reach it, and does it need a proxy (HTTPS_PROXY)?"
        )
    if watched.status in (429, 503):
        return _patience(watched)
    if 300 <= watched.status < 400:
        return Unavailable("Entra ID answered with a redirect, which is not followed. Is a proxy in between?")
    if watched.status >= 500:
        return Unavailable(f"Entra ID has a passing fault ({watched.status}). Try again in a minute.")
    return None


def _clock(skew: float | None) -> str:
    if skew is None or abs(skew) < CLOCK_MATTERS:
        return ""
    return f" This machine's clock is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} Azure's."


def _patience(watched: Watched) -> Throttled:
    after = watched.retry_after
    when = f"in {after:g} seconds" if after else "later"
    return Throttled(f"Entra ID asks for patience. Try again {when}.", after)


def _not_here(who: Who, text: str) -> str:
    if isinstance(who.credentials, AzureCli):
        if "not found on path" in text:
            return "There is no `az` on this machine. Install the Azure CLI on the machines of the workers and of the portal."
        return (
            f"The Azure CLI on this machine gives no token for the subscription {who.settings.subscription_id}. "
            f"Run `az login --tenant {who.settings.tenant_id}` there as the portal's and the worker's user."
        )
    which = f"no identity {who.client}" if who.client else "no identity of its own"
    return (
        f"This machine has {which}, or its metadata service does not answer. Assign it with `az vm identity assign`; the "
        "workers' machines must have it, and the portal's for this test."
    )


def _clean(message: str, who: Who) -> str:
    for secret in who.hidden():
        message = message.replace(secret, "********")
    return message


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unchecked: it is ours to show, and nothing is decided by it."""
    try:
        part = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
