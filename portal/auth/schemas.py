"""The actor, and the shapes of users, sessions and tokens. No hash and no secret is in any view."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from portal.auth import permissions
from portal.auth.permissions import Action, Role, Scope

Kind = Literal["user", "token", "worker", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. Made anew for every request from the session or token, so a changed role counts at once."""

    kind: Kind
    id: str
    """The user's id, the token's id, or a name."""
    label: str
    role: Role
    user_id: str | None = None
    scope: Scope = "write"
    grant: frozenset[Action] = frozenset()
    """What the role allows, when it is one that administrators made."""
    project_id: str | None = None
    """The only project that their token is for."""
    only: frozenset[Action] | None = None
    """The only actions that their token is for."""
    session_id: str | None = None
    must_change_password: bool = False
    needs_second_step: bool = False
    """Their role takes a second step, and they have none yet."""

    def require(self, action: Action) -> None:
        """Raise Forbidden unless this actor may do `action` in the portal as a whole."""
        permissions.require(self, action)


SYSTEM = Actor(kind="system", id="terrace", label="Terrace", role="admin")
"""The portal itself: schedules, expiry, first start."""


def worker_actor(name: str) -> Actor:
    """A worker, for the audit trail: it may call no service."""
    return Actor(kind="worker", id=name, label=f"worker {name}", role="viewer", scope="read")


class Request(BaseModel):
    """Base of what clients send: an unknown field is a mistake, not something to ignore."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


Text = Annotated[str, Field(max_length=200)]
RoleName = Annotated[Role, Field(min_length=1, max_length=63)]


UserAction = Literal["change", "end_tokens"]
"""What can be done with somebody's account: everything that `user.manage` is for, and ending all tokens besides."""


class UserView(BaseModel):
    id: str
    email: str
    name: str
    role: Role
    must_change_password: bool
    created_at: datetime
    last_seen_at: datetime | None
    disabled_at: datetime | None
    allowed: list[UserAction] = []
    """What whoever asks may do with this account: nothing with one that may do more than they."""


class MeView(UserView):
    """The signed-in user, and what they came in with."""

    needs_second_step: bool
    """Their role takes one: nothing else works before it is set up."""

    via: Literal["session", "token"]
    scope: Scope
    effective_role: Role
    actions: list[Action]
    """What they may do in the portal as a whole."""
    gives: list[Role]
    """The roles in the portal that they may give to others."""


class SessionView(BaseModel):
    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ip: str
    user_agent: str
    device: str
    """The same in a few words, for people."""
    current: bool


class TokenView(BaseModel):
    id: str
    user_id: str
    user_email: str
    name: str
    prefix: str
    scope: Scope
    project_id: str | None
    project: str | None
    """The slug of the only project that it is for."""
    actions: list[str] | None
    """The only actions that it is for."""
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenView(TokenView):
    """A token just made. `token` is shown this once; the portal keeps its hash only."""

    token: str = Field(repr=False)


class ActionView(BaseModel):
    """One row of the table of actions. `delegable`: roles of one's own and tokens may list it."""

    action: Action
    says: str
    kind: Literal["organisation", "project"]
    writes: bool
    delegable: bool


class RoleView(BaseModel):
    """A role. `users`: how often it is held, for whoever sees the users."""

    kind: Literal["organisation", "project"]
    name: str
    title: str
    description: str
    built_in: bool
    actions: list[Action]
    users: int | None


class NewRole(Request):
    """`name` is made of the title when it is left out. In the portal, a role allows what a member may besides."""

    kind: Literal["organisation", "project"]
    name: str | None = Field(default=None, max_length=63)
    title: str = Field(min_length=1, max_length=100)
    description: Text = ""
    actions: list[str] = Field(max_length=100)


class RoleChange(Request):
    """What is left out stays as it is."""

    title: str | None = Field(default=None, min_length=1, max_length=100)
    description: Text | None = None
    actions: list[str] | None = Field(default=None, max_length=100)


class ServiceAccountView(BaseModel):
    """`address` is by what projects take it in; `tokens`: how many of its tokens work now."""

    id: str
    address: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    tokens: int
    last_used_at: datetime | None


class NewServiceAccount(Request):
    name: str = Field(min_length=1, max_length=50)
    role: RoleName = "member"


class ServiceAccountChange(Request):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, min_length=1, max_length=50)
    role: RoleName | None = None
    disabled: bool | None = None


class NewUser(Request):
    """`password` may be left out; one is then made up and returned once."""

    email: str = Field(max_length=254)
    name: Text = ""
    role: RoleName = "member"
    password: SecretStr | None = Field(default=None, max_length=200)


class NewUserView(UserView):
    """A user just made. `generated_password` is shown this once."""

    generated_password: str | None = Field(default=None, repr=False)


class UserChange(Request):
    """What is left out stays as it is. A password set here must be changed by its owner at the next sign-in."""

    name: Text | None = None
    role: RoleName | None = None
    disabled: bool | None = None
    password: SecretStr | None = Field(default=None, max_length=200)


class NewToken(Request):
    """`expires_in_days` null: never expires, for administrators only.

    `project` and `actions` limit it further: to one project, and to a list out of `GET /roles/actions`.
    """

    name: str = Field(min_length=1, max_length=100)
    scope: Scope = "write"
    project: str | None = Field(default=None, min_length=1, max_length=64)
    actions: list[str] | None = Field(default=None, min_length=1, max_length=100)
    expires_in_days: int | None = Field(default=90, ge=1, le=366)
    user_id: str | None = Field(default=None, max_length=64)
    """Whose token; another's takes an administrator."""


class PasswordChange(Request):
    current_password: SecretStr = Field(max_length=1000)
    new_password: SecretStr = Field(max_length=1000)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `cookie` goes to the browser and is kept nowhere else."""

    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    user: UserView
    expires_at: datetime
    browser: str = field(default="", repr=False)
    """By which the browser is known again when the account is locked; opens nothing."""


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """The administrator of a first start. `generated_password` is None when the operator chose it."""

    email: str
    generated_password: str | None = field(repr=False)
