"""Rows of projects and members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.auth.permissions import project_role
from portal.models import Project, ProjectLimits, ProjectMember, User


def find(session: Session, id_or_slug: str) -> Project | None:
    """By id first, so that no slug can stand in for another project's id."""
    rows = session.exec(
        select(Project).where(or_(col(Project.id) == id_or_slug, col(Project.slug) == id_or_slug))
    ).all()
    return next((row for row in rows if row.id == id_or_slug), rows[0] if rows else None)


def member_role(session: Session, project_id: str, user_id: str) -> str | None:
    query = select(ProjectMember.role).where(ProjectMember.project_id == project_id, ProjectMember.user_id == user_id)
    return session.exec(query).first()


def exists(session: Session, project_id: str) -> bool:
    return session.exec(select(Project.id).where(Project.id == project_id)).first() is not None


def roles_of(session: Session, user_id: str) -> dict[str, str]:
    """The user's role by project id."""
    rows = session.exec(select(ProjectMember.project_id, ProjectMember.role).where(ProjectMember.user_id == user_id))
    return dict(rows.all())


def page(
    session: Session, ids: set[str] | None, *, archived: bool | None, after: str | None, limit: int
) -> list[Project]:
    """Projects in the order of their slugs; all of them when `ids` is None, archived or not when `archived` is None."""
    query = select(Project).order_by(col(Project.slug)).limit(limit)
    if ids is not None:
        query = query.where(col(Project.id).in_(ids))
    if archived is not None:
        over = select(ProjectLimits.project_id).where(col(ProjectLimits.archived_at).is_not(None))
        query = query.where(col(Project.id).in_(over) if archived else col(Project.id).not_in(over))
    if after is not None:
        query = query.where(col(Project.slug) > after)
    return list(session.exec(query))


def insert_once(session: Session, project: Project) -> bool:
    """Whether the project was new; a slug that exists stays as it is, whoever inserts at the same time."""
    statement = insert(Project).values(project.model_dump()).on_conflict_do_nothing(index_elements=["slug"])
    return session.execute(statement.returning(col(Project.id))).first() is not None


def put_member(session: Session, project_id: str, user_id: str, role: str, at: datetime) -> None:
    """Add the member, or change their role."""
    statement = insert(ProjectMember).values(project_id=project_id, user_id=user_id, role=role, created_at=at)
    session.execute(statement.on_conflict_do_update(index_elements=["project_id", "user_id"], set_={"role": role}))


def lock(session: Session, project_id: str) -> Project:
    """The project as it is now, until this transaction ends."""
    return session.get_one(Project, project_id, with_for_update={"key_share": True}, populate_existing=True)


def find_member(session: Session, project_id: str, user_id: str) -> ProjectMember | None:
    return session.get(ProjectMember, (project_id, user_id))


def members(session: Session, project_id: str) -> list[tuple[ProjectMember, User]]:
    query = select(ProjectMember, User).join(User, col(User.id) == col(ProjectMember.user_id))
    return list(session.exec(query.where(ProjectMember.project_id == project_id).order_by(col(User.email))))


def people(session: Session, ids: Collection[str]) -> dict[str, tuple[int, list[str]]]:
    """Of each of these projects that has members: how many there are, and the addresses of its owners."""
    query = select(ProjectMember.project_id, ProjectMember.role, User.email, User.disabled_at).join(
        User, col(User.id) == col(ProjectMember.user_id)
    )
    found: dict[str, tuple[int, list[str]]] = {}
    for project_id, word, email, disabled_at in session.exec(
        query.where(col(ProjectMember.project_id).in_(ids)).order_by(col(User.email))
    ):
        count, owners = found.get(project_id, (0, []))
        owns = project_role(word) == "owner" and disabled_at is None
        found[project_id] = (count + 1, [*owners, email] if owns else owners)
    return found


def all_users(session: Session) -> list[User]:
    return list(session.exec(select(User)))


def account(session: Session, user: str) -> User | None:
    """The user or service account with this id or address."""
    by_address = func.lower(col(User.email)) == user.strip().lower()
    rows = session.exec(select(User).where(or_(col(User.id) == user, by_address))).all()
    return next((row for row in rows if row.id == user), rows[0] if rows else None)
