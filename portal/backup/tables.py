"""Tables in and out of PostgreSQL by COPY, with psycopg alone: no program of PostgreSQL's is needed, and the server that is
restored to may be of another version than the one that was backed up.

The portal's own tables are made by its migrations. Those of the sandbox cloud are its own affair, so their definitions are read
from the catalogue and travel with the backup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

OWN: Final = "public"
FOREIGN: Final = "sandbox_cloud"
"""A schema whose tables no migration makes."""
_VERSION: Final = ("alembic_version", "schema_revision")
"""What migrations write about themselves. A restore migrates, so it writes them anew."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns, in their order."""

    schema: str
    name: str
    columns: tuple[str, ...]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def column_list(self) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(name) for name in self.columns)


_TABLES: Final = """
SELECT n.nspname, c.relname,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        AND attgenerated = '' ORDER BY attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind = 'r' AND c.relname <> ALL(%s) ORDER BY 1, 2
"""
_REFERENCES: Final = """
SELECT n.nspname, c.relname, rn.nspname, r.relname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
"""


def tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table, those that others refer to before these."""
    found = {
        (schema, name): Table(schema, name, tuple(columns))
        for schema, name, columns in connection.execute(_TABLES, ([OWN, FOREIGN], list(_VERSION))).fetchall()
    }
    needs: dict[tuple[str, str], set[tuple[str, str]]] = {key: set() for key in found}
    for schema, name, other_schema, other in connection.execute(_REFERENCES).fetchall():
        if (schema, name) in needs and (other_schema, other) in found:
            needs[schema, name].add((other_schema, other))
    return [found[key] for key in _in_order(needs)]


def _in_order(needs: dict[tuple[str, str], set[tuple[str, str]]]) -> Iterator[tuple[str, str]]:
    done: set[tuple[str, str]] = set()
    while ready := [key for key in needs if key not in done and needs[key] <= done]:
        done.update(ready)
        yield from ready
    # Tables that refer to each other in a circle do not exist here; the model's tests would say so first.
    yield from (key for key in needs if key not in done)


def copy_out(connection: psycopg.Connection[Any], table: Table) -> Iterator[bytes]:
    """The rows of a table, as PostgreSQL writes them in its text format."""
    query = sql.SQL("COPY {} ({}) TO STDOUT").format(table.identifier, table.column_list)
    with connection.cursor().copy(query) as copy:
        for chunk in copy:
            yield bytes(chunk)


def copy_in(connection: psycopg.Connection[Any], table: Table, chunks: Iterable[bytes]) -> None:
    """Put rows that `copy_out` gave into a table."""
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(table.identifier, table.column_list)
    with connection.cursor().copy(query) as copy:
        for chunk in chunks:
            copy.write(chunk)


def sequences(connection: psycopg.Connection[Any]) -> list[tuple[str, str, int]]:
    """Sequences that have been used: schema, name, last value."""
    query = "SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE schemaname = ANY(%s) AND last_value IS NOT NULL"
    return [(str(row[0]), str(row[1]), int(row[2])) for row in connection.execute(query, ([OWN, FOREIGN],)).fetchall()]


def set_sequences(connection: psycopg.Connection[Any], values: Iterable[tuple[str, str, int]]) -> None:
    """Let sequences go on where they were."""
    for schema, name, value in values:
        place = sql.Identifier(schema, name).as_string(connection)
        connection.execute("SELECT setval(%s::regclass, %s)", (place, value))


def has_rows(connection: psycopg.Connection[Any]) -> bool:
    """Whether anything is kept in the tables. Tables that were only made count as nothing."""
    return any(
        connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table.identifier)).fetchone() is not None
        for table in tables(connection)
    )


def drop_all(connection: psycopg.Connection[Any]) -> None:
    """Remove every table and function of ours, and the sandbox's schema."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(FOREIGN)))
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (OWN,)).fetchall()
    for (name,) in names:
        connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(OWN, name)))
    functions = connection.execute(
        "SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = %s::regnamespace AND NOT EXISTS "
        "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
        (OWN,),
    ).fetchall()
    for (signature,) in functions:
        connection.execute(f"DROP FUNCTION {signature} CASCADE".encode())


_COLUMNS: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
    pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS: Final = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = to_regnamespace(%s) AND k.contype IN ('p', 'u', 'c', 'f')
ORDER BY position(k.contype::text IN 'pucf'), 1, 2
"""
_INDEXES: Final = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = to_regnamespace(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
_IDENTITY: Final = {"a": " GENERATED ALWAYS AS IDENTITY", "d": " GENERATED BY DEFAULT AS IDENTITY"}


def definitions(connection: psycopg.Connection[Any]) -> list[str]:
    """The statements that make the sandbox's schema as it is; none when there is none."""
    columns: dict[str, list[str]] = {}
    for table, name, kind, required, identity, default in connection.execute(_COLUMNS, (FOREIGN,)).fetchall():
        text = f"{_quoted(name)} {kind}{' NOT NULL' if required else ''}{_IDENTITY.get(identity, '')}"
        columns.setdefault(table, []).append(text + (f" DEFAULT {default}" if default else ""))
    statements = [f"CREATE TABLE {FOREIGN}.{_quoted(table)} ({', '.join(items)})" for table, items in columns.items()]
    for table, name, definition in connection.execute(_CONSTRAINTS, (FOREIGN,)).fetchall():
        statements.append(f"ALTER TABLE {FOREIGN}.{_quoted(table)} ADD CONSTRAINT {_quoted(name)} {definition}")
    statements += [str(row[0]) for row in connection.execute(_INDEXES, (FOREIGN,)).fetchall()]
    return [f"CREATE SCHEMA {FOREIGN}", *statements] if statements else []


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
