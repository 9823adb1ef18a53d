"""How people come in: invitations, resets, the second step, the lock after many failures, and a few settings of the portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, func, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes
from portal.models.base import JSON_COLUMN, maybe_moment, moment


class Invitation(SQLModel, table=True):
    """Somebody who may become a user. One open invitation an address; the link's secret is kept hashed."""

    __table_args__ = (
        Index(
            "uq_invitation_open_email",
            func.lower(text("email")),
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    email: str
    name: str = ""
    role: str
    memberships: list[dict[str, Any]] = Field(sa_type=JSON_COLUMN, nullable=False)
    """[{project_id, role}]"""
    token_hash: str = Field(unique=True)
    invited_by: str
    """As the audit trail names them: the command line is no user."""
    created_at: datetime = moment()
    sent_at: datetime | None = maybe_moment()
    """When it was last mailed."""
    expires_at: datetime = moment()
    accepted_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()
    user_id: str | None = Field(default=None, foreign_key="user_account.id")
    """Who they became."""


class PasswordReset(SQLModel, table=True):
    """A link with which a user sets a new password, once."""

    __tablename__ = "password_reset"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    token_hash: str = Field(unique=True)
    started_by: str
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()


class UserTotp(SQLModel, table=True):
    """The second step of a user's sign-in: it counts from `confirmed_at` on."""

    __tablename__ = "user_totp"  # pyright: ignore[reportAssignmentType]

    user_id: str = Field(foreign_key="user_account.id", primary_key=True)
    seed: bytes = Field(sa_type=EncryptedBytes("user_totp.seed"), nullable=False)  # type: ignore[call-overload]
    created_at: datetime = moment()
    confirmed_at: datetime | None = maybe_moment()
    last_step: int = Field(default=0, sa_type=BigInteger, nullable=False)
    """The time step of the last code that was accepted: neither that one nor one before it counts again."""


class RecoveryCode(SQLModel, table=True):
    """A code for whoever has lost the device, hashed, good once."""

    __tablename__ = "recovery_code"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    code_hash: str
    used_at: datetime | None = maybe_moment()


class HalfSignIn(SQLModel, table=True):
    """Somebody who gave the right password and owes the second step. The id is the SHA-256 of a cookie for that alone."""

    __tablename__ = "half_sign_in"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    attempts: int = 0


class SignInLock(SQLModel, table=True):
    """Wrong passwords on an account, and until when it is locked because of them."""

    __tablename__ = "sign_in_lock"  # pyright: ignore[reportAssignmentType]

    user_id: str = Field(foreign_key="user_account.id", primary_key=True)
    failures: int
    failed_at: datetime = moment()
    locked_until: datetime | None = maybe_moment()


class PortalSetting(SQLModel, table=True):
    """A setting that administrators change while the portal runs. Nothing secret stands here."""

    __tablename__ = "portal_setting"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    value: Any = Field(sa_type=JSON_COLUMN, nullable=False)
    changed_at: datetime = moment()
