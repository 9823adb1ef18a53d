"""Roles that administrators made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.models.base import JSON_COLUMN, moment


class CustomRole(SQLModel, table=True):
    """A named set of actions. Users and members hold it by its name, which stays; the set and the title may change."""

    __tablename__ = "custom_role"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("kind IN ('organisation', 'project')", name="kind"),
        UniqueConstraint("kind", "name"),
    )

    id: str = Field(primary_key=True)
    kind: str
    name: str
    title: str
    description: str = ""
    actions: list[str] = Field(sa_type=JSON_COLUMN, nullable=False)
    created_at: datetime = moment()
    updated_at: datetime = moment()
