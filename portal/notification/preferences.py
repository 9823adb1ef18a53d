"""What each person wants to be told, and how. Without a choice of theirs the event's own default counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from portal.models import NotificationPreference
from portal.notification.events import EVENTS, EventName


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to be told of one event."""

    inbox: bool
    mail: bool


def wants(session: Session, user_id: str, event: EventName) -> Wish:
    """What this person wants of this event."""
    return of_many(session, [user_id], event)[user_id]


def of_many(session: Session, user_ids: Collection[str], event: EventName) -> dict[str, Wish]:
    """What each of these people wants of this event."""
    query = select(NotificationPreference).where(col(NotificationPreference.user_id).in_(list(user_ids)))
    chosen = {row.user_id: row.choices for row in session.exec(query)}
    return {user_id: wish(chosen.get(user_id, {}), event) for user_id in user_ids}


def wish(choices: dict[str, Any], event: EventName) -> Wish:
    """The choice in `choices`, as far as there is one."""
    own, usual = choices.get(event) or {}, EVENTS[event]
    return Wish(inbox=bool(own.get("inbox", usual.inbox)), mail=bool(own.get("mail", usual.mail)))
