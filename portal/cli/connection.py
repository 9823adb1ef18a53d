"""How a command reaches the database: the settings, else the instance on this data folder, else its stopped database."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from portal import migrations
from portal.embedded import instance, programs
from portal.embedded.supervisor import Supervisor
from portal.kit import logging, secrets
from portal.kit.config import Settings, settings
from portal.kit.errors import Unavailable


@contextmanager
def connected(*, unfinished: bool = False) -> Iterator[Settings]:
    """Settings with which services work for the block. `unfinished`: also when a restore was begun and not finished."""
    with _found(unfinished=unfinished) as config:
        if not unfinished:
            require_known_keys()
        yield config


@contextmanager
def _found(*, unfinished: bool) -> Iterator[Settings]:
    config = settings()
    if config.database_url is not None:
        use({})
        yield config
        return
    folders = instance.Folders(config.data_dir)
    if _is_running(folders.lock):
        use(_address(folders.address))
        yield settings()
        return
    with instance.claim(config.data_dir) as own, Supervisor(own.run, print).running() as supervisor:
        database_url = instance.start_postgres(config, own, supervisor)()
        use({"TERRACE_DATABASE_URL": database_url, **(instance.given_keys(config) or _own_key(own.key))})
        migrations.upgrade(database_url, unfinished=unfinished)
        yield settings()


def _own_key(path: Path) -> dict[str, str]:
    secrets.load_or_create_key_file(path)
    return {"TERRACE_SECRET_KEYS_FILE": str(path)}


def require_known_keys() -> None:
    """ConfigurationError when the keys here are not those of the database."""
    from portal.keys import service as keys  # with every table behind it, which not every command waits for

    keys.require_known()


def require_workers() -> None:
    """ConfigurationError unless somebody is there to carry runs out."""
    settings().redis_database(0)


def use(variables: Mapping[str, str]) -> None:
    """Make this process's settings those of an instance."""
    if any(name in variables for name in programs.KEYS):
        for name in programs.KEYS:
            os.environ.pop(name, None)
    os.environ.update(variables)
    settings.cache_clear()
    # A command's output is its own; what libraries have to say goes to standard error when it matters.
    logging.configure(replace(settings(), log_level="WARNING"))


def _address(path: Path) -> dict[str, str]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unavailable("The portal is starting or stopping. Try again in a moment.") from None


def _is_running(lock: Path) -> bool:
    """Whether an instance holds the data folder."""
    try:
        with lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
