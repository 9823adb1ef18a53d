"""ASGI middleware before every route: a request id, a bounded body, and JSON that later code can hold without falling over."""

from __future__ import annotations

import json
import math
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api import problems
from portal.kit import db, origin, tracing
from portal.kit.errors import Invalid, TerraceError, Unavailable

log = structlog.get_logger(__name__)
BODY_LIMIT = 1024 * 1024
LIMITS: Mapping[str, int] = {"/api/v1/state/": 64 * 1024 * 1024}
"""Bytes by the beginning of the path; elsewhere BODY_LIMIT."""
DEEPEST_JSON = 64
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestContext:
    """Gives every request an id (or keeps a plausible one that a proxy sent), and answers whatever nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        scope["request_id"] = request_id
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            origin.asked_from(_origin(scope, request_id)),
            _span(scope, request_id) as span,
        ):
            try:
                await self.app(scope, receive, send_with_id)
                if span is not None and "route" in scope:
                    span.update_name(f"{scope['method']} {getattr(scope['route'], 'path', '')}")
            except Exception as error:
                response = _answer(error, request_id)
                if started:
                    raise
                await response(scope, receive, send_with_id)


def _origin(scope: Scope, request_id: str) -> origin.Origin:
    headers = Headers(scope=scope)
    via: origin.Via = "browser" if "authorization" not in headers and "cookie" in headers else "api"
    client = scope.get("client")
    return origin.Origin(via, client[0] if client else "", headers.get("user-agent", ""), request_id)


def _span(scope: Scope, request_id: str) -> AbstractContextManager[Any]:
    """A span for a request of the API, below the caller's own. Pages' files and health checks are none of a trace."""
    if not scope["path"].startswith("/api/"):
        return nullcontext()
    parent = tracing.valid(Headers(scope=scope).get("traceparent"))
    return tracing.span(f"{scope['method']} /api", parent=parent, request=request_id)


def _answer(error: Exception, request_id: str) -> ASGIApp:
    if isinstance(error, TerraceError):
        return problems.for_error(error, request_id)
    if isinstance(error, HTTPException):
        return problems.for_http(error, request_id)
    if db.is_away(error):
        log.warning("database_away", error=type(error).__name__)
        return problems.for_error(
            Unavailable("The portal's database does not answer. Try again in a moment."), request_id
        )
    return problems.for_crash(error, request_id)


class BodyGuard:
    """Refuses bodies that are too long, and JSON that is too deep or holds text which no database takes.

    Bodies of JSON are read whole here (they are small) and handed on; everything else streams through, counted.
    """

    def __init__(self, app: ASGIApp, *, default: int = BODY_LIMIT, limits: Mapping[str, int] = LIMITS) -> None:
        self.app = app
        self.default = default
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if b"\x00" in scope["path"].encode("utf-8", "replace") or b"%00" in scope.get("query_string", b""):
            raise Invalid("An address must not hold a NUL character.")
        limit = next((size for path, size in self.limits.items() if scope["path"].startswith(path)), self.default)
        headers = Headers(scope=scope)
        if _announced(headers) > limit:
            raise _too_large(limit)
        counted = _counted(receive, limit)
        is_ours = limit == self.default and scope["path"].startswith("/api/")
        if is_ours and "json" in headers.get("content-type", "").lower():
            body = await _read(counted)
            if problem := json_problem(body):
                raise Invalid(problem)
            counted = _replayed(body, receive)
        await self.app(scope, counted, send)


def json_problem(body: bytes) -> str | None:
    """Why this JSON is refused; None when it may pass (malformed JSON may: FastAPI says where it breaks off)."""
    if _depth(body) > DEEPEST_JSON:
        return f"The JSON is nested more than {DEEPEST_JSON} deep."
    try:
        value = json.loads(body, parse_constant=_refuse, parse_float=_finite) if body else None
    except _NotANumber as error:
        return f"{error} is not a number that can be kept."
    except json.JSONDecodeError:
        return None
    except ValueError:
        return "The JSON is not in UTF-8, or holds a number that is too long."
    if any("\x00" in text or not _encodes(text) for text in _texts(value)):
        return "The JSON holds a NUL character or half of a surrogate pair, which cannot be stored."
    return None


class _NotANumber(Exception):
    pass


def _refuse(name: str) -> Any:
    raise _NotANumber(name)


def _finite(digits: str) -> float:
    """The number; one like 1e400 would become infinite, and something else than what was sent."""
    number = float(digits)
    if math.isinf(number):
        raise _NotANumber(digits[:40])
    return number


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub(b"", body)):
        depth += 1 if bracket.group() in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > DEEPEST_JSON:
            break
    return deepest


def _texts(value: Any) -> Iterator[str]:
    """Every text in the value, names of members too."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _announced(headers: Headers) -> int:
    """What the request says is its length; 0 when it does not say."""
    length = headers.get("content-length", "")
    return int(length[:18]) if length.isdecimal() else 0


def _too_large(limit: int) -> HTTPException:
    # Not an error of our own tree: this one passes FastAPI's body reader as it is, which makes a 400 of any other.
    return HTTPException(413, f"The request is larger than the {limit:,} bytes that are accepted here.")


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _too_large(limit)
        return message

    return counted


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
