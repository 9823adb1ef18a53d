"""roles: owner, approver and deployer in projects, auditor in the portal, roles of one's own; service accounts; limited tokens

Memberships are written anew in the words of today, which code of before does not know. What was `admin` in a project without
being an administrator of the portal counted as `member` until now, so it becomes `deployer`: nobody gains by an upgrade.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
oldest_code = "0015"
_BEFORE = "role IN ('admin', 'member', 'viewer')"


def upgrade() -> None:
    for table in ("user_account", "project_member"):
        op.drop_constraint(op.f(f"ck_{table}_role"), table, type_="check")
    op.execute(
        "UPDATE project_member AS m SET role = CASE WHEN m.role = 'admin' AND u.role = 'admin' THEN 'owner' ELSE 'deployer' END "
        "FROM user_account AS u WHERE u.id = m.user_id AND m.role IN ('admin', 'member')"
    )
    op.create_table(
        "custom_role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("actions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('organisation', 'project')", name=op.f("ck_custom_role_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_role")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_custom_role_kind_name")),
    )
    op.add_column("user_account", sa.Column("kind", sa.String(), server_default="person", nullable=False))
    op.create_check_constraint(op.f("ck_user_account_kind"), "user_account", "kind IN ('person', 'service')")
    op.add_column("api_token", sa.Column("project_id", sa.String(), nullable=True))
    op.create_foreign_key(op.f("fk_api_token_project_id"), "api_token", "project", ["project_id"], ["id"])
    op.add_column("api_token", sa.Column("actions", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_token", "actions")
    op.drop_column("api_token", "project_id")
    op.drop_column("user_account", "kind")
    op.drop_table("custom_role")
    op.execute(
        "UPDATE project_member SET role = CASE role WHEN 'owner' THEN 'admin' WHEN 'deployer' THEN 'member' ELSE 'viewer' END"
    )
    op.execute("UPDATE user_account SET role = 'viewer' WHERE role NOT IN ('admin', 'member', 'viewer')")
    for table in ("user_account", "project_member"):
        op.create_check_constraint(op.f(f"ck_{table}_role"), table, _BEFORE)
