"""What nobody does and people want to know in time: something is about to end, a worker is silent, the trail does not hold.

Looked at now and then by the control worker. Each is told once; portal/notification/repository.py keeps which were.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.kit import clock
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.models import CloudAccount, Deployment, Worker
from portal.notification.service import first_time, notify

log = structlog.get_logger(__name__)
BEFORE_EXPIRY: Final = timedelta(hours=24)
BEFORE_ACCOUNT: Final = (timedelta(days=14), timedelta(days=2))
BATCH: Final = 100


def look() -> None:
    """Look once. One look that fails keeps the others from nothing."""
    for one in (_expiring_deployments, _expiring_accounts, _lost_workers, _trail):
        _try(one)


def _try(one: Callable[[Session], None]) -> None:
    try:
        with unit_of_work() as session:
            one(session)
    except Exception as error:
        log.warning("reminder_failed", reminder=one.__name__, error=type(error).__name__)


def _expiring_deployments(session: Session) -> None:
    """A day before the end, or a quarter of its life when that is shorter."""
    now = clock.now()
    query = select(Deployment).where(
        col(Deployment.expires_at) > now,
        col(Deployment.expires_at) < now + BEFORE_EXPIRY,
        col(Deployment.destroyed_at).is_(None),
    )
    found = query.options(defer(Deployment.values)).order_by(col(Deployment.expires_at)).limit(BATCH)  # type: ignore[arg-type]
    for row in session.exec(found):
        end = row.expires_at or now
        if end - now <= (end - row.created_at) / 4 and first_time(
            session, f"deployment.expiring {row.id} {end:%Y%m%d%H%M}"
        ):
            notify(
                session, "deployment.expiring", project_id=row.project_id,
                deployment_id=row.id, expires_at=end, link=f"/deployments/{row.id}",
            )  # fmt: skip


def _expiring_accounts(session: Session) -> None:
    now = clock.now()
    query = select(CloudAccount).where(
        col(CloudAccount.expires_at) > now,
        col(CloudAccount.expires_at) < now + BEFORE_ACCOUNT[0],
        col(CloudAccount.disabled_at).is_(None),
    )
    for row in session.exec(query.options(defer(CloudAccount.credentials)).limit(BATCH)):  # type: ignore[arg-type]
        end = row.expires_at or now
        step = min(before for before in BEFORE_ACCOUNT if end - now <= before)
        if first_time(session, f"account.expiring {row.id} {end:%Y%m%d%H%M} {step.days}"):
            link = f"/admin/cloud-accounts/{row.slug}"
            notify(session, "account.expiring", account=row.name, expires_at=end, link=link)


def _lost_workers(session: Session) -> None:
    """Workers that fell silent without having said that they stop."""
    silent = max(60.0, 4 * settings().lease_seconds)
    age = func.make_interval(0, 0, 0, 0, 0, 0, silent)
    query = select(Worker).where(col(Worker.stopped_at).is_(None), col(Worker.beat_at) < func.clock_timestamp() - age)
    for row in session.exec(query.limit(BATCH)):
        if first_time(session, f"worker.lost {row.name} {row.started_at:%Y%m%d%H%M%S}"):
            notify(session, "worker.lost", worker=row.name, link="/admin/workers")


def _trail(session: Session) -> None:
    """Once a day the whole trail is computed again."""
    if not first_time(session, f"audit.verify {clock.now():%Y%m%d}"):
        return
    found = audit.verify(session)
    if not found.ok:
        notify(session, "audit.chain_broken", event_number=found.broken_at, reason=found.reason)
