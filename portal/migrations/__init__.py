"""Alembic migrations. `upgrade()` brings a database to this version; several processes may call it at once."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from portal.kit.errors import ConfigurationError, Unavailable
from portal.migrations import fit
from portal.migrations.fit import head

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = [
    "head",
    "is_current",
    "is_unfinished",
    "mark_unfinished",
    "problem",
    "refuse_unfit",
    "revisions",
    "unmark",
    "upgrade",
]

log = structlog.get_logger(__name__)
MINIMUM_SERVER = 140000
LOCK_TIMEOUT_MS = 500
"""How long a migration waits for a table. Whoever wants the table meanwhile waits behind it, so it gives up and tries again.

Shorter than PostgreSQL takes to notice a deadlock (1 s): it is the migration that gives way, and no request."""
TRIES = 120
PAUSE_SECONDS = 1.0
_LOCK = 7_221_914_001  # an arbitrary number that only we use
_GIVES_WAY: Final = ("55P03", "40P01")
"""PostgreSQL's codes for a lock that did not come in time, and for a deadlock."""


def upgrade(database_url: str, *, revision: str = "head", unfinished: bool = False) -> None:
    """Migrate to the newest revision under an advisory lock. ConfigurationError when the server is older than 14.

    A database whose restore was broken off is refused, unless the restore itself (`unfinished`) asks. A newer database is left
    as it is, and refused when this code cannot work with it.
    """
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            _require_server(connection)
            if not unfinished and _is_marked(connection):
                raise ConfigurationError(fit.RESTORE_AGAIN)
            if _revision(connection) != (head() if revision == "head" else revision):
                _upgrade(connection, database_url, revision)
    except OperationalError as error:
        raise Unavailable(
            f"The database does not answer: {str(error.orig).splitlines()[0] if error.orig else 'no answer'}"
        ) from error
    finally:
        engine.dispose()


def _require_server(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < MINIMUM_SERVER:
        raise ConfigurationError(f"PostgreSQL {version // 10000} is too old. Terrace needs PostgreSQL 14 or newer.")


def _upgrade(connection: Connection, database_url: str, revision: str) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    found = _revision(connection)
    if found is not None and found not in revisions():
        if (reason := fit.problem(connection)) is not None:
            raise ConfigurationError(reason)
    else:
        _migrate(connection, database_url, revision)
    connection.commit()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    connection.commit()


def _migrate(connection: Connection, database_url: str, revision: str) -> None:
    """Each revision is a transaction of its own: one that did not get its locks has changed nothing and is tried again."""
    from alembic import command  # half a second of imports, and a start that finds everything in place needs none

    config = _config(database_url)
    config.attributes["connection"] = connection
    connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT_MS}"))
    connection.commit()
    for left in reversed(range(TRIES)):
        try:
            command.upgrade(config, revision)
            return
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _GIVES_WAY:
                raise
            connection.rollback()
            if not left:
                raise Unavailable(_in_use(connection)) from None
        log.warning("migration_waits", reason="a table is in use", tries_left=left)
        time.sleep(PAUSE_SECONDS)


def _in_use(connection: Connection) -> str:
    """Who is in the way, as far as PostgreSQL tells."""
    query = text(
        "SELECT pid, coalesce(nullif(application_name, ''), 'no name'), extract(epoch FROM now() - xact_start)::integer "
        "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL "
        "ORDER BY xact_start LIMIT 1"
    )
    row = connection.execute(query).one_or_none()
    who = f" The oldest transaction is that of process {row[0]} ({row[1]}), {row[2]} s old." if row else ""
    return (
        "A table that the migration changes was in use each time, so it gave up; the portal can go on as it is."
        f"{who} Run `terrace migrate` again when that has ended."
    )


def _config(database_url: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = database_url
    return config


def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(item["revision"] for item in fit.chain())


def mark_unfinished(connection: Any) -> None:
    """From now on nobody takes this database for a whole one. `connection` is psycopg's, as a restore has it."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {fit.UNFINISHED}")


def unmark(connection: Connection) -> None:
    """The restore is done, when this transaction commits."""
    connection.execute(text(f"DROP SCHEMA {fit.UNFINISHED}"))


def is_unfinished(database_url: str) -> bool:
    """Whether a restore of this database was begun and not finished."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return _is_marked(connection)
    finally:
        engine.dispose()


def problem(session: Session) -> str | None:
    """Why this code must not work with the session's database, in one sentence. None when it can."""
    return fit.problem(session.connection())


def refuse_unfit(database_url: str) -> None:
    """ConfigurationError when this code must not work with this database. Whether it answers is for others to say."""
    engine = create_engine(database_url)
    try:
        with suppress(OperationalError), engine.connect() as connection:
            if (reason := fit.problem(connection)) is not None:
                raise ConfigurationError(reason)
    finally:
        engine.dispose()


def _is_marked(connection: Connection) -> bool:
    return inspect(connection).has_schema(fit.UNFINISHED)


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
