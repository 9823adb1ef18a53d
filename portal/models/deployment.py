"""Deployments and their Terraform state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedBytes, EncryptedJSON
from portal.models.base import json_field, maybe_moment, moment


class Deployment(SQLModel, table=True):
    """A template version with values on a cloud account. `status` follows its runs; see portal/run/outcome.py."""

    __table_args__ = (
        Index(
            "uq_deployment_project_name",
            "project_id",
            "name",
            unique=True,
            postgresql_where=text("destroyed_at IS NULL"),
        ),
        CheckConstraint("status IN ('new', 'active', 'failed', 'destroyed')", name="status"),
    )

    id: str = Field(primary_key=True)
    name: str
    project_id: str = Field(foreign_key="project.id", index=True)
    cloud_account_id: str = Field(foreign_key="cloud_account.id", index=True)
    template_key: str = Field(index=True)
    template_version_id: str = Field(foreign_key="template_version.id")
    values: dict[str, Any] = Field(sa_type=EncryptedJSON("deployment.values"), nullable=False)  # type: ignore[call-overload]
    status: str = "new"
    mode: str | None = None
    """`live` or `sandbox`, from its first run on: what is in its state is there, and nowhere else."""
    auto_apply: bool = False
    owner_id: str | None = Field(default=None, foreign_key="user_account.id", index=True)
    """Whose it is; None when the operator made it on the command line."""
    created_at: datetime = moment(index=True)
    updated_at: datetime = moment(index=True)
    applied_at: datetime | None = maybe_moment()
    expires_at: datetime | None = maybe_moment(index=True)
    destroyed_at: datetime | None = maybe_moment()
    monthly_cost: float | None = None
    """What it costs a month as it was applied last, in US dollars; None when nobody knows."""


class StateVersion(SQLModel, table=True):
    """One state that Terraform wrote. `outputs` and `resources` are read out of it when it is stored."""

    __tablename__ = "state_version"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_state_version_deployment_n", "deployment_id", "n", unique=True),)

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id")
    n: int
    """Counts the versions of one deployment, from 1."""
    serial: int = Field(sa_column=Column(BigInteger, nullable=False))
    lineage: str
    run_id: str | None = Field(default=None, index=True)
    terraform_version: str = ""
    md5: str
    size: int
    resource_count: int = 0
    resources: list[Any] = json_field()
    """[{address, type, id, provider}], no attributes, no secrets."""
    outputs: dict[str, Any] = Field(sa_type=EncryptedJSON("state_version.outputs"), nullable=False)  # type: ignore[call-overload]
    """{name: {value, sensitive, type}}"""
    data: bytes = Field(sa_type=EncryptedBytes("state_version.data"), nullable=False)  # type: ignore[call-overload]
    created_at: datetime = moment()


class StateLock(SQLModel, table=True):
    __tablename__ = "state_lock"  # pyright: ignore[reportAssignmentType]

    deployment_id: str = Field(foreign_key="deployment.id", primary_key=True)
    lock_id: str
    run_id: str | None = None
    info: dict[str, Any] = json_field()
    created_at: datetime = moment()


class StateHold(SQLModel, table=True):
    """A state that may still have to arrive: while the row is there, no run of the deployment starts."""

    __tablename__ = "state_hold"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("kind IN ('expected', 'spooled', 'refused')", name="kind"),)

    deployment_id: str = Field(foreign_key="deployment.id", primary_key=True)
    run_id: str
    worker: str | None = None
    kind: str
    """expected: the worker was lost and has not said yet; spooled: it keeps one; refused: it could not be taken."""
    note: str = ""
    created_at: datetime = moment()
    until: datetime | None = maybe_moment()
    """When nothing is expected any more; None when the worker is known to keep a state."""
