"""The kinds of providers: the few things that each needs to be told, and how it is set up on its side."""

from __future__ import annotations

import re
from typing import Final

from portal.auth.oidc.schemas import FieldView, Kind, KindView, NewProvider, Rules
from portal.kit import web
from portal.kit.config import settings
from portal.kit.errors import FieldProblem, Invalid

PATH: Final = "/api/v1/auth/oidc"
GOOGLE: Final = "https://accounts.google.com"
GITHUB: Final = "https://github.com"
_TENANT: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,98}[0-9A-Za-z])?")
_SHARED: Final = frozenset({"common", "organizations", "consumers"})
_CLIENT_ID: Final = FieldView(name="client_id", label="Client ID", help="As the provider shows it.")
_SECRET: Final = FieldView(
    name="client_secret", label="Client secret", help="Kept encrypted; nobody can read it here again.", secret=True
)


def redirect_uri(slug: str) -> str:
    """What to register with the provider, to the letter."""
    return f"{settings().public_url}{PATH}/{slug}/callback"


def backchannel_uri(slug: str) -> str:
    """Where the provider says that somebody signed out there."""
    return f"{settings().public_url}{PATH}/{slug}/backchannel-logout"


def issuer_of(request: NewProvider) -> str:
    """The address that identifies the provider; Invalid, by field, when it cannot be one."""
    if request.kind == "google":
        return GOOGLE
    if request.kind == "entra" and not request.issuer:
        return f"https://login.microsoftonline.com/{_tenant(request.tenant)}/v2.0"
    return clean_issuer(request.issuer or (GITHUB if request.kind == "github" else ""), request.kind)


def clean_issuer(issuer: str, kind: Kind) -> str:
    """The address as it is kept: an issuer's own writing counts, so but for GitHub nothing is taken off it."""
    text = issuer.strip()
    try:
        web.place_of(text)
        if "?" in text or "#" in text:
            raise Invalid("The address has no query.")
    except Invalid as error:
        raise Invalid(error.message, [FieldProblem("issuer", error.message)]) from None
    return text.rstrip("/") if kind == "github" else text


def _tenant(tenant: str) -> str:
    text = tenant.strip().lower()
    if not _TENANT.fullmatch(text) or text in _SHARED:
        problem = "Write your own tenant's id. With `common` anybody's tenant could sign people in."
        raise Invalid(problem, [FieldProblem("tenant", problem)])
    return text


def kinds() -> list[KindView]:
    """Every kind, in the order of a form."""
    return [_entra(), _google(), _keycloak(), _github(), _oidc()]


def _kind(kind: Kind, title: str, fields: list[FieldView], guide: list[str], groups: str, rules: Rules) -> KindView:
    return KindView(
        kind=kind, title=title, fields=[*fields, _CLIENT_ID, _SECRET], guide=guide, groups=groups,
        redirect_uri=redirect_uri("{slug}"), rules=rules,
    )  # fmt: skip


def _entra() -> KindView:
    tenant = FieldView(
        name="tenant", label="Tenant ID", placeholder="00000000-0000-0000-0000-000000000000",
        help="Directory (tenant) ID on the application's overview page.",
    )  # fmt: skip
    guide = [
        "In the Entra admin centre, register an application for accounts in this directory only.",
        "Under Authentication, add the platform Web with the redirect URI {redirect_uri}",
        "Under Certificates & secrets, add a client secret and copy its value.",
        "Under Token configuration, add the optional ID-token claims email and xms_edov, which says whether it is verified.",
        "For roles by group, add a groups claim there: groups assigned to the application. It sends each group's object ID.",
    ]
    return _kind("entra", "Microsoft Entra ID", [tenant], guide, "A group's object ID.", Rules())


def _google() -> KindView:
    guide = [
        "In the Google Cloud console, set up the consent screen, for internal use where you have Workspace.",
        "Under Credentials, create an OAuth client ID of the type Web application.",
        "Add the authorised redirect URI {redirect_uri}",
        "Copy the client ID and secret. Name your own domains below: else anybody with a Google account may sign in.",
    ]
    return _kind("google", "Google", [], guide, "Google sends no groups.", Rules())


def _keycloak() -> KindView:
    issuer = FieldView(
        name="issuer", label="Realm address", placeholder="https://keycloak.example.com/realms/staff",
        help="The realm's issuer, without a slash at the end.",
    )  # fmt: skip
    guide = [
        "In the realm, create a client of the type OpenID Connect with client authentication and the standard flow.",
        "Valid redirect URI: {redirect_uri}",
        "Under Credentials, copy the client secret. Under Advanced, set the PKCE method S256.",
        "For roles by group, add a Group Membership mapper with the claim name groups to the ID token, without full path.",
    ]
    return _kind(
        "keycloak", "Keycloak", [issuer], guide, "A group's name, or its path when the mapper sends it.", Rules()
    )


def _github() -> KindView:
    issuer = FieldView(
        name="issuer", label="Address", placeholder=GITHUB, required=False,
        help="Of GitHub Enterprise Server; empty for github.com.",
    )  # fmt: skip
    guide = [
        "In the organisation's settings, under Developer settings, register a new OAuth app.",
        "Authorization callback URL: {redirect_uri}",
        "Generate a client secret. Where the organisation restricts OAuth apps, approve it there, or its members are not seen.",
        "Name your organisations below: else anybody with a GitHub account may sign in.",
    ]
    rules = Rules(scopes="read:user user:email read:org")
    return _kind("github", "GitHub", [issuer], guide, "An organisation, or organisation/team.", rules)


def _oidc() -> KindView:
    issuer = FieldView(
        name="issuer", label="Issuer", placeholder="https://id.example.com",
        help="Below it is /.well-known/openid-configuration. Written exactly as the provider writes it.",
    )  # fmt: skip
    guide = [
        "Register a confidential web application for the authorisation code flow.",
        "Redirect URI: {redirect_uri}",
        "Copy the client ID and secret.",
    ]
    return _kind("oidc", "Another OpenID Connect provider", [issuer], guide, "As the claim holds it.", Rules())
