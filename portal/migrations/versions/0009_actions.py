"""actions: runs of a kind of their own; what was told to the cloud's tool, and what it left to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
_KINDS = "kind IN ('plan_only', 'plan_and_apply', 'destroy', 'drift'{})"


def upgrade() -> None:
    op.add_column("run", sa.Column("action", postgresql.JSONB(), nullable=True))
    op.add_column("run", sa.Column("result", sa.LargeBinary(), nullable=True))
    op.create_index("ix_run_result", "run", ["ended_at"], postgresql_where=sa.text("result IS NOT NULL"))
    # Wider than before: what the code of before writes still fits.
    op.drop_constraint(op.f("ck_run_kind"), "run", type_="check")
    op.create_check_constraint(op.f("ck_run_kind"), "run", _KINDS.format(", 'action'"))


def downgrade() -> None:
    op.execute("DELETE FROM run WHERE kind = 'action'")
    op.drop_constraint(op.f("ck_run_kind"), "run", type_="check")
    op.create_check_constraint(op.f("ck_run_kind"), "run", _KINDS.format(""))
    op.drop_index("ix_run_result", "run")
    op.drop_column("run", "result")
    op.drop_column("run", "action")
