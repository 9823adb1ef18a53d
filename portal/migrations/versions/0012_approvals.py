"""approvals: rules, what was asked about plans, what was said, links that lead there; projects for production"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
_CURRENT = sa.text("state IN ('waiting', 'approved')")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def upgrade() -> None:
    op.add_column("project", sa.Column("production", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("run_plan", sa.Column("plan_sha256", sa.String(), nullable=True))
    op.create_table(
        "approval_rule",
        _text("id"),
        _text("name"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _json("scope"),
        _json("conditions"),
        _json("approvers"),
        _moment("created_at"),
        _text("created_by_label"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
    )
    _create_request()
    _create_decision()
    _create_link()


def _create_request() -> None:
    op.create_table(
        "approval_request",
        _text("id"),
        _text("run_id"),
        _text("project_id"),
        _text("state"),
        sa.Column("bound", sa.LargeBinary(), nullable=False),
        _text("plan_sha256"),
        _json("requirements"),
        _json("requesters"),
        _text("requested_by_label"),
        _moment("requested_at"),
        _moment("expires_at"),
        _moment("closed_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'rejected', 'expired', 'superseded')",
            name=op.f("ck_approval_request_state"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_approval_request_run_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_approval_request_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    op.create_index(op.f("ix_approval_request_run_id"), "approval_request", ["run_id"])
    op.create_index(op.f("ix_approval_request_project_id"), "approval_request", ["project_id"])
    op.create_index(
        "uq_approval_request_current", "approval_request", ["run_id"], unique=True, postgresql_where=_CURRENT
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_approval_request_waiting", "approval_request", ["expires_at"], postgresql_where=waiting)


def _create_decision() -> None:
    op.create_table(
        "approval_decision",
        _text("id"),
        _text("request_id"),
        _text("user_id"),
        _text("label"),
        _text("decision"),
        _text("reason"),
        _moment("decided_at"),
        _moment("withdrawn_at", nullable=True),
        sa.CheckConstraint("decision IN ('approve', 'reject')", name=op.f("ck_approval_decision_decision")),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_decision_request_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_approval_decision_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_decision")),
    )
    op.create_index(op.f("ix_approval_decision_request_id"), "approval_decision", ["request_id"])
    op.create_index(
        "uq_approval_decision_person",
        "approval_decision",
        ["request_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _create_link() -> None:
    op.create_table(
        "approval_link",
        _text("id"),
        _text("request_id"),
        _text("user_id"),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_link_request_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_approval_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_link")),
    )
    op.create_index(op.f("ix_approval_link_request_id"), "approval_link", ["request_id"])


def downgrade() -> None:
    for table in ("approval_link", "approval_decision", "approval_request", "approval_rule"):
        op.drop_table(table)
    op.drop_column("run_plan", "plan_sha256")
    op.drop_column("project", "production")
