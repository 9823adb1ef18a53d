"""Runs, what they produced, and the workers that carry them out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes, EncryptedJSON
from portal.models.base import json_field, maybe_moment, moment

ACTIVE = "('plan_queued', 'planning', 'planned', 'apply_queued', 'applying')"
ALL = (
    "('pending', 'plan_queued', 'planning', 'planned', 'apply_queued', 'applying', "
    "'planned_and_finished', 'applied', 'policy_denied', 'discarded', 'canceled', 'errored')"
)


class Run(SQLModel, table=True):
    """One plan with possibly one apply. `status` moves only by compare-and-set; see portal/run/lifecycle.py."""

    __table_args__ = (
        # One active run a deployment, held by the database and not by good intentions.
        Index("uq_run_active", "deployment_id", unique=True, postgresql_where=text(f"status IN {ACTIVE}")),
        Index(
            "ix_run_open", "status", "created_at", postgresql_where=text(f"status IN {ACTIVE} OR status = 'pending'")
        ),
        # What waits for a worker, as portal/run/line.py reads it.
        Index(
            "ix_run_queued",
            "project_id",
            "cloud_account_id",
            "status",
            "kind",
            "confirmed_at",
            "plan_queued_at",
            "id",
            postgresql_where=text("status IN ('plan_queued', 'apply_queued')"),
        ),
        Index("ix_run_deployment_created", "deployment_id", "created_at"),
        Index("ix_run_project_created", "project_id", "created_at"),
        Index("ix_run_result", "ended_at", postgresql_where=text("result IS NOT NULL")),
        CheckConstraint(f"status IN {ALL}", name="status"),
        CheckConstraint("kind IN ('plan_only', 'plan_and_apply', 'destroy', 'drift', 'action')", name="kind"),
    )

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id")
    project_id: str = Field(foreign_key="project.id")
    kind: str
    status: str
    auto_apply: bool = False
    message: str = ""
    template_version_id: str = Field(foreign_key="template_version.id")
    cloud_account_id: str = Field(foreign_key="cloud_account.id")
    values: dict[str, Any] = Field(sa_type=EncryptedJSON("run.values"), nullable=False)  # type: ignore[call-overload]
    created_by_kind: str
    created_by_id: str
    created_by_label: str
    confirmed_by_label: str | None = None
    created_at: datetime = moment(index=True)
    plan_queued_at: datetime | None = maybe_moment()
    planning_at: datetime | None = maybe_moment()
    planned_at: datetime | None = maybe_moment()
    confirmed_at: datetime | None = maybe_moment()
    applying_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    nudged_at: datetime | None = maybe_moment()
    """When its Celery message was last sent; the sweep sends it again."""
    claim: str | None = None
    """A random word of the worker that holds it now; every write of the worker names it."""
    worker: str | None = None
    lease_expires_at: datetime | None = maybe_moment()
    replans: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often a plan whose worker was lost was put back into the queue."""
    account_mark: str | None = None
    """A digest of where the cloud account led to when a worker began to plan."""
    cancel_requested_at: datetime | None = maybe_moment()
    cancel_requested_by: str | None = None
    cancel_forced_at: datetime | None = maybe_moment()
    """Asked a second time: the worker kills Terraform instead of waiting for it."""
    error: dict[str, Any] | None = json_field(nullable=True)
    """{summary, detail, address, explanation, next_step} of what ended it."""
    add_count: int = 0
    change_count: int = 0
    destroy_count: int = 0
    replace_count: int = 0
    has_changes: bool | None = None
    """Whether its plan changes anything, outputs included; None until there is a plan."""
    monthly_cost: float | None = None
    """What its deployment costs a month once the plan is applied, in US dollars, by PlanSummary.cost."""
    cost_delta: float | None = None
    """By how much that is more (or less) than before."""
    applied_count: int = 0
    """Operations that completed during the apply."""
    event_count: int = 0
    """The number of its last event."""
    action: dict[str, Any] | None = json_field(nullable=True)
    """portal.run.schemas.Command, of a run of this kind."""
    result: bytes | None = Field(default=None, sa_type=EncryptedBytes("run.result"), nullable=True)  # type: ignore[call-overload]
    """What an action printed, when that is a secret to keep; forgotten after a day."""
    request_id: str | None = None
    traceparent: str | None = None
    """Of the request that last set it going, for logs and traces."""


class RunPlan(SQLModel, table=True):
    """What the plan phase left behind: the exact file that will be applied, and what a person is shown."""

    __tablename__ = "run_plan"  # pyright: ignore[reportAssignmentType]

    run_id: str = Field(foreign_key="run.id", primary_key=True)
    plan_file: bytes | None = Field(default=None, sa_type=EncryptedBytes("run_plan.plan_file"), nullable=True)  # type: ignore[call-overload]
    """Dropped when the run ends."""
    lock_file: bytes | None = Field(default=None, sa_type=EncryptedBytes("run_plan.lock_file"), nullable=True)  # type: ignore[call-overload]
    summary: dict[str, Any] = Field(sa_type=EncryptedJSON("run_plan.summary"), nullable=False)  # type: ignore[call-overload]
    """portal.run.schemas.PlanSummary, sensitive values already masked."""
    state_serial: int | None = None
    state_lineage: str | None = None
    """The state that the plan was made against; None when there was none."""
    engine: str | None = None
    """Which Terraform made the plan ("terraform 1.14.0"), and so can apply it. None of a plan from before this was kept."""
    plan_sha256: str | None = None
    """Of the plan file: what people approve, and what is compared before it is applied. It stays when the file is dropped."""
    created_at: datetime = moment()


class RunEvent(SQLModel, table=True):
    """The append-only stream of one run, numbered from 1 without a gap. `data` is redacted before it gets here."""

    __tablename__ = "run_event"  # pyright: ignore[reportAssignmentType]

    run_id: str = Field(foreign_key="run.id", primary_key=True)
    n: int = Field(primary_key=True)
    at: datetime = moment()
    type: str
    data: dict[str, Any] = json_field()


class RunToken(SQLModel, table=True):
    """The bearer with which one run's Terraform reaches its own deployment's state, while the run is active."""

    __tablename__ = "run_token"  # pyright: ignore[reportAssignmentType]

    token_hash: str = Field(primary_key=True)
    run_id: str = Field(foreign_key="run.id", index=True)
    created_at: datetime = moment()
    revoked_at: datetime | None = maybe_moment()


class Worker(SQLModel, table=True):
    """A worker process that has been heard of. Live when its beat is younger than the lease."""

    name: str = Field(primary_key=True)
    queues: list[str] = json_field()
    concurrency: int = 1
    versions: dict[str, Any] = json_field()
    """{terrace, python, terraform, engine}"""
    started_at: datetime = moment()
    beat_at: datetime = moment(index=True)
    stopped_at: datetime | None = maybe_moment()
    drain_requested_at: datetime | None = maybe_moment()
    """Since when it takes no new run; it ends when it holds none. Forgotten when it starts again."""
    drain_requested_by: str | None = None
