"""ASGI middleware around everything, pages and API: security headers, the content security policy, who may open a websocket."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.deps import own_origin

_POLICY_VIOLATION = 1008
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
API_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'"
)
"""For answers of the API, where nothing is ever run; its reference page has a style sheet of its own."""


def content_security_policy(script_hashes: Iterable[str], origins: Iterable[str]) -> str:
    """The policy of the pages: our own scripts and the inline ones whose hashes are given (`sha256-…`), no eval, no frames.

    Styles may be inline, because Reflex's own runtime writes them. Websockets go to `origins` only.
    """
    hashes = " ".join(f"'{item.strip(chr(39))}'" for item in script_hashes)
    sockets = " ".join(sorted({_socket(origin) for origin in origins}))
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' {hashes}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {sockets}".strip(),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityMiddleware:
    """`SecurityMiddleware(app, script_hashes=…, public_origins=…)`, the outermost of all.

    A websocket is opened for pages of `public_origins` only (default: the portal's public address); without an Origin it is
    not a browser, and refused too.
    """

    def __init__(
        self, app: ASGIApp, *, script_hashes: Iterable[str] = (), public_origins: Iterable[str] | None = None
    ) -> None:
        self.app = app
        self.origins = (
            frozenset(item.lower() for item in public_origins) if public_origins else frozenset({own_origin()})
        )
        self.page_policy = content_security_policy(script_hashes, self.origins)
        self.is_https = any(origin.startswith("https://") for origin in self.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and Headers(scope=scope).get("origin", "").lower() not in self.origins:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._secure(MutableHeaders(scope=message), is_api)
            await send(message)

        await self.app(scope, receive, send_secured)

    def _secure(self, headers: MutableHeaders, is_api: bool) -> None:
        """Add what the answer does not say itself. Nothing of the API is kept by a cache, unless the route says how."""
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", API_POLICY if is_api else self.page_policy)
        if self.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if is_api:
            headers.setdefault("Cache-Control", "no-store")


def _socket(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
