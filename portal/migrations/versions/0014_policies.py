"""policies: what is asked of a plan, each version of it, what came out for each run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "policy",
        *map(_text, ("id", "name", "description", "rule")),
        _json("settings"),
        _text("level"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        *map(_json, ("projects", "templates", "kinds")),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        _text("created_by_label"),
        _moment("updated_at"),
        _text("updated_by_label"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.CheckConstraint("level IN ('advisory', 'override', 'mandatory')", name=op.f("ck_policy_level")),
    )
    op.create_index("uq_policy_name", "policy", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "policy_version",
        _text("policy_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _json("body"),
        _moment("created_at"),
        _text("created_by_label"),
        sa.PrimaryKeyConstraint("policy_id", "version", name=op.f("pk_policy_version")),
    )
    _results()


def _results() -> None:
    op.create_table(
        "policy_result",
        *map(_text, ("run_id", "policy_id", "policy_name")),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        *map(_text, ("rule", "level")),
        sa.Column("passed", sa.Boolean(), nullable=False),
        _json("problems"),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        _text("error", nullable=True),
        _text("digest"),
        _moment("judged_at"),
        _moment("overridden_at", nullable=True),
        _text("overridden_by", nullable=True),
        _text("override_reason", nullable=True),
        sa.PrimaryKeyConstraint("run_id", "policy_id", name=op.f("pk_policy_result")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_policy_result_run_id_run")),
    )
    op.create_index("ix_policy_result_policy_judged", "policy_result", ["policy_id", "judged_at"])


def downgrade() -> None:
    for table in ("policy_result", "policy_version", "policy"):
        op.drop_table(table)
