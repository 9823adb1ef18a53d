"""Rows of cloud accounts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import String, cast, func, or_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Session, col, select

from portal.models import CloudAccount, CloudAnswer, Deployment, Project


def find(session: Session, id_or_slug: str, *, lock: bool = False) -> CloudAccount | None:
    """By id first, so that no slug can stand in for another account's id. A removed account is not found."""
    query = select(CloudAccount).where(
        or_(col(CloudAccount.id) == id_or_slug, col(CloudAccount.slug) == id_or_slug),
        col(CloudAccount.disabled_at).is_(None),
    )
    rows = session.exec(query.with_for_update() if lock else query).all()
    return next((row for row in rows if row.id == id_or_slug), rows[0] if rows else None)


def page(
    session: Session, *, cloud: str | None, after: str | None, limit: int, project_ids: Collection[str] | None = None
) -> list[CloudAccount]:
    """Accounts in the order of their slugs; with `project_ids` those only that are open to one of them."""
    query = select(CloudAccount).where(col(CloudAccount.disabled_at).is_(None))
    if cloud is not None:
        query = query.where(CloudAccount.cloud == cloud)
    if after is not None:
        query = query.where(col(CloudAccount.slug) > after)
    if project_ids is not None:
        query = query.where(_is_open_to(project_ids))
    return list(session.exec(query.order_by(col(CloudAccount.slug)).limit(limit)))


def _is_open_to(project_ids: Collection[str]) -> Any:
    """Also true where the column, or the part of it, is null in either of JSON's and SQL's ways."""
    named = col(CloudAccount.scope)["projects"]
    everybody = func.coalesce(func.jsonb_typeof(named), "null") == "null"
    return or_(everybody, func.jsonb_exists_any(named, cast(list(project_ids), ARRAY(String))))


def insert_once(session: Session, account: CloudAccount) -> bool:
    """Whether the account was new; a slug that exists stays as it is, whoever inserts at the same time."""
    statement = insert(CloudAccount).values(account.model_dump()).on_conflict_do_nothing(index_elements=["slug"])
    return session.execute(statement.returning(col(CloudAccount.id))).first() is not None


def deployments_using(session: Session, account_id: str) -> tuple[int, int]:
    """How many deployments use the account now, and how many ever did."""
    query = select(func.count().filter(col(Deployment.destroyed_at).is_(None)), func.count()).where(
        Deployment.cloud_account_id == account_id
    )
    now_used, ever_used = session.exec(query).one()
    return now_used, ever_used


def in_use(session: Session, account_ids: Collection[str]) -> dict[str, int]:
    """How many deployments use each of the accounts now; one that nobody uses is missing."""
    query = (
        select(Deployment.cloud_account_id, func.count())
        .where(col(Deployment.cloud_account_id).in_(account_ids), col(Deployment.destroyed_at).is_(None))
        .group_by(col(Deployment.cloud_account_id))
    )
    return dict(session.exec(query).all())


def usage(session: Session, account_id: str, *, limit: int) -> list[tuple[Deployment, str]]:
    """The deployments that use the account now, by name, with the slug of their project."""
    query = (
        select(Deployment, Project.slug)
        .join(Project, col(Project.id) == col(Deployment.project_id))
        .where(Deployment.cloud_account_id == account_id, col(Deployment.destroyed_at).is_(None))
        .order_by(col(Deployment.name), col(Deployment.id))
        .limit(limit)
    )
    return list(session.exec(query).all())


def project_slugs(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Slug by id, of the projects that there are."""
    return dict(session.exec(select(Project.id, Project.slug).where(col(Project.id).in_(ids))).all()) if ids else {}


def forget_answers(session: Session, account_id: str) -> None:
    """What the cloud said to the account is asked anew."""
    query = CloudAnswer.__table__.delete().where(col(CloudAnswer.account_id) == account_id)  # type: ignore[attr-defined]
    session.execute(query)


def expiries(session: Session) -> list[tuple[str, Any]]:
    """Slug and end of the credentials, of accounts whose credentials end."""
    query = select(CloudAccount.slug, CloudAccount.expires_at).where(
        col(CloudAccount.disabled_at).is_(None), col(CloudAccount.expires_at).is_not(None)
    )
    return list(session.exec(query).all())
