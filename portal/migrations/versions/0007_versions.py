"""which code may run beside which revision, and which Terraform made a plan: a new table, a new column that may be null"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "schema_revision",
        sa.Column("revision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("oldest_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("terrace", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_revision")),
    )
    op.add_column("run_plan", sa.Column("engine", sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    op.drop_column("run_plan", "engine")
    op.drop_table("schema_revision")
