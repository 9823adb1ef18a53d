"""The log of what was sent: to channels, and by mail to people."""

from __future__ import annotations

from sqlalchemy import tuple_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from portal.audit import service as audit
from portal.auth import permissions
from portal.auth.permissions import Action
from portal.auth.schemas import Actor
from portal.kit import clock
from portal.kit.errors import Conflict, NotFound
from portal.kit.pagination import Page, clamp, decode_moment_cursor, encode_cursor
from portal.models import NotificationDelivery
from portal.notification import access, service
from portal.notification.events import MAILS
from portal.notification.schemas import DeliveryView, Status


def list_deliveries(
    session: Session,
    actor: Actor,
    *,
    channel_id: str | None = None,
    status: Status | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DeliveryView]:
    """One page of the log, the newest first. All of it is for administrators and auditors; one channel's for who manages that."""
    if channel_id is None:
        permissions.require(actor, "notification.review")
    else:
        access.require_seen(session, actor, channel_id)
    size, after = clamp(limit), decode_moment_cursor(cursor)
    query = select(NotificationDelivery).options(defer(NotificationDelivery.content))  # type: ignore[arg-type]
    if channel_id is not None:
        query = query.where(NotificationDelivery.channel_id == channel_id)
    if status is not None:
        query = query.where(NotificationDelivery.status == status)
    if after is not None:
        query = query.where(tuple_(col(NotificationDelivery.created_at), col(NotificationDelivery.id)) < after)
    order = (col(NotificationDelivery.created_at).desc(), col(NotificationDelivery.id).desc())
    rows = session.exec(query.order_by(*order).limit(size + 1)).all()
    items = [view(row) for row in rows[:size]]
    more = len(rows) > size
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


def get_delivery(session: Session, actor: Actor, delivery_id: str) -> DeliveryView:
    """One delivery."""
    return view(_allowed(session, actor, delivery_id, "notification.review"))


def resend(session: Session, actor: Actor, delivery_id: str) -> DeliveryView:
    """Send it (again), at once, under the same id. Conflict when what was sent is no longer kept."""
    row = _allowed(session, actor, delivery_id, "notification.manage", lock=True)
    if not view(row).can_resend:
        raise Conflict("Its link lets somebody in, so it was forgotten when it was sent. Make a new one instead.")
    row.status, row.attempts, row.next_at, row.ended_at = "waiting", 0, clock.now(), None
    row.problem = None
    session.add(row)
    session.flush()
    service.wake(session)
    audit.record(
        session, actor, "notification_delivery.resend", object_kind="notification_delivery", object_id=row.id,
        project_id=row.project_id, detail={"event": row.event, "kind": row.kind},
    )  # fmt: skip
    return view(row)


def view(row: NotificationDelivery) -> DeliveryView:
    """As the log shows it, without what was sent."""
    return DeliveryView(
        **row.model_dump(exclude={"content", "next_at"}),
        next_at=row.next_at if row.status == "waiting" else None,
        can_resend=row.event not in MAILS or row.status == "waiting",
    )


def _allowed(
    session: Session, actor: Actor, delivery_id: str, action: Action, *, lock: bool = False
) -> NotificationDelivery:
    missing = NotFound("There is no such delivery.")
    row = session.get(NotificationDelivery, delivery_id, with_for_update=lock, populate_existing=lock)
    if permissions.allows(actor, action):
        if row is None:
            raise missing
        return row
    permissions.require_standing(actor)
    if row is None or row.channel_id is None:
        raise missing
    access.require(session, actor, row.channel_id)
    return row
