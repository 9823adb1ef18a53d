"""notifications: the outbox, inboxes, channels, the log of deliveries, preferences, own texts"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
_TEXT = sqlmodel.sql.sqltypes.AutoString


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "notification_event",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("event", _TEXT(), nullable=False),
        sa.Column("project_id", _TEXT(), nullable=True),
        sa.Column("run_id", _TEXT(), nullable=True),
        sa.Column("people", postgresql.JSONB(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        _moment("created_at"),
        _moment("spread_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_event")),
    )
    op.create_index(
        "ix_notification_event_open",
        "notification_event",
        ["created_at"],
        postgresql_where=sa.text("spread_at IS NULL"),
    )
    op.create_index("ix_notification_event_created_at", "notification_event", ["created_at"])
    op.create_table(
        "notification",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("event_id", _TEXT(), nullable=False),
        sa.Column("user_id", _TEXT(), nullable=False),
        sa.Column("event", _TEXT(), nullable=False),
        sa.Column("project_id", _TEXT(), nullable=True),
        sa.Column("run_id", _TEXT(), nullable=True),
        sa.Column("title", _TEXT(), nullable=False),
        sa.Column("body", _TEXT(), nullable=False),
        sa.Column("link", _TEXT(), nullable=False),
        _moment("created_at"),
        _moment("read_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_notification_event_id_user_id")),
    )
    op.create_index("ix_notification_user_created", "notification", ["user_id", "created_at", "id"])
    op.create_index("ix_notification_unread", "notification", ["user_id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_index("ix_notification_created_at", "notification", ["created_at"])
    op.create_table(
        "notification_channel",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("project_id", _TEXT(), nullable=True),
        sa.Column("events", postgresql.JSONB(), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=False),
        sa.Column("shown", _TEXT(), nullable=False),
        _moment("created_at"),
        sa.Column("created_by", _TEXT(), nullable=False),
        _moment("updated_at"),
        _moment("disabled_at", nullable=True),
        sa.Column("disabled_reason", _TEXT(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('mail', 'slack', 'teams', 'webhook', 'apprise')", name=op.f("ck_notification_channel_kind")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_notification_channel_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_channel")),
    )
    op.create_index("ix_notification_channel_project_id", "notification_channel", ["project_id"])
    op.create_table(
        "notification_delivery",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("event", _TEXT(), nullable=False),
        sa.Column("channel_id", _TEXT(), nullable=True),
        sa.Column("project_id", _TEXT(), nullable=True),
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("recipient", _TEXT(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("status", _TEXT(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("next_at"),
        sa.Column("response_code", sa.Integer(), nullable=True),
        sa.Column("response", _TEXT(), nullable=True),
        sa.Column("problem", _TEXT(), nullable=True),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'given_up')", name=op.f("ck_notification_delivery_status")),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["notification_channel.id"],
            name=op.f("fk_notification_delivery_channel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_delivery")),
    )
    op.create_index(
        "ix_notification_delivery_due",
        "notification_delivery",
        ["next_at"],
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index("ix_notification_delivery_created", "notification_delivery", ["created_at", "id"])
    op.create_index("ix_notification_delivery_channel", "notification_delivery", ["channel_id", "created_at", "id"])
    op.create_table(
        "notification_preference",
        sa.Column("user_id", _TEXT(), nullable=False),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        _moment("updated_at"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_preference_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preference")),
    )
    op.create_table(
        "notification_text",
        sa.Column("event", _TEXT(), nullable=False),
        sa.Column("part", _TEXT(), nullable=False),
        sa.Column("source", _TEXT(), nullable=False),
        _moment("updated_at"),
        sa.Column("updated_by", _TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("event", "part", name=op.f("pk_notification_text")),
    )
    op.create_table(
        "notification_reminder",
        sa.Column("subject", _TEXT(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_notification_reminder")),
    )
    op.create_index("ix_notification_reminder_at", "notification_reminder", ["at"])


def downgrade() -> None:
    for table in ("reminder", "text", "preference", "delivery", "channel"):
        op.drop_table(f"notification_{table}")
    op.drop_table("notification")
    op.drop_table("notification_event")
