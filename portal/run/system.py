"""Workers, queue and versions, for the administrator's page."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

from sqlalchemy import text
from sqlmodel import Session

from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.kit.version import own_version
from portal.run import hold, limits, repository, workers
from portal.run.schemas import QueueView, SystemView, WorkerView


def view(session: Session, actor: Actor) -> SystemView:
    """What carries out runs now."""
    permissions.require(actor, "system.read")
    counts = repository.count_open(session)
    known = {name: counts.get(name, 0) for name in QueueView.model_fields if name != "slots"}
    return SystemView(
        workers=workers.list_workers(session),
        queue=QueueView(**known, slots=repository.total_slots(session)),
        versions={**versions(), "postgresql": _database_version(session)},
        hold=hold.find(session),
        limits=limits.listed(),
    )


def worker_views(session: Session, actor: Actor) -> list[WorkerView]:
    """Every worker that was heard of in the last day, the live ones first."""
    permissions.require(actor, "system.read")
    return workers.list_workers(session)


def reachable(session: Session) -> None:
    """Ask the database something; raises when it does not answer."""
    session.connection().execute(text("SELECT 1")).scalar_one()


def versions() -> dict[str, str]:
    """The versions of what this process runs on."""
    return {"terrace": own_version(), "python": platform.python_version(), **_packages()}


@cache
def _packages() -> dict[str, str]:
    """They are read from files, and do not change while the process runs."""
    return {name: metadata.version(name) for name in ("fastapi", "reflex", "celery", "sqlalchemy")}


def _database_version(session: Session) -> str:
    return str(session.connection().execute(text("SHOW server_version")).scalar_one())
