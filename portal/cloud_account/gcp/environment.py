"""What the google provider (~> 8.0) reads, by its configuration reference. Nothing is left for it to find by itself.

`GOOGLE_CREDENTIALS` takes the path of a file; `GOOGLE_IMPERSONATE_SERVICE_ACCOUNT` applies on top of whatever it holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from portal.cloud_account.gcp import machine
from portal.cloud_account.gcp.credentials import (
    CREDENTIALS,
    JWT,
    STS,
    Credentials,
    PortalIdentity,
    ServiceAccountKey,
    WorkloadIdentity,
    audience,
    parsed,
    sts_audience,
    without_impersonation,
)
from portal.cloud_account.gcp.settings import Settings, acting_as
from portal.cloud_account.provider import RunIdentity
from portal.cloud_account.schemas import AccountEnvironment, Given
from portal.kit.errors import Unavailable


@dataclass
class _Handed:
    """What one way to sign in adds."""

    env: dict[str, str] = field(default_factory=dict)
    login: bytes | None = None
    secrets: set[str] = field(default_factory=set)


def environment(slug: str, given: Given, run: RunIdentity | None = None) -> AccountEnvironment:
    """Everything for one phase of one run. Without a run, what a phase of apply would get."""
    settings, credentials = Settings.model_validate(given.settings), CREDENTIALS.validate_python(given.credentials)
    target = acting_as(settings, run.phase if run else "apply")
    handed = _handed(credentials, target, run)
    env = {**_places(settings), **handed.env}
    if target:
        env["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"] = target
    contents = {"GOOGLE_CREDENTIALS": handed.login} if handed.login else {}
    return AccountEnvironment("live", "gcp", slug, env, contents, frozenset(handed.secrets - {""}))


def _places(settings: Settings) -> dict[str, str]:
    named = {
        "GOOGLE_PROJECT": settings.project,
        "GOOGLE_REGION": settings.region,
        "GOOGLE_ZONE": settings.zone,
        "GOOGLE_BILLING_PROJECT": settings.billing_project,
        "USER_PROJECT_OVERRIDE": "true" if settings.billing_project else None,
    }
    return {name: value for name, value in named.items() if value}


def _handed(credentials: Credentials, target: str | None, run: RunIdentity | None) -> _Handed:
    match credentials:
        case ServiceAccountKey():
            secrets = {credentials.key, str(parsed(credentials.key)["private_key"])}
            return _Handed(login=credentials.key.encode(), secrets=secrets)
        case WorkloadIdentity():
            configuration = parsed(credentials.configuration)
            return _Handed(login=_json(without_impersonation(configuration) if target else configuration))
        case PortalIdentity():
            return _asking_the_portal(credentials, run) if run and run.token_url else _Handed()
        case _:
            return _of_the_machine()


def _asking_the_portal(credentials: PortalIdentity, run: RunIdentity) -> _Handed:
    """A configuration by which the provider fetches the portal's word anew whenever its token ends."""
    bearer = run.bearer.reveal()
    joined = "&" if "?" in run.token_url else "?"
    source = {
        "url": f"{run.token_url}{joined}audience={quote(audience(credentials), safe='')}",
        "headers": {"Authorization": f"Bearer {bearer}"},
        "format": {"type": "json", "subject_token_field_name": "value"},
    }
    configuration = {
        "type": "external_account",
        "audience": sts_audience(credentials),
        "subject_token_type": JWT,
        "token_url": STS[0],
        "credential_source": source,
    }
    return _Handed(login=_json(configuration), secrets={bearer})


def _of_the_machine() -> _Handed:
    """The worker's own login; without a file it is the metadata server's, which the provider asks by itself."""
    try:
        login = machine.login()
    except Unavailable:
        login = None  # whoever tests the account is told; a run fails with the provider's own words
    if login:
        return _Handed(login=login, secrets=machine.secrets_in(login))
    host = machine.metadata_host()
    return _Handed(env={"GCE_METADATA_HOST": host} if host else {})


def _json(configuration: dict[str, Any]) -> bytes:
    return json.dumps(configuration, indent=2).encode()
