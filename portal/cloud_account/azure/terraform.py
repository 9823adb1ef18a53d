"""What azurerm is given for one phase, by the variables that its documentation names.

Source: the index page and the authentication guides of azurerm 5's documentation. Nothing is left for it to find by itself: every
way to sign in but the chosen one is switched off, and so is the registration of resource providers, which changes a subscription.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from portal.cloud_account.azure import command_line
from portal.cloud_account.azure.methods import (
    AzureCli,
    ClientCertificate,
    ClientSecret,
    Credentials,
    ManagedIdentity,
    PortalIdentity,
    WorkloadIdentity,
    stored,
)
from portal.cloud_account.azure.settings import Settings
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import AccountEnvironment, Given

OFF: Final = {
    "ARM_USE_CLI": "false",
    "ARM_USE_OIDC": "false",
    "ARM_USE_MSI": "false",
    "ARM_USE_AKS_WORKLOAD_IDENTITY": "false",
    "ARM_RESOURCE_PROVIDER_REGISTRATIONS": "none",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What one way to sign in adds."""

    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, dict[str, bytes]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()


def environment(slug: str, given: Given, run: RunIdentity | None = None) -> AccountEnvironment:
    """The variables, files and secrets of an account. Without a run (or one without an address) nothing of a run is in it."""
    settings, credentials = stored(given)
    run = run if run is not None and run.token_url else None
    planning = run is not None and run.phase == "plan"
    client_id = settings.reader_id if planning else settings.client_id
    env = {
        "ARM_SUBSCRIPTION_ID": str(settings.subscription_id),
        "ARM_TENANT_ID": str(settings.tenant_id),
        "ARM_ENVIRONMENT": settings.environment,
        **OFF,
        **({"ARM_CLIENT_ID": str(client_id)} if client_id else {}),
    }
    handed = _handed(settings, credentials, run, planning=planning)
    return AccountEnvironment(
        "live", "azure", slug, {**env, **handed.env}, handed.files, handed.secrets, handed.folders
    )


def _handed(settings: Settings, credentials: Credentials, run: RunIdentity | None, *, planning: bool) -> Handed:
    match credentials:
        case ClientSecret():
            return _secret(credentials, planning=planning and settings.plan_client_id is not None)
        case ClientCertificate():
            return _certificate(credentials)
        case WorkloadIdentity():
            return Handed({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": credentials.token_file})
        case PortalIdentity():
            return _stated(settings, run)
        case ManagedIdentity():
            return Handed({"ARM_USE_MSI": "true"})
        case AzureCli():
            return _login(settings, run)


def _secret(credentials: ClientSecret, *, planning: bool) -> Handed:
    """Both secrets are redacted in either phase; only the phase's own is handed over."""
    secret = (credentials.plan_client_secret if planning else None) or credentials.client_secret
    kept = {credentials.client_secret, credentials.plan_client_secret or secret}
    return Handed(files={"ARM_CLIENT_SECRET_FILE_PATH": secret.encode()}, secrets=frozenset(kept))


def _certificate(credentials: ClientCertificate) -> Handed:
    return Handed(
        {"ARM_CLIENT_CERTIFICATE_PASSWORD": credentials.password} if credentials.password else {},
        {"ARM_CLIENT_CERTIFICATE_PATH": base64.b64decode(credentials.certificate)},
        secrets=frozenset({credentials.certificate, credentials.password, *_key_of(credentials)} - {""}),
    )


def _key_of(credentials: ClientCertificate) -> set[str]:
    """The private key within, as a program prints it that opens the file."""
    try:
        key, _, _ = pkcs12.load_key_and_certificates(
            base64.b64decode(credentials.certificate), credentials.password.encode() or None
        )
    except ValueError:
        return set()
    return {key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()} if key else set()


def _stated(settings: Settings, run: RunIdentity | None) -> Handed:
    """azurerm asks the address with the bearer for a fresh statement whenever it needs a token (as in GitHub Actions).

    It adds the public cloud's audience unless the address names one, so the address does.
    """
    if run is None:
        return Handed()
    parts = urlsplit(run.token_url)
    query = "&".join(filter(None, [parts.query, urlencode({"audience": settings.cloud.audience})]))
    bearer = run.bearer.reveal()
    env = {
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_REQUEST_URL": urlunsplit(parts._replace(query=query)),
        "ARM_OIDC_REQUEST_TOKEN": bearer,
    }
    return Handed(env, secrets=frozenset({bearer}))


def _login(settings: Settings, run: RunIdentity | None) -> Handed:
    """A copy of the login, of this subscription alone: what a run does to it ends with the run."""
    if run is None:
        return Handed({"ARM_USE_CLI": "true"}, secrets=command_line.secrets())
    contents = command_line.copy(settings)
    return Handed(
        {"ARM_USE_CLI": "true"}, folders={"AZURE_CONFIG_DIR": contents}, secrets=command_line.secrets_in(contents)
    )
