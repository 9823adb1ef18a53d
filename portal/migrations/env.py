"""Alembic's environment: always online, always on the connection that `upgrade` holds."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from portal.models import metadata

config = context.config


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    return not (kind == "schema" and name == "sandbox_cloud")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, include_object=_include, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


if (held := config.attributes.get("connection")) is not None:
    _run(held)
else:  # `alembic revision`, by a developer: a connection of its own, given back
    with create_engine(config.attributes["database_url"]).connect() as own:
        _run(own)
