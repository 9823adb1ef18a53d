"""What administrators say of templates beside their folders: which version may be used, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from portal.models.base import json_field, moment


class TemplateRelease(SQLModel, table=True):
    """Where one version of a template is in its life. A version without a row is what the settings say."""

    __tablename__ = "template_release"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("state IN ('draft', 'published', 'deprecated', 'revoked')", name="state"),)

    key: str = Field(primary_key=True)
    content_hash: str = Field(primary_key=True)
    version: str
    state: str
    message: str = ""
    """Why it is deprecated or revoked; whoever uses it reads this."""
    replaced_by: str | None = None
    """The key of the template to use instead."""
    changed_at: datetime = moment()
    changed_by: str


class TemplateAudience(SQLModel, table=True):
    """The projects that a template is for. A template without a row is for all."""

    __tablename__ = "template_audience"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True)
    projects: list[Any] | None = json_field(nullable=True)
    """Ids."""
    changed_at: datetime = moment()
    changed_by: str
