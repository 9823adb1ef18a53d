"""A database in which every encrypted column holds something, whatever columns there are, and what lies in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg
from psycopg import sql

from portal.keys import repository
from portal.keys.columns import Column, encrypted
from portal.kit.secrets import Keyring, keyring
from tests.ops.test_migrations import OldRows, engine_of
from worker.sandbox.store import Key, Store, libpq_url

TEXT = b'{"a": "canary"}'


def fill(url: str, *, direct: bool = False) -> None:
    """A row in every table; each encrypted column holds TEXT, in the form of before there were data keys if `direct`."""
    number = 2 if direct else 1
    with engine_of(url) as engine, engine.connect() as connection:
        rows = OldRows(connection)
        rows.tables = [
            table for table in rows.tables if table.name != "audit_event"
        ]  # a chain, which such a row breaks
        rows.add(connection, number)
        connection.commit()
    store = Store(url, connections=1)
    store.set_up()
    store.create(Key("a", "azurerm", "azurerm_x", f"/word-{number}"), {"a": "canary"})
    store.close()
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute("DELETE FROM key_check")
        for column in encrypted():
            _put(connection, column, (_direct if direct else _enveloped)(keyring(), column.label), f"word-{number}")


def _put(connection: Any, column: Column, sealed: bytes, word: str) -> None:
    """In the row of that word, which is in its key or, in the sandbox's table, in its id."""
    query = sql.SQL("UPDATE {} SET {} = %s WHERE {} LIKE %s").format(
        column.place, column.column, sql.Identifier(column.key[-1])
    )
    assert connection.execute(query, (sealed, f"%{word}")).rowcount == 1, column.title


def _enveloped(ring: Keyring, label: str) -> bytes:
    return ring.encrypt(TEXT, label=label)


def _direct(ring: Keyring, label: str) -> bytes:
    head, nonce = bytes([1, len(ring.primary)]) + ring.primary.encode(), b"n" * 12
    return head + nonce + ring.keys[ring.primary].encrypt(nonce, TEXT, label.encode())


def places(url: str) -> list[tuple[str, str, str]]:
    """Every column of bytes that there is, as the database's catalogue says and not the models: schema, table, column."""
    with psycopg.connect(libpq_url(url)) as connection:
        found = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE data_type = 'bytea' "
            "AND table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name <> 'key_check'"
        ).fetchall()
    return [(str(schema), str(table), str(column)) for schema, table, column in found]


def lying(url: str) -> Counter[tuple[str, int, str]]:
    """What the database holds: column, form and key of every ciphertext."""
    found: Counter[tuple[str, int, str]] = Counter()
    with psycopg.connect(libpq_url(url)) as connection:
        for schema, table, column in places(url):
            query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(schema, table))
            for (value,) in connection.execute(query).fetchall():
                if value:
                    found[f"{table}.{column}", value[0], bytes(value[2 : 2 + value[1]]).decode("ascii", "replace")] += 1
    return found


def read() -> set[tuple[str, bytes]]:
    """Every ciphertext, decrypted with the keys of now."""
    found = set()
    with repository.connected() as connection:
        for column in repository.existing(connection, encrypted()):
            query = sql.SQL("SELECT {c} FROM {t} WHERE {c} IS NOT NULL").format(c=column.column, t=column.place)
            for (value,) in connection.execute(query).fetchall():
                found.add((column.title, keyring().decrypt(bytes(value), label=column.label)))
    return found


def everything() -> set[tuple[str, bytes]]:
    """What `read` finds when nothing was lost."""
    return {(column.title, TEXT) for column in encrypted()}
