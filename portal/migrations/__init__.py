"""Alembic migrations. `upgrade()` brings a database to this version; several processes may call it at once."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from portal.kit.errors import ConfigurationError, Unavailable

if TYPE_CHECKING:
    from alembic.config import Config

MINIMUM_SERVER = 140000
_VERSIONS: Final = Path(__file__).parent / "versions"
_RESTORE_AGAIN: Final = (
    "A restore of this database was begun and not finished, so it holds half of a portal. "
    "Restore it again: `terrace restore` with --force."
)
_NAMED: Final = re.compile(r'^(revision|down_revision)\b.*= "([^"]+)"', re.MULTILINE)
_LOCK = 7_221_914_001  # an arbitrary number that only we use
_UNFINISHED: Final = "terrace_unfinished_restore"
"""A schema that is there from the beginning of a restore to its end."""


def _config(database_url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, *, revision: str = "head", unfinished: bool = False) -> None:
    """Migrate to the newest revision under an advisory lock. ConfigurationError when the server is older than 14.

    A database whose restore was broken off is refused, unless the restore itself (`unfinished`) asks.
    """
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
            if version < MINIMUM_SERVER:
                raise ConfigurationError(
                    f"PostgreSQL {version // 10000} is too old. Terrace needs PostgreSQL 14 or newer."
                )
            if not unfinished and _is_marked(connection):
                raise ConfigurationError(_RESTORE_AGAIN)
            if _revision(connection) != (head() if revision == "head" else revision):
                _upgrade(connection, database_url, revision)
    except OperationalError as error:
        raise Unavailable(
            f"The database does not answer: {str(error.orig).splitlines()[0] if error.orig else 'no answer'}"
        ) from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, database_url: str, revision: str) -> None:
    from alembic import command  # half a second of imports, and a start that finds everything in place needs none

    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    config = _config(database_url)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.commit()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    connection.commit()


def head() -> str:
    """The newest revision of this version: the one that no other builds on. As Alembic finds it, without Alembic."""
    found = _found()
    (newest,) = {item["revision"] for item in found} - {item.get("down_revision") for item in found}
    return newest


def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(item["revision"] for item in _found())


def _found() -> list[dict[str, str]]:
    return [dict(_NAMED.findall(path.read_text())) for path in sorted(_VERSIONS.glob("*.py"))]


def mark_unfinished(connection: Any) -> None:
    """From now on nobody takes this database for a whole one. `connection` is psycopg's, as a restore has it."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_UNFINISHED}")


def unmark(connection: Connection) -> None:
    """The restore is done, when this transaction commits."""
    connection.execute(text(f"DROP SCHEMA {_UNFINISHED}"))


def is_unfinished(database_url: str) -> bool:
    """Whether a restore of this database was begun and not finished."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return _is_marked(connection)
    finally:
        engine.dispose()


def refuse_unfinished(database_url: str) -> None:
    """ConfigurationError when a restore of this database was not finished. Whether it answers is for others to say."""
    with suppress(OperationalError):
        if is_unfinished(database_url):
            raise ConfigurationError(_RESTORE_AGAIN)


def _is_marked(connection: Connection) -> bool:
    return inspect(connection).has_schema(_UNFINISHED)


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
            return _revision(connection) == head() and not _is_marked(connection)
    finally:
        engine.dispose()
