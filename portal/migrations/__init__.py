"""Alembic migrations. `upgrade()` brings a database to this version; several processes may call it at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from portal.kit.errors import ConfigurationError, Unavailable

MINIMUM_SERVER = 140000
_LOCK = 7_221_914_001  # an arbitrary number that only we use


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Migrate to the newest revision under an advisory lock. ConfigurationError when the server is older than 14."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            if version < MINIMUM_SERVER:
                raise ConfigurationError(
                    f"PostgreSQL {version // 10000} is too old. Terrace needs PostgreSQL 14 or newer."
                )
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
            config = _config(database_url)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
    except OperationalError as error:
        raise Unavailable(
            f"The database does not answer: {str(error.orig).splitlines()[0] if error.orig else 'no answer'}"
        ) from error
    finally:
        engine.dispose()


def is_current(database_url: str) -> bool:
    """Whether the database is at this version's newest revision."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(_config(database_url)).get_current_head()
    finally:
        engine.dispose()
