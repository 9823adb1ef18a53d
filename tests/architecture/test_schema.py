"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from portal import migrations
from portal.models import metadata


def test_migrations_and_models_agree(blank_postgres_url: str) -> None:
    migrations.upgrade(blank_postgres_url)
    engine = create_engine(blank_postgres_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(postgres_url: str) -> None:
    migrations.upgrade(postgres_url)
    assert migrations.is_current(postgres_url)
