"""Rows of cloud accounts."""

from __future__ import annotations

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.models import CloudAccount, Deployment


def find(session: Session, id_or_slug: str, *, lock: bool = False) -> CloudAccount | None:
    """By id first, so that no slug can stand in for another account's id. A removed account is not found."""
    query = select(CloudAccount).where(
        or_(col(CloudAccount.id) == id_or_slug, col(CloudAccount.slug) == id_or_slug),
        col(CloudAccount.disabled_at).is_(None),
    )
    rows = session.exec(query.with_for_update() if lock else query).all()
    return next((row for row in rows if row.id == id_or_slug), rows[0] if rows else None)


def page(session: Session, *, cloud: str | None, after: str | None, limit: int) -> list[CloudAccount]:
    """Accounts in the order of their slugs."""
    query = select(CloudAccount).where(col(CloudAccount.disabled_at).is_(None))
    if cloud is not None:
        query = query.where(CloudAccount.cloud == cloud)
    if after is not None:
        query = query.where(col(CloudAccount.slug) > after)
    return list(session.exec(query.order_by(col(CloudAccount.slug)).limit(limit)))


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
