"""Runs over REST, and their events as a stream that is resumed without a gap or a double."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, delete
from starlette.testclient import TestClient

from portal.api import stream
from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, UserChange
from portal.kit.db import unit_of_work
from portal.models import ProjectMember
from portal.run import work
from portal.run.schemas import NewEvent
from tests.api.conftest import World
from tests.api.running import catalogue, deploy
from tests.service.run import world as w
from tests.support import people

WAIT = 60


@pytest.fixture(autouse=True)
def _catalogue(backend: str, settings_env: Callable[..., None], tmp_path: Path) -> None:
    settings_env(TERRACE_TEMPLATES_DIR=catalogue(tmp_path / "templates"))


@pytest.fixture
def run_id(member_client: TestClient) -> str:
    return deploy(member_client)["run"]["id"]


def test_a_run_is_planned_shown_confirmed_and_applied(member_client: TestClient, run_id: str) -> None:
    at = f"/api/v1/runs/{run_id}"
    assert member_client.get(f"{at}/plan").status_code == 404
    assert member_client.post(f"{at}/confirm").status_code == 409
    w.planned(run_id)
    view = member_client.get(at).json()
    assert (view["status"], view["actions"], view["sandbox"]) == ("planned", ["confirm", "discard"], True)
    assert view["counts"] == {"add": 2, "change": 1, "destroy": 1, "replace": 1}
    assert member_client.get(f"{at}/plan").json()["has_changes"] is True
    confirmed = member_client.post(f"{at}/confirm")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "apply_queued")
    job = w.claimed(run_id, "apply")
    with unit_of_work() as session:
        work.finish_apply(session, run_id, job.claim, applied=4)
    assert member_client.get(at).json()["status"] == "applied"


def test_a_run_is_discarded_canceled_and_tried_again(member_client: TestClient, run_id: str) -> None:
    w.planned(run_id)
    assert member_client.post(f"/api/v1/runs/{run_id}/discard").json()["status"] == "discarded"
    again = member_client.post(f"/api/v1/runs/{run_id}/retry")
    assert again.status_code == 201
    canceled = member_client.post(f"/api/v1/runs/{again.json()['id']}/cancel")
    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    assert member_client.post(f"/api/v1/runs/{again.json()['id']}/cancel").status_code == 409


def test_the_list_of_runs_is_filtered(member_client: TestClient, run_id: str) -> None:
    found = member_client.get("/api/v1/runs", params={"status": ["plan_queued", "planned"]}).json()["items"]
    assert [item["id"] for item in found] == [run_id]
    assert member_client.get("/api/v1/runs", params={"kind": "drift"}).json()["items"] == []
    assert member_client.get("/api/v1/runs", params={"status": "odd"}).status_code == 422


def test_events_are_paged_by_number(member_client: TestClient, run_id: str) -> None:
    w.planned(run_id, w.NOTHING)
    first = member_client.get(f"/api/v1/runs/{run_id}/events", params={"limit": 2}).json()
    assert ([item["n"] for item in first["items"]], first["ended"]) == ([1, 2], False)
    rest = member_client.get(f"/api/v1/runs/{run_id}/events", params={"after": first["last_n"]}).json()
    assert rest["ended"]
    assert rest["items"][0]["n"] == 3
    assert rest["items"][-1]["status"] == "planned_and_finished"


def test_a_stream_of_an_ended_run_is_all_of_it_and_an_end(member_client: TestClient, run_id: str) -> None:
    w.planned(run_id, w.NOTHING)
    answer = member_client.get(f"/api/v1/runs/{run_id}/events", headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    numbers = [int(block[0].removeprefix("id: ")) for block in blocks[:-1]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert blocks[-1][1] == "event: end"


def test_a_browser_that_comes_back_after_the_end_is_told_to_stop(member_client: TestClient, run_id: str) -> None:
    w.planned(run_id, w.NOTHING)
    last = member_client.get(f"/api/v1/runs/{run_id}").json()["last_event_n"]
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
    assert member_client.get(f"/api/v1/runs/{run_id}/events", headers=headers).status_code == 204


class Follower:
    """A client that reads a stream as it comes."""

    def __init__(self, received: asyncio.Queue[str]) -> None:
        self._received, self._rest = received, ""

    async def block(self) -> dict[str, str]:
        """The next event's fields; lines of comment are passed over."""
        async with asyncio.timeout(WAIT):
            while True:
                while "\n\n" not in self._rest:
                    self._rest += await self._received.get()
                block, _, self._rest = self._rest.partition("\n\n")
                if not block.startswith(":"):
                    return dict(line.split(": ", 1) for line in block.split("\n"))


@asynccontextmanager
async def following(api: Any, bearer: str, run_id: str, **headers: str) -> AsyncIterator[Follower]:
    """Speaks ASGI itself, because the test client waits for the end of an answer."""
    received: asyncio.Queue[str] = asyncio.Queue()
    gone = asyncio.Event()
    given = {"accept": "text/event-stream", "authorization": f"Bearer {bearer}", "host": "localhost:3000"} | headers
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": f"/api/v1/runs/{run_id}/events", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        "client": ("192.0.2.1", 1), "server": ("localhost", 3000), "state": {},
    }  # fmt: skip
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await received.put(message.get("body", b"").decode())

    task = asyncio.create_task(api(scope, receive, send))
    try:
        yield Follower(received)
    finally:
        gone.set()
        await asyncio.wait_for(task, WAIT)


async def test_a_stream_follows_live_and_resumes_where_it_was_lost(api: Any, world: World, run_id: str) -> None:
    token = people.token(world.member_id)
    job = await asyncio.to_thread(w.claimed, run_id)

    def say(text: str) -> None:
        with unit_of_work() as session:
            assert work.append(session, run_id, job.claim, [NewEvent("log", {"text": text})])

    async with following(api, token, run_id) as follower:
        seen = [await follower.block() for _ in range(3)]
        await asyncio.to_thread(say, "live")
        seen.append(await follower.block())
    assert [int(item["id"]) for item in seen] == [1, 2, 3, 4]
    assert json.loads(seen[-1]["data"])["text"] == "live"
    await asyncio.to_thread(say, "while away")
    async with following(api, token, run_id, last_event_id="4") as follower:
        back = await follower.block()
        assert (int(back["id"]), json.loads(back["data"])["text"]) == (5, "while away")
        await asyncio.to_thread(_fail, run_id, job.claim)
        ended = await follower.block()
        assert json.loads(ended["data"])["status"] == "errored"
        assert (await follower.block())["event"] == "end"


def _fail(run_id: str, claim: str) -> None:
    from portal.run.schemas import RunError

    with unit_of_work() as session:
        work.fail(session, run_id, claim, RunError(summary="Broken."))


async def test_two_followers_see_the_same(api: Any, world: World, run_id: str) -> None:
    token = people.token(world.viewer_id)
    async with following(api, token, run_id) as one, following(api, token, run_id) as other:
        await asyncio.to_thread(w.planned, run_id, w.NOTHING)
        streams = []
        for follower in (one, other):
            blocks = [await follower.block()]
            while blocks[-1].get("event") != "end":
                blocks.append(await follower.block())
            streams.append(blocks)
    assert streams[0] == streams[1]


async def test_a_stream_ends_soon_after_its_reader_lost_the_project(
    api: Any, world: World, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "POLL_SECONDS", 0.05)
    async with following(api, people.token(world.viewer_id), run_id) as follower:
        await follower.block()
        await follower.block()
        with unit_of_work() as session:
            session.exec(delete(ProjectMember).where(col(ProjectMember.user_id) == world.viewer_id))
        assert await follower.block() == {"event": "error", "data": "not_found"}


async def test_a_stream_ends_soon_after_its_readers_token_was_revoked(
    api: Any, world: World, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.models import ApiToken

    monkeypatch.setattr(stream, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(stream, "AUTHORISE_SECONDS", 0.0)
    async with following(api, people.token(world.viewer_id), run_id) as follower:
        await follower.block()
        await follower.block()
        with unit_of_work() as session:
            session.exec(delete(ApiToken).where(col(ApiToken.user_id) == world.viewer_id))
        assert await follower.block() == {"event": "error", "data": "unauthenticated"}


async def test_attack_30_a_stream_ends_by_itself_when_its_reader_is_shut_out(
    api: Any, world: World, run_id: str
) -> None:
    async with following(api, people.token(world.viewer_id), run_id) as follower:
        await follower.block()
        await follower.block()
        with unit_of_work() as session:
            auth.update_user(session, SYSTEM, world.viewer_id, UserChange(disabled=True))
        assert await follower.block() == {"event": "error", "data": "unauthenticated"}


def test_nobody_follows_what_they_may_not_read(stranger_client: TestClient, client: TestClient, run_id: str) -> None:
    headers = {"Accept": "text/event-stream"}
    assert stranger_client.get(f"/api/v1/runs/{run_id}/events", headers=headers).status_code == 404
    assert client.get(f"/api/v1/runs/{run_id}/events", headers=headers).status_code == 401
