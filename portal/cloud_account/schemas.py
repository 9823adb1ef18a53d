"""The shapes of cloud accounts. No view has room for a credential."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from portal.auth.schemas import Request

Cloud = Literal["azure", "gcp"]
Kind = Literal["sandbox", "live"]


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


class NewCloudAccount(Request):
    """`settings` and `credentials` depend on cloud and kind; see docs/cloud-accounts.md. The sandbox takes neither."""

    name: str = Field(min_length=1, max_length=100)
    slug: str | None = Field(default=None, max_length=63)
    cloud: Cloud
    kind: Kind = "live"
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] | None = Field(default=None, repr=False)


class CloudAccountChange(Request):
    """What is left out stays as it is. Settings and credentials are replaced as a whole."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    settings: dict[str, Any] | None = None
    credentials: dict[str, Any] | None = Field(default=None, repr=False)
    run_limit: int | None = Field(default=None, ge=0, le=10_000)
    """How many runs go on at once on it: 0 starts none, null goes back to the setting."""


class AccountTest(BaseModel):
    """Whether the account's credentials work now. `simulated` accounts have none to try."""

    ok: bool
    simulated: bool
    message: str
    checked_at: datetime


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
    options: list[Option]


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
