"""Rows of roles that administrators made, of who holds which role, and of service accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select, tuple_

from portal.models import ApiToken, CustomRole, Project, ProjectMember, User


def custom(session: Session, kind: str, names: Collection[str] | None, *, lock: bool = False) -> list[CustomRole]:
    """Roles of this kind, by name; all when `names` is None. Locked, nobody deletes one before this transaction ends."""
    query = select(CustomRole).where(CustomRole.kind == kind).order_by(CustomRole.name)
    if names is not None:
        query = query.where(col(CustomRole.name).in_(names))
    return list(session.exec(query.with_for_update(key_share=True, read=True) if lock else query))


def lock_one(session: Session, kind: str, name: str) -> CustomRole | None:
    """The role; nobody is given it while this transaction lasts."""
    query = select(CustomRole).where(CustomRole.kind == kind, CustomRole.name == name)
    return session.exec(query.with_for_update()).one_or_none()


def insert_once(session: Session, row: CustomRole) -> bool:
    """Whether the role was new; one that exists stays as it is."""
    statement = insert(CustomRole).values(row.model_dump()).on_conflict_do_nothing(index_elements=["kind", "name"])
    return session.execute(statement.returning(col(CustomRole.id))).first() is not None


def uses(session: Session, kind: str) -> dict[str, int]:
    """How often each role of the kind is held."""
    column = User.role if kind == "organisation" else ProjectMember.role
    return dict(session.exec(select(column, func.count()).group_by(column)).all())


def holders(session: Session, kind: str, name: str, *, limit: int) -> list[str]:
    """Some who hold the role: addresses, with the project where it is one of a project."""
    if kind == "organisation":
        return list(session.exec(select(User.email).where(User.role == name).order_by(User.email).limit(limit)))
    query = select(User.email, Project.slug).join(ProjectMember, col(ProjectMember.user_id) == col(User.id))
    query = query.join(Project, col(Project.id) == col(ProjectMember.project_id)).where(ProjectMember.role == name)
    rows = session.exec(query.order_by(User.email, Project.slug).limit(limit)).all()
    return [f"{email} in {slug}" for email, slug in rows]


def page_of_accounts(session: Session, *, after: tuple[datetime, str] | None, limit: int) -> list[User]:
    """Service accounts in the order in which they came."""
    query = select(User).where(User.kind == "service").order_by(col(User.created_at), col(User.id)).limit(limit)
    if after is not None:
        query = query.where(tuple_(col(User.created_at), col(User.id)) > after)
    return list(session.exec(query))


def live_tokens(session: Session, user_ids: Collection[str], at: datetime) -> dict[str, tuple[int, datetime | None]]:
    """How many tokens of each of these users work, and when the last of them was used."""
    query = select(ApiToken.user_id, func.count(), func.max(col(ApiToken.last_used_at))).group_by(ApiToken.user_id)
    alive = or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > at)
    query = query.where(col(ApiToken.user_id).in_(user_ids), col(ApiToken.revoked_at).is_(None), alive)
    return {user_id: (count, used) for user_id, count, used in session.exec(query)}


def project_of(session: Session, user: User, id_or_slug: str, *, everywhere: bool) -> Project | None:
    """The project with this id or slug that the user is in; any project when they are something everywhere."""
    query = select(Project).where(or_(col(Project.id) == id_or_slug, col(Project.slug) == id_or_slug))
    if not everywhere:
        mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
        query = query.where(col(Project.id).in_(mine))
    rows = session.exec(query).all()
    return next((row for row in rows if row.id == id_or_slug), rows[0] if rows else None)


def slugs(session: Session, project_ids: Collection[str]) -> dict[str, str]:
    """The slugs of these projects, by id."""
    return dict(session.exec(select(Project.id, Project.slug).where(col(Project.id).in_(project_ids))).all())


def holding(session: Session, names: Collection[str]) -> list[str]:
    """Addresses of people who are in and hold one of these roles in the portal."""
    query = select(User.email).where(col(User.role).in_(names), col(User.disabled_at).is_(None), User.kind == "person")
    return list(session.exec(query.order_by(User.email).limit(20)))


def holding_in(session: Session, project_id: str, names: Collection[str]) -> list[str]:
    """Addresses of people who are in and hold one of these roles in the project."""
    query = select(User.email).join(ProjectMember, col(ProjectMember.user_id) == col(User.id))
    query = query.where(ProjectMember.project_id == project_id, col(ProjectMember.role).in_(names))
    query = query.where(col(User.disabled_at).is_(None), User.kind == "person")
    return list(session.exec(query.order_by(User.email).limit(20)))
