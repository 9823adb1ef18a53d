"""Reflex's websocket as a stranger would speak it: no browser, no page, any event."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import simple_websocket

from portal.auth.service import COOKIE

NAMESPACE = "/_event"


class Wire:
    """One connection. `said` holds every message that came, as text."""

    def __init__(self, socket: simple_websocket.Client) -> None:
        self._socket = socket
        self.said: list[str] = []

    def send(
        self, name: str, payload: dict[str, Any] | None = None, *, path: str = "/", query: dict[str, str] | None = None
    ) -> None:
        """Emit an event as if a page at `path` had."""
        event = {
            "name": name,
            "payload": payload or {},
            "router_data": {"pathname": path, "asPath": path, "query": query or {}},
        }
        self._socket.send(f"42{NAMESPACE},{json.dumps(['event', event])}")

    def read_until(self, enough: Callable[[list[str]], bool], *, seconds: float = 60) -> list[str]:
        """Everything said so far, once `enough` of it was."""
        deadline = time.monotonic() + seconds
        while not enough(self.said):
            message = self._socket.receive(timeout=max(0.1, deadline - time.monotonic()))
            if message is None:
                raise AssertionError(f"the server went quiet after {len(self.said)} messages: {self.said[-3:]}")
            if message == "2":
                self._socket.send("3")
            else:
                self.said.append(str(message))
        return self.said


@contextmanager
def connected(url: str, cookie: str | None, *, token: str | None = None, origin: str | None = None) -> Iterator[Wire]:
    """A connection with a session's cookie, or without."""
    headers = [(b"Origin", (origin or url).encode())]
    if cookie is not None:
        headers.append((b"Cookie", f"{COOKIE}={cookie}".encode()))
    address = url.replace("http", "ws", 1) + f"/_event/?token={token or uuid.uuid4()}&EIO=4&transport=websocket"
    socket = simple_websocket.Client.connect(address, headers=headers)
    try:
        # Said at once: when the server's first message came together with its handshake, the client sees it with the next one,
        # which would be a ping after 25 seconds.
        socket.send(f"40{NAMESPACE},")
        wire = Wire(socket)
        wire.read_until(lambda said: any(text.startswith(f"40{NAMESPACE}") for text in said))
        yield wire
    finally:
        socket.close()
