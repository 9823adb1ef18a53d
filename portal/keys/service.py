"""Use cases of the keys of the secrets at rest. All of them are for the operator, on the command line, or for a start.

A rotation reads each ciphertext that is not in the newest form under the primary key, decrypts it and encrypts it again with a
new data key, in short transactions, while everybody works. It can be broken off and begun again: what is done is done.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg
from sqlmodel import Session

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.keys import repository
from portal.keys.columns import Column, encrypted
from portal.keys.schemas import ColumnUse, KeyUse, Rotation
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError, Conflict
from portal.kit.keysource import FromFile, source_of
from portal.kit.secrets import VERSION, DecryptionError, Keyring, keyring, new_key

BATCH_ROWS: Final = 200
BATCH_BYTES: Final = 8 << 20
PASSES: Final = 10
IDLE: Final = 3
"""Passes in a row in which nothing could be done before the rest is left."""
PATIENCE: Final = 60.0
"""Seconds for transactions that began before the keys were turned."""
_CHECK: Final = b"This text can be read with the key."
_LABEL: Final = "key_check.sealed"
Progress = Callable[[str], None]


def require_known() -> None:
    """ConfigurationError unless the keys here are those of the database; called before anything works with it.

    A database that is new to this remembers the primary key from now on, once it has read something that is stored.
    """
    ring = keyring()
    with unit_of_work() as session:
        if not repository.is_made(session):
            return
        known = repository.checks(session)
        for key_id, sealed in known.items():
            if key_id in ring.keys:
                _require_same(ring, key_id, sealed)
            else:
                _require_unused(session, key_id)
        if ring.primary not in known:
            if not known:
                _require_readable(ring)
            repository.add_check(session, ring.primary, ring.encrypt(_CHECK, label=_LABEL))
            _require_same(ring, ring.primary, repository.checks(session)[ring.primary])


def status(actor: Actor) -> list[KeyUse]:
    """What is encrypted with which key. When a key that is no longer primary counts 0, it can go."""
    permissions.require(actor, "system.keys")
    ring = keyring()
    with repository.connected() as connection:
        found = _usage(connection)
    used: dict[str, list[ColumnUse]] = defaultdict(list)
    for item in found:
        used[item.key].append(item)
    order = [ring.primary, *sorted((ring.keys.keys() | used.keys()) - {ring.primary})]
    return [_key_use(ring, key_id, used[key_id]) for key_id in order]


def rotate(actor: Actor, *, say: Progress) -> Rotation:
    """Encrypt everything with the primary key, while the portal and the workers work.

    Keys in a file: a new one is put in front first, and every process that uses the file knows it at once. When the last
    rotation was broken off, that one is ended instead. Keys from elsewhere: the new one is in front already.
    """
    permissions.require(actor, "system.keys")
    with repository.connected() as connection:
        if not repository.try_alone(connection):
            raise Conflict("Another rotation is going on. It can be followed with `terrace keys status`.")
        is_new = _turned(connection, say)
        require_known()
        primary = keyring().primary
        _record(actor, "keys.rotate", primary, new_key=is_new)
        since = repository.moment(connection)
        rewritten = _everything(connection, say)
        _wait_for_older(connection, since, say)
        rewritten += _everything(connection, say)
        left = sum(item.count for item in _usage(connection) if not _is_current(item, primary))
    _record(actor, "keys.rotated", primary, rewritten=rewritten, left=left)
    return Rotation(primary=primary, new_key=is_new, rewritten=rewritten, left=left)


def _turned(connection: psycopg.Connection[Any], say: Progress) -> bool:
    """Whether a new key was put in front."""
    source, ring = source_of(settings()), keyring()
    if not isinstance(source, FromFile):
        return False
    found = _usage(connection)
    if any(item.key != ring.primary for item in found):
        say(f"Going on with the key {ring.primary}.")
        return False
    key_id = _next_id({*ring.keys, *(item.key for item in found), *_remembered()})
    source.put_first(new_key(settings(), key_id))
    if keyring().primary != key_id:
        raise ConfigurationError(
            f"The new key in {source.where} is not seen. Is it another file than the processes use?"
        )
    say(f"The key {key_id} is now the first in {source.path}.")
    return True


def _remembered() -> set[str]:
    with unit_of_work() as session:
        return set(repository.checks(session))


def _next_id(taken: set[str]) -> str:
    numbers = [int(found[1]) for name in taken if (found := re.fullmatch(r"k(\d{1,9})", name))]
    return f"k{max(numbers, default=0) + 1}"


def _everything(connection: psycopg.Connection[Any], say: Progress) -> int:
    """Look at every column until nothing of another key is found, or only what others hold again and again."""
    total = idle = 0
    for _ in range(PASSES):
        done = found = 0
        for column in repository.existing(connection, encrypted()):
            rewritten, seen = _column(connection, column, say)
            done, found = done + rewritten, found + seen
        total += done
        idle = 0 if done else idle + 1
        if not found or idle == IDLE:
            break
        if not done:
            time.sleep(0.2)  # whoever holds the rows is given a moment
    return total


def _column(connection: psycopg.Connection[Any], column: Column, say: Progress) -> tuple[int, int]:
    """How many ciphertexts were rewritten, and how many were to be."""
    done = seen = 0
    for keys in _batches(connection, column):
        done += repository.rewrite(connection, column, keys, _resealing(column, say))
        seen += len(keys)
        say(f"{column.title}: {done}")
    return done, seen


def _resealing(column: Column, say: Progress) -> repository.Reseal:
    """One that cannot be read stays as it is, is told, and stops no other."""
    ring = keyring()

    def reseal(before: bytes) -> bytes | None:
        try:
            plaintext = ring.decrypt(before, label=column.label)
        except DecryptionError as error:
            say(f"{column.title}: {error.message}")
            return None
        return ring.encrypt(plaintext, label=column.label)

    return reseal


def _batches(connection: psycopg.Connection[Any], column: Column) -> Iterator[list[repository.Key]]:
    """Keys of rows to rewrite, so many at a time that neither memory nor anybody who waits suffers."""
    after: repository.Key | None = None
    while rows := repository.others(connection, column, keyring().prefix, after, BATCH_ROWS):
        batch: list[repository.Key] = []
        size = 0
        for key, length in rows:
            if batch and size + length > BATCH_BYTES:
                yield batch
                batch, size = [], 0
            batch.append(key)
            size += length
        yield batch
        after = rows[-1][0]


def _wait_for_older(connection: psycopg.Connection[Any], since: Any, say: Progress) -> None:
    """Until nobody can commit any more what was encrypted before the keys were turned."""
    deadline = time.monotonic() + PATIENCE
    told = False
    while repository.older_transactions(connection, since) and time.monotonic() < deadline:
        if not told:
            say("Waiting for transactions that began before ...")
            told = True
        time.sleep(0.1)


def _usage(connection: psycopg.Connection[Any]) -> list[ColumnUse]:
    return [
        ColumnUse(column=column.title, key=key, form=form, count=count)
        for column in repository.existing(connection, encrypted())
        for form, key, count in repository.usage(connection, column)
    ]


def _is_current(item: ColumnUse, primary: str) -> bool:
    return item.key == primary and item.form == VERSION


def _key_use(ring: Keyring, key_id: str, columns: list[ColumnUse]) -> KeyUse:
    state = "primary" if key_id == ring.primary else "known" if key_id in ring.keys else "missing"
    return KeyUse(id=key_id, state=state, count=sum(item.count for item in columns), columns=columns)


def _require_same(ring: Keyring, key_id: str, sealed: bytes) -> None:
    try:
        ring.decrypt(sealed, label=_LABEL)
    except DecryptionError:
        raise ConfigurationError(
            f"The key {key_id} here is another than the {key_id} with which this database was encrypted. "
            "Give the portal the key that belongs to this database. Nothing was changed."
        ) from None


def _require_unused(session: Session, key_id: str) -> None:
    """A key that was taken away is forgotten, when nothing needs it."""
    with repository.connected() as connection:
        _refuse_missing([item for item in _usage(connection) if item.key == key_id])
    repository.drop_check(session, key_id)


def _refuse_missing(found: list[ColumnUse]) -> None:
    if found:
        raise ConfigurationError(
            f"{sum(item.count for item in found)} secrets in the database are encrypted with the key {found[0].key}, which is "
            "not here. Put it behind the others in TERRACE_SECRET_KEYS (or the key file), and run `terrace keys rotate` before "
            "it goes. Nothing was changed."
        )


def _require_readable(ring: Keyring) -> None:
    """The keys are those of what is stored. One ciphertext that can be read proves it; a damaged one does not disprove it."""
    unread: list[str] = []
    with repository.connected() as connection:
        _refuse_missing([item for item in _usage(connection) if item.key not in ring.keys])
        for column in repository.existing(connection, encrypted()):
            found = repository.sample(connection, column)
            if found is None:
                continue
            try:
                ring.decrypt(found, label=column.label)
                return
            except DecryptionError:
                unread.append(column.title)
    if unread:
        raise ConfigurationError(
            f"The keys here are not those of this database: {unread[0]} cannot be read with them. Nothing was changed."
        )


def _record(actor: Actor, action: str, primary: str, **detail: Any) -> None:
    with unit_of_work() as session:
        audit.record(session, actor, action, object_kind="system", object_id=primary, detail=detail)
