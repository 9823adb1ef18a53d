"""The shapes of identity providers, identities and the switch for passwords. No secret is in any view."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from portal.auth.schemas import Request, SignedIn

Kind = Literal["oidc", "entra", "google", "keycloak", "github"]
Word = Annotated[str, Field(min_length=1, max_length=256)]
Words = Annotated[list[Word], Field(max_length=100)]


class GroupRule(Request):
    """Who is in `group`, written exactly so, has this role in the portal, or this one in that project (id or slug)."""

    group: Word
    role: str | None = Field(default=None, min_length=1, max_length=63)
    project: str | None = Field(default=None, min_length=1, max_length=63)
    project_role: str | None = Field(default=None, min_length=1, max_length=63)

    @model_validator(mode="after")
    def _gives_one_thing(self) -> GroupRule:
        if (self.role is None) == (self.project is None) or (self.project is None) != (self.project_role is None):
            raise ValueError("A group gives either a role in the portal, or a project and a role in it.")
        return self


class Rules(Request):
    """Who may come in by a provider, and as what."""

    create_accounts: bool = True
    """Whether whoever comes for the first time gets an account; else only people who were invited, or have one."""
    default_role: str = Field(default="viewer", min_length=1, max_length=63)
    allowed_domains: Words = Field(default_factory=list)
    """Domains of e-mail addresses, matched exactly; empty: any."""
    allowed_organisations: Words = Field(default_factory=list)
    """Organisations of GitHub of which one must be a member of one; empty: any."""
    link_by_email: bool = False
    """Whether an account with the same, verified address becomes theirs."""
    trust_email: bool = False
    """Whether an address counts as verified although the provider does not say so."""
    groups_claim: str = Field(default="groups", min_length=1, max_length=100)
    scopes: str = Field(default="openid profile email", max_length=300)
    groups: list[GroupRule] = Field(default_factory=list, max_length=200)

    @field_validator("allowed_domains")
    @classmethod
    def _are_domains(cls, value: list[str]) -> list[str]:
        cleaned = [item.strip().lower().removeprefix("@") for item in value]
        if any("@" in item or not item or any(char.isspace() for char in item) for item in cleaned):
            raise ValueError("Write domains such as example.com.")
        return cleaned


class NewProvider(Request):
    """`issuer`: its address, which Google needs not; Entra ID needs `tenant` instead. `slug` is made of the title."""

    kind: Kind = "oidc"
    title: str = Field(min_length=1, max_length=60)
    slug: str | None = Field(default=None, max_length=63)
    issuer: str = Field(default="", max_length=500)
    tenant: str = Field(default="", max_length=100)
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: SecretStr | None = Field(default=None, max_length=2000)
    enabled: bool = True
    rules: Rules = Field(default_factory=Rules)


class ProviderChange(Request):
    """What is left out stays as it is. `rules` are replaced as a whole. The secret is written, never read."""

    title: str | None = Field(default=None, min_length=1, max_length=60)
    issuer: str | None = Field(default=None, min_length=1, max_length=500)
    client_id: str | None = Field(default=None, min_length=1, max_length=300)
    client_secret: SecretStr | None = Field(default=None, max_length=2000)
    enabled: bool | None = None
    rules: Rules | None = None


class ProviderView(BaseModel):
    """`redirect_uri` and `backchannel_uri` are what to register with the provider."""

    id: str
    slug: str
    kind: Kind
    title: str
    enabled: bool
    source: Literal["portal", "environment"]
    issuer: str
    client_id: str
    has_secret: bool
    rules: Rules
    redirect_uri: str
    backchannel_uri: str
    people: int
    created_at: datetime
    updated_at: datetime
    last_sign_in_at: datetime | None


class ButtonView(BaseModel):
    """A button on the sign-in page."""

    slug: str
    kind: Kind
    title: str
    start: str


class ButtonsView(BaseModel):
    """`password`: whether the form for a password is of use to everybody."""

    providers: list[ButtonView]
    password: bool


class FieldView(BaseModel):
    name: str
    label: str
    help: str
    placeholder: str = ""
    required: bool = True
    secret: bool = False


class KindView(BaseModel):
    """A kind of provider for a guided form. `{redirect_uri}` in the guide stands for that of the provider's slug."""

    kind: Kind
    title: str
    fields: list[FieldView]
    guide: list[str]
    groups: str
    redirect_uri: str
    rules: Rules


class RoleChoice(BaseModel):
    name: str
    title: str


class RoleChoices(BaseModel):
    """What a rule can give: in the portal, and in a project."""

    organisation: list[RoleChoice]
    project: list[RoleChoice]


class CheckView(BaseModel):
    name: str
    ok: bool
    detail: str


class ProviderTest(BaseModel):
    ok: bool
    checks: list[CheckView]


class IdentityView(BaseModel):
    id: str
    provider: str
    title: str
    label: str
    created_at: datetime
    last_sign_in_at: datetime | None


class MyIdentities(BaseModel):
    """Whom one can sign in by, and whom one could add."""

    identities: list[IdentityView]
    available: list[ButtonView]


class LinkView(BaseModel):
    """Where the browser goes to add an identity."""

    url: str


class BreakGlassView(BaseModel):
    id: str
    email: str


class SignInPolicyView(BaseModel):
    """While `local_off`, passwords are for `break_glass` only."""

    local_off: bool
    break_glass: list[BreakGlassView]


class SignInPolicyChange(Request):
    """`break_glass`: ids or addresses of administrators who have a password."""

    local_off: bool
    break_glass: list[Word] = Field(default_factory=list, max_length=20)


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the browser goes, and the cookie by which it is known again."""

    url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the provider sent the browser back with."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str
    iss: str | None


@dataclass(frozen=True, slots=True)
class Browser:
    """Who came back: by the cookie of a sign-in, and by that of a session."""

    cookie: str | None = field(repr=False)
    session: str | None = field(repr=False)
    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of it: a session, or None when an identity was added to the account of who is signed in."""

    signed_in: SignedIn | None
    next: str


@dataclass(frozen=True, slots=True)
class Person:
    """What a provider says of somebody, checked. `email` is empty when it says none."""

    subject: str
    email: str
    email_verified: bool
    name: str
    groups: frozenset[str]
    too_many_groups: bool = False
    organisations: frozenset[str] = frozenset()
    sid: str | None = None
    id_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as a sign-in needs it, apart from the database."""

    id: str
    slug: str
    kind: Kind
    title: str
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    rules: Rules


Claims = dict[str, Any]
