"""The shapes of cloud accounts. No view has room for a credential."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from portal.auth.schemas import Request

Cloud = Literal["azure", "gcp"]
Kind = Literal["sandbox", "live"]


class ScopeView(BaseModel):
    """Who and what may use an account; None means all. Of the projects only those that the reader may see are named."""

    projects: list[str] | None = None
    """Slugs."""
    templates: list[str] | None = None
    regions: list[str] | None = None


class Disabled(BaseModel):
    """Why no run starts on an account."""

    at: datetime
    by: str
    reason: str


class LastTest(BaseModel):
    """The last test in short; its findings are for administrators."""

    ok: bool
    at: datetime


class ExpiryView(BaseModel):
    """When the credentials end. `warning` is a sentence from 30 days before."""

    at: datetime
    level: Literal["ok", "notice", "warning", "urgent", "over"]
    """`notice` from 30 days before, `warning` from 7, `urgent` from 1."""
    warning: str | None = None


class CloudAccountView(BaseModel):
    """`settings` is what is not secret: subscription and tenant, or project and region; `method` is how it signs in."""

    id: str
    slug: str
    name: str
    cloud: Cloud
    kind: Kind
    settings: dict[str, Any]
    method: str | None
    run_limit: int | None
    """How many runs go on at once on it; None means the setting."""
    created_at: datetime
    scope: ScopeView
    expiry: ExpiryView | None
    disabled: Disabled | None
    last_test: LastTest | None
    rotated_at: datetime | None
    """Since when it has the credentials that it has."""
    rotated_by: str | None
    lookups: list[str]
    """Kinds that its cloud is asked for; others come from the lists that came with the templates."""
    in_use: int
    """Deployments that are not destroyed, in every project."""


class Finding(BaseModel):
    """One thing that an examination saw. `fix` says what to do, with the cloud's own command where there is one."""

    check: str
    """What was looked at, in a word: `sign-in`, `target`, `permissions`, `apis`, `clock`, `expiry`, `region`."""
    severity: Literal["ok", "warning", "error"]
    title: str
    detail: str = ""
    fix: str = ""


class AccountTest(BaseModel):
    """Whether the account's credentials work now, and what else was seen. `simulated` accounts have none to try."""

    ok: bool
    simulated: bool
    message: str
    """The most important finding in a sentence."""
    findings: list[Finding] = Field(default_factory=list)
    identity: str | None = None
    """Who it is signed in as, in the cloud's words."""
    target: str | None = None
    """The subscription's or project's own name."""
    checked_at: datetime


class Usage(BaseModel):
    """One deployment on an account."""

    id: str
    name: str
    project: str
    template: str
    status: str


class CloudAccountDetail(CloudAccountView):
    """As an administrator sees it."""

    test: AccountTest | None
    used_by: list[Usage]
    """The first hundred by name, of all projects."""


class Scope(Request):
    """Who and what may use an account; what is left out or null means all."""

    projects: list[Annotated[str, Field(min_length=1, max_length=100)]] | None = Field(default=None, max_length=500)
    """Slugs or ids."""
    templates: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=120)]] | None = Field(
        default=None, max_length=500
    )
    """Keys, as in azure/virtual-machine."""
    regions: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]+$", max_length=60)]] | None = Field(
        default=None, max_length=200
    )


class NewCloudAccount(Request):
    """`settings` and `credentials` depend on cloud and kind; see docs/cloud-accounts.md. The sandbox takes neither."""

    name: str = Field(min_length=1, max_length=100)
    slug: str | None = Field(default=None, max_length=63)
    cloud: Cloud
    kind: Kind = "live"
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] | None = Field(default=None, repr=False)
    secret_expires_on: date | None = None
    """The day on which the secret ends; needed only where the secret does not say so itself, as a certificate does."""
    scope: Scope | None = None


class CloudAccountChange(Request):
    """What is left out stays as it is. Settings and credentials are replaced as a whole."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    settings: dict[str, Any] | None = None
    credentials: dict[str, Any] | None = Field(default=None, repr=False)
    run_limit: int | None = Field(default=None, ge=0, le=10_000)
    """How many runs go on at once on it: 0 starts none, null goes back to the setting."""
    secret_expires_on: date | None = None
    """Null: as the credentials say themselves, if they do."""
    scope: Scope | None = None
    """Null: all."""


class Rotation(Request):
    """New credentials. They are tried first; `force` keeps them although the trial failed."""

    credentials: dict[str, Any] = Field(repr=False)
    secret_expires_on: date | None = None
    force: bool = False


class Trial(Request):
    """What somebody is about to save, to be tried first."""

    cloud: Cloud
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] = Field(repr=False)


class Reason(Request):
    reason: str = Field(min_length=1, max_length=500)


class Option(BaseModel):
    value: str
    label: str
    description: str | None = None
    group: str | None = None
    depends: dict[str, list[str]] = Field(default_factory=dict)


class Lookup(BaseModel):
    """Options of one kind; `source` and `as_of` say where and when they were true."""

    kind: str
    source: str
    as_of: str
    """A day for a list that came with the templates, a moment for an answer of the cloud."""
    options: list[Option]
    live: bool = False
    """The account's cloud said so, and not a list that came with the templates."""
    age_seconds: int | None = None
    """How old a live answer is."""
    stale: bool = False
    """It should be newer, but the cloud gave no newer one; `reason` says why."""
    fallback: bool = False
    """The cloud was asked and had no answer, so this is the list that came with the templates."""
    reason: str | None = None


class AvailabilityView(BaseModel):
    """Whether a name can be taken, or how much of a quota is left. `known` is false when the cloud would not say."""

    known: bool
    ok: bool = True
    message: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)
    as_of: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class AccountEnvironment:
    """What a worker gives Terraform for one run.

    `env` are variables. `files` are contents by the *variable* that must name them: the worker writes each to a file of mode
    0600 in the work directory and sets the variable to its path. `secrets` are the texts to redact wherever they turn up.
    `folders` are like `files`, for variables that name a folder: contents by name, and what runs may write there, too.
    """

    kind: Kind
    cloud: Cloud
    slug: str
    env: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = field(default_factory=frozenset, repr=False)
    folders: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """Settings and credentials that passed the cloud's checks, as they are stored."""

    settings: dict[str, Any]
    credentials: dict[str, Any] = field(repr=False)
