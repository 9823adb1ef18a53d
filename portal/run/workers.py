"""The workers that have been heard of. One is live when its last beat is younger than the lease, by the database's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal import migrations
from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit import clock, queue
from portal.kit.config import settings
from portal.kit.errors import Conflict, NotFound
from portal.kit.version import own_version
from portal.models import Run, Worker
from portal.run import events
from portal.run.lifecycle import RUNNING
from portal.run.schemas import WorkerView

_FORGET_SECONDS = 24 * 3600


def register_worker(
    session: Session, *, name: str, queues: Sequence[str], concurrency: int, versions: dict[str, Any] | None = None
) -> None:
    """A worker process has started (again, under the same name). Workers silent for a day are forgotten."""
    row = {
        "name": name,
        "queues": list(queues),
        "concurrency": concurrency,
        "versions": versions or {},
        "started_at": func.clock_timestamp(),
        "beat_at": func.clock_timestamp(),
        "stopped_at": None,
        "drain_requested_at": None,
        "drain_requested_by": None,
    }
    session.exec(insert(Worker).values(**row).on_conflict_do_update(index_elements=["name"], set_=row))
    session.exec(delete(Worker).where(col(Worker.beat_at) < ago(_FORGET_SECONDS)))
    events.tell_lists(session)


def beat_worker(session: Session, name: str) -> bool:
    """The worker is alive; False when nobody knows it and it should register."""
    query = update(Worker).where(col(Worker.name) == name).values(beat_at=func.clock_timestamp(), stopped_at=None)
    return session.exec(query, execution_options={"synchronize_session": False}).rowcount > 0


def drain_worker(session: Session, actor: Actor, name: str) -> WorkerView:
    """Let the worker take no new run and end when it holds none. Conflict unless it is live; a second time changes nothing."""
    permissions.require(actor, "worker.manage")
    query = select(Worker, is_live().label("live")).where(col(Worker.name) == name).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(f"No worker {name[:80]!r} has been heard of in the last day.")
    worker, live = row
    if not live:
        raise Conflict("This worker is gone, so there is nothing to drain.")
    if worker.drain_requested_at is None:
        worker.drain_requested_at, worker.drain_requested_by = clock.now(), actor.label
        session.add(worker)
        session.flush()
        audit.record(
            session, actor, "worker.drain", object_kind="worker", object_id=name, detail={"queues": worker.queues}
        )
        events.tell_lists(session)
    return next(item for item in list_workers(session) if item.name == name)


def leave_line(session: Session, name: str, *, by: str) -> None:
    """The worker takes no new run from now on, by its own wish: it is being stopped, or cannot work with this database."""
    query = update(Worker).where(col(Worker.name) == name, col(Worker.drain_requested_at).is_(None))
    query = query.values(drain_requested_at=func.clock_timestamp(), drain_requested_by=by)
    if session.exec(query, execution_options={"synchronize_session": False}).rowcount:
        events.tell_lists(session)


def engines(session: Session) -> list[str | None]:
    """Which Terraform each worker has that takes applies now; None of one that does not say."""
    query = select(Worker.queues, Worker.versions).where(takes_runs())
    return [versions.get("plans") for queues, versions in session.exec(query).all() if queue.APPLY in queues]


def is_draining(session: Session, name: str) -> bool:
    """Whether the worker was asked to take no new run."""
    query = select(col(Worker.drain_requested_at)).where(col(Worker.name) == name)
    return session.exec(query).one_or_none() is not None


def holds_runs(session: Session, name: str) -> bool:
    """Whether the worker carries out anything now."""
    query = select(col(Run.id)).where(col(Run.worker) == name, col(Run.status).in_(RUNNING)).limit(1)
    return session.exec(query).one_or_none() is not None


def stop_worker(session: Session, name: str) -> None:
    """The worker has stopped in good order."""
    query = update(Worker).where(col(Worker.name) == name).values(stopped_at=func.clock_timestamp())
    session.exec(query, execution_options={"synchronize_session": False})
    events.tell_lists(session)


def list_workers(session: Session) -> list[WorkerView]:
    """Every worker that was heard of in the last day, the live ones first."""
    rows = session.exec(select(Worker, is_live().label("live")).order_by(is_live().desc(), col(Worker.name))).all()
    held: dict[str, list[str]] = {}
    for run_id, name in session.exec(select(Run.id, Run.worker).where(col(Run.status).in_(RUNNING))).all():
        held.setdefault(name or "", []).append(run_id)
    return [
        WorkerView(
            **worker.model_dump(exclude={"stopped_at"}),
            live=live,
            runs=sorted(held.get(worker.name, ())),
            note=version_note(worker.versions) if live else "",
        )
        for worker, live in rows
    ]


def version_note(versions: Mapping[str, Any]) -> str:
    """What is different about a worker that says this of itself; "" when it is of our version."""
    theirs, revision = versions.get("terrace"), versions.get("database", migrations.head())
    if theirs is None:
        return "It does not say which version it is."
    if theirs != own_version():
        return f"Version {theirs}; this portal is {own_version()}."
    if revision != migrations.head():
        return f"Its code knows database revision {revision}; this portal's {migrations.head()}."
    return ""


def is_live() -> Any:
    """SQL: this row's worker is live."""
    return col(Worker.stopped_at).is_(None) & (col(Worker.beat_at) > ago(settings().lease_seconds))


def takes_runs() -> Any:
    """SQL: this row's worker is live and takes new runs."""
    return is_live() & col(Worker.drain_requested_at).is_(None)


def ago(seconds: float) -> Any:
    """SQL: the database's time, some seconds back."""
    # make_interval(years, months, weeks, days, hours, mins, secs)
    return func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
