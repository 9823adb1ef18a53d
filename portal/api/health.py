"""For those who watch the process: is it up, is it ready, what does it count. Names nothing and nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

import redis
import structlog
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal import migrations
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.run import service as runs

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "LOCK", "UNLOCK"})
_PROCESS = CollectorRegistry()
_LATENCY = Histogram(
    "terrace_request_seconds",
    "Time to answer a request of the API",
    ["method", "route", "status"],
    registry=_PROCESS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers. Says nothing about what it needs: a restart would not help there."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz() -> Response:
    """Requests can be served: the database is there and migrated, and Redis answers."""
    checks = {"database": _problem(_database), "redis": _problem(_redis)}
    ready = not any(checks.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: text or "ok" for name, text in checks.items()},
    }
    return JSONResponse(body, status_code=200 if ready else 503)


def _database() -> None:
    with unit_of_work() as session:
        runs.reachable(session)
    _require_migrated(settings().require_database_url())


def _redis() -> None:
    with redis.Redis.from_url(settings().redis_database(0), socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()


class _NotMigrated(Exception):
    """The database's tables are of another version."""


@lru_cache(maxsize=1)
def _require_migrated(url: str) -> None:
    """Only a yes is kept: migrations are not undone under a running portal."""
    if not migrations.is_current(url):
        raise _NotMigrated


def _problem(check: Callable[[], object]) -> str | None:
    """What is wrong, in two words; the details are for the log, not for whoever asks."""
    try:
        check()
    except _NotMigrated:
        return "not migrated"
    except Exception as error:
        log.warning("not_ready", error=type(error).__name__)
        return "not reachable"
    return None


@router.get("/metrics")
def metrics() -> Response:
    """Counts for Prometheus: of this process, and of all runs when the database answers. `deps.watcher` says for whom."""
    body = generate_latest(_PROCESS) + generate_latest(_counted())
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    registry = CollectorRegistry()
    up = Gauge("terrace_database_up", "Whether the database answers", registry=registry)
    try:
        with unit_of_work() as session:
            numbers = runs.metrics(session)
    except Exception as error:
        log.warning("metrics_without_database", error=type(error).__name__)
        return registry
    up.set(1)
    by_status = Gauge("terrace_runs", "Runs by status", ["status"], registry=registry)
    for status, number in numbers.runs.items():
        by_status.labels(status).set(number)
    waiting = Gauge("terrace_queue_depth", "Runs that wait for a worker", ["queue"], registry=registry)
    for name, number in numbers.waiting.items():
        waiting.labels(name).set(number)
    Gauge("terrace_workers", "Live workers", registry=registry).set(numbers.live_workers)
    Gauge("terrace_worker_slots", "Phases that live workers can carry out at once", registry=registry).set(
        numbers.slots
    )
    return registry


class Timed:
    """ASGI middleware that measures the API's requests by route, never by address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        began = time.monotonic()

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                _LATENCY.labels(*_labels(scope, status)).observe(time.monotonic() - began)
            await send(message)

        await self.app(scope, receive, seen)


def _labels(scope: Scope, status: int) -> tuple[str, str, str]:
    """From closed sets only: what a client makes up must not become a new series."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return method, getattr(scope.get("route"), "path", "unknown"), f"{status // 100}xx"
