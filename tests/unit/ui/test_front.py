"""What stands around the pages: who is sent to sign in, what browsers keep, and how a cookie is sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from portal.ui import handshake, routes
from portal.ui.front import Front


async def get(path: str, **headers: str) -> httpx.Response:
    """What a browser gets for `path`: the path that the pages' own server was asked for."""

    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.path)

    pages = Front(Starlette(routes=[Route("/{path:path}", echo)]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://portal.example") as client:
        return await client.get(path, headers=headers)


async def test_a_browser_without_a_session_is_sent_to_sign_in_with_the_way_back() -> None:
    answer = await get("/runs?state=open", accept="text/html")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fruns%3Fstate%3Dopen"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/api/v1/me", "/healthz", "/.well-known/openid-configuration", "/assets/x.js", "/icons.svg"]
)
async def test_what_needs_no_session_is_served(path: str) -> None:
    assert (await get(path, accept="text/html")).status_code == 200


async def test_with_a_cookie_the_page_is_served_without_a_detour() -> None:
    answer = await get("/runs", accept="text/html", cookie="terrace_session=x")
    assert (answer.status_code, answer.text) == (200, "/runs/")


@pytest.mark.parametrize(
    ("path", "lasting"),
    [("/assets/a-1.js", True), ("/assets/reflex-env-1.js", False), ("/sign-in", False), ("/icons.svg", False)],
)
async def test_only_files_whose_name_changes_with_them_are_kept_for_good(path: str, lasting: bool) -> None:
    assert ("immutable" in (await get(path)).headers["cache-control"]) == lasting


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "", "/a b"])
def test_the_way_back_never_leads_away(path: str) -> None:
    assert routes.sign_in(path) == "/sign-in"


@pytest.mark.usefixtures("settings_env")
async def test_a_websocket_carries_the_session_sealed_and_nothing_else(settings_env: Callable[..., None]) -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update({name.decode(): value.decode() for name, value in scope["headers"]})

    headers = [
        (b"cookie", b"other=1; terrace_session=the-secret; more=2"),
        (b"authorization", b"Bearer x"),
        (b"host", b"h"),
    ]
    await handshake.Handshake(app)({"type": "websocket", "headers": headers}, None, None)  # type: ignore[arg-type]
    assert "the-secret" not in str(seen)
    assert "authorization" not in seen
    assert "other" not in seen["cookie"]
    assert handshake.unseal(seen["cookie"]) == "the-secret"


@pytest.mark.usefixtures("settings_env")
@pytest.mark.parametrize(
    "header", ["", "terrace_session=plain", "terrace_session=AAAA", "terrace_session=", "x=y", ";;=="]
)
def test_a_cookie_that_was_not_sealed_by_us_is_nobodys(header: str) -> None:
    assert handshake.unseal(header) is None
