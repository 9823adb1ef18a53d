"""Owners are told when most of a quota or budget is used: once on the way up, and again after it was less in between."""

from __future__ import annotations

from sqlmodel import Session, col, select

from portal.models import Project
from portal.notification import service as notifications
from portal.notification.events import EventName
from portal.quota import service
from portal.quota.schemas import Meter, UsageView

_NEVER = frozenset({"runs"})
"""Full now and then in ordinary work: further runs wait."""


def look(session: Session) -> None:
    """Look at every project that is in use."""
    rows = session.exec(select(Project.id, Project.slug).order_by(col(Project.id))).all()
    for project_id, slug in rows:
        usage = service.usage_of(session, project_id, slug)
        for meter in usage.meters if usage.archived_at is None else ():
            if meter.name not in _NEVER:
                _tell(session, usage, meter)


def _tell(session: Session, usage: UsageView, meter: Meter) -> None:
    event: EventName = "budget.near" if meter.name == "budget" else "quota.near"
    subject = f"{event} {usage.project_id} {meter.name}"
    if meter.level == "ok":
        notifications.forget_told(session, subject)
    elif notifications.first_time(session, subject):
        notifications.notify(
            session, event, project_id=usage.project_id, quota=meter.title.lower(), used=meter.used, limit=meter.limit,
            percent=round((meter.share or 0) * 100), currency="USD",
        )  # fmt: skip
