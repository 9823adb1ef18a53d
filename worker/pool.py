"""Celery's pool of processes, but for one thing: a process that ended while the connection to Redis is made anew ends no worker.

Celery 5.7 looks at every process of the pool again when it has connected, also at one whose end it has noticed and which it has
not replaced yet, and then fails for good (`file descriptor is None`).
"""

from __future__ import annotations

from typing import Any

from celery.concurrency import asynpool, prefork


class Pool(asynpool.AsynPool):
    """Waits for the end of those processes only that have not ended; the others are replaced within seconds anyway."""

    def _track_child_process(self, proc: Any, hub: Any) -> None:
        if getattr(proc, "_sentinel_poll", 0) is not None:
            super()._track_child_process(proc, hub)


class TaskPool(prefork.TaskPool):
    """Celery's, with our pool."""

    Pool = Pool
