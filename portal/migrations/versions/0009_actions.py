"""actions: runs of a kind of their own; what was told to the cloud's tool, and what it left to keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.migrations import words

revision = "0009"
down_revision = "0008"
_KINDS = ["plan_only", "plan_and_apply", "destroy", "drift"]


def upgrade() -> None:
    op.add_column("run", sa.Column("action", postgresql.JSONB(), nullable=True))
    op.add_column("run", sa.Column("result", sa.LargeBinary(), nullable=True))
    op.create_index("ix_run_result", "run", ["ended_at"], postgresql_where=sa.text("result IS NOT NULL"))
    words.widen("run", "kind", _KINDS, ["action"])


def downgrade() -> None:
    op.execute("DELETE FROM run WHERE kind = 'action'")
    words.narrow("run", "kind", _KINDS)
    op.drop_index("ix_run_result", "run")
    op.drop_column("run", "result")
    op.drop_column("run", "action")
