"""The test servers, from a test process's side: join them, get a fresh migrated database, get a Redis of one's own."""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import redis
from psycopg import sql

from portal.kit.config import PROJECT_DIR
from tests.support.keeper import REDIS_DATABASES

REDIS_DATABASES_EACH = 4
"""A test process's Redis databases: 0 Celery, 1 Reflex's state, 2 live nudges and rate limits, 3 its own."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the shared servers are. `postgres` is the URL of the maintenance database."""

    folder: Path
    postgres: str
    redis: str


@contextmanager
def join() -> Iterator[Servers]:
    """Use the shared servers for the block, starting them when nobody has; they end with their last user."""
    folder = _folder()
    with (folder / "users").open("a") as users:
        with (folder / "lock").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            ready = _ready(folder) or _start(folder)
        yield Servers(folder, ready["postgres"], ready["redis"])


def _folder() -> Path:
    """One a checkout and user, so that two checkouts with different migrations never meet."""
    digest = hashlib.sha256(str(PROJECT_DIR).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"terrace-tests-{os.geteuid()}-{digest}"
    folder.mkdir(exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to somebody else; set TMPDIR to a folder of your own")
    folder.chmod(0o711)
    return folder


def _ready(folder: Path) -> dict[str, str] | None:
    """What the keeper wrote, if the keeper lives (it holds keeper.lock)."""
    with (folder / "keeper.lock").open("a") as own:
        try:
            fcntl.flock(own, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            ready = folder / "ready.json"
            return json.loads(ready.read_text()) if ready.exists() else None
    (folder / "ready.json").unlink(missing_ok=True)
    return None


def _start(folder: Path) -> dict[str, str]:
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", str(folder)],
            cwd=PROJECT_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if (ready := folder / "ready.json").exists():
            return json.loads(ready.read_text())
        if keeper.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"the test servers did not start:\n{(folder / 'keeper.log').read_text()[-2000:]}")


def database_url(url: str, name: str) -> str:
    """`url` with another database name."""
    base, question, query = url.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}{question}{query}"


def migrated_template(servers: Servers) -> str:
    """The name of a database with today's migrations, made on first need; copies of it cost some 30 ms."""
    name = f"template_{_schema_digest()}"
    with locked(servers.folder / "template.lock"), _maintenance(servers) as connection:
        if not _exists(connection, name):
            draft = f"draft_{secrets.token_hex(6)}"
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            importlib.import_module("portal.migrations").upgrade(database_url(servers.postgres, draft))
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
    return name


@contextmanager
def fresh_database(servers: Servers, template: str | None = None) -> Iterator[str]:
    """The URL of a new database (empty, or a copy of `template`), dropped afterwards whoever is still connected."""
    name = f"test_{secrets.token_hex(8)}"
    source = sql.Identifier(template or "template0")
    with _maintenance(servers) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), source)
        )
    try:
        yield database_url(servers.postgres, name)
    finally:
        with _maintenance(servers) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def has_database(servers: Servers, name: str) -> bool:
    """Whether there is one of this name. Servers that were started anew have none of those before."""
    with _maintenance(servers) as connection:
        return _exists(connection, name)


def keep_copy(servers: Servers, url: str) -> str:
    """The name of a database that is as the one of `url` is now, for others to copy. Nobody may be connected to either."""
    name, source = f"kept_{secrets.token_hex(8)}", url.partition("?")[0].rsplit("/", 1)[1]
    with _maintenance(servers) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
    return name


@contextmanager
def own_redis(servers: Servers) -> Iterator[str]:
    """A Redis URL whose database number (and the next three) nobody else on this machine uses now; emptied before and after."""
    slot, claim = _claim_slot(servers.folder)
    first = slot * REDIS_DATABASES_EACH
    url = f"{servers.redis.rsplit('/', 1)[0]}/{first}"
    with claim:
        flush(url)
        yield url
        flush(url)


def flush(url: str) -> None:
    """Empty a test process's Redis databases."""
    base, _, first = url.rpartition("/")
    for number in range(int(first), int(first) + REDIS_DATABASES_EACH):
        with redis.Redis.from_url(f"{base}/{number}") as client:
            client.flushdb()


def _claim_slot(folder: Path) -> tuple[int, IO[str]]:
    for slot in range(REDIS_DATABASES // REDIS_DATABASES_EACH):
        claim = (folder / f"redis-{slot}.lock").open("a")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return slot, claim
        except BlockingIOError:
            claim.close()
    raise RuntimeError("every Redis database is in use")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone for the block, among all processes that name this file."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _maintenance(servers: Servers) -> psycopg.Connection:
    plain = servers.postgres.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(plain, autocommit=True, connect_timeout=30)


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _schema_digest() -> str:
    """Changes with every edit of the migrations, so a running server never serves yesterday's schema."""
    digest = hashlib.sha256()
    for path in sorted((PROJECT_DIR / "portal" / "migrations").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
