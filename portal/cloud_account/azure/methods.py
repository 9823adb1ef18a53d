"""The ways to sign in to Azure, as they are stored. What each needs is checked before it is kept."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationInfo, field_validator, model_validator

from portal.auth.schemas import Request
from portal.cloud_account import files
from portal.cloud_account.azure.settings import Settings
from portal.cloud_account.schemas import Given

Secret = Annotated[str, Field(min_length=1, max_length=1000)]
PEM: Final = b"-----BEGIN "
STORED: Final = {"stored": True}
"""Context of what was judged before it was kept."""


class ClientSecret(Request):
    """The password of an application, and of the one that plans."""

    method: Literal["client_secret"]
    client_secret: Secret
    plan_client_secret: Secret | None = None


class ClientCertificate(Request):
    """A certificate with its private key: a PKCS#12 file (.pfx) in base64 and its password, or PEM. Kept as PKCS#12."""

    method: Literal["client_certificate"]
    certificate: str = Field(min_length=1, max_length=100_000)
    password: str = Field(default="", max_length=1000)

    @field_validator("certificate")
    @classmethod
    def _is_base64(cls, value: str) -> str:
        if value.lstrip().encode().startswith(PEM):
            return base64.b64encode(value.encode()).decode()
        try:
            data = base64.b64decode("".join(value.split()), validate=True)
        except (ValueError, binascii.Error):
            raise ValueError("this is not base64; encode the .pfx file, for example with `base64 -w0`") from None
        return base64.b64encode(data).decode()

    @model_validator(mode="after")
    def _opens(self, info: ValidationInfo) -> ClientCertificate:
        if info.context == STORED:
            return self  # it did, and opening takes a good part of a second
        data = base64.b64decode(self.certificate)
        if data.lstrip().startswith(PEM):
            self.certificate, self.password = _as_pkcs12(data, self.password)
        else:
            load(self)
        return self


class WorkloadIdentity(Request):
    """A token file on the workers' machines which the platform keeps fresh (as AKS workload identity does)."""

    method: Literal["workload_identity"]
    token_file: str = Field(min_length=1, max_length=1000)

    @field_validator("token_file")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return files.absolute(value)


class PortalIdentity(Request):
    """The portal itself states who asks, and Entra ID trusts it as an issuer. Nothing is kept."""

    method: Literal["portal_identity"]


class ManagedIdentity(Request):
    """The identity of the machines that the workers run on."""

    method: Literal["managed_identity"]


class AzureCli(Request):
    """The login of `az` on the machines that the workers run on."""

    method: Literal["azure_cli"]


Credentials = ClientSecret | ClientCertificate | WorkloadIdentity | PortalIdentity | ManagedIdentity | AzureCli
CREDENTIALS: TypeAdapter[Credentials] = TypeAdapter(
    Annotated[Credentials, Field(discriminator="method")], config=ConfigDict(hide_input_in_errors=True)
)
"""The union's own errors would repeat what was sent, though its members' do not."""


def stored(given: Given) -> tuple[Settings, Credentials]:
    """An account's settings and credentials, as they were kept."""
    credentials = CREDENTIALS.validate_python(given.credentials, context=STORED)
    return Settings.model_validate(given.settings), credentials


def check(settings: Settings, credentials: Credentials) -> None:
    """ValueError when the two do not go together."""
    if settings.client_id is None and not isinstance(credentials, ManagedIdentity | AzureCli):
        raise ValueError("client_id is needed: the application (client) id of the service principal")
    if settings.plan_client_id is not None:
        _check_plan(settings, credentials)
    elif isinstance(credentials, ClientSecret) and credentials.plan_client_secret:
        raise ValueError("plan_client_secret is the secret of plan_client_id, which is missing")


def _check_plan(settings: Settings, credentials: Credentials) -> None:
    if settings.plan_client_id == settings.client_id:
        raise ValueError("plan_client_id must be another identity than client_id; leave it out otherwise")
    if isinstance(credentials, AzureCli):
        raise ValueError("plan_client_id does not go with a login of the Azure CLI, which is one identity")
    if isinstance(credentials, ClientSecret) and not credentials.plan_client_secret:
        raise ValueError("plan_client_id has a secret of its own: give plan_client_secret")


def load(credentials: ClientCertificate) -> tuple[Any, Any]:
    """The private key and the certificate; ValueError when the file does not open."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(
            base64.b64decode(credentials.certificate), credentials.password.encode() or None
        )
    except ValueError:
        raise ValueError("the certificate is not a PKCS#12 file, or its password is another") from None
    if key is None or certificate is None:
        raise ValueError("the PKCS#12 file must hold a certificate and its private key")
    return key, certificate


def _as_pkcs12(pem: bytes, password: str) -> tuple[str, str]:
    """What azurerm reads, in base64, and its password: PEM is what `az ad sp create-for-rbac --create-cert` writes."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        load_pem_private_key,
        pkcs12,
    )

    try:
        key = load_pem_private_key(pem, password.encode() or None)
        first, *others = x509.load_pem_x509_certificates(pem)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("Entra ID takes RSA keys")
    except (ValueError, TypeError):
        raise ValueError(
            "the PEM file must hold a certificate and its RSA private key, and its password must fit"
        ) from None
    password = password or secrets.token_urlsafe(24)
    data = pkcs12.serialize_key_and_certificates(
        b"terrace",
        key,
        first,
        others or None,
        BestAvailableEncryption(password.encode()),
    )
    return base64.b64encode(data).decode(), password
