"""SQL over encrypted columns, with psycopg alone: ciphertexts are handled as they are stored, below what decrypts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.keys.columns import Column
from portal.kit.clock import now
from portal.kit.db import engine
from portal.kit.secrets import UNIQUE_BYTES
from portal.models import KeyCheck

LOCK: Final = 7_269_402_333
"""Any number of our own: one rotation at a time."""
Key = tuple[Any, ...]
Reseal = Callable[[bytes], bytes | None]


@contextmanager
def connected() -> Iterator[psycopg.Connection[Any]]:
    """A connection without a transaction around it: each block begins its own, so locks are held for one batch only."""
    raw = engine().raw_connection()
    connection: Any = raw.driver_connection
    try:
        connection.autocommit = True
        yield connection
    finally:
        # Not given back to the pool: what was set on it is nobody else's.
        raw.invalidate()


def existing(connection: psycopg.Connection[Any], columns: Sequence[Column]) -> list[Column]:
    """The columns whose table is there."""
    found = []
    for column in columns:
        row = connection.execute("SELECT to_regclass(%s)", (column.place.as_string(connection),)).fetchone()
        if row and row[0] is not None:
            found.append(column)
    return found


def usage(connection: psycopg.Connection[Any], column: Column) -> list[tuple[int, str, int]]:
    """Form, key id and count of the ciphertexts of a column. Reads their first bytes only."""
    query = sql.SQL(
        "SELECT get_byte({c}, 0), substr({c}, 3, get_byte({c}, 1)), count(*) FROM {t} "
        "WHERE octet_length({c}) > 2 GROUP BY 1, 2"
    ).format(c=column.column, t=column.place)
    rows = connection.execute(query).fetchall()
    return [(int(form), bytes(key).decode("ascii", "replace"), int(count)) for form, key, count in rows]


def others(
    connection: psycopg.Connection[Any], column: Column, prefix: bytes, after: Key | None, limit: int
) -> list[tuple[Key, int]]:
    """Keys and sizes of rows whose ciphertext does not begin with `prefix`, in the order of their keys."""
    query = sql.SQL(
        "SELECT {keys}, octet_length({c}) FROM {t} WHERE {c} IS NOT NULL AND substr({c}, 1, {n}) <> {prefix} "
        "AND {beyond} ORDER BY {keys} LIMIT {limit}"
    ).format(
        keys=column.key_list,
        c=column.column,
        t=column.place,
        n=sql.Literal(len(prefix)),
        prefix=sql.Literal(prefix),
        beyond=_beyond(column, after),
        limit=sql.Literal(limit),
    )
    return [(tuple(row[:-1]), int(row[-1])) for row in connection.execute(query).fetchall()]


def rewrite(connection: psycopg.Connection[Any], column: Column, keys: Sequence[Key], reseal: Reseal) -> int:
    """Put what `reseal` makes of each ciphertext in its place; how many were.

    A row that somebody holds now is passed over, and one whose ciphertext is another by now stays as it is: nobody waits for
    us, and no write of theirs is undone. So does one of which `reseal` makes nothing.
    """
    made = []
    for key in keys:
        before = _read(connection, column, key)
        after = reseal(before) if before is not None else None
        if before is not None and after is not None:
            made.append((key, before, after))
    with connection.transaction():
        return sum(_replaced(connection, column, *item) for item in made)


def _read(connection: psycopg.Connection[Any], column: Column, key: Key) -> bytes | None:
    query = sql.SQL("SELECT {c} FROM {t} WHERE {match}").format(
        c=column.column, t=column.place, match=_match(column, key)
    )
    row = connection.execute(query).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def _replaced(connection: psycopg.Connection[Any], column: Column, key: Key, before: bytes, after: bytes) -> int:
    """Compare and set, by the random bytes that every ciphertext begins with: it may be a state of 64 MB."""
    head = before[:UNIQUE_BYTES]
    query = sql.SQL(
        "UPDATE {t} SET {c} = %s WHERE ctid IN (SELECT ctid FROM {t} WHERE {match} AND substr({c}, 1, {n}) = {head} "
        "FOR NO KEY UPDATE SKIP LOCKED)"
    ).format(
        t=column.place,
        c=column.column,
        match=_match(column, key),
        n=sql.Literal(len(head)),
        head=sql.Literal(head),
    )
    return connection.execute(query, (after,)).rowcount


def _match(column: Column, key: Key) -> sql.Composed:
    pairs = zip(column.key, key, strict=True)
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in pairs
    )


def _beyond(column: Column, after: Key | None) -> sql.Composable:
    if after is None:
        return sql.SQL("true")
    values = sql.SQL(", ").join(map(sql.Literal, after))
    return sql.SQL("({}) > ({})").format(column.key_list, values)


def sample(connection: psycopg.Connection[Any], column: Column) -> bytes | None:
    """Any ciphertext of the column."""
    query = sql.SQL("SELECT {c} FROM {t} WHERE {c} IS NOT NULL LIMIT 1").format(c=column.column, t=column.place)
    row = connection.execute(query).fetchone()
    return bytes(row[0]) if row else None


def try_alone(connection: psycopg.Connection[Any]) -> bool:
    """Whether nobody else rotates; held as long as the connection lives."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    return bool(row and row[0])


def moment(connection: psycopg.Connection[Any]) -> Any:
    """The database's clock."""
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    return row[0] if row else None


def older_transactions(connection: psycopg.Connection[Any], than: Any) -> int:
    """How many transactions began before that moment and go on."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND xact_start < %s",
        (than,),
    ).fetchone()
    return int(row[0]) if row else 0


def is_made(session: Session) -> bool:
    """Whether the table of checks is there: a database may be older."""
    return session.execute(select(func.to_regclass("key_check"))).scalar_one() is not None


def checks(session: Session) -> dict[str, bytes]:
    """The known text under each key."""
    return {row.id: row.sealed for row in session.exec(select(KeyCheck))}


def add_check(session: Session, key_id: str, sealed: bytes) -> None:
    """Unless another process has: the first one counts."""
    row = {"id": key_id, "sealed": sealed, "created_at": now()}
    session.execute(insert(KeyCheck).values(row).on_conflict_do_nothing(index_elements=["id"]))


def drop_check(session: Session, key_id: str) -> None:
    row = session.exec(select(KeyCheck).where(col(KeyCheck.id) == key_id)).first()
    if row is not None:
        session.delete(row)
