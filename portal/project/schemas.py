"""The shapes of projects and their members."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from portal.auth.permissions import Role
from portal.auth.schemas import Request


class ProjectView(BaseModel):
    """`role` is what the reader may be in it. `run_limit`: how many of its runs go on at once; None means the setting."""

    id: str
    slug: str
    name: str
    run_limit: int | None
    created_at: datetime
    role: Role


class NewProject(Request):
    """The slug is made of the name when it is left out."""

    name: str = Field(min_length=1, max_length=100)
    slug: str | None = Field(default=None, max_length=63)


class ProjectChange(Request):
    """What is left out stays as it is. `run_limit` 0 starts no run; null goes back to the setting."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    run_limit: int | None = Field(default=None, ge=0, le=10_000)


class MemberView(BaseModel):
    user_id: str
    email: str
    name: str
    role: Role
    created_at: datetime


class NewMember(Request):
    """`user` is an id or an e-mail address. Adding a member again changes their role."""

    user: str = Field(min_length=1, max_length=254)
    role: Role = "member"
