"""What a project may use and how: quotas, templates, guardrails. A project without a row has only what the settings say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from portal.models.base import json_field, maybe_moment, moment


class ProjectLimits(SQLModel, table=True):
    __tablename__ = "project_limits"  # pyright: ignore[reportAssignmentType]

    project_id: str = Field(foreign_key="project.id", primary_key=True)
    deployments: int | None = None
    """How many deployments may exist; None means TERRACE_PROJECT_DEPLOYMENTS."""
    resources: int | None = None
    """How many resources they may have together; None means TERRACE_PROJECT_RESOURCES."""
    monthly_budget: float | None = None
    """US dollars; None means TERRACE_PROJECT_BUDGET."""
    templates: dict[str, Any] | None = json_field(nullable=True)
    """{allow, deny}: patterns of template keys. None: all."""
    guardrails: list[Any] | None = json_field(nullable=True)
    """portal.project.guardrails.Guardrail, as JSON."""
    archived_at: datetime | None = maybe_moment()
    archived_by: str | None = None
    updated_at: datetime = moment()
