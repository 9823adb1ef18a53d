"""The hold: while its row is there, the portal applies nothing by itself."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from portal.models.base import moment


class AutomationHold(SQLModel, table=True):
    """At most one row, whose id is always the same. Released by deleting it; the audit trail keeps who did what."""

    __tablename__ = "automation_hold"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    reason: str
    placed_by: str
    placed_at: datetime = moment()
