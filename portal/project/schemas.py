"""The shapes of projects and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from portal.auth.permissions import Action, Role
from portal.auth.schemas import Request, RoleName


class ProjectView(BaseModel):
    """`role` is what the reader is in it, `actions` what they may do there.

    `run_limit`: how many of its runs go on at once; None means the setting.
    """

    id: str
    slug: str
    name: str
    run_limit: int | None
    production: bool
    created_at: datetime
    role: Role
    actions: list[Action]


class NewProject(Request):
    """The slug is made of the name when it is left out."""

    name: str = Field(min_length=1, max_length=100)
    slug: str | None = Field(default=None, max_length=63)


class ProjectChange(Request):
    """What is left out stays as it is. `run_limit` 0 starts no run; null goes back to the setting."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    run_limit: int | None = Field(default=None, ge=0, le=10_000)
    production: bool | None = None
    """Whether people depend on what is in it: for administrators of the portal to say, as rules of approval ask by it."""


class MemberView(BaseModel):
    """`kind`: a person, or a service account."""

    user_id: str
    kind: Literal["person", "service"]
    email: str
    name: str
    role: Role
    created_at: datetime


class NewMember(Request):
    """`user` is an id or an e-mail address. Adding a member again changes their role.

    `admin` and `member`, as older portals called them, are taken for `owner` and `deployer`.
    """

    user: str = Field(min_length=1, max_length=254)
    role: RoleName = "deployer"


class Step(BaseModel):
    """One thing that is asked on the way to a yes; `ok` is what it says by itself."""

    title: str
    ok: bool
    text: str


class Explanation(BaseModel):
    """Whether a user may do an action, and why. `can_grant`: some who could give a role that holds it."""

    user_id: str
    user_email: str
    action: Action
    says: str
    project: str | None
    token: str | None
    allowed: bool
    steps: list[Step]
    granted_by_roles: list[Role]
    can_grant: list[str]
    note: str
