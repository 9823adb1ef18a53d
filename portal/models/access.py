"""People, their sessions and tokens, and projects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false, func, text
from sqlmodel import Field, SQLModel

from portal.models.base import JSON_COLUMN, maybe_moment, moment


class User(SQLModel, table=True):
    __tablename__ = "user_account"  # pyright: ignore[reportAssignmentType]  # "user" is a reserved word in SQL
    __table_args__ = (
        Index("uq_user_account_email", func.lower(text("email")), unique=True),
        CheckConstraint("kind IN ('person', 'service')", name="kind"),
    )

    id: str = Field(primary_key=True)
    kind: str = Field(default="person", sa_column_kwargs={"server_default": "person"})
    """A service account is no person: it has tokens and never signs in."""
    email: str
    name: str = ""
    role: str
    """The name of a role in the portal: built in, or a CustomRole of the kind `organisation`."""
    password_hash: str | None = None
    must_change_password: bool = False
    created_at: datetime = moment()
    last_seen_at: datetime | None = maybe_moment()
    disabled_at: datetime | None = maybe_moment()


class UserSession(SQLModel, table=True):
    """A browser's session. The id is the SHA-256 of the cookie, so a copy of this table signs nobody in."""

    __tablename__ = "user_session"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    csrf: str
    created_at: datetime = moment()
    expires_at: datetime = moment()
    last_seen_at: datetime = moment()
    revoked_at: datetime | None = maybe_moment()
    ip: str = ""
    user_agent: str = ""


class ApiToken(SQLModel, table=True):
    """An API token, stored hashed; `prefix` is what a person recognises it by."""

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    name: str
    prefix: str
    token_hash: str = Field(unique=True)
    scope: str = "write"
    project_id: str | None = Field(default=None, foreign_key="project.id")
    """The one project that it is for; None: all of its user's."""
    actions: list[str] | None = Field(default=None, sa_type=JSON_COLUMN, nullable=True)
    """The only actions that it is for; None: all of its user's."""
    created_at: datetime = moment()
    expires_at: datetime | None = maybe_moment()
    last_used_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()


class Project(SQLModel, table=True):
    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    name: str
    created_at: datetime = moment()
    run_limit: int | None = None
    """How many of its runs workers may hold at once; None means TERRACE_PROJECT_RUNS, 0 that none starts."""
    served_at: datetime | None = maybe_moment()
    """When a worker last took one of its runs: the project whose turn is longest ago is next."""
    production: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether people depend on what is in it: rules of approval may ask for more here."""


class ProjectMember(SQLModel, table=True):
    __tablename__ = "project_member"  # pyright: ignore[reportAssignmentType]

    project_id: str = Field(foreign_key="project.id", primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", primary_key=True, index=True)
    role: str
    """The name of a role in a project: built in, or a CustomRole of the kind `project`."""
    created_at: datetime = moment()
