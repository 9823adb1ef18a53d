"""Google Cloud: what an account needs, the variables that the google provider reads, and a token to prove it (google-auth)."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator

from portal.auth.schemas import Request
from portal.cloud_account import files
from portal.cloud_account.schemas import AccountEnvironment, Given
from portal.kit.errors import Unavailable

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
STS = ("https://sts.googleapis.com/v1/token", "https://sts.googleapis.com/v1beta/token")
IMPERSONATION = "https://iamcredentials.googleapis.com/"
SECONDS = 8
"""For one answer of Google's sign-in."""


class Settings(Request):
    project: str = Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")
    region: str | None = Field(default=None, pattern=r"^[a-z]+(-[a-z]+)+[0-9]+$")
    zone: str | None = Field(default=None, pattern=r"^[a-z]+(-[a-z]+)+[0-9]+-[a-z]$")


class ServiceAccountKey(Request):
    """The JSON of a service account's key, as Google gives it."""

    method: Literal["service_account_key"]
    key: str = Field(min_length=1, max_length=20_000)

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        info = _object(value)
        if info.get("type") != "service_account" or not info.get("private_key") or not info.get("client_email"):
            raise ValueError("this is not the JSON of a service account key")
        # google-auth sends a signed assertion wherever this says.
        if info.get("token_uri", TOKEN_URI) != TOKEN_URI:
            raise ValueError(f"token_uri must be {TOKEN_URI}")
        return value


class WorkloadIdentity(Request):
    """A workload identity federation configuration whose token comes from a file on the workers' machines."""

    method: Literal["workload_identity"]
    configuration: str = Field(min_length=1, max_length=20_000)

    @field_validator("configuration")
    @classmethod
    def _is_harmless(cls, value: str) -> str:
        info = _object(value)
        if info.get("type") != "external_account" or not info.get("audience"):
            raise ValueError("this is not a workload identity federation configuration (type external_account)")
        if info.get("token_url") not in STS:
            raise ValueError(f"token_url must be {STS[0]}")
        if not str(info.get("service_account_impersonation_url", IMPERSONATION)).startswith(IMPERSONATION):
            raise ValueError(f"service_account_impersonation_url must begin with {IMPERSONATION}")
        _only_a_file(info.get("credential_source"))
        return value


class ApplicationDefault(Request):
    """The identity of the machines that the workers run on."""

    method: Literal["application_default"]


Credentials = ServiceAccountKey | WorkloadIdentity | ApplicationDefault
CREDENTIALS: TypeAdapter[Credentials] = TypeAdapter(Annotated[Credentials, Field(discriminator="method")])


def check(settings: Settings, credentials: Credentials) -> None:
    """ValueError when the two do not go together."""
    if settings.zone and settings.region and not settings.zone.startswith(settings.region + "-"):
        raise ValueError(f"the zone {settings.zone} is not in the region {settings.region}")


def environment(slug: str, given: Given) -> AccountEnvironment:
    """What the google provider reads."""
    settings, credentials = Settings.model_validate(given.settings), CREDENTIALS.validate_python(given.credentials)
    env = {"GOOGLE_PROJECT": settings.project}
    if settings.region:
        env["GOOGLE_REGION"] = settings.region
    if settings.zone:
        env["GOOGLE_ZONE"] = settings.zone
    contents, secrets = _method(credentials)
    return AccountEnvironment("live", "gcp", slug, env, contents, frozenset(secrets))


def _method(credentials: Credentials) -> tuple[dict[str, bytes], set[str]]:
    """The files and secrets of one way to sign in."""
    match credentials:
        case ServiceAccountKey():
            key = str(_object(credentials.key)["private_key"])
            return {"GOOGLE_CREDENTIALS": credentials.key.encode()}, {credentials.key, key}
        case WorkloadIdentity():
            return {"GOOGLE_CREDENTIALS": credentials.configuration.encode()}, set()
        case ApplicationDefault():
            return {}, set()


def obtain_token(given: Given) -> None:
    """Get an access token and throw it away. Unavailable says what failed, without any secret."""
    # Imported where it is needed: whoever tests an account waits for it, and the start of every process does not.
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, RefreshError, TransportError
    from google.auth.transport.requests import Request as Transport

    credentials = CREDENTIALS.validate_python(given.credentials)
    try:
        request = Transport()
        _credential(credentials).refresh(partial(request, timeout=SECONDS))
    except DefaultCredentialsError as error:
        raise Unavailable("There are no application default credentials on this machine.") from error
    except TransportError as error:
        raise Unavailable("Google's sign-in did not answer.") from error
    except RefreshError as error:
        raise Unavailable(
            f"Google refused the credentials: {str(error.args[0])[:300] if error.args else ''}"
        ) from error
    except (GoogleAuthError, ValueError) as error:
        raise Unavailable(f"The credentials cannot be used: {type(error).__name__}.") from error


def _credential(credentials: Credentials) -> Any:
    import google.auth
    from google.auth import identity_pool
    from google.oauth2 import service_account

    match credentials:
        case ServiceAccountKey():
            return service_account.Credentials.from_service_account_info(_object(credentials.key), scopes=SCOPES)
        case WorkloadIdentity():
            return identity_pool.Credentials.from_info(_object(credentials.configuration), scopes=SCOPES)
        case ApplicationDefault():
            return google.auth.default(scopes=SCOPES)[0]


def _only_a_file(source: Any) -> None:
    """google-auth would also run a program or fetch any address that this names."""
    if not isinstance(source, dict) or set(source) - {"file", "format"} or not isinstance(source.get("file"), str):
        raise ValueError("credential_source must name a file, and neither a url nor an executable")
    files.absolute(source["file"])


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueError("this is not a JSON object")
    return value
