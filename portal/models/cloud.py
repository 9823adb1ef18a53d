"""Cloud accounts, and the template versions that runs are pinned to."""

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
