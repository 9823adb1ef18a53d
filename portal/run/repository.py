"""SQL of the run feature: reading. What moves a run is in moves.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, tuple_, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.models import CloudAccount, Deployment, Project, Run, RunEvent, RunPlan, TemplateVersion, Worker
from portal.run.lifecycle import ACTIVE, PHASES, RUNNING
from portal.run.workers import is_live, takes_runs


@dataclass(frozen=True, slots=True)
class Row:
    """A run and what its view shows of the rows around it. The run's values stay in the database."""

    run: Run
    deployment_name: str
    project_slug: str
    template_key: str
    template_title: str
    template_version: str
    account_slug: str
    cloud: str
    account_kind: str
    destroyed_at: datetime | None
    """When the deployment was."""
    has_result: bool


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs: every field that is given must match. `project_ids` None means all."""

    deployment_id: str | None = None
    project_ids: Collection[str] | None = None
    statuses: Collection[str] = ()
    kinds: Collection[str] = ()
    run_ids: Collection[str] | None = None
    before: tuple[datetime, str] | None = None


def _rows() -> Any:
    return (
        select(
            Run,
            Deployment.name,
            Project.slug,
            TemplateVersion.key,
            TemplateVersion.title,
            TemplateVersion.version,
            CloudAccount.slug,
            CloudAccount.cloud,
            CloudAccount.kind,
            Deployment.destroyed_at,
            col(Run.result).is_not(None),
        )  # type: ignore[call-overload]
        .join(Deployment, col(Deployment.id) == col(Run.deployment_id))
        .join(Project, col(Project.id) == col(Run.project_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Run.template_version_id))
        .join(CloudAccount, col(CloudAccount.id) == col(Run.cloud_account_id))
        .options(defer(Run.values), defer(Run.result))  # type: ignore[arg-type]
        .execution_options(populate_existing=True)
    )


def find(session: Session, run_id: str) -> Row | None:
    row = session.exec(_rows().where(col(Run.id) == run_id)).one_or_none()
    return Row(*row) if row else None


def page(session: Session, wanted: RunFilter, *, limit: int) -> list[Row]:
    """The newest first."""
    query = _rows()
    if wanted.deployment_id is not None:
        query = query.where(col(Run.deployment_id) == wanted.deployment_id)
    if wanted.project_ids is not None:
        query = query.where(col(Run.project_id).in_(wanted.project_ids))
    if wanted.statuses:
        query = query.where(col(Run.status).in_(wanted.statuses))
    if wanted.kinds:
        query = query.where(col(Run.kind).in_(wanted.kinds))
    if wanted.run_ids is not None:
        query = query.where(col(Run.id).in_(wanted.run_ids))
    if wanted.before is not None:
        query = query.where(tuple_(col(Run.created_at), col(Run.id)) < wanted.before)
    query = query.order_by(col(Run.created_at).desc(), col(Run.id).desc()).limit(limit)
    return [Row(*row) for row in session.exec(query).all()]


def project_of(session: Session, run_id: str) -> str | None:
    """The project that a run belongs to: all that is needed to authorise."""
    return session.exec(select(col(Run.project_id)).where(col(Run.id) == run_id)).one_or_none()


def events_after(session: Session, run_id: str, *, after: int, limit: int) -> list[RunEvent]:
    query = select(RunEvent).where(col(RunEvent.run_id) == run_id, col(RunEvent.n) > after)
    return list(session.exec(query.order_by(col(RunEvent.n)).limit(limit)).all())


def result_of(session: Session, run_id: str) -> bytes | None:
    """What an action printed, decrypted."""
    return session.exec(select(col(Run.result)).where(col(Run.id) == run_id)).one_or_none()


def forget_results(session: Session, *, before: datetime) -> None:
    """Drop the results of the actions that ended before then."""
    query = update(Run).where(col(Run.result).is_not(None), col(Run.ended_at) < before).values(result=None)
    session.exec(query, execution_options={"synchronize_session": False})


def stream_end(session: Session, run_id: str) -> tuple[str, int] | None:
    """The run's status and the number of its last event, read together."""
    row = session.exec(select(Run.status, Run.event_count).where(col(Run.id) == run_id)).one_or_none()
    return (row[0], row[1]) if row else None


def find_plan(session: Session, run_id: str) -> dict[str, Any] | None:
    """The plan's summary; the plan file stays in the database."""
    return session.exec(select(col(RunPlan.summary)).where(col(RunPlan.run_id) == run_id)).one_or_none()


def planned_against(session: Session, run_id: str) -> tuple[int | None, str | None] | None:
    """Serial and lineage of the state that the plan was made against."""
    query = select(RunPlan.state_serial, RunPlan.state_lineage).where(col(RunPlan.run_id) == run_id)
    row = session.exec(query).one_or_none()
    return (row[0], row[1]) if row else None


def pending_lines(session: Session, deployment_ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """For each deployment its active run, then its pending ones in order, as (id, status)."""
    lines: dict[str, list[tuple[str, str]]] = {}
    query = select(Run.deployment_id, Run.id, Run.status).where(
        col(Run.deployment_id).in_(set(deployment_ids)), col(Run.status).in_([*ACTIVE, "pending"])
    )
    query = query.order_by((col(Run.status) == "pending"), col(Run.created_at), col(Run.id))
    for deployment_id, run_id, status in session.exec(query).all():
        lines.setdefault(deployment_id, []).append((run_id, status))
    return lines


def live_queues(session: Session) -> list[tuple[Sequence[str], int, bool]]:
    """(queues, slots, whether it drains) of each live worker."""
    query = select(Worker.queues, Worker.concurrency, Worker.drain_requested_at).where(is_live())
    return [(queues, slots, since is not None) for queues, slots, since in session.exec(query).all()]


def total_slots(session: Session) -> int:
    """How many phases live workers can carry out at once; those that drain take none."""
    rows = session.exec(select(Worker.queues, Worker.concurrency).where(takes_runs())).all()
    wanted = {phase.queue for phase in PHASES.values()}
    return sum(concurrency for queues, concurrency in rows if wanted & set(queues))


def count_open(session: Session) -> dict[str, int]:
    """How many runs there are in each status that is no end: from the index of open runs, however many have ended."""
    open_ = col(Run.status).in_([*ACTIVE, "pending"])
    return dict(session.exec(select(Run.status, func.count()).where(open_).group_by(Run.status)).all())


def busy(session: Session) -> int:
    """How many slots are taken, of the workers that take new runs: one that drains counts neither here nor there."""
    draining = select(col(Worker.name)).where(col(Worker.drain_requested_at).is_not(None))
    held = func.coalesce(col(Run.worker), "").not_in(draining)
    return session.exec(select(func.count()).where(col(Run.status).in_(RUNNING), held)).one()
