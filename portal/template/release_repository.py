"""SQL of templates' lives: what was said of versions, and how they are used."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.models import Project, Run, TemplateAudience, TemplateRelease, TemplateVersion
from portal.template.release_schemas import ProjectName, Used

_FRESH: Final = {"populate_existing": True}
# What Terraform took: waiting in a queue and for a person is nobody's fault but the portal's.
_USED: Final = text("""
WITH version AS (SELECT id FROM template_version WHERE key = :key),
runs AS (
    SELECT run.status, extract(epoch FROM (planned_at - planning_at) + (ended_at - applying_at)) AS took
    FROM run WHERE template_version_id IN (SELECT id FROM version) AND kind = 'plan_and_apply' AND ended_at > :since
        AND status IN ('applied', 'planned_and_finished', 'errored')
)
SELECT
    (SELECT count(*) FROM deployment WHERE template_key = :key AND destroyed_at IS NULL) AS deployments,
    (SELECT count(*) FROM deployment WHERE template_key = :key) AS launches,
    count(*) AS runs,
    count(*) FILTER (WHERE status = 'errored') AS failed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE status = 'applied') AS usual_seconds
FROM runs
""")
_VERSIONS: Final = text("""
SELECT version.version, version.content_hash, version.title, version.created_at,
    count(deployment.id) FILTER (WHERE deployment.destroyed_at IS NULL) AS deployments
FROM template_version AS version LEFT JOIN deployment ON deployment.template_version_id = version.id
WHERE version.key = :key GROUP BY version.id ORDER BY version.created_at DESC
""")


def release(session: Session, key: str, content_hash: str) -> TemplateRelease | None:
    query = select(TemplateRelease).where(
        col(TemplateRelease.key) == key, col(TemplateRelease.content_hash) == content_hash
    )
    return session.exec(query.execution_options(**_FRESH)).one_or_none()


def releases(session: Session, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], TemplateRelease]:
    """The rows of these (key, content hash)."""
    if not pairs:
        return {}
    both = tuple_(col(TemplateRelease.key), col(TemplateRelease.content_hash))
    rows = session.exec(select(TemplateRelease).where(both.in_(set(pairs))).execution_options(**_FRESH)).all()
    return {(row.key, row.content_hash): row for row in rows}


def releases_of(session: Session, key: str) -> list[TemplateRelease]:
    query = select(TemplateRelease).where(col(TemplateRelease.key) == key)
    return list(session.exec(query.execution_options(**_FRESH)).all())


def write_release(session: Session, row: dict[str, Any]) -> None:
    query = insert(TemplateRelease).values(**row)
    session.execute(query.on_conflict_do_update(index_elements=["key", "content_hash"], set_=row))


def audiences(session: Session) -> dict[str, list[str]]:
    """The projects of each template that is not for all."""
    rows = session.exec(select(TemplateAudience).execution_options(**_FRESH)).all()
    return {row.key: [str(project) for project in row.projects] for row in rows if row.projects is not None}


def audience(session: Session, key: str) -> list[str] | None:
    query = select(TemplateAudience).where(col(TemplateAudience.key) == key)
    row = session.exec(query.execution_options(**_FRESH)).one_or_none()
    return None if row is None or row.projects is None else [str(project) for project in row.projects]


def write_audience(session: Session, row: dict[str, Any]) -> None:
    query = insert(TemplateAudience).values(**row)
    session.execute(query.on_conflict_do_update(index_elements=["key"], set_=row))


def projects(session: Session, ids: Collection[str]) -> list[ProjectName]:
    """Those of these projects that there are, by slug."""
    query = select(Project.id, Project.slug).where(col(Project.id).in_(ids)).order_by(col(Project.slug))
    return [ProjectName(id=id_, slug=slug) for id_, slug in session.exec(query).all()]


def used(session: Session, key: str, *, since: datetime) -> Used:
    row = session.connection().execute(_USED, {"key": key, "since": since}).one()
    usual = None if row.usual_seconds is None else round(float(row.usual_seconds), 1)
    return Used(
        deployments=row.deployments, launches=row.launches, runs=row.runs, failed=row.failed, usual_seconds=usual
    )


def versions(session: Session, key: str) -> list[Any]:
    """Versions that deployments were made with, the newest first."""
    return list(session.connection().execute(_VERSIONS, {"key": key}))


def used_keys(session: Session) -> dict[str, str]:
    """Every template that a deployment was ever made with, and its title then."""
    query = select(TemplateVersion.key, TemplateVersion.title).order_by(col(TemplateVersion.created_at))
    return {str(row[0]): str(row[1]) for row in session.exec(query).all()}


def pinned(session: Session, version_id: str) -> tuple[str, str] | None:
    """Key and content hash of a version that was kept."""
    query = select(TemplateVersion.key, TemplateVersion.content_hash).where(col(TemplateVersion.id) == version_id)
    row = session.exec(query).one_or_none()
    return (row[0], row[1]) if row else None


def version_to_apply(session: Session, run_id: str) -> str | None:
    """The template version that a run would apply; None for a run that destroys or changes nothing."""
    query = select(col(Run.template_version_id)).where(col(Run.id) == run_id, col(Run.kind) == "plan_and_apply")
    return session.exec(query).one_or_none()
