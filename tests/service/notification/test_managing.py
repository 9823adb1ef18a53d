"""Channels: who may make and see them, what is shown of them, texts in other words."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from portal.kit.db import unit_of_work
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.models import AuditEvent, NotificationDelivery, ProjectMember
from portal.notification import channels, deliveries, outbox, own_texts, service
from portal.notification.schemas import ChannelChange
from portal.quota import archive
from tests.service.notification.acting import happen, log, make
from tests.service.notification.conftest import Receiver
from tests.service.run import world as runs
from tests.service.run.world import World


def test_a_project_has_channels_of_its_own_for_its_own_events(world: World, receiver: Receiver) -> None:
    with unit_of_work() as session:
        session.get_one(ProjectMember, (world.project_id, world.member.user_id)).role = "owner"
    with pytest.raises(Invalid):
        make(world.member, url=receiver.url, project=world.project_id)  # a lost worker is the portal's affair
    own = make(world.member, url=receiver.url, project=world.project_id, events=["quota.near"])
    other = runs.build()
    with unit_of_work() as session:
        for project_id in (world.project_id, other.project_id):
            service.notify(session, "quota.near", project_id=project_id, quota="deployments", used=9, limit=10)
    outbox.work_off()
    assert len(receiver.asked) == 1
    with unit_of_work() as session:
        assert [item.id for item in channels.list_channels(session, world.member)] == [own.id]
        assert [item.id for item in channels.list_channels(session, world.admin)] == [own.id]


def test_a_channel_of_an_archived_project_is_looked_at_and_removed_and_nothing_else(
    world: World, receiver: Receiver
) -> None:
    own = make(world.admin, url=receiver.url, project=world.project_id, events=["quota.near"])
    with unit_of_work() as session:
        archive.archive(session, world.admin, world.project_id)
    with pytest.raises(Conflict, match="archived"):
        make(world.admin, url=receiver.url, project=world.project_id, events=["quota.near"])
    for work in (
        lambda session: channels.send_test(session, world.admin, own.id),
        lambda session: channels.rotate_key(session, world.admin, own.id),
        lambda session: channels.update_channel(session, world.admin, own.id, ChannelChange(name="Another")),
    ):
        with unit_of_work() as session, pytest.raises(Conflict, match="Open it again first"):
            work(session)
    outbox.work_off()
    assert receiver.asked == []
    with unit_of_work() as session:
        assert channels.get_channel(session, world.admin, own.id).name == "Hook"
        channels.delete_channel(session, world.admin, own.id)
        assert channels.list_channels(session, world.admin, project=world.project_id) == []


def test_channels_are_for_who_manages_them(world: World, receiver: Receiver) -> None:
    ours = make(world.admin, url=receiver.url)
    inside = make(world.admin, url=receiver.url, project=world.project_id, events=["quota.near"])
    happen(world)
    outbox.work_off()
    delivery = log(world.admin, ours.id)[0].id
    for actor in (world.member, world.viewer, world.stranger):
        with unit_of_work() as session:
            for call, given in (
                (channels.get_channel, ours.id), (channels.delete_channel, ours.id), (channels.rotate_key, ours.id),
                (channels.send_test, ours.id), (deliveries.resend, delivery), (deliveries.get_delivery, delivery),
            ):  # fmt: skip
                with pytest.raises(NotFound):
                    call(session, actor, given)
            hidden = NotFound if actor is world.stranger else Forbidden
            with pytest.raises(hidden):
                channels.get_channel(session, actor, inside.id)
            with pytest.raises(Forbidden):
                channels.list_channels(session, actor)
            with pytest.raises(Forbidden):
                deliveries.list_deliveries(session, actor)
            with pytest.raises(Forbidden):
                own_texts.list_texts(session, actor)


def test_where_a_channel_leads_and_its_key_are_shown_nowhere(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    key = str(channel.signing_key)
    receiver.replies.append((500, {}, f"no {receiver.url}-2 {key}".encode()))
    with unit_of_work() as session:
        channels.rotate_key(session, world.admin, channel.id)
        new = ChannelChange(url=SecretStr(receiver.url + "-2"), events=["worker.lost"])
        seen = [channels.update_channel(session, world.admin, channel.id, new).model_dump_json()]
        seen += [item.model_dump_json() for item in channels.list_channels(session, world.admin)]
    happen(world)
    outbox.work_off()
    seen += [item.model_dump_json() for item in log(world.admin, channel.id)]
    with unit_of_work() as session:
        seen += [str(row.detail) for row in session.exec(select(AuditEvent))]
        row = session.exec(select(NotificationDelivery)).one()
        seen.append(row.model_dump_json(exclude={"content"}))
    assert "very-secret" not in "".join(seen)
    assert key not in "".join(seen)
    assert "localhost" in seen[0]


def test_an_administrator_says_it_in_other_words(world: World, receiver: Receiver) -> None:
    make(world.admin, "slack", url=receiver.url)
    with unit_of_work() as session:
        with pytest.raises(Invalid):
            own_texts.put_text(session, world.admin, "worker.lost", "chat", "{{ worker.upper() }}")
        with pytest.raises(NotFound):
            own_texts.put_text(session, world.admin, "../../etc", "chat", "x")
        shown = own_texts.preview(session, world.admin, "worker.lost", "chat", "{{ worker|upper }} ist weg")
        assert shown.text == "RUNNER-1 ist weg"
        own_texts.put_text(session, world.admin, "worker.lost", "chat", "{{ worker|upper }} ist weg")
    happen(world)
    outbox.work_off()
    with unit_of_work() as session:
        own_texts.put_text(session, world.admin, "worker.lost", "chat", None)
        assert own_texts.get_text(session, world.admin, "worker.lost", "chat").updated_by is None
    happen(world)
    outbox.work_off()
    said = [json.loads(asked.body)["blocks"][1]["text"]["text"] for asked in receiver.asked]
    assert said[0] == "RUNNER-1 ist weg"
    assert said[1].startswith("The worker runner-1 no longer answers.")


def test_only_webhooks_have_keys_and_mail_has_addresses(world: World, receiver: Receiver) -> None:
    slack = make(world.admin, "slack", url=receiver.url)
    assert slack.signing_key is None
    with unit_of_work() as session, pytest.raises(Conflict):
        channels.rotate_key(session, world.admin, slack.id)
    for kind, given in (
        ("mail", {"url": receiver.url}),
        ("mail", {}),
        ("mail", {"addresses": ["no address"]}),
        ("slack", {}),
    ):
        with pytest.raises(Invalid):
            make(world.admin, kind, **given)


def test_a_removed_channel_takes_its_log_along(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    happen(world)
    with unit_of_work() as session:
        channels.delete_channel(session, world.admin, channel.id)
    outbox.work_off()
    with unit_of_work() as session:
        found = select(NotificationDelivery).where(col(NotificationDelivery.kind) == "webhook")
        assert session.exec(found).all() == []
