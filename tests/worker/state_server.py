"""Terraform's `http` backend over portal.state, in a thread of the test's process: its answers can be made to fail."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from portal.kit.db import unit_of_work
from portal.kit.errors import TerraceError
from portal.state import service as state
from portal.state.errors import LockHeld


@dataclass
class StateServer:
    """`calls` are the methods asked for, in order. `refuse` answers a status instead, for the calls it chooses."""

    url: str
    calls: list[str] = field(default_factory=list)
    refuse: Callable[[str], int | None] = lambda method: None
    on_call: Callable[[str], None] = lambda method: None


@contextmanager
def serving() -> Iterator[StateServer]:
    """A server on a free port of the loopback."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    server = StateServer(f"http://127.0.0.1:{http.server_address[1]}")
    http.terrace = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server: StateServer = self.server.terrace  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.calls.append(self.command)
        server.on_call(self.command)
        refused = server.refuse(self.command)
        try:
            self._send(refused, b"refused") if refused else self._send(200, self._serve(body))
        except LockHeld as error:
            self._send(423, json.dumps(error.holder).encode())
        except TerraceError as error:
            self._send(error.status, error.message.encode())

    do_GET = do_POST = do_LOCK = do_UNLOCK = _answer  # noqa: N815 - the names that http.server looks for

    def _serve(self, body: bytes) -> bytes:
        place = urlsplit(self.path)
        given: dict[str, Any] = {"deployment_id": place.path.rpartition("/")[2], "bearer": self._bearer()}
        with unit_of_work() as session:
            if self.command == "GET":
                return state.read(session, **given) or b""
            if self.command == "POST":
                lock_id = parse_qs(place.query).get("ID", [None])[0]
                state.write(session, **given, body=body, lock_id=lock_id, content_md5=self.headers.get("Content-MD5"))
            elif self.command == "LOCK":
                state.lock(session, **given, info=json.loads(body))
            else:
                state.unlock(session, **given, lock_id=json.loads(body).get("ID"))
        return b""

    def _bearer(self) -> str:
        encoded = (self.headers.get("Authorization") or "").removeprefix("Basic ")
        return base64.b64decode(encoded).decode().partition(":")[2]

    def _send(self, status: int, body: bytes) -> None:
        status = 204 if status == 200 and not body and self.command == "GET" else status
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""
