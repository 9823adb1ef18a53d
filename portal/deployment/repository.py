"""SQL of the deployment feature."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.auth.permissions import EVERYWHERE
from portal.models import CloudAccount, Deployment, Project, ProjectMember, Run, TemplateVersion, User

_MEMBERS = select(col(ProjectMember.user_id)).where(
    col(ProjectMember.user_id) == col(User.id), col(ProjectMember.project_id) == col(Deployment.project_id)
)
# Of the rows of `_rows`, where nobody's account is a row of nulls.
_OWNER_HERE: Final[Any] = (
    col(User.id).is_not(None)
    & col(User.disabled_at).is_(None)
    & (col(User.role).in_(list(EVERYWHERE)) | _MEMBERS.correlate(User, Deployment).exists())
)


@dataclass(frozen=True, slots=True)
class Row:
    """A deployment and what its view shows of the rows around it."""

    deployment: Deployment
    project_slug: str
    template_title: str
    template_version: str
    content_hash: str
    account_slug: str
    cloud: str
    account_kind: str
    owner_email: str | None
    owner_here: bool
    """Whether the owner's account works and is in the project."""


@dataclass(frozen=True, slots=True)
class DeploymentFilter:
    """Which deployments: every field that is given must match. `project_ids` None means all."""

    project_ids: Collection[str] | None = None
    cloud_account_id: str | None = None
    template_key: str | None = None
    cloud: str | None = None
    statuses: Collection[str] = ()
    owner_id: str | None = None
    without_owner: bool = False
    """Only what nobody owns, or somebody who is not there any more."""
    q: str | None = None
    with_destroyed: bool = False
    before: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Living:
    """A deployment that was not destroyed, as far as its outputs need it."""

    id: str
    name: str
    template_key: str
    account_kind: str


def living_of(session: Session, project_id: str, template_keys: Collection[str], *, limit: int) -> list[Living]:
    """The newest living deployments of these templates in a project, by name."""
    query = (
        select(Deployment.id, Deployment.name, Deployment.template_key, CloudAccount.kind)
        .join(CloudAccount, col(CloudAccount.id) == col(Deployment.cloud_account_id))
        .where(
            col(Deployment.project_id) == project_id,
            col(Deployment.template_key).in_(template_keys),
            col(Deployment.destroyed_at).is_(None),
        )
        .order_by(col(Deployment.created_at).desc())
        .limit(limit)
    )
    return sorted((Living(*row) for row in session.exec(query).all()), key=lambda row: row.name)


def _rows(*, with_values: bool) -> Any:
    query = (
        select(
            Deployment,
            Project.slug,
            TemplateVersion.title,
            TemplateVersion.version,
            TemplateVersion.content_hash,
            CloudAccount.slug,
            CloudAccount.cloud,
            CloudAccount.kind,
            User.email,
            _OWNER_HERE,
        )  # type: ignore[call-overload]
        .join(Project, col(Project.id) == col(Deployment.project_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Deployment.template_version_id))
        .join(CloudAccount, col(CloudAccount.id) == col(Deployment.cloud_account_id))
        .outerjoin(User, col(User.id) == col(Deployment.owner_id))
        .execution_options(populate_existing=True)
    )
    return query if with_values else query.options(defer(Deployment.values))  # type: ignore[arg-type]


def find(session: Session, deployment_id: str) -> Row | None:
    row = session.exec(_rows(with_values=True).where(col(Deployment.id) == deployment_id)).one_or_none()
    return Row(*row) if row else None


def page(session: Session, wanted: DeploymentFilter, *, limit: int) -> list[Row]:
    """The newest first."""
    query = _rows(with_values=False).where(*_conditions(wanted))
    if wanted.before is not None:
        query = query.where(tuple_(col(Deployment.created_at), col(Deployment.id)) < wanted.before)
    query = query.order_by(col(Deployment.created_at).desc(), col(Deployment.id).desc()).limit(limit)
    return [Row(*row) for row in session.exec(query).all()]


def _conditions(wanted: DeploymentFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.project_ids is not None:
        found.append(col(Deployment.project_id).in_(wanted.project_ids))
    if wanted.cloud_account_id is not None:
        found.append(col(Deployment.cloud_account_id) == wanted.cloud_account_id)
    if wanted.owner_id is not None:
        found.append(col(Deployment.owner_id) == wanted.owner_id)
    if wanted.without_owner:
        found.append(~_OWNER_HERE)
    if wanted.template_key is not None:
        found.append(col(Deployment.template_key) == wanted.template_key)
    if wanted.cloud is not None:
        found.append(col(CloudAccount.cloud) == wanted.cloud)
    if wanted.statuses:
        found.append(col(Deployment.status).in_(wanted.statuses))
    elif not wanted.with_destroyed:
        found.append(col(Deployment.destroyed_at).is_(None))
    for word in (wanted.q or "").split():
        texts = (
            Deployment.name,
            Deployment.template_key,
            TemplateVersion.title,
            CloudAccount.slug,
            Project.slug,
            User.email,
        )
        found.append(or_(*(col(text).icontains(word, autoescape=True) for text in texts)))
    return found


def last_runs(session: Session, deployment_ids: Iterable[str]) -> dict[str, Any]:
    """Of each deployment its newest run: (id, kind, status, created_at, ended_at)."""
    query = (
        select(Run.deployment_id, Run.id, Run.kind, Run.status, Run.created_at, Run.ended_at)  # type: ignore[call-overload]
        .where(col(Run.deployment_id).in_(set(deployment_ids)))
        .ext(distinct_on(col(Run.deployment_id)))
        .order_by(col(Run.deployment_id), col(Run.created_at).desc(), col(Run.id).desc())
    )
    return {row[0]: row[1:] for row in session.exec(query).all()}


def owned_by(session: Session, user_id: str) -> list[str]:
    """The living deployments of this user."""
    query = select(col(Deployment.id)).where(
        col(Deployment.owner_id) == user_id, col(Deployment.destroyed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Deployment.id))).all())


def lock(session: Session, deployment_id: str) -> Deployment | None:
    """The deployment, locked until the transaction ends."""
    query = select(Deployment).where(col(Deployment.id) == deployment_id).with_for_update(key_share=True)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def project_of(session: Session, deployment_id: str) -> str | None:
    return session.exec(select(col(Deployment.project_id)).where(col(Deployment.id) == deployment_id)).one_or_none()


def name_taken_by_another(session: Session, deployment: Deployment) -> bool:
    """Whether another living deployment of the project has this one's name."""
    query = select(col(Deployment.id)).where(
        col(Deployment.project_id) == deployment.project_id,
        col(Deployment.name) == deployment.name,
        col(Deployment.id) != deployment.id,
        col(Deployment.destroyed_at).is_(None),
    )
    with session.no_autoflush:
        return session.exec(query).first() is not None


def insert_version(session: Session, row: dict[str, Any]) -> None:
    """Keep a template version, unless these very files are kept already."""
    session.exec(insert(TemplateVersion).values(**row).on_conflict_do_nothing())


def pinned_version(session: Session, deployment_id: str) -> str:
    """The id of the template version that a deployment is pinned to."""
    return session.exec(select(col(Deployment.template_version_id)).where(col(Deployment.id) == deployment_id)).one()


def find_version(session: Session, key: str, *, content_hash: str | None = None, version: str | None = None) -> Any:
    """The newest kept version of a template with this hash or version number."""
    query = select(TemplateVersion).where(col(TemplateVersion.key) == key)
    if content_hash is not None:
        query = query.where(col(TemplateVersion.content_hash) == content_hash)
    if version is not None:
        query = query.where(col(TemplateVersion.version) == version)
    return session.exec(query.order_by(col(TemplateVersion.created_at).desc()).limit(1)).first()
