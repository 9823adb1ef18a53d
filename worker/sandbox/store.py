"""What exists in the sandbox cloud: rows in PostgreSQL, in a schema of their own, shared by every worker.

Plain psycopg and no ORM: this is not part of the portal's model, and the daemon wants a small, quick start. Attributes are
encrypted as one, because a secret may stand in any of them; ids, types and taken names are what a search needs, and plain.
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, TypeVar

import psycopg
from psycopg.rows import tuple_row

from portal.kit.secrets import Keyring, keyring

T = TypeVar("T")
_SETUP_LOCK: Final = 7_269_402_311  # any number, the same for all who set the schema up
_LABEL: Final = "sandbox_cloud.resource.attributes"
# Early development kept attributes in the clear. Nothing was released with it, and what is simulated can be made again.
_CLEAR_TEXT: Final[LiteralString] = """
SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'sandbox_cloud' AND table_name = 'resource'
    AND column_name = 'attributes' AND data_type = 'jsonb')
"""
_TABLES: Final[LiteralString] = """
CREATE SCHEMA IF NOT EXISTS sandbox_cloud;
CREATE TABLE IF NOT EXISTS sandbox_cloud.resource (
    account text NOT NULL, provider text NOT NULL, type text NOT NULL, id text NOT NULL,
    attributes bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, provider, type, id));
CREATE INDEX IF NOT EXISTS resource_id ON sandbox_cloud.resource (account, id);
CREATE TABLE IF NOT EXISTS sandbox_cloud.known_type (
    account text NOT NULL, provider text NOT NULL, type text NOT NULL, PRIMARY KEY (account, provider, type));
INSERT INTO sandbox_cloud.known_type SELECT DISTINCT account, provider, type FROM sandbox_cloud.resource
    ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS sandbox_cloud.claim (
    scope text NOT NULL, name text NOT NULL,
    account text NOT NULL, provider text NOT NULL, type text NOT NULL, id text NOT NULL,
    PRIMARY KEY (scope, name),
    FOREIGN KEY (account, provider, type, id) REFERENCES sandbox_cloud.resource ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS claim_owner ON sandbox_cloud.claim (account, provider, type, id);
CREATE TABLE IF NOT EXISTS sandbox_cloud.rule (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('fault', 'latency', 'quota')),
    account text NOT NULL, type text NOT NULL, operation text NOT NULL,
    message text NOT NULL DEFAULT '', amount double precision NOT NULL DEFAULT 0, once boolean NOT NULL DEFAULT false);
"""


@dataclass(frozen=True, slots=True)
class Key:
    """What identifies a simulated resource."""

    account: str
    provider: str
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A simulated resource as stored."""

    key: Key
    attributes: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A name which is taken by a resource. `scope` is where it must be unique, across all accounts."""

    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Misbehaviour that somebody asked for. `account` and `type` may be "*"; `amount` is seconds or a count."""

    number: int
    kind: str
    account: str
    type: str
    operation: str
    message: str
    amount: float
    once: bool


class AlreadyExists(Exception):
    """There is a resource with this key."""


class NameTaken(Exception):
    """Another resource holds a name that must be unique; the claim is `args[0]`."""


class QuotaExceeded(Exception):
    """The account may have no more of this type; the limit is `args[0]`."""


def libpq_url(url: str) -> str:
    """`url` without SQLAlchemy's driver name ("postgresql+psycopg://" becomes "postgresql://")."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.split('+', 1)[0]}{separator}{rest}"


class Store:
    """The simulated resources. Safe for threads; survives a restart of the server."""

    def __init__(
        self,
        url: str,
        *,
        keys: Keyring | Callable[[], Keyring] = keyring,
        connections: int = 8,
        patience: float = 15,
    ) -> None:
        """`keys` are the process's own when left out (ConfigurationError when it has none), asked for at each use, so that
        one that is turned is turned here too; `patience` is how many seconds a server that is away is waited for."""
        self._url = libpq_url(url)
        self._keys: Callable[[], Keyring] = (lambda: keys) if isinstance(keys, Keyring) else keys
        self._keys()
        self._patience = patience
        self._free: queue.LifoQueue[psycopg.Connection | None] = queue.LifoQueue()
        for _ in range(connections):
            self._free.put(None)  # a place for a connection, opened when it is first needed

    def close(self) -> None:
        """Closes the connections that nobody is using."""
        with suppress(queue.Empty):
            while True:
                connection = self._free.get_nowait()
                if connection is not None:
                    connection.close()

    def set_up(self) -> None:
        """Creates the schema and its tables when they are missing, one process at a time."""

        def create(connection: psycopg.Connection) -> None:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
                if connection.execute(_CLEAR_TEXT).fetchone() == (True,):
                    connection.execute("DROP SCHEMA sandbox_cloud CASCADE")
                connection.execute(_TABLES)

        self._run(create)

    # Resources

    def find(self, key: Key) -> Resource | None:
        """The resource with `key`, or None."""
        rows = self._resources("account = %s AND provider = %s AND type = %s AND id = %s", _key(key))
        return rows[0] if rows else None

    def find_by_id(self, account: str, resource_id: str) -> Resource | None:
        """The resource that `resource_id` names, or None. Cloud ids differ in case now and then.

        What links two resources may have the id of one of them (`azurerm_subnet_route_table_association`): the id names
        the one that was there first."""
        first: LiteralString = "ORDER BY created_at LIMIT 1"
        rows = self._resources(f"account = %s AND id = %s {first}", (account, resource_id))
        rows = rows or self._resources(f"account = %s AND lower(id) = lower(%s) {first}", (account, resource_id))
        return rows[0] if rows else None

    def search(
        self, *, account: str | None = None, type_name: str | None = None, matching: dict[str, Any] | None = None
    ) -> list[Resource]:
        """Resources, oldest first, narrowed by what is given; `matching` are attributes that must be equal."""
        rows = self._resources(
            "(%s::text IS NULL OR account = %s) AND (%s::text IS NULL OR type = %s) ORDER BY created_at, id",
            (account, account, type_name, type_name),
        )
        return [row for row in rows if _matches(row.attributes, matching or {})]

    def types(self, account: str, provider: str) -> set[str]:
        """The types of which the account has ever had a resource: a state may name what is long gone."""
        statement: LiteralString = "SELECT type FROM sandbox_cloud.known_type WHERE account = %s AND provider = %s"
        return {row[0] for row in self._rows(statement, (account, provider))}

    def inside(self, account: str, resource_id: str) -> list[Resource]:
        """The resources whose ids lie below `resource_id`."""
        return self._resources("account = %s AND starts_with(lower(id), lower(%s))", (account, f"{resource_id}/"))

    def create(self, key: Key, attributes: dict[str, Any], claims: Sequence[Claim] = ()) -> None:
        """Stores a new resource with its claims. Raises AlreadyExists or NameTaken, and then stores nothing."""
        sealed = self._seal(attributes)

        def insert(connection: psycopg.Connection) -> None:
            with connection.transaction():
                done = connection.execute(
                    "INSERT INTO sandbox_cloud.resource (account, provider, type, id, attributes) "
                    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    (*_key(key), sealed),
                )
                if not done.rowcount:
                    raise AlreadyExists(key)
                _replace_claims(connection, key, claims)
                # The last statement, so that nobody who waits for this row holds one that we want.
                connection.execute(
                    "INSERT INTO sandbox_cloud.known_type VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", _key(key)[:3]
                )

        self._run(insert)

    def update(self, key: Key, attributes: dict[str, Any], claims: Sequence[Claim] | None = None) -> bool:
        """Replaces the attributes, and the claims when given; False when the resource is gone. May raise NameTaken."""
        sealed = self._seal(attributes)

        def change(connection: psycopg.Connection) -> bool:
            with connection.transaction():
                done = connection.execute(
                    "UPDATE sandbox_cloud.resource SET attributes = %s, updated_at = clock_timestamp() "
                    "WHERE account = %s AND provider = %s AND type = %s AND id = %s",
                    (sealed, *_key(key)),
                )
                if done.rowcount and claims is not None:
                    _replace_claims(connection, key, claims)
                return bool(done.rowcount)

        return self._run(change)

    def delete(self, key: Key) -> bool:
        """Deletes the resource and what lies below it, as clouds do; False when it is gone already."""

        def remove(connection: psycopg.Connection) -> bool:
            with connection.transaction():
                connection.execute(
                    "DELETE FROM sandbox_cloud.resource WHERE account = %s AND starts_with(lower(id), lower(%s))",
                    (key.account, f"{key.id}/"),
                )
                done = connection.execute(
                    "DELETE FROM sandbox_cloud.resource WHERE account = %s AND provider = %s AND type = %s AND id = %s",
                    _key(key),
                )
                return bool(done.rowcount)

        return self._run(remove)

    def reset(self, account: str | None = None) -> int:
        """Deletes the resources and rules of `account`, or of all; returns how many resources."""
        with self._connection() as connection, connection.transaction():
            given = (account, account)
            connection.execute("DELETE FROM sandbox_cloud.rule WHERE %s::text IS NULL OR account = %s", given)
            done = connection.execute(
                "DELETE FROM sandbox_cloud.resource WHERE %s::text IS NULL OR account = %s", given
            )
            return done.rowcount

    def claimed(self, scope: str) -> set[str]:
        """The names that are taken in `scope`."""
        return {row[0] for row in self._rows("SELECT name FROM sandbox_cloud.claim WHERE scope = %s", (scope,))}

    # Rules

    def add_rule(
        self,
        kind: str,
        *,
        account: str = "*",
        type_name: str = "*",
        operation: str = "*",
        message: str = "",
        amount: float = 0,
        once: bool = False,
    ) -> int:
        """Adds a rule and returns its number. `kind` is "fault", "latency" or "quota"."""
        with self._connection() as connection:
            row = connection.execute(
                "INSERT INTO sandbox_cloud.rule (kind, account, type, operation, message, amount, once) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING number",
                (kind, account, type_name, operation, message, amount, once),
            ).fetchone()
        return row[0] if row else 0

    def rules(self, *, account: str | None = None) -> list[Rule]:
        """All rules, or those that apply to `account`; the most particular first, then the newest."""
        return self._query(
            Rule,
            "SELECT number, kind, account, type, operation, message, amount, once FROM sandbox_cloud.rule "
            "WHERE %s::text IS NULL OR account IN ('*', %s) "
            "ORDER BY (account = '*'), (type = '*'), (operation = '*'), number DESC",
            (account, account),
        )

    def delete_rule(self, number: int) -> bool:
        """Deletes one rule; False when it is gone already, so that a rule for once has one taker."""
        return self._execute("DELETE FROM sandbox_cloud.rule WHERE number = %s", (number,))

    def count(self, account: str, type_name: str) -> int:
        """How many resources of a type the account has."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM sandbox_cloud.resource WHERE account = %s AND type = %s", (account, type_name)
            ).fetchone()
        return row[0] if row else 0

    # Connections

    def _resources(self, where: LiteralString, parameters: Sequence[Any]) -> list[Resource]:
        statement: LiteralString = (
            "SELECT account, provider, type, id, attributes, created_at, updated_at FROM sandbox_cloud.resource WHERE "
        )
        rows = self._rows(statement + where, parameters)
        return [Resource(Key(*row[:4]), self._open(row[4]), *row[5:]) for row in rows]

    def _seal(self, attributes: dict[str, Any]) -> bytes:
        return self._keys().encrypt(json.dumps(attributes, separators=(",", ":")).encode(), label=_LABEL)

    def _open(self, sealed: bytes) -> dict[str, Any]:
        return json.loads(self._keys().decrypt(sealed, label=_LABEL))

    def _query(self, shape: Callable[..., T], statement: LiteralString, parameters: Sequence[Any]) -> list[T]:
        return [shape(*row) for row in self._rows(statement, parameters)]

    def _rows(self, statement: LiteralString, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: connection.execute(statement, parameters).fetchall())

    def _execute(self, statement: LiteralString, parameters: Sequence[Any]) -> bool:
        return self._run(lambda connection: bool(connection.execute(statement, parameters).rowcount))

    def _run(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Does `work`; again with a new connection while the server is restarting."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                with self._connection() as connection:
                    return work(connection)
            except psycopg.OperationalError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.1)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        connection = self._free.get()
        try:
            if connection is None or connection.closed:
                connection = psycopg.connect(self._url, autocommit=True, row_factory=tuple_row)
            yield connection
        finally:
            self._free.put(None if connection is None or connection.broken else connection)


def _matches(attributes: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether all of `wanted` is there. True is not 1 here, as it is not in JSON."""
    return all(
        name in attributes
        and attributes[name] == value
        and isinstance(attributes[name], bool) == isinstance(value, bool)
        for name, value in wanted.items()
    )


def _key(key: Key) -> tuple[str, str, str, str]:
    return key.account, key.provider, key.type, key.id


def _replace_claims(connection: psycopg.Connection, key: Key, claims: Sequence[Claim]) -> None:
    connection.execute(
        "DELETE FROM sandbox_cloud.claim WHERE account = %s AND provider = %s AND type = %s AND id = %s", _key(key)
    )
    for claim in sorted(claims, key=lambda one: (one.scope, one.name)):  # in one order, so that none waits for another
        if not _claimed(connection, claim, key):
            raise NameTaken(claim)


def _claimed(connection: psycopg.Connection, claim: Claim, key: Key) -> bool:
    done = connection.execute(
        "INSERT INTO sandbox_cloud.claim (scope, name, account, provider, type, id) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (claim.scope, claim.name, *_key(key)),
    )
    return bool(done.rowcount)
