"""whom a cloud account is open to, its last test, its expiry, whether it is disabled; what clouds answered. Only additions"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
_COLUMNS = (
    ("scope", postgresql.JSONB(astext_type=sa.Text())),
    ("rotated_at", sa.DateTime(timezone=True)),
    ("rotated_by", sqlmodel.sql.sqltypes.AutoString()),
    ("expires_at", sa.DateTime(timezone=True)),
    ("tested_at", sa.DateTime(timezone=True)),
    ("test_result", postgresql.JSONB(astext_type=sa.Text())),
    ("suspended_at", sa.DateTime(timezone=True)),
    ("suspended_by", sqlmodel.sql.sqltypes.AutoString()),
    ("suspended_reason", sqlmodel.sql.sqltypes.AutoString()),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("cloud_account", sa.Column(name, kind, nullable=True))
    op.create_table(
        "cloud_answer",
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("question", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asking_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["cloud_account.id"], name=op.f("fk_cloud_answer_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "question", name=op.f("pk_cloud_answer")),
    )


def downgrade() -> None:
    op.drop_table("cloud_answer")
    for name, _ in reversed(_COLUMNS):
        op.drop_column("cloud_account", name)
