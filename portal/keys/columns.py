"""Which columns are encrypted. Read from the models, so that a new one is found without anybody thinking of it."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql
from sqlalchemy import MetaData

from portal.kit.encrypted import Encrypted
from portal.models import metadata


@dataclass(frozen=True, slots=True)
class Column:
    """One encrypted column, the label that its ciphertexts are bound to, and what finds a row."""

    table: tuple[str, ...]
    name: str
    key: tuple[str, ...]
    label: str

    @property
    def title(self) -> str:
        return ".".join((*self.table, self.name))

    @property
    def place(self) -> sql.Identifier:
        return sql.Identifier(*self.table)

    @property
    def column(self) -> sql.Identifier:
        return sql.Identifier(self.name)

    @property
    def key_list(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.key))


SANDBOX = Column(
    ("sandbox_cloud", "resource"),
    "attributes",
    ("account", "provider", "type", "id"),
    "sandbox_cloud.resource.attributes",
)
"""The sandbox cloud's own table, which is not part of the models (worker/sandbox/store.py) and exists once it was used."""


def encrypted(tables: MetaData = metadata) -> list[Column]:
    """Every encrypted column of the models, and the sandbox cloud's."""
    found = [
        Column((table.name,), column.name, tuple(key.name for key in table.primary_key), column.type.label)
        for table in tables.sorted_tables
        for column in table.columns
        if isinstance(column.type, Encrypted)
    ]
    return [*found, SANDBOX]
