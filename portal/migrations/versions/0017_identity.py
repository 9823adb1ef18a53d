"""identity providers: whom they know, sign-ins under way, what groups gave, the switch for passwords"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _refers(table: str, column: str, to: str, *, cascade: bool = True) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE" if cascade else None)


def upgrade() -> None:
    op.create_table(
        "identity_provider",
        _text("id"),
        _text("slug"),
        _text("kind"),
        _text("title"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _text("source"),
        _text("issuer"),
        _text("client_id"),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("last_sign_in_at", nullable=True),
        sa.CheckConstraint(
            "kind IN ('oidc', 'entra', 'google', 'keycloak', 'github')", name=op.f("ck_identity_provider_kind")
        ),
        sa.CheckConstraint("source IN ('portal', 'environment')", name=op.f("ck_identity_provider_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_provider")),
        sa.UniqueConstraint("slug", name=op.f("uq_identity_provider_slug")),
    )
    op.create_table(
        "user_identity",
        _text("id"),
        _text("provider_id"),
        _text("subject"),
        _text("user_id"),
        _text("label"),
        _moment("created_at"),
        _moment("last_sign_in_at", nullable=True),
        _refers("user_identity", "provider_id", "identity_provider", cascade=False),
        _refers("user_identity", "user_id", "user_account", cascade=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_identity")),
        sa.UniqueConstraint("provider_id", "subject", name=op.f("uq_user_identity_provider_id_subject")),
    )
    op.create_index(op.f("ix_user_identity_user_id"), "user_identity", ["user_id"])
    op.create_table(
        "sign_in_attempt",
        _text("id"),
        _text("provider_id"),
        _text("browser"),
        _text("nonce"),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        _text("next"),
        _text("link_user_id", nullable=True),
        _moment("expires_at"),
        _refers("sign_in_attempt", "provider_id", "identity_provider"),
        _refers("sign_in_attempt", "link_user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_provider_id"), "sign_in_attempt", ["provider_id"])
    op.create_index(op.f("ix_sign_in_attempt_expires_at"), "sign_in_attempt", ["expires_at"])
    op.create_table(
        "provider_session",
        _text("session_id"),
        _text("provider_id"),
        _text("subject"),
        _text("sid", nullable=True),
        _text("end_address", nullable=True),
        sa.Column("id_token", sa.LargeBinary(), nullable=True),
        _refers("provider_session", "session_id", "user_session"),
        _refers("provider_session", "provider_id", "identity_provider"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_provider_session")),
    )
    op.create_index("ix_provider_session_subject", "provider_session", ["provider_id", "subject"])
    op.create_table(
        "group_grant",
        _text("id"),
        _text("user_id"),
        _text("provider_id"),
        _text("project_id", nullable=True),
        _text("role"),
        _refers("group_grant", "user_id", "user_account"),
        _refers("group_grant", "provider_id", "identity_provider"),
        _refers("group_grant", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_grant")),
        sa.UniqueConstraint(
            "user_id", "provider_id", "project_id", name=op.f("uq_group_grant_user_id_provider_id_project_id")
        ),
    )
    op.create_index(
        "uq_group_grant_organisation",
        "group_grant",
        ["user_id", "provider_id"],
        unique=True,
        postgresql_where=sa.text("project_id IS NULL"),
    )
    op.create_index(op.f("ix_group_grant_provider_id"), "group_grant", ["provider_id"])
    op.create_index(op.f("ix_group_grant_project_id"), "group_grant", ["project_id"])
    op.create_table(
        "sign_in_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("local_off", sa.Boolean(), nullable=False),
        sa.Column("break_glass", postgresql.JSONB(), nullable=False),
        _moment("changed_at"),
        sa.CheckConstraint("id = 1", name=op.f("ck_sign_in_policy_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_policy")),
    )


def downgrade() -> None:
    for table in (
        "sign_in_policy",
        "group_grant",
        "provider_session",
        "sign_in_attempt",
        "user_identity",
        "identity_provider",
    ):
        op.drop_table(table)
