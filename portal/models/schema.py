"""Which revisions of the database were made when, by which version, and which code may run beside them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from portal.models.base import moment


class SchemaRevision(SQLModel, table=True):
    """One row a revision, written in the transaction of its migration; see portal/migrations/fit.py."""

    __tablename__ = "schema_revision"  # pyright: ignore[reportAssignmentType]

    revision: str = Field(primary_key=True)
    oldest_code: str
    """The newest revision that the oldest code knows which can work with this database."""
    terrace: str
    """The version that migrated."""
    applied_at: datetime = moment()
