"""What people are told about runs, by the events of portal/notification/events.py. In the transaction of the move itself."""

from __future__ import annotations

from sqlmodel import Session, col, select

from portal.models import Run
from portal.notification import service as notifications
from portal.notification.events import EventName
from portal.run.lifecycle import Kind, Status

_ENDS: dict[Status, EventName] = {
    "applied": "run.applied",
    "errored": "run.errored",
    "canceled": "run.canceled",
    "policy_denied": "run.policy_denied",
}


def waits_for_a_person(session: Session, run_id: str, project_id: str) -> None:
    """A plan is there and somebody must confirm it."""
    notifications.notify(session, "run.needs_confirmation", project_id=project_id, run_id=run_id)


def ended(session: Session, run_id: str, project_id: str, kind: Kind, reached: Status, *, destroyed: bool) -> None:
    """A run is over. Of a deployment that is gone, that is told instead of the run that did it; of a discarded plan nothing."""
    event = _ENDS.get(reached)
    if destroyed:
        event = "deployment.destroyed"
    elif kind == "drift" and reached == "planned_and_finished" and _differs(session, run_id):
        event = "drift.found"
    if event is not None:
        notifications.notify(session, event, project_id=project_id, run_id=run_id)


def _differs(session: Session, run_id: str) -> bool:
    return bool(session.exec(select(col(Run.has_changes)).where(col(Run.id) == run_id)).one())
