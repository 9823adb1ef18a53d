"""Rows of policies, and what of runs, plans and projects a policy is asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer
from sqlmodel import Session, col, delete, select

from portal.models import (
    CloudAccount,
    Deployment,
    Policy,
    PolicyResult,
    PolicyVersion,
    Project,
    Run,
    RunPlan,
    TemplateVersion,
)


@dataclass(frozen=True, slots=True)
class Around:
    """A run and what is around it."""

    run: Run
    project: Project
    template: TemplateVersion
    deployment: Deployment
    account: str


def all_policies(session: Session) -> list[Policy]:
    """By name, as they are now."""
    query = select(Policy).order_by(func.lower(Policy.name)).execution_options(populate_existing=True)
    return list(session.exec(query).all())


def find(session: Session, policy_id: str, *, lock: bool = False) -> Policy | None:
    return session.get(Policy, policy_id, with_for_update={} if lock else None, populate_existing=lock)


def named(session: Session, name: str) -> Policy | None:
    """The policy of this name, in any case of its letters."""
    return session.exec(select(Policy).where(func.lower(Policy.name) == name.lower())).first()


def versions(session: Session, policy_id: str) -> list[PolicyVersion]:
    """The newest first."""
    query = select(PolicyVersion).where(col(PolicyVersion.policy_id) == policy_id)
    return list(session.exec(query.order_by(col(PolicyVersion.version).desc()).limit(200)).all())


def around(session: Session, run_id: str) -> Around:
    """The run and what is around it; its values stay in the database."""
    row = session.exec(
        select(Run, Project, TemplateVersion, Deployment, col(CloudAccount.slug))  # type: ignore[call-overload]
        .join(Project, col(Project.id) == col(Run.project_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Run.template_version_id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(CloudAccount, col(CloudAccount.id) == col(Run.cloud_account_id))
        .where(col(Run.id) == run_id)
        .options(defer(Run.values), defer(Run.result), defer(Deployment.values), defer(TemplateVersion.archive))  # type: ignore[arg-type]
    ).one()
    return Around(*row)


def project_of(session: Session, run_id: str) -> tuple[str, str] | None:
    """The run's project and status."""
    row = session.exec(select(Run.project_id, Run.status).where(col(Run.id) == run_id)).one_or_none()
    return (row[0], row[1]) if row else None


def locked_status(session: Session, run_id: str) -> str | None:
    """The run's status, which nobody changes until this transaction ends. Whoever does locks the deployment first."""
    owner = select(col(Run.deployment_id)).where(col(Run.id) == run_id).scalar_subquery()
    session.exec(select(col(Deployment.id)).where(col(Deployment.id) == owner).with_for_update(key_share=True)).all()
    query = select(col(Run.status)).where(col(Run.id) == run_id)
    return session.exec(query.with_for_update(read=True)).one_or_none()


def digest_of(session: Session, run_id: str) -> str:
    """The digest of the run's plan; "" while there is none."""
    return session.exec(select(col(RunPlan.plan_sha256)).where(col(RunPlan.run_id) == run_id)).one_or_none() or ""


def summary_of(session: Session, run_id: str) -> dict[str, Any] | None:
    """The kept summary of a run's plan."""
    return session.exec(select(col(RunPlan.summary)).where(col(RunPlan.run_id) == run_id)).one_or_none()


def put_results(session: Session, run_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Keep these results, instead of those of the same policies."""
    for row in rows:
        query = insert(PolicyResult).values(run_id=run_id, **row)
        session.exec(query.on_conflict_do_update(index_elements=["run_id", "policy_id"], set_=row))


def drop_results(session: Session, run_id: str, *, but: Collection[str] = ()) -> None:
    """Forget what other policies than these said of an earlier plan of the run."""
    query = delete(PolicyResult).where(col(PolicyResult.run_id) == run_id, col(PolicyResult.policy_id).not_in(but))
    session.exec(query, execution_options={"synchronize_session": False})


def results(session: Session, run_id: str) -> list[PolicyResult]:
    """What failed first, by name."""
    query = select(PolicyResult).where(col(PolicyResult.run_id) == run_id).execution_options(populate_existing=True)
    return list(session.exec(query.order_by(col(PolicyResult.passed), func.lower(PolicyResult.policy_name))).all())


def checks(session: Session, run_ids: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """By run: passed, failed, overridden."""
    failed = ~col(PolicyResult.passed)
    overridden = col(PolicyResult.overridden_at).is_not(None)
    kinds = (col(PolicyResult.passed), failed & ~overridden, failed & overridden)
    sums = [func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds]
    query = select(PolicyResult.run_id, *sums).where(col(PolicyResult.run_id).in_(run_ids))  # type: ignore[call-overload]
    rows = session.exec(query.group_by(PolicyResult.run_id)).all()
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}


def blocking(session: Session, run_ids: Collection[str]) -> list[tuple[str, Policy, str]]:
    """(run, policy, level) of what plans that wait have failed, as far as the policy is still what judged them."""
    query = (
        select(PolicyResult.run_id, Policy, PolicyResult.level)
        .join(Policy, col(Policy.id) == col(PolicyResult.policy_id))
        .join(Run, col(Run.id) == col(PolicyResult.run_id))
        .where(
            col(Run.status) == "planned",
            col(PolicyResult.run_id).in_(run_ids),
            ~col(PolicyResult.passed),
            col(PolicyResult.level).in_(["mandatory", "override"]),
            col(PolicyResult.overridden_at).is_(None),
            col(Policy.version) == col(PolicyResult.policy_version),
            col(Policy.enabled),
        )
    )
    rows = session.exec(query.order_by(func.lower(Policy.name))).all()
    return [(row[0], row[1], row[2]) for row in rows]


def history(session: Session, since: datetime) -> dict[str, tuple[int, int, datetime | None]]:
    """By policy: how many plans it has judged since then, how many of those failed, and when one last did."""
    failed_at = case((~col(PolicyResult.passed), col(PolicyResult.judged_at)))
    query = select(
        PolicyResult.policy_id,
        func.count(),
        func.count(failed_at),
        func.max(failed_at),  # type: ignore[call-overload]
    ).where(col(PolicyResult.judged_at) >= since)
    return {row[0]: (row[1], row[2], row[3]) for row in session.exec(query.group_by(PolicyResult.policy_id)).all()}


def past(
    session: Session,
    policy_id: str,
    *,
    project_ids: Collection[str] | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[tuple[PolicyResult, str, str, str]]:
    """A policy's results with deployment and project, the newest first."""
    query = (
        select(PolicyResult, Deployment.name, Project.id, Project.slug)
        .join(Run, col(Run.id) == col(PolicyResult.run_id))
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(Project, col(Project.id) == col(Run.project_id))
        .where(col(PolicyResult.policy_id) == policy_id)
    )
    if project_ids is not None:
        query = query.where(col(Project.id).in_(project_ids))
    if before is not None:
        query = query.where(
            (col(PolicyResult.judged_at) < before[0])
            | ((col(PolicyResult.judged_at) == before[0]) & (col(PolicyResult.run_id) < before[1]))
        )
    query = query.order_by(col(PolicyResult.judged_at).desc(), col(PolicyResult.run_id).desc()).limit(limit)
    return [(row[0], row[1], row[2], row[3]) for row in session.exec(query).all()]


def planned_runs(
    session: Session, *, kinds: Collection[str], project_ids: Collection[str] | None, limit: int
) -> list[tuple[str, str]]:
    """(run, template key) of the newest kept plans."""
    query = (
        select(Run.id, TemplateVersion.key)
        .join(RunPlan, col(RunPlan.run_id) == col(Run.id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Run.template_version_id))
        .where(col(Run.kind).in_(kinds))
    )
    if project_ids is not None:
        query = query.where(col(Run.project_id).in_(project_ids))
    rows = session.exec(query.order_by(col(RunPlan.created_at).desc(), col(Run.id)).limit(limit)).all()
    return [(row[0], row[1]) for row in rows]


def slugs(session: Session, project_ids: Iterable[str]) -> dict[str, str]:
    """The slugs of these projects."""
    wanted = set(project_ids)
    if not wanted:
        return {}
    rows = session.exec(select(Project.id, Project.slug).where(col(Project.id).in_(wanted))).all()
    return {row[0]: row[1] for row in rows}
