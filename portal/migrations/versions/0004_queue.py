"""the queue: limits and turns of projects and accounts, workers that drain"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Every column may be null and has no default: nothing is rewritten, and the code before this revision goes on inserting.
    op.add_column("project", sa.Column("run_limit", sa.Integer(), nullable=True))
    op.add_column("project", sa.Column("served_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cloud_account", sa.Column("run_limit", sa.Integer(), nullable=True))
    op.add_column("worker", sa.Column("drain_requested_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("worker", sa.Column("drain_requested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_index(
        "ix_run_queued",
        "run",
        ["project_id", "cloud_account_id", "status", "kind", "confirmed_at", "plan_queued_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('plan_queued', 'apply_queued')"),
    )
    op.create_index("ix_run_project_created", "run", ["project_id", "created_at"], unique=False)
    op.drop_index("ix_run_project_id", table_name="run")


def downgrade() -> None:
    op.create_index("ix_run_project_id", "run", ["project_id"], unique=False)
    op.drop_index("ix_run_queued", table_name="run")
    op.drop_index("ix_run_project_created", table_name="run")
    op.drop_column("worker", "drain_requested_by")
    op.drop_column("worker", "drain_requested_at")
    op.drop_column("cloud_account", "run_limit")
    op.drop_column("project", "served_at")
    op.drop_column("project", "run_limit")
