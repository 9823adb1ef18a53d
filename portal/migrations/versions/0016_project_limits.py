"""project_limits: quotas, budget, templates and guardrails of a project"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "project_limits",
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("deployments", sa.Integer(), nullable=True),
        sa.Column("resources", sa.Integer(), nullable=True),
        sa.Column("monthly_budget", sa.Float(), nullable=True),
        sa.Column("templates", postgresql.JSONB(), nullable=True),
        sa.Column("guardrails", postgresql.JSONB(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_limits_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_limits")),
    )


def downgrade() -> None:
    op.drop_table("project_limits")
