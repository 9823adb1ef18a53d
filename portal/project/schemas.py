"""The shapes of projects and their members."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from portal.auth.permissions import Role
from portal.auth.schemas import Request


class ProjectView(BaseModel):
    """`role` is what the reader may be in it."""

    id: str
    slug: str
    name: str
    created_at: datetime
    role: Role


class NewProject(Request):
    """The slug is made of the name when it is left out."""

    name: str = Field(min_length=1, max_length=100)
    slug: str | None = Field(default=None, max_length=63)


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
