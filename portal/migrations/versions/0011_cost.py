"""what a plan costs a month, and what is deployed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("run", sa.Column("monthly_cost", sa.Float(), nullable=True))
    op.add_column("run", sa.Column("cost_delta", sa.Float(), nullable=True))
    op.add_column("deployment", sa.Column("monthly_cost", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("deployment", "monthly_cost")
    op.drop_column("run", "cost_delta")
    op.drop_column("run", "monthly_cost")
