"""Alembic migrations. `upgrade()` brings a database to this version; several processes may call it at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from portal.kit.errors import ConfigurationError, Unavailable

if TYPE_CHECKING:
    from alembic.config import Config

MINIMUM_SERVER = 140000
_VERSIONS: Final = Path(__file__).parent / "versions"
_NAMED: Final = re.compile(r'^(revision|down_revision)\b.*= "([^"]+)"', re.MULTILINE)
_LOCK = 7_221_914_001  # an arbitrary number that only we use


def _config(database_url: str) -> Config:
    from alembic.config import Config

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
            if _revision(connection) != head():
                _upgrade(connection, database_url)
    except OperationalError as error:
        raise Unavailable(
            f"The database does not answer: {str(error.orig).splitlines()[0] if error.orig else 'no answer'}"
        ) from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, database_url: str) -> None:
    from alembic import command  # half a second of imports, and a start that finds everything in place needs none

    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    config = _config(database_url)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    connection.commit()


def head() -> str:
    """The newest revision of this version: the one that no other builds on. As Alembic finds it, without Alembic."""
    found = [dict(_NAMED.findall(path.read_text())) for path in sorted(_VERSIONS.glob("*.py"))]
    (newest,) = {item["revision"] for item in found} - {item.get("down_revision") for item in found}
    return newest


def _revision(connection: Connection) -> str | None:
    """The revision that the database is at; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def is_current(database_url: str) -> bool:
    """Whether the database is at this version's newest revision."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return _revision(connection) == head()
    finally:
        engine.dispose()
