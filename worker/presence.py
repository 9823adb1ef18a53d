"""Makes a worker process known and keeps it so."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from portal import migrations
from portal.kit import queue
from portal.kit.config import settings
from portal.kit.db import unit_of_work
from portal.kit.errors import ConfigurationError
from portal.kit.version import own_version
from portal.run import work
from worker import spool
from worker.terraform import engine
from worker.terraform.isolation import host
from worker.ticker import Ticker

log = structlog.get_logger(__name__)


class Presence(Ticker):
    """Registers the worker, beats for it, says goodbye for it."""

    def __init__(
        self, name: str, queues: Sequence[str], *, concurrency: int, after_beat: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__("presence", settings().beat_seconds)
        self._worker, self._queues, self._concurrency = name, list(queues), concurrency
        self._carries_out_runs = queue.PLAN in queues or queue.APPLY in queues
        self._registered = False
        self._after_beat = after_beat

    def tick(self) -> None:
        """Beat; a worker that nobody knows (the first time, or after the database was restored) introduces itself."""
        if not self._registered or not self._beat():
            self._register()
        self._after_beat()

    def _beat(self) -> bool:
        with unit_of_work() as session:
            return work.beat_worker(session, self._worker)

    def _register(self) -> None:
        versions = _versions(with_engine=self._carries_out_runs)
        with unit_of_work() as session:
            work.register_worker(
                session, name=self._worker, queues=self._queues, concurrency=self._concurrency, versions=versions
            )
        self._registered = True

    def stop(self) -> None:
        """Stop beating and say goodbye."""
        super().stop()
        try:
            with unit_of_work() as session:
                work.stop_worker(session, self._worker)
        except Exception as error:
            log.warning("goodbye_failed", error=type(error).__name__)


def _versions(*, with_engine: bool) -> dict[str, Any]:
    """What the worker runs on, for the page of workers."""
    found: dict[str, Any] = {
        "terrace": own_version(),
        "database": migrations.head(),
        "python": platform.python_version(),
    }
    if not with_engine:
        return found
    # Who is asked for a state that this worker may have left, when it does not come back itself.
    found["folder"] = spool.of_this_machine().identity()
    walls = host.strongest(settings().isolation.mode)
    found |= {"isolation": walls.level, "isolation_reason": walls.reason}
    try:
        used = engine.find(settings().terraform_bin)
    except ConfigurationError as error:
        log.error("no_engine", reason=error.message)
        return found
    return found | {"engine": used.name, "terraform": used.version, "plans": used.plans}
