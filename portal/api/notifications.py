"""The own inbox and wishes; channels, texts and the log of deliveries for whoever manages them."""

from __future__ import annotations

from fastapi import APIRouter

from portal.api.deps import CurrentActor, Cursor, Limit, Work
from portal.kit.pagination import Page
from portal.notification import channels, deliveries, inbox, own_texts
from portal.notification.schemas import (
    ChannelChange,
    ChannelView,
    DeliveryView,
    NewChannel,
    NewChannelView,
    NotificationView,
    PreferencesChange,
    PreferencesView,
    Preview,
    PreviewView,
    Status,
    TextChange,
    TextView,
    UnreadView,
)

router = APIRouter(tags=["notifications"])


@router.get("/notifications")
def list_notifications(
    session: Work, actor: CurrentActor, unread: bool = False, cursor: Cursor = None, limit: Limit = 50
) -> Page[NotificationView]:
    """The own inbox, the newest first; with `unread=true` what was not read."""
    return inbox.list_notifications(session, actor, unread=unread, cursor=cursor, limit=limit)


@router.get("/notifications/unread")
def count_unread(session: Work, actor: CurrentActor) -> UnreadView:
    """How many of the own notifications were not read."""
    return inbox.count_unread(session, actor)


@router.post("/notifications/read")
def mark_all_read(session: Work, actor: CurrentActor) -> UnreadView:
    """Mark everything in the own inbox as read."""
    return inbox.mark_all_read(session, actor)


@router.post("/notifications/{notification_id}/read")
def mark_read(session: Work, actor: CurrentActor, notification_id: str) -> NotificationView:
    """Mark one of the own notifications as read."""
    return inbox.mark_read(session, actor, notification_id)


@router.get("/me/notification-preferences")
def get_preferences(session: Work, actor: CurrentActor) -> PreferencesView:
    """Which events the signed-in person is told of in the inbox, and which by mail."""
    return inbox.get_preferences(session, actor)


@router.patch("/me/notification-preferences")
def change_preferences(session: Work, actor: CurrentActor, change: PreferencesChange) -> PreferencesView:
    """Change that for some events; null goes back to what is usual."""
    return inbox.change_preferences(session, actor, change)


@router.get("/notification-channels")
def list_channels(session: Work, actor: CurrentActor, project: str | None = None) -> list[ChannelView]:
    """The channels that the caller may manage: all for administrators, those of their projects for owners."""
    return channels.list_channels(session, actor, project=project)


@router.post("/notification-channels", status_code=201)
def create_channel(session: Work, actor: CurrentActor, request: NewChannel) -> NewChannelView:
    """A new channel. Where it leads is never shown again, and the key of a webhook this once."""
    return channels.create_channel(session, actor, request)


@router.get("/notification-channels/{channel_id}")
def get_channel(session: Work, actor: CurrentActor, channel_id: str) -> ChannelView:
    """One channel."""
    return channels.get_channel(session, actor, channel_id)


@router.patch("/notification-channels/{channel_id}")
def update_channel(session: Work, actor: CurrentActor, channel_id: str, change: ChannelChange) -> ChannelView:
    """Change its name, its events or where it leads; switch it off and on."""
    return channels.update_channel(session, actor, channel_id, change)


@router.delete("/notification-channels/{channel_id}", status_code=204)
def delete_channel(session: Work, actor: CurrentActor, channel_id: str) -> None:
    """Remove a channel and its log."""
    channels.delete_channel(session, actor, channel_id)


@router.post("/notification-channels/{channel_id}/test", status_code=202)
def test_channel(session: Work, actor: CurrentActor, channel_id: str) -> DeliveryView:
    """Send a test message. Ask for the delivery to learn how it went."""
    return channels.send_test(session, actor, channel_id)


@router.post("/notification-channels/{channel_id}/rotate-key")
def rotate_key(session: Work, actor: CurrentActor, channel_id: str) -> NewChannelView:
    """A new key for a webhook, shown this once. For a day messages are signed with the former one too."""
    return channels.rotate_key(session, actor, channel_id)


@router.get("/notification-channels/{channel_id}/deliveries")
def list_channel_deliveries(
    session: Work,
    actor: CurrentActor,
    channel_id: str,
    status: Status | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryView]:
    """What was sent over a channel, the newest first."""
    return deliveries.list_deliveries(session, actor, channel_id=channel_id, status=status, cursor=cursor, limit=limit)


@router.get("/notification-deliveries")
def list_deliveries(
    session: Work, actor: CurrentActor, status: Status | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[DeliveryView]:
    """What was sent over any channel and by mail, the newest first; for administrators."""
    return deliveries.list_deliveries(session, actor, status=status, cursor=cursor, limit=limit)


@router.get("/notification-deliveries/{delivery_id}")
def get_delivery(session: Work, actor: CurrentActor, delivery_id: str) -> DeliveryView:
    """One delivery: whether it was sent, and what the other side said."""
    return deliveries.get_delivery(session, actor, delivery_id)


@router.post("/notification-deliveries/{delivery_id}/resend", status_code=202)
def resend(session: Work, actor: CurrentActor, delivery_id: str) -> DeliveryView:
    """Send it again at once, under the same id."""
    return deliveries.resend(session, actor, delivery_id)


@router.get("/notification-texts")
def list_texts(session: Work, actor: CurrentActor) -> list[TextView]:
    """The texts of every message, with the facts that each may name; for administrators."""
    return own_texts.list_texts(session, actor)


@router.get("/notification-texts/{event}/{part}")
def get_text(session: Work, actor: CurrentActor, event: str, part: str) -> TextView:
    """One part (subject, text, html, chat) of one message."""
    return own_texts.get_text(session, actor, event, part)


@router.put("/notification-texts/{event}/{part}")
def put_text(session: Work, actor: CurrentActor, event: str, part: str, change: TextChange) -> TextView:
    """Say it in other words; null goes back to ours. Refused when it cannot be filled."""
    return own_texts.put_text(session, actor, event, part, change.source)


@router.post("/notification-texts/{event}/{part}/preview")
def preview_text(session: Work, actor: CurrentActor, event: str, part: str, request: Preview) -> PreviewView:
    """The template filled with made-up facts."""
    return own_texts.preview(session, actor, event, part, request.source)
