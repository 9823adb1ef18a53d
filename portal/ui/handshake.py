"""What happens to a websocket before Reflex sees it: the session's cookie is sealed.

Reflex keeps the headers of a connection in its state, and its state in Redis. With the cookie sealed, whoever reads Redis or a
log line with headers holds nothing that a browser or a script could sign in with.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Receive, Scope, Send

from portal.auth.service import COOKIE
from portal.kit import secrets

_LABEL = "websocket.cookie"
_DROPPED = (b"cookie", b"authorization", b"proxy-authorization")


class Handshake:
    """ASGI middleware around everything that reads a websocket's headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            scope = {**scope, "headers": _sealed(scope["headers"])}
        await self.app(scope, receive, send)


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
    given = "; ".join(value.decode("latin-1") for name, value in headers if name.lower() == b"cookie")
    if cookie := cookie_of(given):
        kept.append((b"cookie", f"{COOKIE}={seal(cookie)}".encode()))
    return kept
