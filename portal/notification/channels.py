"""Channels: made and changed by administrators, and by the owners of a project for its own events."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import or_
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.schemas import Actor
from portal.auth.users import clean_email
from portal.kit import clock, web
from portal.kit.config import settings
from portal.kit.errors import Conflict, FieldProblem, Invalid
from portal.kit.ids import new_id
from portal.models import NotificationChannel, Project
from portal.notification import access, deliveries, others, outbox, plain, service
from portal.notification.events import EVENTS, EventName
from portal.notification.schemas import ChannelChange, ChannelView, DeliveryView, Kind, NewChannel, NewChannelView
from portal.project import limits

MOST: Final = 100
"""Channels of one place; more is a mistake."""
KEY_KEPT: Final = timedelta(hours=24)
"""How long a key that was replaced goes on to sign, so that receivers can follow."""
TESTED: Final[EventName] = "test"


def list_channels(session: Session, actor: Actor, *, project: str | None = None) -> list[ChannelView]:
    """The channels of a project; without one, all that the actor may see."""
    query = select(NotificationChannel, Project.slug).join(
        Project, col(Project.id) == col(NotificationChannel.project_id), isouter=True
    )
    if project is not None:
        query = query.where(NotificationChannel.project_id == access.seen_project(session, actor, project))
    elif not permissions.allows(actor, "notification.review"):
        query = query.where(col(NotificationChannel.project_id).in_(access.managed_projects(session, actor)))
    rows = session.exec(query.order_by(col(NotificationChannel.name), col(NotificationChannel.id)).limit(MOST * 10))
    return [_view(row, slug) for row, slug in rows]


def get_channel(session: Session, actor: Actor, channel_id: str) -> ChannelView:
    """One channel, for whoever may see it."""
    return _shown(session, access.require_seen(session, actor, channel_id))


def create_channel(session: Session, actor: Actor, request: NewChannel) -> NewChannelView:
    """A new channel. For a webhook a key is made, and shown this once."""
    project_id = access.managed_project(session, actor, request.project) if request.project else None
    if project_id is None:
        permissions.require(actor, "notification.manage")
    else:
        limits.require_open(session, project_id)
    _require_room(session, project_id)
    target, shown = target_of(request.kind, _url(request), request.addresses)
    key = _new_key() if request.kind == "webhook" else None
    if key:
        target["keys"] = [{"key": key, "until": None}]
    at = clock.now()
    row = NotificationChannel(
        id=new_id("channel"),
        name=plain.line(request.name, 100),
        kind=request.kind,
        project_id=project_id,
        events=_events(request.events, in_project=project_id is not None),
        target=target,
        shown=shown,
        created_at=at,
        created_by=actor.label,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "notification_channel.create", row, kind=row.kind, shown=shown, events=row.events)
    return NewChannelView(**_shown(session, row).model_dump(), signing_key=key)


def update_channel(session: Session, actor: Actor, channel_id: str, change: ChannelChange) -> ChannelView:
    """Change the name, the events, where it leads, whether it is on."""
    row = access.changing(session, actor, channel_id, lock=True)
    if change.name is not None:
        row.name = plain.line(change.name, 100)
    if change.events is not None:
        row.events = _events(change.events, in_project=row.project_id is not None)
    if change.url is not None or change.addresses is not None:
        target, row.shown = target_of(cast(Kind, row.kind), _url(change), change.addresses or [])
        row.target = {**row.target, **target}
    if change.enabled is not None:
        row.disabled_at = None if change.enabled else row.disabled_at or clock.now()
        row.disabled_reason = None if change.enabled else row.disabled_reason or f"Switched off by {actor.label}."
    row.updated_at = clock.now()
    session.add(row)
    session.flush()
    _record(
        session, actor, "notification_channel.update", row,
        events=row.events, shown=row.shown, enabled=row.disabled_at is None, target_changed=change.url is not None,
    )  # fmt: skip
    return _shown(session, row)


def delete_channel(session: Session, actor: Actor, channel_id: str) -> None:
    """Remove the channel, with the log of what was sent over it."""
    row = access.require(session, actor, channel_id, lock=True)
    session.delete(row)
    _record(session, actor, "notification_channel.delete", row, kind=row.kind, shown=row.shown)


def rotate_key(session: Session, actor: Actor, channel_id: str) -> NewChannelView:
    """A new key for a webhook; the former signs beside it for a day, so that receivers can change theirs in between."""
    row = access.changing(session, actor, channel_id, lock=True)
    if row.kind != "webhook":
        raise Conflict("Only webhooks are signed.")
    key, until = _new_key(), int((clock.now() + KEY_KEPT).timestamp())
    former = [item for item in row.target["keys"] if item["until"] is None][:1]
    row.target = {
        **row.target,
        "keys": [{"key": key, "until": None}, *({"key": item["key"], "until": until} for item in former)],
    }
    row.updated_at = clock.now()
    session.add(row)
    session.flush()
    _record(session, actor, "notification_channel.rotate_key", row)
    return NewChannelView(**_shown(session, row).model_dump(), signing_key=key)


def send_test(session: Session, actor: Actor, channel_id: str) -> DeliveryView:
    """Send a test over the channel, now also when it is switched off. The delivery tells how it went."""
    row = access.changing(session, actor, channel_id)
    facts = plain.facts(
        {
            "event": TESTED,
            "title": EVENTS[TESTED].title,
            "at": clock.now(),
            "portal": settings().public_url,
            "link": f"{settings().public_url}/notifications",
            "tested_by": actor.label,
            "channel": row.name,
        }
    )
    sent = outbox.to_channel(session, row, event=TESTED, facts=facts, project_id=row.project_id)
    session.flush()
    service.wake(session)
    _record(session, actor, "notification_channel.test", row)
    return deliveries.view(sent)


def _require_room(session: Session, project_id: str | None) -> None:
    place = col(NotificationChannel.project_id)
    here = place.is_(None) if project_id is None else or_(place == project_id)
    if len(session.exec(select(NotificationChannel.id).where(here).limit(MOST)).all()) >= MOST:
        raise Conflict(f"There are {MOST} channels here already. Remove some first.")


def _events(wanted: list[EventName], *, in_project: bool) -> list[str]:
    outside = [name for name in wanted if in_project and not EVENTS[name].of_project]
    if outside:
        sentence = f"A project has no such events: {', '.join(outside)}. They are for channels of the whole portal."
        raise Invalid(sentence, [FieldProblem("events", sentence)])
    return sorted(set(wanted) - {TESTED})


def _url(request: NewChannel | ChannelChange) -> str:
    return request.url.get_secret_value().strip() if request.url else ""


def target_of(kind: Kind, url: str, addresses: list[str]) -> tuple[dict[str, Any], str]:
    """Where it leads, to be kept encrypted, and what may be shown of it."""
    if kind == "mail":
        if not addresses:
            raise _missing("addresses", "Write at least one e-mail address.")
        if url:
            raise _missing("url", "A mail channel has addresses and no URL.")
        found = [clean_email(address) for address in addresses]
        return {"addresses": found}, plain.line(", ".join(found))
    if not url or addresses:
        raise _missing("url", "Give the address that messages are sent to, as `url`.")
    if kind == "apprise":
        return {"url": url}, others.service_of(url)
    try:
        host = web.place_of(url).host
    except Invalid as error:
        raise _missing("url", error.message) from None
    return {"url": url}, host


def _missing(path: str, sentence: str) -> Invalid:
    return Invalid(sentence, [FieldProblem(path, sentence)])


def _new_key() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _record(session: Session, actor: Actor, action: str, row: NotificationChannel, **detail: Any) -> None:
    audit.record(
        session, actor, action, object_kind="notification_channel", object_id=row.id, project_id=row.project_id,
        detail={"name": row.name, **detail},
    )  # fmt: skip


def _shown(session: Session, row: NotificationChannel) -> ChannelView:
    project = session.get(Project, row.project_id) if row.project_id else None
    return _view(row, project.slug if project else None)


def _view(row: NotificationChannel, slug: str | None) -> ChannelView:
    until = [item["until"] for item in row.target.get("keys", ()) if item["until"]]
    moment = datetime.fromtimestamp(max(until), tz=clock.now().tzinfo) if until else None
    return ChannelView(
        **row.model_dump(exclude={"target"}),
        project=slug,
        old_key_until=moment if moment and moment > clock.now() else None,
    )
