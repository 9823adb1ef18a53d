"""The audit trail, what retention removed of it, and how far it was sent elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.models.base import json_field, maybe_moment, moment


class AuditEvent(SQLModel, table=True):
    """One change, in the transaction that made it. `hash` covers the row and the hash before it."""

    __tablename__ = "audit_event"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("previous_hash"),)

    n: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    at: datetime = moment(index=True)
    actor_kind: str
    actor_id: str
    actor_label: str
    action: str = Field(index=True)
    object_kind: str
    object_id: str = Field(index=True)
    project_id: str | None = Field(default=None, index=True)
    detail: dict[str, Any] = json_field()
    origin: dict[str, Any] | None = json_field(nullable=True)
    """{via, address, agent, request_id} of who asked; None of what the portal did by itself."""
    previous_hash: str
    hash: str


class AuditAnchor(SQLModel, table=True):
    """Events up to number `n`, whose hash was `hash`, were removed by retention."""

    __tablename__ = "audit_anchor"  # pyright: ignore[reportAssignmentType]

    n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hash: str
    removed: int = Field(sa_column=Column(BigInteger, nullable=False))
    """How many events that were."""
    created_at: datetime = moment()


class AuditSink(SQLModel, table=True):
    """A place that the trail is sent to, by its name in the settings; it has every event up to `last_n`."""

    __tablename__ = "audit_sink"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    last_n: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    sent_at: datetime | None = maybe_moment()
    failed_at: datetime | None = maybe_moment()
    error: str | None = None
