"""Who must agree before a plan is applied: the rules, what was asked, what was said, and links that lead there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes, EncryptedJSON
from portal.models.base import json_field, maybe_moment, moment


class ApprovalRule(SQLModel, table=True):
    """When somebody must agree, and who. Made by administrators; portal/approval/rules.py reads it."""

    __tablename__ = "approval_rule"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    name: str
    enabled: bool = True
    scope: dict[str, Any] = json_field()
    """portal.approval.schemas.Scope: in which projects."""
    conditions: dict[str, Any] = json_field()
    """portal.approval.schemas.Conditions: any of them asks."""
    approvers: dict[str, Any] = json_field()
    """portal.approval.schemas.Approvers: how many, and from whom."""
    created_at: datetime = moment()
    created_by_label: str
    updated_at: datetime = moment()


class ApprovalRequest(SQLModel, table=True):
    """What was asked about one plan. A run whose plan is made again has another; the former stays to be read."""

    __tablename__ = "approval_request"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        # At most one of a run can still let it be applied.
        Index(
            "uq_approval_request_current",
            "run_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'approved')"),
        ),
        Index("ix_approval_request_waiting", "expires_at", postgresql_where=text("state = 'waiting'")),
        CheckConstraint("state IN ('waiting', 'approved', 'rejected', 'expired', 'superseded')", name="state"),
    )

    id: str = Field(primary_key=True)
    run_id: str = Field(foreign_key="run.id", index=True)
    project_id: str = Field(foreign_key="project.id", index=True)
    state: str
    """`approved` says that enough had agreed at some moment; whether they still count is asked whenever it matters."""
    bound: dict[str, Any] = Field(sa_type=EncryptedJSON("approval_request.bound"), nullable=False)  # type: ignore[call-overload]
    """Exactly what was asked about, and the digests of it: encrypted, so that whoever only writes to the database makes none."""
    plan_sha256: str
    """Of the plan file, to be shown and compared by people."""
    requirements: list[Any] = json_field()
    """[portal.approval.schemas.Requirement], as the rules were when the plan was made."""
    requesters: list[Any] = json_field()
    """The ids of the people whose own request this is."""
    requested_by_label: str
    requested_at: datetime = moment()
    expires_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()


class ApprovalDecision(SQLModel, table=True):
    """What one person said about one plan. Withdrawn, it counts no more and stays to be read."""

    __tablename__ = "approval_decision"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "uq_approval_decision_person",
            "request_id",
            "user_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("decision IN ('approve', 'reject')", name="decision"),
    )

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    label: str
    decision: str
    reason: str = ""
    decided_at: datetime = moment()
    withdrawn_at: datetime | None = maybe_moment()


class ApprovalLink(SQLModel, table=True):
    """A link in a message that leads one person to one request, once. It signs nobody in and decides nothing."""

    __tablename__ = "approval_link"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="approval_request.id", index=True)
    user_id: str = Field(foreign_key="user_account.id")
    key: bytes = Field(sa_type=EncryptedBytes("approval_link.key"), nullable=False)  # type: ignore[call-overload]
    """Signs this link alone."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = maybe_moment()
