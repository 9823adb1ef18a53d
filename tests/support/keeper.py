"""The process that keeps one PostgreSQL and one Redis for every test process on this machine, and ends with the last of them.

Users hold a shared lock on the file `users`; the keeper waits for the exclusive one, so even a killed test run leaves nothing.
Run by `servers.py`: `python -m tests.support.keeper FOLDER`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import IO

from portal.embedded import files, postgres, redis
from portal.embedded.process import Child, Ledger, end_left_over

REDIS_DATABASES = 512
TEST_POSTGRES = {**postgres.SMALL, "max_connections": "600", "shared_buffers": "128MB", "autovacuum": "off"}


def main(folder: Path) -> None:
    """Start both servers, say so in `ready.json`, wait until nobody uses them, end them."""
    with (folder / "keeper.lock").open("a") as own:
        fcntl.flock(own, fcntl.LOCK_EX)
        end_left_over(folder / "children.json")
        data = folder / f"data-{os.getpid()}"
        children = _start(folder, data)
        try:
            with (folder / "lock").open("a") as gate, (folder / "users").open("a") as users:
                _wait_for_the_last(gate, users)
                (folder / "ready.json").unlink(missing_ok=True)
                for child in reversed(children):
                    child.stop()
        finally:
            for child in reversed(children):
                child.stop(seconds=2)
            shutil.rmtree(data, ignore_errors=True)


def _start(folder: Path, data: Path) -> list[Child]:
    data.mkdir()
    data.chmod(0o711)
    ledger = Ledger(folder / "children.json")
    database = postgres.prepare(
        data / "pg", data / "s", folder / "postgres.log", durable=False, parameters=TEST_POSTGRES
    )
    cache = redis.prepare(data / "redis", folder / "redis.log", durable=False, databases=REDIS_DATABASES)
    children = [Child(database.program(), ledger), Child(cache.program(), ledger)]
    while not (postgres.answers(database) and redis.answers(cache)):
        if any(child.exit_code() is not None for child in children):
            raise RuntimeError("\n".join(child.last_words() for child in children))
        time.sleep(0.03)
    ready = {"pid": os.getpid(), "postgres": database.url("postgres"), "redis": cache.url}
    files.write_private(folder / "ready.json", json.dumps(ready))
    return children


def _wait_for_the_last(gate: IO[str], users: IO[str]) -> None:
    """Return holding `gate` (nobody can join) once `users` has no holder left."""
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            fcntl.flock(gate, fcntl.LOCK_UN)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
