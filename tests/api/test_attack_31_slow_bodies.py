"""Attack 31: whoever never finishes a request holds nothing that others wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from starlette.types import Message

from portal.api.security import SecurityMiddleware
from tests.api.conftest import ADMIN_TOKEN, World

SLOW = 40
"""More than the units of work that there can be at once."""
FORM = (b"content-type", b"application/x-www-form-urlencoded")


def scope(method: str, path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    named = [(b"host", b"localhost:3000"), *headers]
    at = {"path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": named}
    peers = {"client": ("127.0.0.1", 1), "server": ("localhost", 3000)}
    return {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", **at, **peers}


class Sender:
    """Sends the first byte of a body and then nothing. `answers` is what the app says."""

    def __init__(self, app: SecurityMiddleware, of: dict[str, Any]) -> None:
        self.begun, self.answers = asyncio.Event(), []
        self.task = asyncio.create_task(app(of, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self.begun.is_set():
            self.begun.set()
            return {"type": "http.request", "body": b"x", "more_body": True}
        return await asyncio.Future()

    async def _send(self, message: Message) -> None:
        self.answers.append(message)

    async def settled(self) -> None:
        """Until the app waits for the rest of the body, or has answered without reading it."""
        waiting = asyncio.create_task(self.begun.wait())
        await asyncio.wait({waiting, self.task}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        waiting.cancel()


async def answer(app: SecurityMiddleware, of: dict[str, Any]) -> int:
    """The status of a request without a body."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(of, receive, send)
    return statuses[0]


async def meanwhile(app: SecurityMiddleware, slow: dict[str, Any]) -> tuple[int, list[Sender]]:
    """The status of an ordinary request while many send their bodies for ever."""
    senders = [Sender(app, dict(slow)) for _ in range(SLOW)]
    try:
        await asyncio.gather(*(sender.settled() for sender in senders))
        asked = scope("GET", "/api/v1/me", (b"authorization", f"Bearer {ADMIN_TOKEN}".encode()))
        return await within_a_minute(answer(app, asked)), senders
    finally:
        for sender in senders:
            sender.task.cancel()
        await asyncio.gather(*(sender.task for sender in senders), return_exceptions=True)


async def within_a_minute(waiting: Awaitable[int]) -> int:
    async with asyncio.timeout(60):
        return await waiting


@pytest.mark.parametrize("headers", [(), (FORM,)], ids=["plain", "form"])
def test_attack_31_a_sign_in_that_never_ends_keeps_nobody_out(
    api: SecurityMiddleware, world: World, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    status, _ = asyncio.run(meanwhile(api, scope("POST", "/api/v1/auth/sign-in", *headers)))
    assert status == 200


@pytest.mark.parametrize("method", ["POST", "LOCK", "UNLOCK"])
def test_attack_31_a_state_is_read_from_whoever_has_a_token_only(
    api: SecurityMiddleware, world: World, method: str
) -> None:
    made_up = (b"authorization", b"Bearer made-up")
    status, senders = asyncio.run(meanwhile(api, scope(method, "/api/v1/state/anything", made_up)))
    assert status == 200
    assert [sender.answers[0]["status"] for sender in senders] == [401] * SLOW
    assert not any(sender.begun.is_set() for sender in senders)
