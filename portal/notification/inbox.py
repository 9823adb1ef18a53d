"""Everybody's own inbox and wishes. Nobody reads another's."""

from __future__ import annotations

from sqlalchemy import func, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.kit import clock, live
from portal.kit.db import after_commit
from portal.kit.errors import Forbidden, NotFound
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import Notification, NotificationPreference
from portal.notification import preferences, service
from portal.notification.events import EVENTS
from portal.notification.schemas import (
    NotificationView,
    PreferencesChange,
    PreferencesView,
    PreferenceView,
    UnreadView,
)


def list_notifications(
    session: Session, actor: Actor, *, unread: bool = False, cursor: str | None = None, limit: int = 50
) -> Page[NotificationView]:
    """One page of the actor's inbox, the newest first."""
    user_id = _user(actor)
    size, after = clamp(limit), decode_moment_cursor(cursor)
    query = select(Notification).where(Notification.user_id == user_id)
    if unread:
        query = query.where(col(Notification.read_at).is_(None))
    if after is not None:
        query = query.where(tuple_(col(Notification.created_at), col(Notification.id)) < after)
    query = query.order_by(col(Notification.created_at).desc(), col(Notification.id).desc()).limit(size + 1)
    rows = session.exec(query).all()
    items = [NotificationView.model_validate(row, from_attributes=True) for row in rows[:size]]
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def count_unread(session: Session, actor: Actor) -> UnreadView:
    """How many the actor has not read."""
    query = select(func.count()).where(Notification.user_id == _user(actor), col(Notification.read_at).is_(None))
    return UnreadView(unread=session.exec(query).one())


def mark_read(session: Session, actor: Actor, notification_id: str) -> NotificationView:
    """The actor has read this one; a second time changes nothing."""
    user_id = _user(actor, "notification.settle")
    row = session.get(Notification, notification_id)
    if row is None or row.user_id != user_id:
        raise NotFound("There is no such notification in your inbox.")
    if row.read_at is None:
        row.read_at = clock.now()
        session.add(row)
        session.flush()
        after_commit(session, lambda: live.nudge(f"inbox:{user_id}"))
    return NotificationView.model_validate(row, from_attributes=True)


def mark_all_read(session: Session, actor: Actor) -> UnreadView:
    """The actor has read everything there is now."""
    user_id = _user(actor, "notification.settle")
    query = update(Notification).where(col(Notification.user_id) == user_id, col(Notification.read_at).is_(None))
    session.exec(query.values(read_at=clock.now()), execution_options={"synchronize_session": False})
    after_commit(session, lambda: live.nudge(f"inbox:{user_id}"))
    return count_unread(session, actor)


def get_preferences(session: Session, actor: Actor) -> PreferencesView:
    """How the actor is told of each event."""
    row = session.get(NotificationPreference, _user(actor))
    choices = row.choices if row else {}
    events = []
    for name, event in EVENTS.items():
        if event.audience == "nobody":
            continue  # sent over channels only
        own = preferences.wish(choices, name)
        events.append(
            PreferenceView(
                event=name, title=event.title, inbox=own.inbox, mail=own.mail,
                usual_inbox=event.inbox, usual_mail=event.mail, of_project=event.of_project,
            )
        )  # fmt: skip
    return PreferencesView(mail_is_sent=service.can_mail(), events=events)


def change_preferences(session: Session, actor: Actor, change: PreferencesChange) -> PreferencesView:
    """Change how the actor is told of some events."""
    user_id = _user(actor, "notification.settle")
    row = session.get(NotificationPreference, user_id, with_for_update=True)
    choices = dict(row.choices) if row else {}
    for name, wish in change.events.items():
        if wish is None:
            choices.pop(name, None)
        else:
            choices[name] = wish.model_dump()
    values = {"choices": choices, "updated_at": clock.now()}
    statement = insert(NotificationPreference).values(user_id=user_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
    session.expire_all()
    audit.record(
        session, actor, "notification.preferences", object_kind="user", object_id=user_id,
        detail={"events": {name: wish.model_dump() if wish else None for name, wish in change.events.items()}},
    )  # fmt: skip
    return get_preferences(session, actor)


def _user(actor: Actor, action: Action = "notification.read") -> str:
    permissions.require(actor, action)
    if actor.user_id is None:
        raise Forbidden("Only a person has an inbox.")
    return actor.user_id
