"""Policies on plans: what is asked of a plan, each version of it, and what came out for each run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, func, text
from sqlmodel import Field, SQLModel

from portal.models.base import JSON_COLUMN, json_field, maybe_moment, moment


def _list() -> Any:
    return Field(default_factory=list, sa_type=JSON_COLUMN, nullable=False)


class Policy(SQLModel, table=True):
    """A rule with its settings, how strict it is, and which plans it judges."""

    __table_args__ = (
        Index("uq_policy_name", func.lower(text("name")), unique=True),
        CheckConstraint("level IN ('advisory', 'override', 'mandatory')", name="level"),
    )

    id: str = Field(primary_key=True)
    name: str
    description: str = ""
    rule: str
    """A key of portal.policy.rules.RULES, or `expression`."""
    settings: dict[str, Any] = json_field()
    level: str
    enabled: bool = True
    projects: list[str] = _list()
    """Ids; empty means every project."""
    templates: list[str] = _list()
    """Patterns of template keys; empty means every template."""
    kinds: list[str] = _list()
    """Kinds of runs."""
    version: int = 1
    created_at: datetime = moment()
    created_by_label: str
    updated_at: datetime = moment()
    updated_by_label: str


class PolicyVersion(SQLModel, table=True):
    """What a policy was at one version; it outlives the policy."""

    __tablename__ = "policy_version"  # pyright: ignore[reportAssignmentType]

    policy_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: dict[str, Any] = json_field()
    created_at: datetime = moment()
    created_by_label: str


class PolicyResult(SQLModel, table=True):
    """What one policy said of the plan of one run. It names the policy as it was, and outlives it."""

    __tablename__ = "policy_result"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_policy_result_policy_judged", "policy_id", "judged_at"),)

    run_id: str = Field(foreign_key="run.id", primary_key=True)
    policy_id: str = Field(primary_key=True)
    policy_name: str
    policy_version: int
    rule: str
    level: str
    passed: bool
    problems: list[dict[str, Any]] = _list()
    """[{address, message}], masked as the plan's summary is; of very many only the first."""
    problem_count: int = 0
    error: str | None = None
    """Why it could not be judged, in which case it has not passed."""
    digest: str
    """SHA-256 of the plan that was judged."""
    judged_at: datetime = moment()
    overridden_at: datetime | None = maybe_moment()
    overridden_by: str | None = None
    override_reason: str | None = None
