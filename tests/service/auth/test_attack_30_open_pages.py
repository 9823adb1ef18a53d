"""What is open ends with its session, without a click: a websocket whoever holds it, and the watch of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.auth import service as auth
from portal.auth.schemas import SYSTEM, UserChange
from portal.auth.sessions import digest
from portal.kit import clock
from portal.kit.db import unit_of_work
from portal.ui import handshake, watch
from tests.support import people

pytestmark = pytest.mark.usefixtures("backend", "impatient")
ADA = "ada@example.com"
PATIENCE = 60


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Redis a look is due every few seconds; here more often. What is tried is that it comes, not when."""
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(handshake, "GRACE_SECONDS", 0.0)


def change(user_id: str, wanted: UserChange) -> None:
    with unit_of_work() as session:
        auth.update_user(session, SYSTEM, user_id, wanted)


def sign_out(cookie: str) -> None:
    with unit_of_work() as session:
        auth.sign_out(session, auth.actor_for_session(session, cookie))


class Connection:
    """A websocket with a cookie, and an app behind it that reads until it hears that the connection ended."""

    def __init__(self, cookie: str) -> None:
        self.header = f"{auth.COOKIE}={cookie}".encode()
        self.sent: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self.opened = asyncio.Event()

    async def hold(self) -> None:
        scope = {"type": "websocket", "headers": [(b"cookie", self.header)]}
        await handshake.Handshake(self._app)(scope, self._receive, self._send)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        while True:
            self.told.append(await receive())
            self.opened.set()
            if self.told[-1]["type"] == "websocket.disconnect":
                return

    async def _receive(self) -> dict[str, Any]:
        if not self.opened.is_set():
            return {"type": "websocket.connect"}
        return await asyncio.Event().wait()  # type: ignore[return-value]  # the browser says nothing more

    async def _send(self, message: Any) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("end", ["disabled", "signed out", "too old"])
async def test_attack_30_a_websocket_is_closed_when_its_session_is_over(end: str) -> None:
    user_id = people.user(ADA)
    cookie = people.sign_in(ADA).cookie
    connection = Connection(cookie)
    held = asyncio.create_task(connection.hold())
    async with asyncio.timeout(PATIENCE):
        await connection.opened.wait()
        async with watch.watch().of(digest(cookie)) as watched:
            assert watched.actor is not None
        if end == "disabled":
            await asyncio.to_thread(change, user_id, UserChange(disabled=True))
        elif end == "signed out":
            await asyncio.to_thread(sign_out, cookie)
        with clock.moved(timedelta(days=1) if end == "too old" else timedelta(0)):
            await held
    assert connection.told[-1] == {"type": "websocket.disconnect", "code": handshake.OVER}
    assert connection.sent == [{"type": "websocket.close", "code": handshake.OVER}]


async def test_somebody_elses_connection_stays_open() -> None:
    ada, bob = people.user(ADA), people.user("bob@example.com")
    connection = Connection(people.sign_in("bob@example.com").cookie)
    held = asyncio.create_task(connection.hold())
    await connection.opened.wait()
    async with watch.watch().of(digest(people.sign_in(ADA).cookie)) as adas:
        await asyncio.to_thread(change, ada, UserChange(disabled=True))
        async with asyncio.timeout(PATIENCE):
            await adas.changed.wait()
    assert adas.actor is None
    assert not held.done()
    await asyncio.to_thread(change, bob, UserChange(disabled=True))
    async with asyncio.timeout(PATIENCE):
        await held


@pytest.mark.parametrize("wanted", [UserChange(role="viewer"), UserChange(role="admin")])
async def test_a_page_learns_that_its_reader_may_do_something_else_now(wanted: UserChange) -> None:
    user_id = people.user(ADA)
    async with watch.watch().of(digest(people.sign_in(ADA).cookie)) as watched:
        await asyncio.to_thread(change, user_id, wanted)
        async with asyncio.timeout(PATIENCE):
            await watched.changed.wait()
    assert watched.actor is not None
    assert watched.actor.role == wanted.role


async def test_looking_is_no_use_of_a_session(settings_env: Callable[..., None]) -> None:
    people.user(ADA)
    cookie = people.sign_in(ADA).cookie
    with clock.moved(timedelta(minutes=90)):
        async with watch.watch().of(digest(cookie)) as watched:
            assert watched.actor is not None
        with unit_of_work() as session:
            assert auth.actor_for_session(session, cookie, used=False)
    with clock.moved(timedelta(minutes=121)):
        async with watch.watch().of(digest(cookie)) as watched:
            assert watched.actor is None


async def test_a_page_that_opens_while_others_are_looked_at_is_not_taken_for_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people.user(ADA)
    first, second = (digest(people.sign_in(ADA).cookie) for _ in range(2))
    read, looking, answer, next_look = watch._standings, asyncio.Event(), asyncio.Event(), asyncio.Event()
    opened = False

    async def slow(session_ids: set[str], threads: Any) -> dict[str, Any]:
        found = await read(session_ids, threads)
        if opened and session_ids == {first}:
            looking.set()
            await answer.wait()
        if session_ids == {first, second}:
            next_look.set()
        return found

    monkeypatch.setattr(watch, "_standings", slow)
    async with asyncio.timeout(PATIENCE), watch.watch().of(first):
        opened = True
        await looking.wait()
        async with watch.watch().of(second) as page:
            answer.set()
            await next_look.wait()
            assert page.actor is not None
            assert not page.changed.is_set()
