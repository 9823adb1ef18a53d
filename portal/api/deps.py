"""What routes ask for: the unit of work, the actor, the page that a list starts from."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from portal.auth import permissions
from portal.auth import service as auth
from portal.auth.schemas import Actor
from portal.kit.config import settings
from portal.kit.db import Session, unit_of_work
from portal.kit.errors import Forbidden, Unauthenticated

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"


def work() -> Iterator[Session]:
    """One transaction a request, committed before the answer leaves."""
    with unit_of_work() as session:
        yield session


# At most as many at once as the pool has connections, so that a rush waits here and not for a connection.
Work = Annotated[Session, Depends(work, scope="function", max_concurrency=25)]


def any_actor(request: Request, session: Work) -> Actor:
    """Who asks, by bearer token or else by session cookie; Unauthenticated when nobody does.

    Also for somebody who must choose a password first. A cookie that travels with an unsafe method counts only when the
    request comes from a page of ours.
    """
    bearer = bearer_of(request)
    if bearer is not None:
        return auth.actor_for_token(session, bearer)
    cookie = request.cookies.get(auth.COOKIE)
    if not cookie:
        raise Unauthenticated
    actor = auth.actor_for_session(session, cookie)
    if request.method not in SAFE and not is_same_origin(request) and not _has_csrf(request, session, actor):
        raise Forbidden("This request does not come from a page of the portal. Send an API token instead of a cookie.")
    return actor


AnyActor = Annotated[Actor, Depends(any_actor)]


def current_actor(actor: AnyActor) -> Actor:
    """As `any_actor`, but PasswordChangeRequired for somebody who must choose a password first."""
    permissions.require_standing(actor)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


def quick_actor(request: Request) -> Actor:
    """As `current_actor`, for a route that holds no transaction: what it waits for must not hold up others."""
    with unit_of_work() as session:
        return current_actor(any_actor(request, session))


QuickActor = Annotated[Actor, Depends(quick_actor)]


def turn() -> Iterator[None]:
    """A turn to wait for somebody else, such as a cloud."""
    yield


# Fewer at once than there are threads, so that a cloud which does not answer keeps nobody from the rest of the API.
Turn = Depends(turn, scope="function", max_concurrency=12)


def watcher(request: Request) -> None:
    """Who may read /metrics: this machine itself, or an administrator's token. /healthz and /readyz are everybody's."""
    if request.url.path != "/metrics" or (_is_loopback(request) and "x-forwarded-for" not in request.headers):
        return
    with unit_of_work() as session:
        current_actor(any_actor(request, session)).require("system.read")


# For the OpenAPI document only: how the two ways in are called. `current_actor` does the work.
DOCUMENTED = [
    Depends(HTTPBearer(auto_error=False, description="An API token")),
    Depends(APIKeyCookie(name=auth.COOKIE, auto_error=False, description="A browser's session")),
]

Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most")]


def bearer_of(request: Request) -> str | None:
    """The bearer token of the request; None without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def is_same_origin(request: Request) -> bool:
    """Whether a browser says that a page of ours sends this. Silence is a no."""
    if request.headers.get("sec-fetch-site") == "same-origin":
        return True
    origin = request.headers.get("origin")
    return origin is not None and is_own_origin(origin, request.headers.get("host", ""))


def is_foreign(request: Request) -> bool:
    """Whether a browser says that a page of somebody else sends this. Silence is a no."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    return origin is not None and not is_own_origin(origin, request.headers.get("host", ""))


def is_own_origin(origin: str, host: str) -> bool:
    """Whether an Origin is the portal's public address, or the very host that the request was sent to.

    Where the portal is https, a page that came over plain http is anybody's who sits on the line.
    """
    if origin == own_origin():
        return True
    parts, schemes = urlsplit(origin), ("https",) if own_origin().startswith("https:") else ("http", "https")
    return parts.scheme in schemes and bool(host) and parts.netloc.lower() == host.lower()


def own_origin() -> str:
    """The origin of the portal's public address."""
    parts = urlsplit(settings().public_url)
    return f"{parts.scheme}://{parts.netloc}"


def client_address(request: Request) -> str:
    """The peer's address, as the server says."""
    return request.client.host if request.client else "unknown"


def _is_loopback(request: Request) -> bool:
    try:
        return ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        return False


def _has_csrf(request: Request, session: Session, actor: Actor) -> bool:
    given = request.headers.get(CSRF_HEADER)
    return given is not None and auth.csrf_matches(session, actor, given)
