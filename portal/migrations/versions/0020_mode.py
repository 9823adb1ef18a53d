"""mode: whether a deployment's resources are in a real cloud or in the sandbox, from its first run on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("deployment", sa.Column("mode", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("deployment", "mode")
