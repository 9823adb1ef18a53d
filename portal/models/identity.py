"""Who vouches for people: identity providers, what they know people as, and sign-ins that are under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes
from portal.models.base import JSON_COLUMN, json_field, maybe_moment, moment


class IdentityProvider(SQLModel, table=True):
    """Somebody who signs people in: OpenID Connect, or GitHub."""

    __tablename__ = "identity_provider"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("kind IN ('oidc', 'entra', 'google', 'keycloak', 'github')", name="kind"),
        CheckConstraint("source IN ('portal', 'environment')", name="source"),
    )

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    """Part of the redirect URI, so it stays as it is."""
    kind: str
    title: str
    enabled: bool = True
    source: str = "portal"
    """`environment`: issuer, client and secret are the operator's variables, read at each start."""
    issuer: str
    client_id: str
    client_secret: bytes | None = Field(
        default=None, sa_type=EncryptedBytes("identity_provider.client_secret"), nullable=True
    )  # type: ignore[call-overload]
    rules: dict[str, Any] = json_field()
    """Who may come in and as what: portal/auth/oidc/schemas.py, Rules."""
    created_at: datetime = moment()
    updated_at: datetime = moment()
    last_sign_in_at: datetime | None = maybe_moment()


class UserIdentity(SQLModel, table=True):
    """What a provider knows a user as. The subject is the identity; the address is only what people recognise it by."""

    __tablename__ = "user_identity"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("provider_id", "subject"),)

    id: str = Field(primary_key=True)
    provider_id: str = Field(foreign_key="identity_provider.id")
    subject: str
    user_id: str = Field(foreign_key="user_account.id", index=True)
    label: str = ""
    created_at: datetime = moment()
    last_sign_in_at: datetime | None = maybe_moment()


class SignInAttempt(SQLModel, table=True):
    """A sign-in that began and has not come back. The id is the SHA-256 of `state`; the row is gone once it was used."""

    __tablename__ = "sign_in_attempt"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    provider_id: str = Field(foreign_key="identity_provider.id", ondelete="CASCADE", index=True)
    browser: str
    """The SHA-256 of the cookie of the browser that began."""
    nonce: str
    verifier: bytes = Field(sa_type=EncryptedBytes("sign_in_attempt.verifier"), nullable=False)  # type: ignore[call-overload]
    next: str
    link_user_id: str | None = Field(default=None, foreign_key="user_account.id", ondelete="CASCADE")
    """Whose account the identity is to be added to, when its owner asked for that."""
    expires_at: datetime = moment(index=True)


class ProviderSession(SQLModel, table=True):
    """A session that a provider vouched for: what it calls it, and where and by which token it ends there."""

    __tablename__ = "provider_session"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_provider_session_subject", "provider_id", "subject"),)

    session_id: str = Field(primary_key=True, foreign_key="user_session.id", ondelete="CASCADE")
    provider_id: str = Field(foreign_key="identity_provider.id", ondelete="CASCADE")
    subject: str
    sid: str | None = None
    end_address: str | None = None
    id_token: bytes | None = Field(default=None, sa_type=EncryptedBytes("provider_session.id_token"), nullable=True)  # type: ignore[call-overload]


class GroupGrant(SQLModel, table=True):
    """What a group of a provider gave: a role in the portal (no project), or one in a project. Gone with the group."""

    __tablename__ = "group_grant"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("user_id", "provider_id", "project_id"),
        Index(
            "uq_group_grant_organisation",
            "user_id",
            "provider_id",
            unique=True,
            postgresql_where=text("project_id IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", ondelete="CASCADE")
    provider_id: str = Field(foreign_key="identity_provider.id", ondelete="CASCADE", index=True)
    project_id: str | None = Field(default=None, foreign_key="project.id", ondelete="CASCADE", index=True)
    role: str


class SignInPolicy(SQLModel, table=True):
    """One row: who may sign in with a password."""

    __tablename__ = "sign_in_policy"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(default=1, primary_key=True)
    local_off: bool = False
    break_glass: list[str] = Field(default_factory=list, sa_type=JSON_COLUMN, nullable=False)
    """The ids of the administrators who may, while it is off."""
    changed_at: datetime = moment()
