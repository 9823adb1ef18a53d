"""For those who watch the process: is it up, is it ready, what does it count. Names nothing and nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import redis
import structlog
from fastapi import APIRouter
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from portal import migrations
from portal.api.metrics import exposition
from portal.keys import service as keys
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from portal.run import service as runs

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)


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
        if (reason := migrations.problem(session)) is not None:
            raise _Unfit(reason)
    try:
        _require_known_keys(settings().require_database_url())
    except ConfigurationError as error:
        log.warning("not_ready", reason=error.message)
        raise _Unfit("The keys here are not those of this database.") from None


@lru_cache(maxsize=1)
def _require_known_keys(_url: str) -> None:
    """Only a yes is kept, for the database that it is about."""
    keys.require_known()


def _redis() -> None:
    with redis.Redis.from_url(settings().redis_database(0), socket_connect_timeout=2, socket_timeout=2) as client:
        client.ping()


class _Unfit(Exception):
    """The database is there, and this version cannot work with it."""


def _problem(check: Callable[[], object]) -> str | None:
    """What is wrong: of versions in a sentence, else in two words; those details are for the log, not for whoever asks."""
    try:
        check()
    except _Unfit as unfit:
        return str(unfit)
    except Exception as error:
        log.warning("not_ready", error=type(error).__name__)
        return "not reachable"
    return None


@router.get("/metrics")
def metrics() -> Response:
    """Counts for Prometheus: of this process, and of all runs when the database answers. `deps.watcher` says for whom."""
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
