"""How the built pages are served: what a browser may keep, and where somebody without a session is sent."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.ui import handshake, routes

_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_ELSEWHERE = ("/api/", "/.well-known/", "/healthz", "/readyz", "/metrics", "/_event", "/_health", "/ping")


class Front:
    """ASGI middleware around the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_ELSEWHERE):
            await self.app(scope, receive, send)
            return
        if wants_sign_in(scope):
            query = scope["query_string"].decode("latin-1")
            wanted = f"{scope['path']}?{query}" if query else scope["path"]
            await RedirectResponse(routes.sign_in(wanted), 303)(scope, receive, send)
            return
        if scope["path"] in routes.FIXED:
            scope = {**scope, "path": scope["path"] + "/"}  # else the file server redirects to the folder

        async def send_with_lifetime(message: Message) -> None:
            if message["type"] == "http.response.start":
                lasting = message["status"] in (200, 304) and is_lasting(scope["path"])
                MutableHeaders(scope=message)["Cache-Control"] = _FOREVER if lasting else _ASK_FIRST
            await send(message)

        await self.app(scope, receive, send_with_lifetime)


def is_lasting(path: str) -> bool:
    """Whether the name of a file changes with its content. Not so for the one that we rewrite after the build."""
    return path.startswith("/assets/") and not path.startswith("/assets/reflex-env-")


def wants_sign_in(scope: Scope) -> bool:
    """Whether a browser without any session asks for a page. A courtesy that saves a round: pages hold no data."""
    headers, path = Headers(scope=scope), scope["path"]
    if scope["method"] != "GET" or "text/html" not in headers.get("accept", ""):
        return False
    if path.rstrip("/") in routes.WITHOUT_SESSION or "." in path.rpartition("/")[2]:
        return False
    return handshake.cookie_of(headers.get("cookie", "")) is None
