"""What tests of channels do again and again."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from portal.auth.schemas import Actor
from portal.kit.db import unit_of_work
from portal.notification import channels, deliveries, service
from portal.notification.schemas import DeliveryView, NewChannel, NewChannelView
from tests.service.run.world import World


def make(actor: Actor, kind: Any = "webhook", **given: Any) -> NewChannelView:
    url = given.pop("url", None)
    given = {"name": "Hook", "events": ["run.needs_confirmation", "worker.lost"]} | given
    with unit_of_work() as session:
        request = NewChannel(kind=kind, url=SecretStr(url) if url else None, **given)
        return channels.create_channel(session, actor, request)


def happen(world: World) -> None:
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="runner-1")


def log(actor: Actor, channel_id: str) -> list[DeliveryView]:
    with unit_of_work() as session:
        return deliveries.list_deliveries(session, actor, channel_id=channel_id).items
