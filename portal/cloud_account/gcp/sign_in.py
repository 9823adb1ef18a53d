"""Signing in to Google Cloud with google-auth. Every sign-in is one of its own: no token is kept, so none meets another account.

google-auth is imported where it is used: whoever tests an account waits for it, and the start of every process does not.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from portal.cloud_account.gcp import machine
from portal.cloud_account.gcp.credentials import (
    CREDENTIALS,
    JWT,
    STS,
    TOKEN_URI,
    Credentials,
    PortalIdentity,
    ServiceAccountKey,
    WorkloadIdentity,
    audience,
    parsed,
    sts_audience,
    without_impersonation,
)
from portal.cloud_account.gcp.door import Door
from portal.cloud_account.gcp.refusals import About, sentence, without_proofs
from portal.cloud_account.gcp.settings import Settings, acting_as
from portal.cloud_account.provider import Assertion, PhaseName
from portal.cloud_account.schemas import Given
from portal.kit.errors import TerraceError, Unavailable
from portal.kit.secrets import Masked

T = TypeVar("T")
SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)

NO_LOGIN: Final = (
    "There is no login on this machine: no file of `gcloud auth application-default login`, no "
    "GOOGLE_APPLICATION_CREDENTIALS, and no metadata server that answers."
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token for an hour, and whose it is."""

    bearer: Masked
    identity: str
    skew: float | None
    """Seconds that this machine's clock is ahead of Google's."""
    key: tuple[str, str] | None = None
    """The service account and the id of the key that signed in."""


@dataclass
class _Source:
    """What google-auth signs in with, and what is known about it."""

    credential: Any
    about: About
    identity: Callable[[], str]
    silence: str | None = None
    """What it means that nobody answers."""


def sign_in(given: Given, assertion: Assertion, phase: PhaseName, seconds: float) -> SignedIn:
    """A token for what a phase does. Unavailable says what failed and what to do, without any secret."""
    settings, credentials = Settings.model_validate(given.settings), CREDENTIALS.validate_python(given.credentials)
    of_machine = not isinstance(credentials, ServiceAccountKey | WorkloadIdentity | PortalIdentity)
    door = Door(seconds, anywhere=of_machine)
    target = acting_as(settings, phase)
    source = _usable(lambda: _source(settings, credentials, target, assertion), door, About(settings.project))
    about = replace(source.about, target=target or source.about.target)
    credential = _acting(source.credential, target) if target else source.credential
    door.silence = source.silence
    token = _usable(lambda: _refreshed(credential, door), door, about)
    identity = target or source.about.target or source.identity()
    return SignedIn(Masked(token), identity, door.skew, _key_of(credentials))


def _usable(attempt: Callable[[], T], door: Door, about: About) -> T:
    """What the attempt brings. google-auth's own errors hold whole answers, so none of them is passed on, not even as a cause."""
    try:
        return attempt()
    except TerraceError:
        raise
    except Exception as error:  # of an answer that is not Google's, google-auth makes anything
        told = _of_a_file(error)
    raise Unavailable(told or sentence(door.refusal, replace(about, skew=door.skew)))


def _refreshed(credential: Any, door: Door) -> str:
    credential.refresh(door)
    if not isinstance(credential.token, str) or not credential.token:
        raise ValueError("no token")
    return credential.token


def _source(settings: Settings, credentials: Credentials, target: str | None, assertion: Assertion) -> _Source:
    match credentials:
        case ServiceAccountKey():
            return _of_key(settings, parsed(credentials.key))
        case WorkloadIdentity():
            configuration = parsed(credentials.configuration)
            return _of_file(settings, without_impersonation(configuration) if target else configuration)
        case PortalIdentity():
            return _of_portal(settings, credentials, assertion)
        case _:
            return _of_machine(settings)


def _of_key(settings: Settings, info: dict[str, Any]) -> _Source:
    from google.oauth2 import service_account

    email = str(info["client_email"])
    credential = service_account.Credentials.from_service_account_info({**info, "token_uri": TOKEN_URI}, scopes=SCOPES)
    return _Source(credential, About(settings.project, account=email), lambda: email)


def _of_file(settings: Settings, configuration: dict[str, Any]) -> _Source:
    from google.auth import identity_pool

    source = identity_pool.Credentials.from_info(configuration, scopes=SCOPES)
    token = source.retrieve_subject_token(None)
    about = _about_token(settings, token, str(configuration["audience"]).removeprefix("//iam.googleapis.com/"))
    target = source.service_account_email
    return _Source(source, replace(about, target=target), lambda: about.member)


def _of_portal(settings: Settings, credentials: PortalIdentity, assertion: Assertion) -> _Source:
    from google.auth import identity_pool

    token = assertion(audience(credentials))

    class Word(identity_pool.SubjectTokenSupplier):
        def get_subject_token(self, context: Any, request: Any) -> str:
            return token

    source = identity_pool.Credentials(
        audience=sts_audience(credentials),
        subject_token_type=JWT,
        token_url=STS[0],
        subject_token_supplier=Word(),
        scopes=SCOPES,
    )
    about = _about_token(settings, token, credentials.provider)
    return _Source(source, about, lambda: about.member)


def _of_machine(settings: Settings) -> _Source:
    """As google.auth.default() would find it, but without running gcloud and without asking for a project."""
    from google.auth import compute_engine, identity_pool, impersonated_credentials
    from google.auth.credentials import with_scopes_if_required
    from google.oauth2 import credentials as user
    from google.oauth2 import service_account

    about, login = About(settings.project, machine=True), machine.login()
    if login is None:
        found = compute_engine.Credentials(scopes=SCOPES)
        return _Source(found, about, lambda: str(found.service_account_email), NO_LOGIN)
    info = parsed(login.decode())
    kinds: dict[str, Callable[[dict[str, Any]], Any]] = {
        "authorized_user": user.Credentials.from_authorized_user_info,
        "service_account": service_account.Credentials.from_service_account_info,
        "external_account": identity_pool.Credentials.from_info,
        "impersonated_service_account": impersonated_credentials.Credentials.from_impersonated_service_account_info,
    }
    kind = str(info.get("type"))
    if kind not in kinds:
        raise Unavailable(
            f"The login of this machine is of a kind that the portal does not know: {without_proofs(kind)}."
        )
    credential = with_scopes_if_required(kinds[kind](info), SCOPES)
    name = str(info.get("client_email") or info.get("account") or "the login of this machine")
    return _Source(credential, replace(about, account=info.get("client_email")), lambda: name)


def _acting(source: Any, target: str) -> Any:
    from google.auth import impersonated_credentials

    return impersonated_credentials.Credentials(source, target, list(SCOPES))


def _about_token(settings: Settings, token: str, provider: str) -> About:
    """What the token says of itself, unverified: it is for people, who compare it with what they trust."""
    claims = _claims(token)
    named = {name: str(claims[name])[:300] for name in ("sub", "iss", "aud") if claims.get(name)}
    return About(
        settings.project,
        provider=provider,
        subject=named.get("sub"),
        issuer=named.get("iss"),
        audience=named.get("aud"),
    )


def _claims(token: str) -> dict[str, Any]:
    middle = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        found = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _key_of(credentials: Credentials) -> tuple[str, str] | None:
    if not isinstance(credentials, ServiceAccountKey):
        return None
    info = parsed(credentials.key)
    return str(info["client_email"]), str(info.get("private_key_id") or "")


def _of_a_file(error: Exception) -> str | None:
    """The token file's own troubles, which google-auth tells only in its words."""
    said = str(error.args[0]) if error.args else ""
    if isinstance(error, OSError) or said.startswith("File '"):
        return "The token file cannot be read on this machine. Is it there, and may the portal read it?"
    if "subject_token" in said:
        return "The token file holds no token where the configuration says that it does."
    return None
