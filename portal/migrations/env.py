"""Alembic's environment: always online, always on the connection that `upgrade` holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection, create_engine

from portal.migrations import fit
from portal.models import metadata

config = context.config


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    return not (kind == "schema" and name == "sandbox_cloud")


def _note(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:
    """The database says itself at which revision it is since when, and which code may work with it."""
    if ctx.connection is not None and step.is_upgrade and step.up_revision_id is not None:
        fit.note(ctx.connection, step.up_revision_id)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=_include,
        transaction_per_migration=True,
        on_version_apply=_note,
    )
    with context.begin_transaction():
        context.run_migrations()


if (held := config.attributes.get("connection")) is not None:
    _run(held)
else:  # `alembic revision`, by a developer: a connection of its own, given back
    with create_engine(config.attributes["database_url"]).connect() as own:
        _run(own)
