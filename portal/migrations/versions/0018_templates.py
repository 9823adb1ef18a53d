"""which versions of templates may be used, and by whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "template_release",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("key", "content_hash", "version", "state", "message")
        ),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "content_hash", name=op.f("pk_template_release")),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'deprecated', 'revoked')", name=op.f("ck_template_release_state")
        ),
    )
    op.create_table(
        "template_audience",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("projects", postgresql.JSONB(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_template_audience")),
    )


def downgrade() -> None:
    op.drop_table("template_audience")
    op.drop_table("template_release")
