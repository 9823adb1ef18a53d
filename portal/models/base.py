"""What the tables share: naming of constraints, column helpers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# One instance each: a type may be shared between columns, a Column may not.
AWARE: Any = DateTime(timezone=True)
JSON_COLUMN: Any = JSONB


def moment(*, index: bool = False) -> Any:
    """A required aware time."""
    return Field(sa_type=AWARE, nullable=False, index=index)


def maybe_moment(*, index: bool = False) -> Any:
    """An aware time that may not have come yet."""
    return Field(default=None, sa_type=AWARE, nullable=True, index=index)


def json_field(*, nullable: bool = False) -> Any:
    """JSON in the clear; nothing secret goes here."""
    if nullable:
        return Field(default=None, sa_type=JSON_COLUMN, nullable=True)
    return Field(default_factory=dict, sa_type=JSON_COLUMN, nullable=False)
