"""The row of what a project may use and how: read and written, archived and opened again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.kit import clock
from portal.kit.errors import Conflict
from portal.models import ProjectLimits

ARCHIVED = "This project is archived: it can be read, and nothing in it changes. Open it again first."


def find(session: Session, project_id: str) -> ProjectLimits | None:
    """The row as it is now; None while nothing was ever said."""
    query = select(ProjectLimits).where(col(ProjectLimits.project_id) == project_id)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def find_all(session: Session, project_ids: Iterable[str]) -> dict[str, ProjectLimits]:
    """The rows of these projects that have one, by id."""
    rows = session.exec(select(ProjectLimits).where(col(ProjectLimits.project_id).in_(list(project_ids))))
    return {row.project_id: row for row in rows}


def write(session: Session, project_id: str, columns: dict[str, Any]) -> None:
    """Set these columns; the row is made when there is none."""
    row = {**columns, "updated_at": clock.now()}
    statement = insert(ProjectLimits).values(project_id=project_id, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["project_id"], set_=row))


def is_archived(session: Session, project_id: str) -> bool:
    row = find(session, project_id)
    return row is not None and row.archived_at is not None


def require_open(session: Session, project_id: str) -> None:
    """Conflict when the project is archived."""
    if is_archived(session, project_id):
        raise Conflict(ARCHIVED)
