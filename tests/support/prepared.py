"""A database with what every portal of the page tests begins with: made once for a test run, copied for each of its files."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.support import pages, servers


@dataclass(frozen=True)
class Prepared:
    """A template database, the key of its secrets, and the people's cookies."""

    database: str
    secret_key: str
    cookies: dict[str, str]


def prepared(found: servers.Servers, empty: str) -> Prepared:
    """The one of this test run; whoever comes first makes it, with a portal that serves for just that long.

    Whoever comes when all others have gone finds servers that were started anew, and makes it again.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    kept = found.folder / f"prepared-{run}.json"
    with servers.locked(kept):
        before = Prepared(**json.loads(kept.read_text())) if kept.stat().st_size else None
        if before and servers.has_database(found, before.database):
            return before
        _forget_old_ones(found.folder)
        made = _make(found, empty)
        kept.write_text(json.dumps(asdict(made)))
        return made


def _forget_old_ones(folder: Path) -> None:
    """The databases went with the servers of their runs; the notes about them stay behind."""
    for note in folder.glob("prepared*"):
        if note.stat().st_mtime < time.time() - 86_400:
            note.unlink(missing_ok=True)


@contextmanager
def copied(folder: Path, found: servers.Servers, beginning: Prepared, redis_url: str) -> Iterator[pages.Portal]:
    """A portal with a copy of its own."""
    with (
        servers.fresh_database(found, beginning.database) as url,
        pages.running(
            folder,
            database_url=url,
            redis_url=redis_url,
            secret_key=beginning.secret_key,
            cookies=beginning.cookies,
        ) as portal,
    ):
        yield portal


def _make(found: servers.Servers, empty: str) -> Prepared:
    key = pages.secret_key()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.own_redis(found) as redis_url,
        servers.fresh_database(found, empty) as url,
    ):
        with pages.running(Path(folder), database_url=url, redis_url=redis_url, secret_key=key) as portal:
            cookies = portal.cookies
        return Prepared(servers.keep_copy(found, url), key, cookies)
