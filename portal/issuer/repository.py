"""SQL of the issuer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal.models import CloudAccount, Deployment, Project, Run, SigningKey

_MOST = 200
_LOCK = 7_269_402_322  # any number of our own: whoever changes the keys is alone


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What the issuer knows of a cloud account."""

    id: str
    slug: str
    cloud: str
    settings: dict[str, Any]
    credentials: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the issuer says of a run."""

    id: str
    kind: str
    status: str
    account_id: str
    project_id: str
    project: str
    deployment_id: str
    deployment: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """A project that uses an account; with the deployment, when that is what counts."""

    project: str
    deployment: str | None
    name: str | None


def one_at_a_time(session: Session) -> None:
    """Until the transaction ends, nobody else changes the keys."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def keys(session: Session) -> list[SigningKey]:
    """Every key that is not retired, as it is stored now."""
    query = select(SigningKey).where(col(SigningKey.retired_at).is_(None)).order_by(col(SigningKey.signs_from))
    return list(session.exec(query.execution_options(populate_existing=True)))


def account(session: Session, account_id: str) -> AccountRow | None:
    """The account, unless it was removed."""
    query = select_columns(
        col(CloudAccount.id),
        col(CloudAccount.slug),
        col(CloudAccount.cloud),
        col(CloudAccount.settings),
        col(CloudAccount.credentials),
    ).where(col(CloudAccount.id) == account_id, col(CloudAccount.disabled_at).is_(None))
    row = session.execute(query).one_or_none()
    return AccountRow(row[0], row[1], row[2], row[3] or {}, row[4] or {}) if row else None


def users(session: Session, account_id: str, *, by_deployment: bool) -> list[UserRow]:
    """Who uses the account now, by project and name; at most as many as anybody would trust one by one."""
    query = (
        select_columns(col(Project.slug), col(Deployment.id), col(Deployment.name))
        .join(Project, col(Project.id) == col(Deployment.project_id))
        .where(col(Deployment.cloud_account_id) == account_id, col(Deployment.destroyed_at).is_(None))
        .order_by(col(Project.slug), col(Deployment.name))
        .limit(_MOST)
    )
    if not by_deployment:
        slugs = query.with_only_columns(col(Project.slug)).order_by(None).order_by(col(Project.slug)).distinct()
        return [UserRow(slug, None, None) for (slug,) in session.execute(slugs)]
    return [UserRow(*row) for row in session.execute(query)]


def run(session: Session, run_id: str) -> RunRow | None:
    """The run with the names around it, read from the database and not from what the session remembers."""
    query = (
        select_columns(
            col(Run.id),
            col(Run.kind),
            col(Run.status),
            col(Run.cloud_account_id),
            col(Project.id),
            col(Project.slug),
            col(Deployment.id),
            col(Deployment.name),
        )
        .join(Project, col(Project.id) == col(Run.project_id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .where(col(Run.id) == run_id)
    )
    row = session.execute(query).one_or_none()
    return RunRow(*row) if row else None
