"""audit: from where; what was removed by retention; how far the trail was sent elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
oldest_code = "0010"  # older code would take an event with its origin for one that was changed

# Old enough, and covered by an anchor: nothing else is ever deleted. The anchors themselves stay.
_KEEP = """
CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_event' THEN
        IF OLD.at < now() - interval '30 days' AND EXISTS (SELECT FROM audit_anchor WHERE audit_anchor.n >= OLD.n) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit events are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_anchor_no_change BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_anchor_no_truncate BEFORE TRUNCATE ON audit_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
"""
_AS_BEFORE = """
CREATE OR REPLACE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("origin", postgresql.JSONB(), nullable=True))
    op.create_table(
        "audit_anchor",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "audit_sink",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_sink")),
    )
    op.execute(_KEEP)


def downgrade() -> None:
    op.execute(_AS_BEFORE)
    op.drop_table("audit_sink")
    op.drop_table("audit_anchor")
    op.drop_column("audit_event", "origin")
