"""Make a backup; restore one. Both are for the operator, on the command line.

A backup is one consistent snapshot, taken while everything runs. A restore wants the database for itself. It marks the database
as unfinished at its beginning and takes the mark away in the transaction that has put everything in order: a portal that is
started in between refuses to, and nothing can begin to work with half of a world.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlmodel import Session, col, select

from portal import migrations
from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.backup import container, settle, tables
from portal.backup.schemas import BackupReport, RestoreReport
from portal.kit import clock
from portal.kit.db import engine, forget_after_commit, unit_of_work
from portal.kit.errors import ConfigurationError, Conflict, Invalid, Unavailable
from portal.kit.secrets import DecryptionError, Keyring, keyring
from portal.kit.version import own_version
from portal.models import CloudAccount, Deployment, TemplateVersion

_CHECK: Final = b"This text can be read with the key."
_LABEL: Final = "backup.key_check"
Progress = Callable[[str], None]


def backup(database_url: str, actor: Actor, path: Path) -> BackupReport:
    """Write everything in the database to a new file at `path`; keys are not in it."""
    with unit_of_work() as session:
        permissions.require(actor, "system.backup")
        _require_key_of(session)
        audit.record(session, actor, "system.backup", object_kind="system", object_id="database")
    with _snapshot(database_url) as connection:
        header = _new_header(connection)
        with container.writing(path, header) as writer:
            writer.record({"definitions": tables.definitions(connection)})
            found = tables.tables(connection)
            for table in found:
                writer.record({"table": [table.schema, table.name], "columns": list(table.columns)})
                for chunk in tables.copy_out(connection, table):
                    writer.frame(chunk)
                writer.frame(b"")
            writer.record({"sequences": tables.sequences(connection)})
    return BackupReport(
        path=str(path),
        bytes=path.stat().st_size,
        tables=len(found),
        revision=header["revision"],
        keys=sorted(header["keys"]),
    )


def restore(database_url: str, actor: Actor, path: Path, *, force: bool, say: Progress) -> RestoreReport:
    """Make the database what it was at the time of the backup, and see to it that nothing is applied by itself then.

    Refused before anything is changed: a damaged file, one of a newer version, one whose keys are not here, a database that
    others use, one that holds something (unless `force`).
    """
    permissions.require(actor, "system.backup")
    header = container.read_header(path)
    revision = _known_revision(header)
    _require_keys(header)
    engine().dispose()
    with _alone(database_url) as connection:
        if not force and (migrations.is_unfinished(database_url) or tables.has_rows(connection)):
            raise Conflict(
                "This database is not empty. Restore into an empty one, or say --force to lose what is in it now."
            )
        say("Removing what is there ...")
        with connection.transaction():
            migrations.mark_unfinished(connection)
            tables.drop_all(connection)
    migrations.upgrade(database_url, revision=revision, unfinished=True)
    say("Loading the backup ...")
    with _connected(database_url) as connection, connection.transaction():
        _load(connection, container.frames(path))
    migrations.upgrade(database_url, unfinished=True)
    say("Putting runs in order ...")
    return _settled(actor, header)


def _settled(actor: Actor, header: dict[str, Any]) -> RestoreReport:
    made_at = str(header["created_at"])
    with unit_of_work() as session:
        _require_key_of(session)
        ended = settle.settle(session, actor, made_at=made_at)
        migrations.unmark(session.connection())
        forget_after_commit(session)  # nobody is there to be told, and a message of before means nothing any more
    return RestoreReport(made_at=made_at, made_by_version=str(header["terrace"]), ended_runs=ended)


def _load(connection: psycopg.Connection[Any], frames: Iterator[bytes]) -> None:
    for frame in frames:
        record = container.parse(frame)
        for statement in record.get("definitions", ()):
            connection.execute(str(statement).encode())
        if "table" in record:
            schema, name = record["table"]
            table = tables.Table(schema, name, tuple(record["columns"]))
            tables.copy_in(connection, table, iter(lambda: next(frames), b""))
        if "sequences" in record:
            tables.set_sequences(connection, record["sequences"])
            return
    raise Invalid("The backup is damaged: its end is missing.")


def _new_header(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise Conflict("This database has no tables of the portal yet, so there is nothing to back up.")
    ring = keyring()
    return {
        "created_at": clock.now().isoformat(),
        "terrace": own_version(),
        "revision": str(row[0]),
        "postgresql": connection.info.server_version,
        "keys": {name: base64.b64encode(_sealed(ring, name)).decode() for name in ring.keys},
    }


def _sealed(ring: Keyring, key_id: str) -> bytes:
    """A known text under one key of the ring, by which a restore finds out whether it has that key."""
    return Keyring(key_id, ring.keys).encrypt(_CHECK, label=_LABEL)


def _known_revision(header: dict[str, Any]) -> str:
    revision = str(header.get("revision"))
    if revision not in migrations.revisions():
        raise Conflict(
            f"This backup is of version {header.get('terrace')} with database revision {revision}, which this version does "
            "not know. Restore it with that version or a newer one."
        )
    return revision


def _require_keys(header: dict[str, Any]) -> None:
    missing = []
    for name, sealed in dict(header.get("keys", {})).items():
        try:
            keyring().decrypt(base64.b64decode(sealed), label=_LABEL)
        except DecryptionError:
            missing.append(str(name))
    if missing:
        raise ConfigurationError(
            f"The secrets of this backup need the key {', '.join(sorted(missing))} of its portal, which is not here. "
            "Set TERRACE_SECRET_KEYS to it, or put its secret.key into the data folder. Nothing was changed."
        )


def _require_key_of(session: Session) -> None:
    """DecryptionError unless our key reads what is stored: a backup whose secrets nobody can read is none."""
    for column in (Deployment.values, CloudAccount.credentials, TemplateVersion.archive):
        session.exec(select(col(column)).limit(1)).first()


@contextmanager
def _connected(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        connection = psycopg.connect(plain, connect_timeout=10, autocommit=True, options="-c timezone=UTC")
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database does not answer: {str(error).strip().splitlines()[-1]}") from None
    with connection:
        # Names in definitions are then always written with their schema.
        connection.execute("SELECT set_config('search_path', 'pg_catalog', false)")
        yield connection


@contextmanager
def _snapshot(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """One moment of the database, for as long as the block takes."""
    with _connected(database_url) as connection:
        connection.execute("SET search_path = pg_catalog, public")
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            yield connection


@contextmanager
def _alone(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with _connected(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).fetchone()
        if row and row[0]:
            raise Conflict(
                f"{row[0]} other connections use this database. Stop the portal, the workers and the sandbox first."
            )
        yield connection
