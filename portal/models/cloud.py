"""Cloud accounts, what their clouds answered, and the template versions that runs are pinned to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes, EncryptedJSON
from portal.models.base import json_field, maybe_moment, moment


class CloudAccount(SQLModel, table=True):
    __tablename__ = "cloud_account"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("cloud IN ('azure', 'gcp')", name="cloud"),
        CheckConstraint("kind IN ('sandbox', 'live')", name="kind"),
    )

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    name: str
    cloud: str
    kind: str
    settings: dict[str, Any] = json_field()
    """Not secret: subscription and tenant, or project and region."""
    credentials: dict[str, Any] | None = Field(
        default=None, sa_type=EncryptedJSON("cloud_account.credentials"), nullable=True
    )  # type: ignore[call-overload]
    created_at: datetime = moment()
    run_limit: int | None = None
    """How many runs workers may hold on it at once; None means TERRACE_ACCOUNT_RUNS, 0 that none starts."""
    disabled_at: datetime | None = maybe_moment()
    """When it was removed. The row stays for the record of its deployments; nobody finds the account any more."""
    scope: dict[str, Any] | None = json_field(nullable=True)
    """`projects` (ids), `templates` (keys), `regions`: whoever and whatever may use it. A part that is missing means all."""
    rotated_at: datetime | None = maybe_moment()
    """Since when it has the credentials that it has; None for accounts from before this was kept."""
    rotated_by: str | None = None
    expires_at: datetime | None = maybe_moment()
    """When the credentials end, as far as anybody knows."""
    tested_at: datetime | None = maybe_moment()
    test_result: dict[str, Any] | None = json_field(nullable=True)
    """What the last test found, in sentences."""
    suspended_at: datetime | None = maybe_moment()
    """Since when it is disabled: no run starts on it."""
    suspended_by: str | None = None
    suspended_reason: str | None = None


class CloudAnswer(SQLModel, table=True):
    """What a cloud said to a question of a form on behalf of one account. A cache: it may be emptied at any time."""

    __tablename__ = "cloud_answer"  # pyright: ignore[reportAssignmentType]

    account_id: str = Field(primary_key=True, foreign_key="cloud_account.id", ondelete="CASCADE")
    question: str = Field(primary_key=True)
    """A digest of what was asked, and of the settings and credentials that it was asked with."""
    answer: dict[str, Any] | None = json_field(nullable=True)
    answered_at: datetime | None = maybe_moment()
    asking_until: datetime | None = maybe_moment()
    """Somebody asks now; after this moment somebody else may."""
    failure: str | None = None
    """Why the last attempt brought nothing; None when it did."""
    retry_at: datetime | None = maybe_moment()
    """Not asked again before this."""


class TemplateVersion(SQLModel, table=True):
    """A template as it was when a deployment first used it. The files are kept, so a later edit changes no old deployment."""

    __tablename__ = "template_version"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("key", "content_hash"),)

    id: str = Field(primary_key=True)
    key: str = Field(index=True)
    version: str
    content_hash: str
    title: str
    archive: bytes = Field(sa_type=EncryptedBytes("template_version.archive"), nullable=False)  # type: ignore[call-overload]
    created_at: datetime = moment()
