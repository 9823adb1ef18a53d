"""The migrations make exactly the tables that the models describe; no process starts slower than it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from portal import migrations
from portal.kit.config import PROJECT_DIR
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


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert migrations.head() == scripts.get_current_head()


@pytest.mark.parametrize("process", ["worker.tasks", "worker.sandbox.daemon", "portal.api.app"])
def test_no_process_starts_by_importing_what_it_may_never_need(process: str) -> None:
    """Each of these costs a tenth to a quarter of a start."""
    seldom = ("azure.identity", "google.auth", "alembic", "jinja2", "markdown_it")
    script = f"import sys, {process}; print([name for name in {seldom} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
