"""Azure: what an account needs, the variables that azurerm reads, and a token to prove that it works (azure-identity)."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, field_validator, model_validator

from portal.auth.schemas import Request
from portal.cloud_account import files
from portal.cloud_account.schemas import AccountEnvironment, Given
from portal.kit.errors import Unavailable

# Cloud → (azurerm's name, where tokens come from, what the token is for).
CLOUDS = {
    "public": ("public", "login.microsoftonline.com", "https://management.azure.com/.default"),
    "usgovernment": ("usgovernment", "login.microsoftonline.us", "https://management.usgovcloudapi.net/.default"),
    "china": ("china", "login.chinacloudapi.cn", "https://management.chinacloudapi.cn/.default"),
}
TIMEOUTS: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 0}
"""Seconds; a test answers soon or says that nothing answered."""


class Settings(Request):
    subscription_id: UUID
    tenant_id: UUID
    client_id: UUID | None = None
    environment: Literal["public", "usgovernment", "china"] = "public"


class ClientSecret(Request):
    method: Literal["client_secret"]
    client_secret: str = Field(min_length=1, max_length=1000)


class ClientCertificate(Request):
    """A PKCS#12 file (.pfx) in base64, with its password."""

    method: Literal["client_certificate"]
    certificate: str = Field(min_length=1, max_length=100_000)
    password: str = Field(default="", max_length=1000)

    @field_validator("certificate")
    @classmethod
    def _is_base64(cls, value: str) -> str:
        try:
            base64.b64decode(value, validate=True)
        except ValueError:
            raise ValueError("this is not base64; encode the .pfx file, for example with `base64 -w0`") from None
        return value

    @model_validator(mode="after")
    def _opens(self) -> ClientCertificate:
        try:
            from cryptography.hazmat.primitives.serialization import pkcs12

            key, certificate, _ = pkcs12.load_key_and_certificates(
                base64.b64decode(self.certificate), self.password.encode() or None
            )
        except ValueError:
            raise ValueError("the certificate is not a PKCS#12 file, or its password is another") from None
        if key is None or certificate is None:
            raise ValueError("the PKCS#12 file must hold a certificate and its private key")
        return self


class WorkloadIdentity(Request):
    """A token file on the workers' machines which the platform keeps fresh (as AKS workload identity does)."""

    method: Literal["workload_identity"]
    token_file: str = Field(min_length=1, max_length=1000)

    @field_validator("token_file")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return files.absolute(value)


class ManagedIdentity(Request):
    """The identity of the machines that the workers run on."""

    method: Literal["managed_identity"]


Credentials = ClientSecret | ClientCertificate | WorkloadIdentity | ManagedIdentity
CREDENTIALS: TypeAdapter[Credentials] = TypeAdapter(Annotated[Credentials, Field(discriminator="method")])


def check(settings: Settings, credentials: Credentials) -> None:
    """ValueError when the two do not go together."""
    if settings.client_id is None and not isinstance(credentials, ManagedIdentity):
        raise ValueError("client_id is needed: the application (client) id of the service principal")


def environment(slug: str, given: Given) -> AccountEnvironment:
    """What azurerm reads. Nothing is left for it to find by itself: no Azure CLI, no machine identity unless chosen."""
    settings, credentials = Settings.model_validate(given.settings), CREDENTIALS.validate_python(given.credentials)
    env = {
        "ARM_SUBSCRIPTION_ID": str(settings.subscription_id),
        "ARM_TENANT_ID": str(settings.tenant_id),
        "ARM_ENVIRONMENT": CLOUDS[settings.environment][0],
        "ARM_USE_CLI": "false",
        "ARM_USE_OIDC": "false",
        "ARM_USE_MSI": "false",
    }
    if settings.client_id is not None:
        env["ARM_CLIENT_ID"] = str(settings.client_id)
    extra, contents, secrets = _method(credentials)
    return AccountEnvironment("live", "azure", slug, {**env, **extra}, contents, frozenset(secrets))


def _method(credentials: Credentials) -> tuple[dict[str, str], dict[str, bytes], set[str]]:
    """The variables, files and secrets of one way to sign in."""
    match credentials:
        case ClientSecret():
            secret = credentials.client_secret
            return {}, {"ARM_CLIENT_SECRET_FILE_PATH": secret.encode()}, {secret}
        case ClientCertificate():
            env = {"ARM_CLIENT_CERTIFICATE_PASSWORD": credentials.password} if credentials.password else {}
            contents = {"ARM_CLIENT_CERTIFICATE_PATH": base64.b64decode(credentials.certificate)}
            return env, contents, {credentials.certificate, credentials.password} - {""}
        case WorkloadIdentity():
            return {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": credentials.token_file}, {}, set()
        case ManagedIdentity():
            return {"ARM_USE_MSI": "true"}, {}, set()


def obtain_token(given: Given) -> None:
    """Get a management token and throw it away. Unavailable says what failed, without any secret."""
    # Only whoever tests an account waits for this import: it takes as long as the rest of a worker's start.
    from azure.core.exceptions import AzureError, ClientAuthenticationError
    from azure.identity import CredentialUnavailableError

    settings, credentials = Settings.model_validate(given.settings), CREDENTIALS.validate_python(given.credentials)
    try:
        credential = _credential(settings, credentials)
        credential.get_token(CLOUDS[settings.environment][2])
    except CredentialUnavailableError as error:
        raise Unavailable(f"There is no such identity on this machine: {_first_line(error)}") from error
    except ClientAuthenticationError as error:
        raise Unavailable(f"Azure refused the credentials: {_first_line(error)}") from error
    except AzureError as error:
        raise Unavailable(f"Azure's sign-in did not answer: {_first_line(error)}") from error


def _credential(settings: Settings, credentials: Credentials) -> Any:
    from azure import identity

    tenant, client = str(settings.tenant_id), str(settings.client_id or "")
    options = {"authority": CLOUDS[settings.environment][1], **TIMEOUTS}
    match credentials:
        case ClientSecret():
            return identity.ClientSecretCredential(tenant, client, credentials.client_secret, **options)
        case ClientCertificate():
            data, password = base64.b64decode(credentials.certificate), credentials.password or None
            return identity.CertificateCredential(tenant, client, certificate_data=data, password=password, **options)
        case WorkloadIdentity():
            return identity.ClientAssertionCredential(
                tenant, client, lambda: files.read(credentials.token_file), **options
            )
        case ManagedIdentity():
            return identity.ManagedIdentityCredential(client_id=client or None, **TIMEOUTS)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]
