"""Celery's pool of processes, but for two things: a process that ended while the connection to Redis is made ends no worker.

Celery 5.7 looks at every process of the pool again when it has connected, also at one whose end it has noticed and which it has
not replaced yet, and then fails for good (`file descriptor is None`). The first time it fails also when any of them has ended by
then (`Could not start worker processes`), as one does that the machine's memory did not suffice for.
"""

from __future__ import annotations

from typing import Any

from celery.concurrency import asynpool, prefork


class Pool(asynpool.AsynPool):
    """Waits for the end of those processes only that have not ended; the others are replaced within seconds anyway."""

    def _track_child_process(self, proc: Any, hub: Any) -> None:
        if getattr(proc, "_sentinel_poll", 0) is not None:
            super()._track_child_process(proc, hub)

    def did_start_ok(self) -> bool:
        """What has ended by now is replaced. Processes that cannot start at all are noticed by how often that happens."""
        self.maintain_pool()
        return True


class TaskPool(prefork.TaskPool):
    """Celery's, with our pool."""

    Pool = Pool
