"""What happened and whom it is told to: the outbox, everybody's inbox, channels, and what was sent over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from portal.kit.encrypted import EncryptedJSON
from portal.models.base import JSON_COLUMN, json_field, maybe_moment, moment


class NotificationEvent(SQLModel, table=True):
    """Something that happened, written in the transaction that made it happen. A worker spreads it to people and channels."""

    __tablename__ = "notification_event"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_notification_event_open", "created_at", postgresql_where=text("spread_at IS NULL")),
        Index("ix_notification_event_created_at", "created_at"),
    )

    id: str = Field(primary_key=True)
    event: str
    project_id: str | None = None
    run_id: str | None = None
    people: list[str] | None = Field(default=None, sa_column=Column(JSON_COLUMN, nullable=True))
    """Ids of users when the event is for these and nobody else; None leaves it to the rule of the event."""
    facts: dict[str, Any] = json_field()
    """Texts and numbers, never secrets."""
    created_at: datetime = moment()
    spread_at: datetime | None = maybe_moment()


class Notification(SQLModel, table=True):
    """One line in one person's inbox."""

    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        Index("ix_notification_user_created", "user_id", "created_at", "id"),
        Index("ix_notification_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notification_created_at", "created_at"),
    )

    id: str = Field(primary_key=True)
    event_id: str
    user_id: str = Field(foreign_key="user_account.id", ondelete="CASCADE")
    event: str
    project_id: str | None = None
    run_id: str | None = None
    title: str
    body: str = ""
    link: str = ""
    """A path of the portal."""
    created_at: datetime = moment()
    read_at: datetime | None = maybe_moment()


class NotificationChannel(SQLModel, table=True):
    """Where events of a project, or of the whole portal, are sent beside people's own inboxes and mail."""

    __tablename__ = "notification_channel"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("kind IN ('mail', 'slack', 'teams', 'webhook', 'apprise')", name="kind"),
        Index("ix_notification_channel_project_id", "project_id"),
    )

    id: str = Field(primary_key=True)
    name: str
    kind: str
    project_id: str | None = Field(default=None, foreign_key="project.id", ondelete="CASCADE")
    """None: of the whole portal."""
    events: list[str] = Field(default_factory=list, sa_column=Column(JSON_COLUMN, nullable=False))
    target: dict[str, Any] = Field(sa_type=EncryptedJSON("notification_channel.target"), nullable=False)  # type: ignore[call-overload]
    """{url} or {addresses}; of a webhook also {keys: [{key, until}]}. Written, and never shown."""
    shown: str
    """What may be shown of where it leads: a host, or addresses."""
    created_at: datetime = moment()
    created_by: str
    updated_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()
    disabled_reason: str | None = None


class NotificationDelivery(SQLModel, table=True):
    """One message to one place, with what became of it. Its id is what receivers recognise a repeated message by."""

    __tablename__ = "notification_delivery"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'sent', 'given_up')", name="status"),
        Index("ix_notification_delivery_due", "next_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_notification_delivery_created", "created_at", "id"),
        Index("ix_notification_delivery_channel", "channel_id", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    event: str
    """The event, or the template of a mail that is about none."""
    channel_id: str | None = Field(default=None, foreign_key="notification_channel.id", ondelete="CASCADE")
    project_id: str | None = None
    kind: str
    recipient: str
    """As shown in the log."""
    content: dict[str, Any] | None = Field(
        default=None, sa_type=EncryptedJSON("notification_delivery.content"), nullable=True
    )  # type: ignore[call-overload]
    """The facts to tell. Forgotten after the end where they hold a link that lets somebody in."""
    status: str
    attempts: int = 0
    next_at: datetime = moment()
    """When it is (or, while somebody sends it, could again be) due."""
    response_code: int | None = None
    response: str | None = None
    problem: str | None = None
    created_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()


class NotificationPreference(SQLModel, table=True):
    """What one person wants to be told otherwise than by default."""

    __tablename__ = "notification_preference"  # pyright: ignore[reportAssignmentType]

    user_id: str = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    choices: dict[str, Any] = json_field()
    """{event: {inbox, mail}}."""
    updated_at: datetime = moment()


class NotificationText(SQLModel, table=True):
    """A part of a message in an administrator's words instead of ours."""

    __tablename__ = "notification_text"  # pyright: ignore[reportAssignmentType]

    event: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    source: str
    updated_at: datetime = moment()
    updated_by: str


class NotificationReminder(SQLModel, table=True):
    """What was reminded of already, so that it is reminded of once."""

    __tablename__ = "notification_reminder"  # pyright: ignore[reportAssignmentType]

    subject: str = Field(primary_key=True)
    at: datetime = moment(index=True)
