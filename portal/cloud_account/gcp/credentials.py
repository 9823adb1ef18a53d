"""The ways to sign in to Google Cloud, and what is refused before it is kept.

google-auth and the google provider go wherever a key or a configuration sends them, and would run a program that one names. So
every address in them must be Google's own, and the only source of a federated token is a file on the workers' machines.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, field_validator

from portal.auth.schemas import Request
from portal.cloud_account import files
from portal.cloud_account.gcp.settings import Settings
from portal.issuer.subjects import google_audience

TOKEN_URI: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
STS: Final = ("https://sts.googleapis.com/v1/token", "https://sts.googleapis.com/v1beta/token")
IMPERSONATION: Final = "https://iamcredentials.googleapis.com/"
UNIVERSE: Final = "googleapis.com"
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
SUBJECT_TYPES: Final = (JWT, "urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:saml2")
PROVIDER: Final = (
    r"^(?:https:)?(?://iam\.googleapis\.com/)?"
    r"projects/[0-9]{1,20}/locations/global/workloadIdentityPools/[a-z0-9-]{4,32}/providers/[a-z0-9-]{4,32}$"
)
CONFIGURATION: Final = frozenset({
    "type", "audience", "subject_token_type", "token_url", "token_info_url", "universe_domain", "credential_source",
    "service_account_impersonation_url", "service_account_impersonation", "quota_project_id",
})  # fmt: skip
"""What a configuration may hold: what google-auth might come to understand one day is refused until it is looked at."""


class ServiceAccountKey(Request):
    """The JSON of a service account's key, as Google gives it."""

    method: Literal["service_account_key"]
    key: str = Field(min_length=1, max_length=20_000, repr=False)

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        info = parsed(value)
        needed = ("private_key", "client_email")
        if info.get("type") != "service_account" or not all(isinstance(info.get(name), str) for name in needed):
            raise ValueError("this is not the JSON of a service account key")
        # google-auth sends a signed assertion wherever this says.
        if info.get("token_uri", TOKEN_URI) != TOKEN_URI:
            raise ValueError(f"token_uri must be {TOKEN_URI}")
        _only_google(info)
        _opens(info["private_key"])
        return value


class WorkloadIdentity(Request):
    """A workload identity federation configuration whose token comes from a file on the workers' machines."""

    method: Literal["workload_identity"]
    configuration: str = Field(min_length=1, max_length=20_000)

    @field_validator("configuration")
    @classmethod
    def _is_harmless(cls, value: str) -> str:
        info = parsed(value)
        if info.get("type") != "external_account" or not info.get("audience"):
            raise ValueError("this is not a workload identity federation configuration (type external_account)")
        if info.get("token_url") not in STS:
            raise ValueError(f"token_url must be {STS[0]}")
        if not str(info.get("service_account_impersonation_url") or IMPERSONATION).startswith(IMPERSONATION):
            raise ValueError(f"service_account_impersonation_url must begin with {IMPERSONATION}")
        _only_a_file(info.get("credential_source"))
        if info.get("subject_token_type") not in SUBJECT_TYPES:
            raise ValueError("subject_token_type must be that of a JWT, an ID token or a SAML assertion")
        if unknown := sorted(info.keys() - CONFIGURATION):
            raise ValueError(f"leave out {', '.join(map(repr, unknown))[:200]}")
        _only_google(info)
        return value


class PortalIdentity(Request):
    """The portal's own signed word, which a workload identity provider of the project trusts. Nothing secret is kept."""

    method: Literal["portal_identity"]
    provider: str = Field(pattern=PROVIDER)
    audience: str | None = Field(default=None, min_length=1, max_length=256)
    """Only when the provider was given allowed audiences of its own."""

    @field_validator("provider")
    @classmethod
    def _in_one_spelling(cls, value: str) -> str:
        return value[value.index("projects/") :]


class Impersonation(Request):
    """The machine's own login, which may do nothing but act as the service account in the settings."""

    method: Literal["impersonation"]


class ApplicationDefault(Request):
    """The identity of the machines that the workers run on."""

    method: Literal["application_default"]


Credentials = ServiceAccountKey | WorkloadIdentity | PortalIdentity | Impersonation | ApplicationDefault
CREDENTIALS: TypeAdapter[Credentials] = TypeAdapter(Annotated[Credentials, Field(discriminator="method")])


def check(settings: Settings, credentials: Credentials) -> None:
    """ValueError when the two do not go together."""
    if settings.zone and settings.region and not settings.zone.startswith(settings.region + "-"):
        raise ValueError(f"the zone {settings.zone} is not in the region {settings.region}")
    if isinstance(credentials, Impersonation) and settings.impersonate_service_account is None:
        raise ValueError("impersonate_service_account is needed: the service account to act as")


def audience(credentials: PortalIdentity) -> str:
    """For whom the portal's word is meant, as the issuer has it."""
    return credentials.audience or google_audience(credentials.provider)


def sts_audience(credentials: PortalIdentity) -> str:
    """The provider, as Google's token exchange wants it named."""
    return f"//iam.googleapis.com/{credentials.provider}"


def without_impersonation(configuration: dict[str, Any]) -> dict[str, Any]:
    """The configuration for whoever acts as a service account that the settings name."""
    left_out = ("service_account_impersonation_url", "service_account_impersonation")
    return {name: value for name, value in configuration.items() if name not in left_out}


def parsed(text: str) -> dict[str, Any]:
    """The JSON object in the text, or ValueError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueError("this is not a JSON object")
    return value


def _only_google(info: dict[str, Any]) -> None:
    """Another universe is another cloud, with hosts of its own, which would be handed the token."""
    if (info.get("universe_domain") or UNIVERSE) != UNIVERSE:
        raise ValueError(f"universe_domain must be {UNIVERSE}")


def _only_a_file(source: Any) -> None:
    """google-auth would also run a program or fetch any address that this names."""
    if not isinstance(source, dict) or set(source) - {"file", "format"} or not isinstance(source.get("file"), str):
        raise ValueError("credential_source must name a file, and neither a url nor an executable")
    files.absolute(source["file"])


def _opens(private_key: str) -> None:
    """Whether it can be read at all. That its numbers fit each other takes a third of a second, and shows when it signs."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(private_key.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError):
        raise ValueError("the private_key in it cannot be read: was it cut off, or its line ends lost?") from None
