"""Channels: webhooks, Slack, Teams, mail and others; what is tried again, what is given up, what the log shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from portal.kit import clock
from portal.kit.config import PROJECT_DIR
from portal.kit.db import unit_of_work
from portal.notification import channels, deliveries, others, outbox, service
from portal.notification.schemas import ChannelChange
from tests.service.notification.acting import happen, log, make
from tests.service.notification.conftest import Receiver
from tests.service.run import world as runs
from tests.service.run.world import World
from tests.support import smtp
from worker.postman import Postman


def verifier() -> Callable[..., bool]:
    """The one that the documentation gives to receivers."""
    page = (PROJECT_DIR / "docs" / "notifications.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found.group(1), names)
    return names["verify"]


def test_a_webhook_says_what_happened_and_the_log_shows_it(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    deployment_id = runs.deployment(world, name="shop")
    run_id = runs.create(world, deployment_id).id
    runs.planned(run_id)
    outbox.work_off()
    [asked] = receiver.asked
    said = json.loads(asked.body)
    assert (asked.method, asked.path, said["type"]) == ("POST", "/hook/very-secret-path", "run.needs_confirmation")
    assert said["id"] == asked.headers["webhook-id"]
    assert (
        said["data"] | {"deployment": "shop", "run": run_id, "to_add": 2, "deployment_id": deployment_id}
        == said["data"]
    )
    assert said["data"]["link"] == f"http://localhost:3000/runs/{run_id}"
    assert b"hunter2" not in asked.body
    [entry] = log(world.admin, channel.id)
    assert (entry.status, entry.attempts, entry.response_code) == ("sent", 1, 200)
    assert entry.response == "fine, thanks for /hook/********"
    assert entry.recipient == "Hook (localhost)"


def test_attack_29_a_receiver_can_tell_ours_from_forged_old_and_repeated_ones(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    happen(world)
    outbox.work_off()
    [asked] = receiver.asked
    verify, key, seen = verifier(), channel.signing_key, set[str]()
    sent = int(asked.headers["webhook-timestamp"])
    assert verify(asked.headers, asked.body, key, seen, now=sent)
    assert not verify(asked.headers, asked.body, key, seen, now=sent)  # it was here before
    for headers, body, other_key, now in (
        (asked.headers, asked.body.replace(b"runner-1", b"runner-2"), key, sent),
        (asked.headers, asked.body, "whsec_" + "A" * 43 + "=", sent),
        (asked.headers, asked.body, key, sent + 301),
        (asked.headers, asked.body, key, sent - 301),
        (asked.headers | {"webhook-timestamp": str(sent + 200)}, asked.body, key, sent + 200),
        (asked.headers | {"webhook-id": "msg-another"}, asked.body, key, sent),
        (asked.headers | {"webhook-signature": "v1,"}, asked.body, key, sent),
    ):
        assert not verify(headers, body, other_key, set(), now=now)


def test_a_key_is_renewed_while_both_are_good(world: World, receiver: Receiver) -> None:
    first = make(world.admin, url=receiver.url)
    with unit_of_work() as session:
        second = channels.rotate_key(session, world.admin, first.id)
    assert second.old_key_until is not None
    happen(world)
    outbox.work_off()
    with clock.moved(timedelta(hours=25)):
        happen(world)
        outbox.work_off()
    both, new = receiver.asked
    verify = verifier()
    for asked, key, good in (
        (both, first, True), (both, second, True), (new, first, False), (new, second, True)
    ):  # fmt: skip
        now = int(asked.headers["webhook-timestamp"])
        assert verify(asked.headers, asked.body, key.signing_key, set(), now=now) is good
    with unit_of_work() as session:
        assert channels.get_channel(session, world.admin, first.id).old_key_until == second.old_key_until


def test_what_fails_is_sent_again_under_the_same_id(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    receiver.replies.append((500, {}, b"an accident"))
    happen(world)
    outbox.work_off()
    outbox.work_off()
    [entry] = log(world.admin, channel.id)
    assert (entry.status, entry.attempts, entry.response_code) == ("waiting", 1, 500)
    assert (entry.problem, entry.response) == ("It was answered with 500.", "an accident")
    with clock.moved(timedelta(seconds=10)):
        outbox.work_off()
    first, second = receiver.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == entry.id
    assert first.body == second.body
    [entry] = log(world.admin, channel.id)
    assert (entry.status, entry.attempts, entry.next_at) == ("sent", 2, None)


def test_a_receiver_that_asks_for_time_gets_it(world: World, receiver: Receiver) -> None:
    make(world.admin, url=receiver.url)
    at = format_datetime(clock.now() + timedelta(seconds=900), usegmt=True)
    receiver.replies.extend([(429, {"Retry-After": "900"}, b""), (503, {"Retry-After": at}, b"")])
    for _ in range(2):
        happen(world)
    outbox.work_off()
    with clock.moved(timedelta(seconds=800)):
        outbox.work_off()
    assert len(receiver.asked) == 2
    with clock.moved(timedelta(seconds=1200)):
        outbox.work_off()
    assert len(receiver.asked) == 4


def test_it_is_given_up_in_the_end_and_can_be_sent_again_by_hand(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    receiver.replies.extend([(503, {}, b"closed")] * 9)
    happen(world)
    for day in range(12):
        with clock.moved(timedelta(days=day)):
            outbox.work_off()
    [entry] = log(world.admin, channel.id)
    assert (entry.status, entry.attempts, len(receiver.asked)) == ("given_up", 9, 9)
    assert (entry.problem, entry.response) == ("It was answered with 503.", "closed")
    with unit_of_work() as session:
        deliveries.resend(session, world.admin, entry.id)
    outbox.work_off()
    assert receiver.asked[-1].headers["webhook-id"] == entry.id
    assert log(world.admin, channel.id)[0].status == "sent"


def test_a_receiver_that_is_gone_is_left_alone(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    receiver.replies.append((410, {}, b""))
    happen(world)
    outbox.work_off()
    happen(world)
    outbox.work_off()
    assert len(receiver.asked) == 1
    with unit_of_work() as session:
        found = channels.get_channel(session, world.admin, channel.id)
        assert found.disabled_reason == "The receiver says that it is gone (410)."
        channels.update_channel(session, world.admin, channel.id, ChannelChange(enabled=True))
    happen(world)
    outbox.work_off()
    assert len(receiver.asked) == 2


def test_a_worker_that_died_while_sending_loses_no_message(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(world.admin, url=receiver.url)
    happen(world)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            outbox.work_off(at_once=1)
    outbox.work_off()
    assert len(receiver.asked) == 1  # it is that worker's for a while
    with clock.moved(timedelta(minutes=2)):
        outbox.work_off()
    first, second = receiver.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_without_redis_nothing_is_lost(world: World, receiver: Receiver, settings_env: Callable[..., None]) -> None:
    make(world.admin, url=receiver.url)
    settings_env(TERRACE_REDIS_URL="redis://127.0.0.1:1/0")
    happen(world)
    Postman().tick()
    assert len(receiver.asked) == 1


def test_attack_28_a_redirect_carries_nothing_elsewhere(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    receiver.replies.append((307, {"Location": f"{receiver.server.url}/elsewhere"}, b""))
    happen(world)
    outbox.work_off()
    assert [asked.path for asked in receiver.asked] == ["/hook/very-secret-path"]
    assert log(world.admin, channel.id)[0].problem == "It was answered with 307."


def test_attack_28_no_channel_leads_into_the_network(
    world: World, receiver: Receiver, settings_env: Callable[..., None]
) -> None:
    """The address is judged when it is called: a name may lead elsewhere by then."""
    settings_env(TERRACE_PRIVATE_HOSTS=None)
    inside = [receiver.url, "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/"]
    kinds = ("webhook", "slack", "teams", "webhook")
    made = [make(world.admin, kind, url=url) for kind, url in zip(kinds, inside, strict=True)]
    happen(world)
    outbox.work_off()
    assert receiver.asked == []
    for channel in made:
        [entry] = log(world.admin, channel.id)
        assert (entry.status, entry.attempts) == ("given_up", 1)
        assert "inside the network" in str(entry.problem)


def test_attack_28_a_service_of_apprise_calls_its_makers_host_and_follows_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    called: list[tuple[str, Any]] = []

    def send(_: object, request: Any, **given: Any) -> requests.Response:
        called.append((request.url, given.get("allow_redirects")))
        answer = requests.Response()
        answer.status_code, answer.request = 204, request
        called.append((request.body if isinstance(request.body, str) else request.body.decode(), None))
        return answer

    monkeypatch.setattr(requests.Session, "send", send)
    make(world.admin, "apprise", url="discord://123456789012345678/abcdefghijklmnop")
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="@everyone")
    outbox.work_off()
    assert called[0] == ("https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop", False)
    assert "@everyone" not in json.loads(called[1][0]).get("content", "") + called[1][0]
    assert set(others.SERVICES) == {"discord", "gchat", "opsgenie", "pagerduty", "pover", "tgram", "wxteams"}


def test_chats_get_the_message_in_their_shape(world: World, receiver: Receiver) -> None:
    make(world.admin, "slack", url=receiver.url)
    make(world.admin, "teams", url=receiver.url)
    with unit_of_work() as session:
        service.notify(session, "worker.lost", worker="<!channel>")
    outbox.work_off()
    bodies = [json.loads(asked.body) for asked in receiver.asked]
    slack, teams = (next(body for body in bodies if key in body) for key in ("blocks", "attachments"))
    assert slack["text"] == "The worker &lt;!channel&gt; was lost"
    assert teams["attachments"][0]["content"]["body"][0]["inlines"][0]["text"] == "The worker <!channel> was lost"


def test_a_channel_of_mail_goes_to_all_its_addresses_at_once(world: World, mail: smtp.Server) -> None:
    make(world.admin, "mail", addresses=["ops@example.com", "boss@example.com"])
    happen(world)
    outbox.work_off()
    assert [(to, str(message["Subject"])) for to, message in mail.taken] == [
        (["ops@example.com", "boss@example.com"], "The worker runner-1 was lost")
    ]


def test_a_test_is_sent_also_by_a_channel_that_is_off(world: World, receiver: Receiver) -> None:
    channel = make(world.admin, url=receiver.url)
    with unit_of_work() as session:
        channels.update_channel(session, world.admin, channel.id, ChannelChange(enabled=False))
        sent = channels.send_test(session, world.admin, channel.id)
    happen(world)
    outbox.work_off()
    [asked] = receiver.asked
    assert (json.loads(asked.body)["type"], asked.headers["webhook-id"]) == ("test", sent.id)
    with unit_of_work() as session:
        assert deliveries.get_delivery(session, world.admin, sent.id).status == "sent"
