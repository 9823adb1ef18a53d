"""What is around Reflex's websocket: the session's cookie is sealed on the way in, and the connection ends with the session.

Reflex keeps the headers of a connection in its state, and its state in Redis. With the cookie sealed, whoever reads Redis or a
log line with headers holds nothing that a browser or a script could sign in with.

A connection whose session is over is closed, whoever holds it and whatever they asked for: nothing more can be read through it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.auth import sessions
from portal.auth.service import COOKIE
from portal.kit import secrets
from portal.ui import watch

_LABEL = "websocket.cookie"
OVER = 4401
"""The code with which a connection is closed when its session is over."""
GRACE_SECONDS = 1.0
"""In which an open page is told to show it; services refuse everything already."""
_DROPPED = (b"cookie", b"authorization", b"proxy-authorization")


class Handshake:
    """ASGI middleware around everything that reads a websocket's headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        cookie = cookie_of(_cookies(scope["headers"]))
        scope = {**scope, "headers": _sealed(scope["headers"])}
        if cookie is None:
            await self.app(scope, receive, send)
        else:
            await _until_over(self.app, scope, receive, send, sessions.digest(cookie))


async def _until_over(app: ASGIApp, scope: Scope, receive: Receive, send: Send, session_id: str) -> None:
    """Serve the connection until the session is over; then its reader finds it closed."""
    over = asyncio.Event()
    coming: asyncio.Future[Message] | None = None

    async def receive_until_over() -> Message:
        nonlocal coming
        if coming is None:
            coming = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(over.wait())
        await asyncio.wait((coming, ending), return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if over.is_set():
            return {"type": "websocket.disconnect", "code": OVER}
        message, coming = coming.result(), None
        return message

    watcher = asyncio.create_task(_close_when_over(session_id, over, send))
    try:
        await app(scope, receive_until_over, send)
    finally:
        watcher.cancel()
        if coming is not None:
            coming.cancel()


async def _close_when_over(session_id: str, over: asyncio.Event, send: Send) -> None:
    async with watch.watch().of(session_id) as watched:
        if watched.actor is None:
            return  # over already when it came: it gets nothing, and the page before the portal needs its connection
        while watched.actor is not None:
            await watched.changed.wait()
            watched.changed.clear()
    await asyncio.sleep(GRACE_SECONDS)
    over.set()
    with contextlib.suppress(Exception):  # the browser may have left by itself: then there is nothing to close
        await send({"type": "websocket.close", "code": OVER})


def cookie_of(header: str) -> str | None:
    """The session's cookie in a `Cookie` header."""
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def seal(cookie: str) -> str:
    """The cookie, readable to processes with our key only."""
    sealed = secrets.keyring().encrypt(cookie.encode(), label=_LABEL)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(header: str) -> str | None:
    """The session's cookie out of a header that went through `Handshake`."""
    sealed = cookie_of(header)
    if not sealed:
        return None
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return secrets.keyring().decrypt(raw, label=_LABEL).decode()
    except (ValueError, secrets.DecryptionError):
        return None


def _sealed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower() not in _DROPPED]
    if cookie := cookie_of(_cookies(headers)):
        kept.append((b"cookie", f"{COOKIE}={seal(cookie)}".encode()))
    return kept


def _cookies(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return "; ".join(value.decode("latin-1") for name, value in headers if name.lower() == b"cookie")
