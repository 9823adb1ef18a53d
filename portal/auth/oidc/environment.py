"""Providers that the environment names, for portals that nobody sets up by hand:

    TERRACE_OIDC_CORP_ISSUER=https://keycloak.example.com/realms/staff
    TERRACE_OIDC_CORP_CLIENT_ID=terrace
    TERRACE_OIDC_CORP_CLIENT_SECRET=…
    TERRACE_OIDC_CORP_KIND=keycloak        oidc when it is left out
    TERRACE_OIDC_CORP_TITLE=Staff          on the button
    TERRACE_OIDC_CORP_DOMAINS=example.com  addresses that may come in
    TERRACE_OIDC_CORP_DEFAULT_ROLE=member  viewer when it is left out

The name, in lower case and with hyphens, is the provider's slug. Its rules can be changed in the portal afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from pydantic import SecretStr, ValidationError
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import roles
from portal.auth.oidc import presets, repository
from portal.auth.oidc.schemas import Kind, NewProvider, Rules
from portal.auth.schemas import SYSTEM
from portal.kit.clock import now
from portal.kit.errors import ConfigurationError, Invalid
from portal.kit.ids import is_slug, new_id
from portal.models import IdentityProvider

_KNOWN: Final = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "KIND", "TITLE", "DOMAINS", "DEFAULT_ROLE")


def ensure_from_environment(session: Session, given: Mapping[str, str]) -> None:
    """The providers that these variables name are as they say; one that they name no more is off. `given` lacks the prefix.

    ConfigurationError names what cannot be used.
    """
    named = _grouped(given)
    repository.one_at_a_time(session)
    for name, values in named.items():
        _put(session, name.lower().replace("_", "-"), _request(session, name, values))
    slugs = {name.lower().replace("_", "-") for name in named}
    for row in repository.providers(session):
        if row.source == "environment" and row.slug not in slugs and row.enabled:
            row.enabled = False
            repository.end_sessions_of_provider(session, row.id, now())
            _note(session, row, "update", {"enabled": False})


def _grouped(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`{"CORP": {"ISSUER": …}}`."""
    found: dict[str, dict[str, str]] = {}
    pattern = re.compile(rf"([A-Z0-9](?:[A-Z0-9_]*[A-Z0-9])?)_({'|'.join(_KNOWN)})")
    for key, value in given.items():
        matched = pattern.fullmatch(key)
        if matched is None:
            raise ConfigurationError(f"TERRACE_OIDC_{key} is not known. After the name comes {', '.join(_KNOWN)}.")
        found.setdefault(matched.group(1), {})[matched.group(2)] = value
    return found


def _request(session: Session, name: str, values: Mapping[str, str]) -> NewProvider:
    kind = values.get("KIND", "oidc").lower()
    if kind not in get_args(Kind):
        raise ConfigurationError(f"TERRACE_OIDC_{name}_KIND must be one of {', '.join(get_args(Kind))}.")
    role = values.get("DEFAULT_ROLE", "viewer")
    if roles.all_of(session, role) is None:
        raise ConfigurationError(f"TERRACE_OIDC_{name}_DEFAULT_ROLE: there is no role {role!r}.")
    slug = name.lower().replace("_", "-")
    try:
        usual = next(item.rules for item in presets.kinds() if item.kind == kind)
        rules = Rules(
            scopes=usual.scopes, default_role=role, allowed_domains=values.get("DOMAINS", "").replace(",", " ").split()
        )
        return NewProvider(
            kind=kind, title=values.get("TITLE", name.replace("_", " ").title()), slug=slug,  # type: ignore[arg-type]
            issuer=values.get("ISSUER", ""), client_id=values.get("CLIENT_ID", ""),
            client_secret=SecretStr(values.get("CLIENT_SECRET", "")), rules=rules,
        )  # fmt: skip
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise ConfigurationError(f"TERRACE_OIDC_{name}: {place} is missing or cannot be used.") from None


def _put(session: Session, slug: str, request: NewProvider) -> None:
    try:
        issuer = presets.issuer_of(request)
    except Invalid as error:
        raise ConfigurationError(f"The issuer of the provider {slug}: {error.message}") from None
    if not is_slug(slug):
        raise ConfigurationError(f"{slug} is no name for a provider: use letters, digits and single underscores.")
    row = repository.find_provider(session, slug, lock=True)
    if row is not None and row.source != "environment":
        raise ConfigurationError(f"There is a provider {slug} already, made in the portal. Give this one another name.")
    if row is not None and row.issuer != issuer and repository.people_of(session).get(row.id):
        raise ConfigurationError(
            f"People have signed in by the provider {slug}, so its issuer stays. Use another name."
        )
    secret = request.client_secret.get_secret_value().encode() if request.client_secret else b""
    wanted = {
        "kind": request.kind, "issuer": issuer, "client_id": request.client_id, "client_secret": secret or None,
        "enabled": True,
    }  # fmt: skip
    if row is None:
        row = IdentityProvider(
            id=new_id("provider"), slug=slug, title=request.title, source="environment",
            rules=request.rules.model_dump(mode="json"), created_at=now(), updated_at=now(), **wanted,
        )  # fmt: skip
        session.add(row)
        _note(session, row, "create", {"issuer": issuer, "client_id": row.client_id})
    elif any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.updated_at = now()
        _note(session, row, "update", {"issuer": issuer, "client_id": row.client_id})


def _note(session: Session, row: IdentityProvider, verb: str, detail: dict[str, object]) -> None:
    audit.record(
        session, SYSTEM, f"identity_provider.{verb}", object_kind="identity_provider", object_id=row.id,
        detail={"slug": row.slug, "source": "environment", **detail},
    )  # fmt: skip
