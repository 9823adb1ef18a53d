"""states that wait to be delivered, plans that are made again, where an account led to"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # New columns have a default, so that the code before this revision can go on inserting.
    op.add_column("run", sa.Column("replans", sa.Integer(), server_default="0", nullable=False))
    op.add_column("run", sa.Column("account_mark", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.create_table(
        "state_hold",
        sa.Column("deployment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("run_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("worker", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('expected', 'spooled', 'refused')", name=op.f("ck_state_hold_kind")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_state_hold_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("deployment_id", name=op.f("pk_state_hold")),
    )


def downgrade() -> None:
    op.drop_table("state_hold")
    op.drop_column("run", "account_mark")
    op.drop_column("run", "replans")
